//! The first start, with the built-in sandbox.

use serde_json::{Value, json};
use slipway_tests::browser::BrowserCall;
use slipway_tests::desktop::{Desktop, Setting};
use slipway_tests::journey::{Choices, VAULT_KEY, compose, connect, stands};
use slipway_tests::video;
use slipway_tests::window::{Launch, Window};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_built_in_sandbox_takes_a_video_that_came_by_argument() {
    let small = video::small();
    let desktop = Desktop::start("built-in-sandbox", Setting::default()).await;
    let browser = BrowserCall::prepare(&desktop);
    let launch = Launch::default()
        .with("SLIPWAY_FERNET_KEY", VAULT_KEY)
        .with("SLIPWAY_BROWSER", browser.program().to_string_lossy());
    let window = Window::open(&desktop, &launch).await;
    let page = window.page();
    page.find("button", "Use my TikTok app").await;
    page.click("button", "Try the sandbox").await;
    page.find("button", "Open control page").await;

    connect(&desktop, &window, &browser, "Ben Okafor").await;

    let ended = launch.hand_over(&desktop, &[&small]).await;
    assert!(ended.success(), "the second Slipway ended with {ended}");
    compose(
        page,
        "Ben Okafor",
        Choices {
            caption: "uphill",
            privacy: "Followers",
        },
    )
    .await;
    page.click("button", "Post").await;
    stands(&window, &small, "Published").await;

    let startup = window.invoke("startup", json!({})).await;
    let control = startup["controlUrl"]
        .as_str()
        .expect("the control page's address");
    let posts: Value = reqwest::get(format!("{}/api/posts", control.trim_end_matches('/')))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let posts = posts.as_array().expect("a list of posts");
    assert_eq!(posts.len(), 1, "{posts:?}");
    assert_eq!(posts[0]["sha256"], json!(video::sha256(&small)));
    assert_eq!(posts[0]["privacy"], json!("FOLLOWER_OF_CREATOR"));
    window.close().await;
}
