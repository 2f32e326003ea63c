//! Drives the real window through its states and leaves pictures of it in `docs/screenshots`.
//!
//! Not a test of anything, so it is left out of the usual runs: `npm run screenshots` starts it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use slipway_tests::browser::{Browser, BrowserCall};
use slipway_tests::desktop::{Desktop, Setting, repository};
use slipway_tests::journey::{Choices, VAULT_KEY, compose, stands};
use slipway_tests::video;
use slipway_tests::wait::{SOON, eventually};
use slipway_tests::window::{Launch, Window};
use tiktok_sandbox::{
    DEFAULT_CLIENT_SECRET, Fault, FaultKind, Operation, Options, Sandbox, SandboxConfig,
};

const CREATOR: &str = "Ada Lindqvist";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "makes the pictures in docs/screenshots: npm run screenshots"]
async fn pictures() {
    let folder = repository().join("docs/screenshots");
    fs::create_dir_all(&folder).unwrap();
    for dark in [false, true] {
        for screen in [(1024, 700), (1440, 900)] {
            let look = if dark { "dark" } else { "light" };
            Album {
                folder: folder.clone(),
                look,
                screen,
            }
            .fill(dark)
            .await;
        }
    }
}

/// The pictures of one look and size.
struct Album {
    folder: PathBuf,
    look: &'static str,
    screen: (u32, u32),
}

impl Album {
    async fn fill(&self, dark: bool) {
        let name = format!("screenshots-{}-{}", self.look, self.screen.0);
        let setting = Setting {
            screen: self.screen,
            dark,
            maximised: true,
            ..Setting::default()
        };
        let desktop = Desktop::start(&name, setting).await;
        let [finished, next, refused] = videos(&desktop);
        // Slow enough that a small video can be seen going up.
        let size = fs::metadata(&next).unwrap().len();
        let options = Options {
            processing: Duration::ZERO,
            moderation: Duration::ZERO,
            ..Options::default()
        };
        let sandbox = Sandbox::start(SandboxConfig {
            options: options.clone(),
            ..SandboxConfig::default()
        })
        .await
        .unwrap();
        let call = BrowserCall::prepare(&desktop);
        let launch = Launch::default()
            .with("SLIPWAY_TIKTOK_AUTH_URL", sandbox.url())
            .with("SLIPWAY_TIKTOK_API_URL", sandbox.url())
            .with("SLIPWAY_FERNET_KEY", VAULT_KEY)
            .with("SLIPWAY_BROWSER", call.program().to_string_lossy());
        let window = Window::open(&desktop, &launch).await;
        let page = window.page();

        page.find("button", "Use my TikTok app").await;
        self.take(&desktop, &window, "first-run").await;
        page.click("button", "Use my TikTok app").await;
        page.find("textbox", "Client key").await;
        self.take(&desktop, &window, "set-up").await;
        page.fill("Client key", sandbox.client_key()).await;
        page.fill("Client secret", DEFAULT_CLIENT_SECRET).await;
        page.click("button", "Save").await;

        page.click("button", "Connect account").await;
        page.find("dialog", "Waiting for your browser").await;
        self.take(&desktop, &window, "connecting").await;
        let browser = Browser::open(&desktop, &call.address().await).await;
        browser.agree_as(CREATOR).await;
        page.reads(&format!("{CREATOR} is connected")).await;
        browser.close().await;

        page.click("link", "Queue").await;
        self.take(&desktop, &window, "empty-queue").await;

        self.post(&window, &finished, "Glazes, first try. The blue one ran.")
            .await;
        stands(&window, &finished, "Published").await;

        window.drop_files(&[&next]).await;
        let caption = "Kiln day 🏺 what 1,240 degrees do to a teapot #ceramics #kiln";
        compose(
            page,
            CREATOR,
            Choices {
                caption,
                privacy: "Everyone",
            },
        )
        .await;
        page.click("switch", "Comment").await;
        page.reads("Saved").await;
        self.take(&desktop, &window, "composing").await;
        sandbox.set_options(Options {
            upload_bytes_per_sec: Some(size / 12),
            ..options.clone()
        });
        page.click("button", "Post").await;
        let bar = page
            .find("progressbar", &format!("Uploading {}", name_of(&next)))
            .await;
        eventually("half of it is up", SOON, async || {
            let percent: u32 = page.attribute(&bar, "aria-valuenow").await?.parse().ok()?;
            (percent >= 40).then_some(())
        })
        .await;
        self.take(&desktop, &window, "uploading").await;
        stands(&window, &next, "Published").await;
        self.take(&desktop, &window, "published").await;

        sandbox.set_options(options);
        let reason = FaultKind::FailWith {
            reason: "spam_risk_text".to_owned(),
        };
        sandbox.add_fault(Fault::once(Operation::Init, reason));
        self.post(
            &window,
            &refused,
            "FREE TEAPOTS click the link in my bio!!!",
        )
        .await;
        stands(&window, &refused, "Failed").await;
        self.take(&desktop, &window, "failed").await;
        window.close().await;
    }

    async fn post(&self, window: &Window, file: &Path, caption: &str) {
        window.drop_files(&[file]).await;
        compose(
            window.page(),
            CREATOR,
            Choices {
                caption,
                privacy: "Everyone",
            },
        )
        .await;
        window.page().click("button", "Post").await;
    }

    /// Takes the picture once short messages have gone and nothing moves.
    async fn take(&self, desktop: &Desktop, window: &Window, state: &str) {
        let calm = "const running = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
            return document.querySelectorAll('[data-sonner-toast]').length === 0 && running.length === 0
                && document.fonts.status === 'loaded';";
        eventually("the window is calm", SOON, async || {
            window
                .page()
                .run(calm, vec![])
                .await
                .as_bool()?
                .then_some(())
        })
        .await;
        let raw = desktop.results().join(format!("{state}.png"));
        desktop.picture(&raw);
        let finished = self
            .folder
            .join(format!("{state}-{}-{}.png", self.look, self.screen.0));
        // A palette halves the size of a picture of flat colours, and nobody sees it.
        let status = Command::new("convert")
            .arg(&raw)
            .args([
                "-strip",
                "-dither",
                "FloydSteinberg",
                "-colors",
                "256",
                "-define",
                "png:compression-level=9",
            ])
            .args(["-define", "png:exclude-chunks=date,time"])
            .arg(format!("PNG8:{}", finished.display()))
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "the picture of {state} could not be written"
        );
    }
}

/// Three videos with names as people give them.
fn videos(desktop: &Desktop) -> [PathBuf; 3] {
    let folder = desktop.home().join("Videos");
    fs::create_dir_all(&folder).unwrap();
    [
        ("glaze test.mp4", ["0x355c7d", "0xc06c84"]),
        ("kiln opening.mp4", ["0xff9a6b", "0x7a2f5a"]),
        ("teapot giveaway.mp4", ["0x2f8f83", "0xe9d8a6"]),
    ]
    .map(|(name, colours)| {
        let path = folder.join(name);
        fs::copy(
            video::handsome(colours, name.trim_end_matches(".mp4")),
            &path,
        )
        .unwrap();
        path
    })
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
