//! Slipway keeps its word while its window is closed: in the tray, after a start at login, and with notifications.

use std::{fs, path::Path, time::Duration};

use serde_json::json;
use slipway_tests::{
    browser::BrowserCall,
    desktop::{Desktop, Setting},
    journey::{VAULT_KEY, agree, first_run, launch_against, mid_upload, stands, the_one_post},
    login_manager::LoginManager,
    notifications::Notifications,
    process::Process,
    tray_host::TrayHost,
    video,
    wait::{SOON, UPLOAD, eventually},
    window::{Launch, Window},
};
use tiktok_sandbox::{DEFAULT_CLIENT_SECRET, Options, Sandbox, SandboxConfig};

/// A connected Slipway on a desktop with a tray and notifications.
struct Scene {
    sandbox: Sandbox,
    desktop: Desktop,
    launch: Launch,
    tray: Option<TrayHost>,
    notifications: Notifications,
    window: Window,
}

impl Scene {
    async fn new(name: &str, rate: Option<u64>) -> Self {
        Self::open(name, rate, true).await
    }

    async fn without_tray(name: &str) -> Self {
        Self::open(name, None, false).await
    }

    async fn open(name: &str, rate: Option<u64>, has_tray: bool) -> Self {
        let options = Options {
            upload_bytes_per_sec: rate,
            processing: Duration::from_secs(1),
            ..Options::default()
        };
        let config = SandboxConfig {
            options,
            ..SandboxConfig::default()
        };
        let sandbox = Sandbox::start(config).await.unwrap();
        let desktop = Desktop::start(name, Setting::default()).await;
        let tray = if has_tray {
            Some(TrayHost::start(&desktop).await)
        } else {
            None
        };
        let notifications = Notifications::start(&desktop).await;
        let browser = BrowserCall::prepare(&desktop);
        let launch = launch_against(&sandbox, &sandbox.url(), DEFAULT_CLIENT_SECRET, &browser)
            .with("SLIPWAY_FERNET_KEY", VAULT_KEY)
            .with("DBUS_SYSTEM_BUS_ADDRESS", desktop.bus());
        let window = Window::open(&desktop, &launch).await;
        first_run(&window).await;
        window.page().click("button", "Connect account").await;
        agree(&desktop, &window, &browser, "Ada Lindqvist").await;
        window.page().click("link", "Queue").await;
        Self {
            sandbox,
            desktop,
            launch,
            tray,
            notifications,
            window,
        }
    }

    fn tray(&self) -> &TrayHost {
        self.tray.as_ref().expect("this desktop has a tray")
    }

    /// Adds a video as a complete draft. Returns its id.
    async fn draft(&self, file: &Path) -> String {
        let window = &self.window;
        let added = window.invoke("add_files", json!({ "paths": [file] })).await;
        let id = added[0]["postId"].as_str().expect("a draft").to_owned();
        let posts = window.invoke("posts", json!({})).await;
        let posts = posts.as_array().unwrap();
        let post = posts.iter().find(|post| post["id"] == id.as_str()).unwrap();
        let mut settings = post["settings"].clone();
        settings["caption"] = json!("on time");
        settings["privacy"] = json!("PUBLIC_TO_EVERYONE");
        let saved = window
            .invoke("update_post", json!({ "id": id, "settings": settings }))
            .await;
        assert!(saved["refused"].is_null(), "{saved}");
        id
    }

    async fn schedule(&self, id: &str, ahead: Duration) {
        let at = jiff::Timestamp::now() + ahead;
        let at = at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let moment = json!({ "dateTime": at, "zone": "UTC" });
        let post = self
            .window
            .invoke("schedule_post", json!({ "id": id, "moment": moment }))
            .await;
        assert_eq!(post["state"]["kind"], "scheduled", "{post}");
    }

    /// Closes the window and lets Slipway run.
    async fn close_to_tray(&mut self) {
        self.window.press_close_until_asked().await;
        let page = self.window.page();
        page.find("dialog", "Slipway keeps running in the tray")
            .await;
        let desktop = &self.desktop;
        let hidden = async || (!Window::is_on_screen(desktop)).then_some(());
        let click = async {
            page.click("button", "Keep running").await;
            // The driver may not confirm a click that hides its window.
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = eventually("the window is hidden", SOON, hidden) => {}
            () = click => {}
        }
    }
}

async fn on_screen(desktop: &Desktop) {
    eventually("the window is shown", SOON, async || {
        Window::is_on_screen(desktop).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_with_nothing_planned_quits() {
    let scene = Scene::new("close-quits", None).await;
    scene.draft(&video::small()).await;
    scene.window.close().await;
    assert!(scene.notifications.shown().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_is_due_after_the_window_closed_goes_out_and_a_notification_says_so() {
    let mut scene = Scene::new("close-scheduled", None).await;
    let clip = video::small();
    let id = scene.draft(&clip).await;
    scene.schedule(&id, Duration::from_secs(30)).await;
    let name = clip.file_name().unwrap().to_string_lossy().into_owned();
    scene.tray().reads(&format!("Next: {name}")).await;
    scene.window.press_close_until_asked().await;
    scene.window.page().reads("1 post is scheduled.").await;
    // Closing it again means that Slipway keeps running.
    scene.window.press_close();
    eventually("the window is hidden", SOON, async || {
        (!Window::is_on_screen(&scene.desktop)).then_some(())
    })
    .await;
    assert!(scene.sandbox.posts().is_empty());

    let shown = scene.notifications.titled("Published").await;
    assert!(shown.body.contains(&name), "{shown:?}");
    assert_eq!(the_one_post(&scene.sandbox).sha256, video::sha256(&clip));
    scene.tray().reads("Nothing is scheduled").await;

    // A click shows the queue.
    scene.notifications.click(&shown).await;
    on_screen(&scene.desktop).await;
    stands(&scene.window, &clip, "Published").await;
    scene.window.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_and_the_next_login_lose_no_scheduled_post() {
    let scene = Scene::new("login", None).await;
    let clip = video::small();
    let id = scene.draft(&clip).await;
    let enabled = scene
        .window
        .invoke("start_at_login", json!({ "enabled": true }))
        .await;
    assert_eq!(enabled["startAtLogin"], true, "{enabled}");
    scene.schedule(&id, Duration::from_secs(25)).await;
    let Scene {
        sandbox,
        desktop,
        launch,
        tray,
        notifications,
        window,
    } = scene;
    window.kill().await;
    assert!(sandbox.posts().is_empty());

    // The session starts what its autostart folder names.
    let entry = desktop.home().join(".config/autostart/Slipway.desktop");
    let entry = fs::read_to_string(entry).expect("an autostart entry");
    let exec = entry.lines().find_map(|line| line.strip_prefix("Exec="));
    let exec = exec.expect("a program to start").to_owned();
    assert!(exec.ends_with(" --background"), "{exec}");
    let mut shell = desktop.command("sh");
    shell.args(["-c", &format!("exec {exec}")]);
    launch.apply(&desktop, &mut shell);
    let mut slipway = Process::start(&shell, &desktop.log("slipway-at-login"), false);

    let name = clip.file_name().unwrap().to_string_lossy().into_owned();
    let shown = notifications.titled("Published").await;
    assert!(shown.body.contains(&name), "{shown:?}");
    assert_eq!(the_one_post(&sandbox).sha256, video::sha256(&clip));
    assert!(!Window::is_on_screen(&desktop), "it stays in the tray");

    // With nothing left to do, the tray quits without a question.
    let tray = tray.unwrap();
    tray.reads("Nothing is scheduled").await;
    tray.choose("Quit Slipway").await;
    eventually("Slipway quits", SOON, async || slipway.ended()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tray_shows_and_pauses_uploads_and_quitting_asks() {
    let mut scene = Scene::new("tray", Some(12_000_000)).await;
    let awake = LoginManager::start(&scene.desktop).await;
    scene.tray().reads("Nothing is uploading").await;
    let big = video::big();
    let id = scene.draft(&big).await;
    scene
        .window
        .invoke("submit_post", json!({ "id": id }))
        .await;
    mid_upload(&scene.sandbox).await;
    scene.tray().reads("Uploading").await;
    let held = [("idle".to_owned(), "Slipway".to_owned())];
    eventually("the computer stays awake", SOON, async || {
        (awake.held() == held).then_some(())
    })
    .await;
    scene.close_to_tray().await;

    scene.tray().choose("Pause all").await;
    scene.tray().reads("Everything is paused").await;
    eventually("the computer may sleep", SOON, async || {
        awake.held().is_empty().then_some(())
    })
    .await;

    // Quitting would leave the upload unfinished, so it asks in the window.
    scene.tray().choose("Quit Slipway").await;
    on_screen(&scene.desktop).await;
    let page = scene.window.page();
    page.find("dialog", "Quit Slipway?").await;
    page.reads("1 post is waiting.").await;
    page.click("button", "Keep running").await;

    scene.tray().choose("Resume all").await;
    eventually("the upload ends", UPLOAD, async || {
        (!scene.sandbox.posts().is_empty()).then_some(())
    })
    .await;
    assert_eq!(the_one_post(&scene.sandbox).sha256, video::sha256(&big));
    stands(&scene.window, &big, "Published").await;
    scene.window.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_tray_the_window_is_minimised() {
    let mut scene = Scene::without_tray("close-no-tray").await;
    let id = scene.draft(&video::small()).await;
    scene.schedule(&id, Duration::from_hours(24)).await;
    scene.window.press_close_until_asked().await;
    let page = scene.window.page();
    page.reads("This desktop has no tray").await;
    let desktop = &scene.desktop;
    let minimised = async || {
        eventually("the window is minimised", SOON, async || {
            Window::is_minimised(desktop).then_some(())
        })
        .await;
    };
    let click = async {
        page.click("button", "Keep running").await;
        // The driver may not confirm a click that minimises its window: a minimised page stands still.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = minimised() => {}
        () = click => {}
    }

    // A second start brings it back. Closing it again asks no more, or it would stay on the screen.
    scene.launch.hand_over(desktop, &[]).await;
    on_screen(desktop).await;
    scene.window.press_close();
    minimised().await;
    scene.window.kill().await;

    // A start at login does not hide where nobody finds it.
    let slipway = Window::open_with(desktop, &scene.launch, &[Path::new("--background")]).await;
    minimised().await;
    slipway.kill().await;
}
