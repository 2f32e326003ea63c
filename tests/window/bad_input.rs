//! Files that TikTok does not accept as videos get a message each, and affect nothing else.

use std::fs;

use serde_json::json;
use slipway_tests::browser::BrowserCall;
use slipway_tests::desktop::{Desktop, Setting};
use slipway_tests::journey::{VAULT_KEY, first_run, launch_against};
use slipway_tests::video;
use slipway_tests::window::Window;
use tiktok_sandbox::{DEFAULT_CLIENT_SECRET, Sandbox, SandboxConfig};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_invalid_file_is_refused_with_its_own_message() {
    let sandbox = Sandbox::start(SandboxConfig::default()).await.unwrap();
    let desktop = Desktop::start("bad-input", Setting::default()).await;
    let browser = BrowserCall::prepare(&desktop);
    let launch = launch_against(&sandbox, &sandbox.url(), DEFAULT_CLIENT_SECRET, &browser)
        .with("SLIPWAY_FERNET_KEY", VAULT_KEY);
    let window = Window::open(&desktop, &launch).await;
    let page = window.page();
    first_run(&window).await;
    page.click("link", "Queue").await;
    page.find("button", "Add videos").await;

    let folder = desktop.home().join("Videos");
    fs::create_dir_all(folder.join("a folder.mp4")).unwrap();
    fs::write(
        folder.join("letter.mp4"),
        "Dear Ada,\nthis is not a video.\n".repeat(500),
    )
    .unwrap();
    fs::write(folder.join("empty.mp4"), "").unwrap();
    fs::write(
        folder.join("cut.mp4"),
        &fs::read(video::small()).unwrap()[..200],
    )
    .unwrap();
    let good = folder.join("naïve 🏄\u{200d}♀️\nsecond line \u{202e}fdp.mp4");
    fs::copy(video::small(), &good).unwrap();

    // Passed as arguments of a second start, all at once, with the valid one in the middle.
    let bad = [
        "letter.mp4",
        "empty.mp4",
        "a folder.mp4",
        "cut.mp4",
        "missing.mp4",
    ]
    .map(|name| folder.join(name));
    let files = [&*bad[0], &*bad[1], &*good, &*bad[2], &*bad[3], &*bad[4]];
    let ended = launch.hand_over(&desktop, &files).await;
    assert!(ended.success(), "the second Slipway ended with {ended}");

    // The composer opens for the valid file. The others are named above it.
    page.find("textbox", "Caption").await;
    page.click("link", "Back to queue").await;
    for name in [
        "letter.mp4",
        "empty.mp4",
        "a folder.mp4",
        "cut.mp4",
        "missing.mp4",
    ] {
        page.reads(&format!("Not added: {name}")).await;
    }
    let posts = window.invoke("posts", json!({})).await;
    let posts = posts.as_array().unwrap();
    assert_eq!(posts.len(), 1, "{posts:?}");
    assert_eq!(posts[0]["path"], json!(good));
    assert_eq!(posts[0]["state"]["kind"], json!("draft"));

    // Each message is different.
    let answers = window.invoke("add_files", json!({ "paths": bad })).await;
    let mut codes: Vec<_> = answers
        .as_array()
        .unwrap()
        .iter()
        .map(|added| added["notice"]["code"].to_string())
        .collect();
    assert!(codes.iter().all(|code| code != "null"), "{answers}");
    let count = codes.len();
    codes.sort();
    codes.dedup();
    assert_eq!(
        codes.len(),
        count,
        "two different faults have the same message: {answers}"
    );
    window.close().await;
}
