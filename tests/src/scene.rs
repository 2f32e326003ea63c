//! A window against its own sandbox, before any account is connected, for tours through all pages.

use std::path::Path;

use tiktok_sandbox::{Sandbox, SandboxConfig};

use crate::{
    browser::BrowserCall,
    desktop::{Desktop, Setting},
    journey::{Choices, compose, without_delays},
    page::Page,
    window::{Launch, Window},
};

/// The creator whose account the tours connect.
pub const CREATOR: &str = "Ada Lindqvist";

/// A window, its sandbox without delays, and its desktop.
#[derive(Debug)]
pub struct Scene {
    /// The sandbox.
    pub sandbox: Sandbox,
    /// The program in place of the creator's browser.
    pub call: BrowserCall,
    /// The launch of the window, to open more files in it.
    pub launch: Launch,
    /// The window.
    pub window: Window,
    /// The desktop.
    pub desktop: Desktop,
}

impl Scene {
    /// Opens the window with these additional variables.
    pub async fn open(name: &str, setting: Setting, environment: &[(&str, &str)]) -> Self {
        let desktop = Desktop::start(name, setting).await;
        let sandbox = Sandbox::start(SandboxConfig {
            options: without_delays(),
            ..SandboxConfig::default()
        })
        .await
        .expect("a sandbox");
        let call = BrowserCall::prepare(&desktop);
        let mut launch = Launch::default()
            .with("SLIPWAY_TIKTOK_AUTH_URL", sandbox.url())
            .with("SLIPWAY_TIKTOK_API_URL", sandbox.url())
            .with("SLIPWAY_BROWSER", call.program().to_string_lossy());
        for &(variable, value) in environment {
            launch = launch.with(variable, value);
        }
        let window = Window::open(&desktop, &launch).await;
        Self {
            sandbox,
            call,
            launch,
            window,
            desktop,
        }
    }

    /// The page in the window.
    pub fn page(&self) -> &Page {
        self.window.page()
    }

    /// Opens a file with Slipway and fills in the composer. Does not post.
    pub async fn add(&self, file: &Path, caption: &str) {
        self.launch.hand_over(&self.desktop, &[file]).await;
        let choices = Choices {
            caption,
            privacy: "Everyone",
        };
        compose(self.page(), CREATOR, choices).await;
    }
}
