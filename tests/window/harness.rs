//! The harness finds the elements that a user can perceive, and no others.

use slipway_tests::browser::Browser;
use slipway_tests::desktop::{Desktop, Setting};

const PAGE: &str = r#"data:text/html,<!doctype html><title>x</title>
<button>Post</button> <button hidden>Hidden</button> <div aria-hidden=true><button>Behind</button></div>
<button aria-label="Close dialog"><svg></svg></button> <button style="visibility:hidden">Unseen</button>
<label>Caption <textarea></textarea></label> <label for=k>Client key</label><input id=k>
<span id=t>Uploading a.mp4</span><div role=progressbar aria-labelledby=t style="height:4px"></div>
<label><input type=radio name=c style="position:absolute;opacity:0"> Ada Lindqvist @ada</label>
<a href="%23q">Queue <b>2</b></a> <button role=switch aria-label=Duet>on</button>"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn controls_are_found_by_role_and_accessible_name() {
    let desktop = Desktop::start("harness", Setting::default()).await;
    let browser = Browser::open(&desktop, PAGE).await;
    let page = browser.page();
    for (role, name) in [
        ("button", "Post"),
        ("button", "Close dialog"),
        ("textbox", "Caption"),
        ("textbox", "Client key"),
        ("progressbar", "Uploading a.mp4"),
        ("radio", "Ada Lindqvist @ada"),
        ("link", "Queue 2"),
        ("switch", "Duet"),
    ] {
        assert!(page.shows(role, name).await, "{role} {name}");
    }
    for (role, name) in [
        ("button", "Hidden"),
        ("button", "Behind"),
        ("button", "Unseen"),
        ("button", "Duet"),
        ("button", "Pos"),
        ("heading", "Post"),
    ] {
        assert!(
            !page.shows(role, name).await,
            "{role} {name} should not be there"
        );
    }
    assert_eq!(page.all("radio", Some("Ada")).await.len(), 1);
    page.fill("Caption", "Kiln day 🏺👩‍🎨 ümlaut").await;
    let typed = page
        .find("textbox", "Caption")
        .await
        .prop("value")
        .await
        .unwrap();
    assert_eq!(typed.as_deref(), Some("Kiln day 🏺👩‍🎨 ümlaut"));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_keyring_is_there_and_unlocked_only_where_it_is_asked_for() {
    let locked = |desktop: &Desktop| {
        let answer = desktop
            .command("dbus-send")
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.secrets",
            ])
            .arg("/org/freedesktop/secrets/aliases/default")
            .args(["org.freedesktop.DBus.Properties.Get"])
            .args(["string:org.freedesktop.Secret.Collection", "string:Locked"])
            .output()
            .unwrap();
        String::from_utf8_lossy(&answer.stdout).into_owned()
    };
    let with = Desktop::start(
        "harness-keyring",
        Setting {
            keyring: true,
            ..Setting::default()
        },
    )
    .await;
    assert!(locked(&with).contains("boolean false"), "{}", locked(&with));
    drop(with);
    let without = Desktop::start("harness-no-keyring", Setting::default()).await;
    assert_eq!(locked(&without), "");
}
