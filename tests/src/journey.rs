//! The steps of a creator in Slipway's window, for tests and screenshots.

use std::path::Path;
use std::time::Duration;

use tiktok_sandbox::{DEFAULT_CLIENT_SECRET, Options, Sandbox, SandboxConfig, SandboxPost};

use crate::browser::{Browser, BrowserCall};
use crate::desktop::{Desktop, Setting};
use crate::page::Page;
use crate::pseudo::reveal;
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

/// Passes the first start. With the addresses of a TikTok in the environment, "the sandbox" is that one.
pub async fn first_run(window: &Window) {
    window.page().click("button", "Try the sandbox").await;
    window.page().find("button", "Connect account").await;
}

/// Slipway on its own desktop and sandbox, with Ada connected.
#[derive(Debug)]
pub struct Connected {
    /// The sandbox.
    pub sandbox: Sandbox,
    /// The desktop.
    pub desktop: Desktop,
    /// The program in place of the creator's browser.
    pub browser: BrowserCall,
    /// The window.
    pub window: Window,
}

impl Connected {
    /// Starts all of it with these additional variables. The sandbox processes a video for a second, and takes at most
    /// `rate` bytes a second.
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

/// Connects the creator with this nickname through the consent page, from any page of Slipway. Returns the consent
/// page's address.
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
    // This message disappears after a while, so it is read before the browser closes.
    window
        .page()
        .reads(&format!("{nickname} is connected"))
        .await;
    browser.close().await;
    address
}

/// The settings that the creator enters in the composer.
#[derive(Clone, Copy, Debug)]
pub struct Choices<'a> {
    /// The caption.
    pub caption: &'a str,
    /// The audience, as the list shows it.
    pub privacy: &'a str,
}

/// Fills in the open composer. Does not post.
pub async fn compose(page: &Page, nickname: &str, choices: Choices<'_>) {
    page.find("textbox", "Caption").await;
    page.choose("Account", nickname).await;
    page.fill("Caption", choices.caption).await;
    page.choose("Who can see this video", choices.privacy).await;
}

/// Waits until the file's row in the queue shows `state`.
pub async fn stands(window: &Window, file: &Path, state: &str) {
    let name = file.file_name().expect("a file's name").to_string_lossy();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let what = format!("the row of {name:?} says {state:?}");
    eventually_or(&what, UPLOAD, async || {
        let rows = window.page().all("listitem", Some(&name)).await;
        let Some(row) = rows.first() else {
            return Err("there is no such row".to_owned());
        };
        let text = reveal(&row.text().await.unwrap_or_default());
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let found = format!(" {words} ").contains(&format!(" {state} "));
        if found { Ok(()) } else { Err(text) }
    })
    .await;
}

/// Waits until the sandbox has some bytes of an upload but not all. Returns the number of bytes.
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

/// Asserts that the sandbox has exactly one post, and returns it.
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

/// A sandbox that processes and moderates without delays.
pub fn without_delays() -> Options {
    Options {
        processing: Duration::ZERO,
        moderation: Duration::ZERO,
        ..Options::default()
    }
}
