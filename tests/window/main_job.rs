//! The main use: a creator connects an account, drops a big video, posts it, and sees it published.

use std::time::Duration;

use slipway_tests::browser::BrowserCall;
use slipway_tests::desktop::{Desktop, Setting};
use slipway_tests::journey::{Choices, compose, connect, stands, the_one_post};
use slipway_tests::video;
use slipway_tests::wait::{SOON, eventually};
use slipway_tests::window::{Launch, Window};
use tiktok_sandbox::{DEFAULT_CLIENT_SECRET, Operation, Options, Sandbox, SandboxConfig};

/// Fast enough for a test, and slow enough that the progress of an upload is visible.
const RATE: u64 = 30_000_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_big_video_goes_from_drop_to_published_exactly_once() {
    let big = video::big();
    let options = Options {
        upload_bytes_per_sec: Some(RATE),
        processing: Duration::from_secs(2),
        ..Options::default()
    };
    let sandbox = Sandbox::start(SandboxConfig {
        options,
        ..SandboxConfig::default()
    })
    .await
    .unwrap();
    let desktop = Desktop::start(
        "main-job",
        Setting {
            keyring: true,
            ..Setting::default()
        },
    )
    .await;
    let browser = BrowserCall::prepare(&desktop);
    // The environment contains no vault key and no client secret: the key is in the keyring, and the creator types the
    // secret.
    let launch = Launch::default()
        .with("SLIPWAY_TIKTOK_AUTH_URL", sandbox.url())
        .with("SLIPWAY_TIKTOK_API_URL", sandbox.url())
        .with("SLIPWAY_BROWSER", browser.program().to_string_lossy());
    let window = Window::open(&desktop, &launch).await;
    let page = window.page();

    page.click("button", "Use my TikTok app").await;
    page.fill("Client key", sandbox.client_key()).await;
    page.fill("Client secret", DEFAULT_CLIENT_SECRET).await;
    page.click("button", "Save").await;
    page.find("heading", "Accounts").await;

    connect(&desktop, &window, &browser, "Ada Lindqvist").await;

    page.click("link", "Queue").await;
    window.drop_files(&desktop, &[&big]).await;
    let caption = "Kiln day 🏺👩‍🎨 #ceramics — übermorgen mehr";
    compose(
        page,
        "Ada Lindqvist",
        Choices {
            caption,
            privacy: "Everyone",
        },
    )
    .await;
    page.click("button", "Post").await;

    // The progress is visible before the end.
    let bar = page
        .find(
            "progressbar",
            &format!("Uploading {}", big.file_name().unwrap().to_string_lossy()),
        )
        .await;
    eventually("the bar stands between nothing and all", SOON, async || {
        let now: f64 = page.attribute(&bar, "aria-valuenow").await?.parse().ok()?;
        let most: f64 = page.attribute(&bar, "aria-valuemax").await?.parse().ok()?;
        (now > 0.0 && now < most).then_some(())
    })
    .await;
    stands(&window, &big, "Published").await;

    let post = the_one_post(&sandbox);
    assert_eq!(post.sha256, video::sha256(&big));
    assert_eq!(post.caption.as_deref(), Some(caption));
    assert_eq!(post.privacy.as_deref(), Some("PUBLIC_TO_EVERYONE"));
    assert!(
        post.disable_comment && post.disable_duet && post.disable_stitch,
        "{post:?}"
    );

    let requests = sandbox.requests();
    let count = |operation| {
        requests
            .iter()
            .filter(|request| request.operation == Some(operation))
            .count()
    };
    assert_eq!(count(Operation::Init), 1);
    assert!(
        count(Operation::Upload) >= 10,
        "a big file goes in many chunks"
    );

    // After a restart, the account and the post are still there: the keyring returned the key.
    window.close().await;
    let window = Window::open(&desktop, &launch).await;
    stands(&window, &big, "Published").await;
    window.page().click("link", "Accounts").await;
    window.page().reads("Ada Lindqvist").await;
    window.close().await;
    assert_eq!(sandbox.posts().len(), 1, "a restart posts nothing");
}
