//! The creator's browser: it opens the consent page and agrees as a user does.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::json;
use tempfile::TempDir;

use crate::desktop::Desktop;
use crate::page::Page;
use crate::process::{Process, free_port};
use crate::wait::{SOON, eventually};

/// A program in place of the system's browser: it records the address that Slipway opens.
#[derive(Debug)]
pub struct BrowserCall {
    program: PathBuf,
    note: PathBuf,
}

impl BrowserCall {
    /// Prepares the program in the desktop's home folder.
    pub fn prepare(desktop: &Desktop) -> Self {
        let program = desktop.home().join("browser");
        // The folder is not searched for leaks: the address is meant for the browser.
        let note = desktop.results().join("browser-call");
        let shown = note.display();
        // Its environment is kept for the search for leaks.
        let environment = desktop.log("browser-environment");
        fs::write(
            &program,
            format!(
                "#!/bin/sh\nenv > '{}'\nprintf '%s' \"$1\" > '{shown}.half' && mv '{shown}.half' '{shown}'\n",
                environment.display()
            ),
        )
        .expect("the stand-in can be written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))
            .expect("the stand-in can be made executable");
        Self { program, note }
    }

    /// The value for `SLIPWAY_BROWSER`.
    pub fn program(&self) -> &PathBuf {
        &self.program
    }

    /// Waits for the address of Slipway's next call. Each call is returned once.
    pub async fn address(&self) -> String {
        let address = eventually("Slipway opens the browser", SOON, async || {
            fs::read_to_string(&self.note).ok()
        })
        .await;
        fs::remove_file(&self.note).expect("the note can be removed");
        address
    }
}

/// A headless Chromium.
#[derive(Debug)]
pub struct Browser {
    page: Page,
    _driver: Process,
    _profile: TempDir,
}

impl Browser {
    /// Opens `address` in a new browser.
    pub async fn open(desktop: &Desktop, address: &str) -> Self {
        let port = free_port();
        let driver = desktop.start_program("chromedriver", &[&format!("--port={port}")]);
        let profile =
            TempDir::with_prefix("slipway-browser-").expect("a folder for the browser's profile");
        let arguments = [
            "--headless=new".to_owned(),
            // Chromium's own sandbox does not start for root, and this browser opens only the test's own pages.
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--window-size=1100,1000".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        let page = Page::open(port, json!({ "goog:chromeOptions": { "args": arguments } })).await;
        page.client()
            .goto(address)
            .await
            .unwrap_or_else(|error| panic!("the browser does not open the page: {error}"));
        Self {
            page,
            _driver: driver,
            _profile: profile,
        }
    }

    /// The page in the browser.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Chooses the creator with this nickname, and agrees to everything.
    pub async fn agree_as(&self, nickname: &str) {
        let cards = eventually(&format!("{nickname} can be chosen"), SOON, async || {
            self.page
                .all("radio", Some(nickname))
                .await
                .into_iter()
                .next()
        })
        .await;
        // A user clicks the label: the control itself may be laid out of sight.
        self.page
            .run(
                "(arguments[0].labels[0] ?? arguments[0]).click()",
                vec![serde_json::to_value(&cards).expect("an element")],
            )
            .await;
        self.page.click("button", "Authorize").await;
    }

    /// Declines.
    pub async fn refuse(&self) {
        self.page.click("button", "Cancel").await;
    }

    /// Closes the browser.
    pub async fn close(self) {
        // Killing the driver would leave the browser running.
        self.page
            .client()
            .clone()
            .close()
            .await
            .unwrap_or_else(|error| panic!("the browser does not close: {error}"));
    }
}
