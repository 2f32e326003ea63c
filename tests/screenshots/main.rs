//! Takes pictures of the real window in its states and writes them to `docs/screenshots`.
//!
//! It tests nothing, so the usual runs leave it out. `npm run screenshots` starts it.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use slipway_tests::browser::Browser;
use slipway_tests::desktop::{Desktop, Setting, repository};
use slipway_tests::journey::{VAULT_KEY, stands, without_delays};
use slipway_tests::scene::{CREATOR, Scene};
use slipway_tests::video;
use slipway_tests::wait::{SOON, eventually};
use tiktok_sandbox::{DEFAULT_CLIENT_SECRET, Fault, FaultKind, Operation, Options};

/// A page that is not drawn yet is a plain background.
const BLANK: usize = 100;

/// Returns whether no toast is shown, no animation runs, and all fonts are loaded.
const CALM: &str = "
    const moves = (one) => one.effect?.getTiming().iterations !== Infinity;
    const messages = document.querySelectorAll('[data-sonner-toast]').length;
    return messages === 0 && !document.getAnimations().some(moves) && document.fonts.status === 'loaded';";

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

/// The pictures of one theme and size.
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
        let scene = Scene::open(&name, setting, &[("SLIPWAY_FERNET_KEY", VAULT_KEY)]).await;
        self.first_steps(&scene).await;
        self.posts(&scene).await;
        self.folders(&scene).await;
        self.planning(&scene).await;
        // With queued posts, closing it would only send it to the tray.
        scene.window.kill().await;
    }

    async fn first_steps(&self, scene: &Scene) {
        let page = scene.page();
        page.find("button", "Use my TikTok app").await;
        self.take(scene, "first-run").await;
        page.click("button", "Use my TikTok app").await;
        page.find("textbox", "Client key").await;
        self.take(scene, "set-up").await;
        page.fill("Client key", scene.sandbox.client_key()).await;
        page.fill("Client secret", DEFAULT_CLIENT_SECRET).await;
        page.click("button", "Save").await;
        page.find("heading", "Accounts").await;

        page.click("button", "Connect account").await;
        page.find("dialog", "Waiting for your browser").await;
        self.take(scene, "connecting").await;
        let browser = Browser::open(&scene.desktop, &scene.call.address().await).await;
        browser.agree_as(CREATOR).await;
        page.reads(&format!("{CREATOR} is connected")).await;
        browser.close().await;
        page.click("link", "Queue").await;
        self.take(scene, "empty-queue").await;
    }

    /// Takes the pictures of slots, moments, a pause, and a TikTok that does not answer.
    async fn planning(&self, scene: &Scene) {
        let page = scene.page();
        page.click("link", "Accounts").await;
        let accounts = scene.window.invoke("accounts", json!({})).await;
        let slots: Vec<_> = ["monday", "wednesday", "friday"]
            .map(|weekday| json!({ "weekday": weekday, "time": "18:30" }))
            .into();
        let account = &accounts[0]["id"];
        let arguments = json!({ "accountId": account, "slots": slots });
        scene.window.invoke("set_slots", arguments).await;
        page.click("link", "Settings").await;
        page.reads("Publishing").await;
        self.take(scene, "settings").await;
        page.click("link", "Accounts").await;
        page.find("button", "Add a time on Monday").await;
        self.take(scene, "slots").await;

        page.click("link", "Queue").await;
        let names = ["throwing a bowl.mp4", "trimming.mp4", "raku at night.mp4"];
        let [first, second, third] = videos(&scene.desktop, names);
        scene.add(&first, "Glazes, first try.").await;
        page.click("radio", "At a time").await;
        let date = (jiff::Timestamp::now() + Duration::from_hours(50)).strftime("%Y-%m-%d");
        page.set_field("input[aria-label='Date']", &date.to_string())
            .await;
        page.set_field("input[aria-label='Time']", "18:30").await;
        self.take(scene, "scheduling").await;
        page.click("button", "Schedule").await;
        stands(&scene.window, &first, "Scheduled").await;
        for file in [&second, &third] {
            scene.add(file, "Kiln day").await;
            page.click("radio", "Next free slot").await;
            page.click("button", "Add to next slot").await;
            stands(&scene.window, file, "Scheduled").await;
        }
        self.take(scene, "scheduled").await;

        page.click("button", "Pause all").await;
        page.reads("Everything is paused.").await;
        self.take(scene, "paused").await;
        page.click("button", "Resume all").await;

        let down = FaultKind::Status {
            http: 503,
            code: None,
            message: None,
        };
        let fault = Fault::forever(Operation::CreatorInfo, down);
        scene.sandbox.add_fault(fault);
        let posts = scene.window.invoke("posts", json!({})).await;
        for post in posts.as_array().unwrap() {
            if post["state"]["kind"] == "scheduled" {
                let arguments = json!({ "id": post["id"] });
                scene.window.invoke("submit_post", arguments).await;
            }
        }
        let text = "cannot serve this account";
        page.reads_within(text, Duration::from_mins(2)).await;
        self.take(scene, "resting").await;
    }

    async fn posts(&self, scene: &Scene) {
        let names = ["glaze test.mp4", "kiln opening.mp4", "teapot giveaway.mp4"];
        let [finished, next, refused] = videos(&scene.desktop, names);
        let page = scene.page();
        scene
            .add(&finished, "Glazes, first try. The blue one ran.")
            .await;
        page.click("button", "Post").await;
        stands(&scene.window, &finished, "Published").await;

        scene
            .add(
                &next,
                "Kiln day 🏺 what 1,240 degrees do to a teapot #ceramics #kiln",
            )
            .await;
        page.click("switch", "Comment").await;
        page.reads("Saved").await;
        // The switch is further down, and the picture shows the top of the page.
        page.run(
            "document.querySelectorAll('*').forEach((one) => one.scrollTo(0, 0))",
            vec![],
        )
        .await;
        self.take(scene, "composing").await;
        // Slow enough that the upload of a small video is visible.
        let size = fs::metadata(&next).unwrap().len();
        scene.sandbox.set_options(Options {
            upload_bytes_per_sec: Some(size / 12),
            ..without_delays()
        });
        page.click("button", "Post").await;
        let bar = page
            .find("progressbar", &format!("Uploading {}", name_of(&next)))
            .await;
        eventually("nearly half of it is up", SOON, async || {
            let percent: u32 = page.attribute(&bar, "aria-valuenow").await?.parse().ok()?;
            (percent >= 40).then_some(())
        })
        .await;
        self.take(scene, "uploading").await;
        stands(&scene.window, &next, "Published").await;
        self.take(scene, "published").await;

        scene.sandbox.set_options(without_delays());
        let reason = FaultKind::FailWith {
            reason: "spam_risk_text".to_owned(),
        };
        scene
            .sandbox
            .add_fault(Fault::once(Operation::Init, reason));
        scene
            .add(&refused, "FREE TEAPOTS click the link in my bio!!!")
            .await;
        page.click("button", "Post").await;
        stands(&scene.window, &refused, "Failed").await;
        self.take(scene, "failed").await;
    }

    /// Takes the pictures of a file that TikTok would refuse, and of a watched folder.
    async fn folders(&self, scene: &Scene) {
        let page = scene.page();
        let unfit = scene.desktop.home().join("timelapse 12 fps.mp4");
        fs::copy(video::slow(), &unfit).unwrap();
        scene.launch.hand_over(&scene.desktop, &[&unfit]).await;
        page.find("button", "Make it fit").await;
        self.take(scene, "unfit").await;
        page.click("button", "Make it fit").await;
        page.reads_within("timelapse 12 fps (fits).mp4", Duration::from_mins(2))
            .await;

        // The picture shows the path.
        let exports = std::env::temp_dir().join("Videos/Exports");
        if exports.exists() {
            fs::remove_dir_all(&exports).unwrap();
        }
        fs::create_dir_all(&exports).unwrap();
        let names = ["glazing.mp4", "wedging.mp4", "first firing.mp4"];
        let [before, new, other] = videos(&scene.desktop, names);
        let into = |file: &Path, name: &str| {
            fs::copy(file, exports.join(name)).unwrap();
        };
        into(&before, "glazing.mp4");
        page.click("link", "Folders").await;
        self.take(scene, "no-folders").await;
        scene.window.drop_files(&scene.desktop, &[&exports]).await;
        page.click("button", "Set it up").await;
        page.reads("1 video is already there.").await;
        self.take(scene, "folder-set-up").await;
        page.click("button", "Watch this folder").await;
        page.find("heading", "Exports").await;
        into(&new, "wedging.mp4");
        into(&new, "wedging (copy).mp4");
        fs::write(exports.join("notes.mp4"), "to do").unwrap();
        page.reads("Details").await;
        into(&other, "first firing.mp4");
        eventually("two videos are taken", SOON, async || {
            let folders = scene.window.invoke("folders", json!({})).await;
            (folders[0]["counts"]["approval"] == 2 && folders[0]["counts"]["skipped"] == 2)
                .then_some(())
        })
        .await;
        self.take(scene, "folder").await;
        page.click("link", "All folders").await;
        self.take(scene, "folders").await;
        page.click("link", "Queue").await;
        page.reads("To approve").await;
        self.take(scene, "approval").await;
        for post in scene
            .window
            .invoke("posts", json!({}))
            .await
            .as_array()
            .unwrap()
        {
            if post["state"]["kind"] == "draft" {
                let arguments = json!({ "id": post["id"] });
                scene.window.invoke("remove_post", arguments).await;
            }
        }
        fs::remove_dir_all(&exports).unwrap();
    }

    /// Takes a picture once no toast is shown, no animation runs, and the window is drawn.
    async fn take(
        &self,
        Scene {
            desktop, window, ..
        }: &Scene,
        state: &str,
    ) {
        eventually("the window is calm", SOON, async || {
            window
                .page()
                .run(CALM, vec![])
                .await
                .as_bool()?
                .then_some(())
        })
        .await;
        let raw = desktop.results().join(format!("{state}.png"));
        eventually("the window is drawn", SOON, async || {
            window.page().drawn().await;
            desktop.picture(&raw);
            (colours(&raw) > BLANK).then_some(())
        })
        .await;
        let finished = self
            .folder
            .join(format!("{state}-{}-{}.png", self.look, self.screen.0));
        // A palette halves the size of a picture with flat colours, and looks the same.
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

/// Writes three different videos with these names.
fn videos(desktop: &Desktop, names: [&str; 3]) -> [PathBuf; 3] {
    const COLOURS: [[&str; 2]; 3] = [
        ["0x355c7d", "0xc06c84"],
        ["0xff9a6b", "0x7a2f5a"],
        ["0x2f8f83", "0xe9d8a6"],
    ];
    let folder = desktop.home().join("Videos");
    fs::create_dir_all(&folder).unwrap();
    let mut colours = COLOURS.into_iter().enumerate();
    names.map(|name| {
        let (number, colours) = colours.next().unwrap();
        let path = folder.join(name);
        let mut bytes = fs::read(video::handsome(colours, &format!("clay {number}"))).unwrap();
        // Each is different: Slipway asks about a video that was posted before.
        bytes.extend(u32::try_from(name.len() + 8).unwrap().to_be_bytes());
        bytes.extend(b"free");
        bytes.extend(name.as_bytes());
        fs::write(&path, bytes).unwrap();
        path
    })
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// The number of colours in a picture.
fn colours(picture: &Path) -> usize {
    let answer = Command::new("identify")
        .args(["-format", "%k"])
        .arg(picture)
        .output()
        .unwrap();
    String::from_utf8_lossy(&answer.stdout)
        .trim()
        .parse()
        .unwrap()
}
