//! What a creator does in Slipway, step by step, as the tests and the pictures need it.

use std::path::Path;
use std::time::Duration;

use tiktok_sandbox::{DEFAULT_CLIENT_SECRET, Options, Sandbox, SandboxConfig, SandboxPost};

use crate::browser::{Browser, BrowserCall};
use crate::desktop::{Desktop, Setting};
use crate::page::Page;
use crate::wait::{SOON, UPLOAD, eventually, eventually_or};
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

/// The first start: with a TikTok given from outside, "the sandbox" is that one.
pub async fn first_run(window: &Window) {
    window.page().click("button", "Try the sandbox").await;
    window.page().find("button", "Connect account").await;
}

/// A Slipway on a desktop of its own, with Ada connected, against a sandbox of its own.
#[derive(Debug)]
pub struct Connected {
    /// Its TikTok.
    pub sandbox: Sandbox,
    /// The screen it is on.
    pub desktop: Desktop,
    /// What stands in for the creator's browser.
    pub browser: BrowserCall,
    /// Its window.
    pub window: Window,
}

impl Connected {
    /// Sets all of it up, with this environment beside the usual one. The sandbox takes a second to process a video, and
    /// takes at most `rate` bytes a second.
    pub async fn new(name: &str, rate: Option<u64>, environment: &[(&str, &str)]) -> Self {
        let options = Options {
            upload_bytes_per_sec: rate,
            processing: Duration::from_secs(1),
            ..Options::default()
        };
        let sandbox = Sandbox::start(SandboxConfig {
            options,
            ..SandboxConfig::default()
        })
        .await
        .expect("a sandbox");
        let desktop = Desktop::start(name, Setting::default()).await;
        let browser = BrowserCall::prepare(&desktop);
        let mut launch = launch_against(&sandbox, &sandbox.url(), DEFAULT_CLIENT_SECRET, &browser)
            .with("SLIPWAY_FERNET_KEY", VAULT_KEY);
        for &(variable, value) in environment {
            launch = launch.with(variable, value);
        }
        let window = Window::open(&desktop, &launch).await;
        first_run(&window).await;
        connect(&desktop, &window, &browser, "Ada Lindqvist").await;
        window.page().click("link", "Queue").await;
        Self {
            sandbox,
            desktop,
            browser,
            window,
        }
    }
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
    // A message that goes away by itself: it is read before the browser takes its time to close.
    window
        .page()
        .reads(&format!("{nickname} is connected"))
        .await;
    browser.close().await;
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
    page.find("textbox", "Caption").await;
    page.choose("Account", nickname).await;
    page.fill("Caption", choices.caption).await;
    page.choose("Who can see this video", choices.privacy).await;
}

/// Waits until the file's row in the queue says that it stands so, in the UI's words.
pub async fn stands(window: &Window, file: &Path, state: &str) {
    let name = file.file_name().expect("a file's name").to_string_lossy();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let what = format!("the row of {name:?} says {state:?}");
    eventually_or(&what, UPLOAD, async || {
        let rows = window.page().all("listitem", Some(&name)).await;
        let Some(row) = rows.first() else {
            return Err("there is no such row".to_owned());
        };
        let text = row.text().await.unwrap_or_default();
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let found = format!(" {words} ").contains(&format!(" {state} "));
        if found { Ok(()) } else { Err(text) }
    })
    .await;
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
