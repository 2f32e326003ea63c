//! Slipway in a real window, driven through `WebKit`'s `WebDriver`.

use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use crate::desktop::{Desktop, program};
use crate::page::Page;
use crate::process::{self, Process, children, first_line, free_port};
use crate::wait::{SOON, eventually};

/// The environment in which Slipway is started, beyond the desktop's.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    environment: Vec<(String, String)>,
}

impl Launch {
    /// A launch against a TikTok at these origins, with this app's credentials.
    pub fn against(auth: &str, api: &str, client_key: &str, client_secret: &str) -> Self {
        Self::default()
            .with("SLIPWAY_TIKTOK_AUTH_URL", auth)
            .with("SLIPWAY_TIKTOK_API_URL", api)
            .with("SLIPWAY_CLIENT_KEY", client_key)
            .with("SLIPWAY_CLIENT_SECRET", client_secret)
    }

    /// Adds one variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// Adds the variables to a command.
    pub fn apply(&self, desktop: &Desktop, command: &mut Command) {
        command.env("SLIPWAY_DATA_DIR", desktop.data());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
    }

    /// Starts Slipway a second time with these files, and waits until that process has ended.
    pub async fn hand_over(&self, desktop: &Desktop, files: &[&Path]) -> ExitStatus {
        let mut command = desktop.command(program("slipway"));
        self.apply(desktop, &mut command);
        command.args(files);
        let mut second = Process::start(&command, &desktop.log("second"), false);
        eventually("the second Slipway ends", SOON, async || second.ended()).await
    }
}

/// A running Slipway with its window.
#[derive(Debug)]
pub struct Window {
    page: Page,
    app: u32,
    close_keys: [Command; 2],
    last_picture: Command,
    _driver: Process,
}

impl Window {
    /// Starts Slipway and waits for its window.
    pub async fn open(desktop: &Desktop, launch: &Launch) -> Self {
        Self::open_with(desktop, launch, &[]).await
    }

    /// Like [`Window::open`], with arguments.
    pub async fn open_with(desktop: &Desktop, launch: &Launch, arguments: &[&Path]) -> Self {
        let port = free_port();
        let mut command = desktop.command("WebKitWebDriver");
        command
            .args([&format!("--port={port}"), "--host=127.0.0.1"])
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        launch.apply(desktop, &mut command);
        // The app inherits the driver's output.
        let driver = Process::start(&command, &desktop.log("slipway"), false);
        let options = json!({ "binary": program("slipway"), "args": arguments });
        let page = Page::open(port, json!({ "webkitgtk:browserOptions": options })).await;
        let app = children(driver.id())
            .into_iter()
            .next()
            .expect("the driver started Slipway");
        Self {
            page,
            app,
            close_keys: close_keys(desktop),
            last_picture: desktop.last_picture(),
            _driver: driver,
        }
    }

    /// The page in the window.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// The process id of Slipway.
    pub fn process(&self) -> u32 {
        self.app
    }

    /// Invokes a command of the backend as the UI does.
    pub async fn invoke(&self, command: &str, arguments: Value) -> Value {
        let script = "const [command, args, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, args).then(done, (notice) => done({ refused: notice }));";
        self.page
            .run_async(script, vec![json!(command), arguments])
            .await
    }

    /// Drags files from another program's window with the mouse and drops them on this one.
    pub async fn drop_files(&self, desktop: &Desktop, files: &[&Path]) {
        let addresses = files
            .iter()
            .map(|file| Url::from_file_path(file).expect("an absolute path"));
        let mut command = desktop.command(program("drag-source"));
        command.args(addresses.map(String::from));
        let mut source = Process::start(&command, &desktop.log("drag-source"), true);
        assert_eq!(first_line(&mut source), "ready");
        let (x, y) = desktop.middle();
        let mut mouse = desktop.command("xdotool");
        mouse.args(["mousemove", "30", "30", "mousedown", "1"]);
        // A drag begins with small movements and continues in steps, as a user's does.
        for step in 1..=10 {
            let at = |to: u32| (30 + (to - 30) * step / 10).to_string();
            mouse.args(["mousemove", "--sync", &at(x), &at(y), "sleep", "0.03"]);
        }
        mouse.args(["sleep", "0.2", "mouseup", "1"]);
        assert!(
            mouse.status().is_ok_and(|status| status.success()),
            "the mouse could not be moved"
        );
        let ended = eventually("the drag ends", SOON, async || source.ended()).await;
        assert!(ended.success(), "the files were not dropped: {ended}");
    }

    /// Kills Slipway as a power cut does, and waits until it has ended.
    pub async fn kill(self) {
        process::kill(self.app);
        self.gone().await;
    }

    /// Crashes Slipway as a fault of its own does: with SIGABRT, which leaves a core file where that is allowed.
    pub async fn crash(self) {
        process::abort(self.app);
        self.gone().await;
    }

    /// Closes Slipway through the window manager, as a creator does. Waits until it has ended, so that the next start
    /// does not find it running.
    pub async fn close(mut self) {
        let steps = &mut self.close_keys;
        let app = self.app;
        eventually("the window closes", SOON, async || {
            // A window manager that is drawing may miss a key. A user would press it again.
            for step in steps.iter_mut() {
                let said = step.output().expect("xdotool");
                if !said.status.success() {
                    eprintln!("{}", String::from_utf8_lossy(&said.stderr));
                }
            }
            let gone = async || (!process::runs(app)).then_some(());
            tokio::time::timeout(
                Duration::from_secs(8),
                eventually("Slipway ends", SOON, gone),
            )
            .await
            .ok()
        })
        .await;
    }

    /// Closes the window while posts are planned or folders are watched, and quits anyway. Waits until Slipway has ended.
    pub async fn quit_anyway(mut self) {
        self.press_close_until_asked().await;
        let app = self.app;
        let gone = async || (!process::runs(app)).then_some(());
        let click = async {
            self.page.click("button", "Quit anyway").await;
            // The driver may not confirm a click that ends its program.
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = eventually("Slipway quits", SOON, gone) => {}
            () = click => {}
        }
    }

    /// Presses the keys that close the window until Slipway asks.
    pub async fn press_close_until_asked(&mut self) {
        for _ in 0..4 {
            self.press_close();
            let asks = async || {
                let dialogs = self.page.all("dialog", None).await;
                (!dialogs.is_empty()).then_some(())
            };
            let asked = eventually("Slipway asks", SOON, asks);
            // A window manager that is drawing may miss a key. A user would press it again.
            if tokio::time::timeout(Duration::from_secs(8), asked)
                .await
                .is_ok()
            {
                return;
            }
        }
        panic!("Slipway does not ask about closing");
    }

    /// Whether the window is minimised.
    pub fn is_minimised(desktop: &Desktop) -> bool {
        let found = desktop
            .command("xdotool")
            .args(["search", "--name", "^Slipway$"])
            .output()
            .expect("xdotool");
        let ids = String::from_utf8(found.stdout).expect("window ids");
        ids.lines().any(|id| {
            let state = desktop
                .command("xprop")
                .args(["-id", id, "WM_STATE"])
                .output();
            let state = state.expect("xprop").stdout;
            String::from_utf8_lossy(&state).contains("Iconic")
        })
    }

    /// Whether the window is on the screen, that is, neither hidden nor minimised.
    pub fn is_on_screen(desktop: &Desktop) -> bool {
        let found = desktop
            .command("xdotool")
            .args(["search", "--onlyvisible", "--name", "^Slipway$"])
            .output()
            .expect("xdotool");
        !found.stdout.is_empty()
    }

    /// Presses the keys that close the window once. While Slipway is needed, it continues in the background.
    pub fn press_close(&mut self) {
        for step in &mut self.close_keys {
            let said = step.output().expect("xdotool");
            assert!(said.status.success(), "the keys could not be pressed");
        }
    }

    async fn gone(self) {
        let gone = async || (!process::runs(self.app)).then_some(());
        eventually("Slipway is gone", SOON, gone).await;
    }
}

/// Activates the window and then presses the keys that close it: keys sent to a window by name do not reach the window
/// manager.
fn close_keys(desktop: &Desktop) -> [Command; 2] {
    let mut front = desktop.command("xdotool");
    // The command does not wait for the focus: a window that already has it would never report it.
    front.args([
        "search",
        "--sync",
        "--onlyvisible",
        "--name",
        "^Slipway$",
        "windowactivate",
    ]);
    let mut keys = desktop.command("xdotool");
    keys.args(["key", "alt+F4"]);
    [front, keys]
}

impl Drop for Window {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // A second panic here would hide the first.
            let _ = self.last_picture.status();
        }
    }
}
