//! What a creator does in Slipway, step by step, as the tests and the pictures need it.

use std::path::Path;

use serde_json::{Value, json};
use tiktok_sandbox::{Sandbox, SandboxPost};

use crate::browser::{Browser, BrowserCall};
use crate::desktop::Desktop;
use crate::page::Page;
use crate::wait::{SOON, UPLOAD, eventually};
use crate::window::{Launch, Window};

/// A vault key for tests that have no keyring.
pub const VAULT_KEY: &str = "c2xpcHdheS10ZXN0cy1rZXktb2YtMzItYnl0ZXMhISE=";

/// A launch against the sandbox, with `browser` in place of the system's.
pub fn launch_against(
    sandbox: &Sandbox,
    api: &str,
    client_secret: &str,
    browser: &BrowserCall,
) -> Launch {
    Launch::against(&sandbox.url(), api, sandbox.client_key(), client_secret)
        .with("SLIPWAY_BROWSER", browser.program().to_string_lossy())
        .with("RUST_LOG", "slipway=debug,slipway_engine=debug")
}

/// From wherever Slipway is, connects the creator with this nickname through the consent page.
/// Gives the consent page's address.
pub async fn connect(
    desktop: &Desktop,
    window: &Window,
    call: &BrowserCall,
    nickname: &str,
) -> String {
    window.page().click("button", "Connect account").await;
    agree(desktop, window, call, nickname).await
}

/// The browser's part of connecting.
pub async fn agree(
    desktop: &Desktop,
    window: &Window,
    call: &BrowserCall,
    nickname: &str,
) -> String {
    window
        .page()
        .find("dialog", "Waiting for your browser")
        .await;
    let address = call.address().await;
    let browser = Browser::open(desktop, &address).await;
    browser.agree_as(nickname).await;
    browser.page().reads("Slipway").await;
    browser.close().await;
    window
        .page()
        .reads(&format!("{nickname} is connected"))
        .await;
    address
}

/// What the creator puts into the composer.
#[derive(Clone, Copy, Debug)]
pub struct Choices<'a> {
    /// The caption.
    pub caption: &'a str,
    /// Who can see it, as the list says it.
    pub privacy: &'a str,
}

/// Fills in the composer that is open; does not post.
pub async fn compose(page: &Page, nickname: &str, choices: Choices<'_>) {
    page.find("heading", "Compose").await;
    // With one account it may be chosen already; the list's texts may carry the handle too.
    let account = page
        .options("Account")
        .await
        .into_iter()
        .find(|option| option.contains(nickname))
        .unwrap_or_else(|| panic!("{nickname} is not among the accounts"));
    page.choose("Account", &account).await;
    page.fill("Caption", choices.caption).await;
    page.choose("Who can see this video", choices.privacy).await;
}

/// Waits until the file's row says where it stands.
pub async fn stands(window: &Window, state: &str) {
    window.page().reads_within(state, UPLOAD).await;
}

/// The states of all posts as the backend names them.
pub async fn states(window: &Window) -> Vec<String> {
    let posts = window.invoke("posts", json!({})).await;
    let kinds = posts
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|post| post["state"]["kind"].as_str());
    kinds.map(str::to_owned).collect()
}

/// The notice of every post that has one, as the backend gives it.
pub async fn post_named(window: &Window, file: &Path) -> Value {
    let posts = window.invoke("posts", json!({})).await;
    let found = posts
        .as_array()
        .into_iter()
        .flatten()
        .find(|post| post["path"] == json!(file))
        .cloned();
    found.unwrap_or_else(|| panic!("{} is not in the queue: {posts}", file.display()))
}

/// Waits until bytes of an upload have arrived at the sandbox while others are missing, and gives how many.
pub async fn mid_upload(sandbox: &Sandbox) -> u64 {
    eventually("an upload is half way", SOON, async || {
        sandbox
            .publishes()
            .iter()
            .map(|publish| publish.uploaded)
            .find(|&bytes| bytes > 0)
    })
    .await
}

/// Makes sure that the sandbox has exactly one post, and gives it.
pub fn the_one_post(sandbox: &Sandbox) -> SandboxPost {
    let mut posts = sandbox.posts();
    assert_eq!(
        posts.len(),
        1,
        "the sandbox has {} posts: {posts:?}",
        posts.len()
    );
    posts.remove(0)
}
