//! A power cut during an upload: after the next start the video is published once, with the right bytes.

use std::time::Duration;

use slipway_tests::browser::BrowserCall;
use slipway_tests::desktop::{Desktop, Setting};
use slipway_tests::journey::{
    Choices, VAULT_KEY, compose, connect, first_run, launch_against, mid_upload, stands,
    the_one_post,
};
use slipway_tests::video;
use slipway_tests::window::Window;
use tiktok_sandbox::{DEFAULT_CLIENT_SECRET, Options, Sandbox, SandboxConfig};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_middle_of_an_upload_publishes_once() {
    let big = video::big();
    let slow = Options {
        upload_bytes_per_sec: Some(12_000_000),
        processing: Duration::from_secs(1),
        ..Options::default()
    };
    let sandbox = Sandbox::start(SandboxConfig {
        options: slow.clone(),
        ..SandboxConfig::default()
    })
    .await
    .unwrap();
    let desktop = Desktop::start("power-cut", Setting::default()).await;
    let browser = BrowserCall::prepare(&desktop);
    let launch = launch_against(&sandbox, &sandbox.url(), DEFAULT_CLIENT_SECRET, &browser)
        .with("SLIPWAY_FERNET_KEY", VAULT_KEY);
    let window = Window::open(&desktop, &launch).await;
    first_run(&window).await;
    connect(&desktop, &window, &browser, "Ada Lindqvist").await;
    launch.hand_over(&desktop, &[&big]).await;
    compose(
        window.page(),
        "Ada Lindqvist",
        Choices {
            caption: "twice is once",
            privacy: "Everyone",
        },
    )
    .await;
    window.page().click("button", "Post").await;

    let arrived = mid_upload(&sandbox).await;
    assert!(arrived < big.metadata().unwrap().len());
    window.kill().await;
    assert!(
        sandbox.posts().is_empty(),
        "nothing was published when the power went"
    );

    sandbox.set_options(Options {
        upload_bytes_per_sec: None,
        ..slow
    });
    let window = Window::open(&desktop, &launch).await;
    stands(&window, &big, "Published").await;
    let post = the_one_post(&sandbox);
    assert_eq!(post.sha256, video::sha256(&big));
    assert_eq!(post.caption.as_deref(), Some("twice is once"));
    window.close().await;
}
