//! Slipway in the pseudo-language: every text comes from the catalogs, and none is cut at 1024 pixels.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::json;
use slipway_tests::{
    browser::Browser,
    desktop::{Desktop, Setting, program},
    journey::{VAULT_KEY, stands, without_delays},
    notifications::Notifications,
    page::Page,
    pseudo::{outside, reveal},
    scene::{CREATOR, Scene},
    video,
    wait::{SOON, eventually},
    window::{Launch, Window},
};
use tiktok_sandbox::{DEFAULT_CLIENT_SECRET, Fault, FaultKind, Operation, Options};

/// Returns whether no animation runs and all fonts are loaded.
const CALM: &str = "
    const moves = (one) => one.effect?.getTiming().iterations !== Infinity;
    return !document.getAnimations().some(moves) && document.fonts.status === 'loaded';";

/// Returns every text that a user can see or hear, and the texts that are cut.
const TEXTS: &str = r"
    const ATTRIBUTES = ['aria-label', 'aria-valuetext', 'aria-roledescription', 'aria-description', 'title', 'placeholder', 'alt'];
    const shown = (element) => element.checkVisibility({ visibilityProperty: true });
    const texts = [document.title];
    const cut = [];
    const limits = (box) => {
      const style = getComputedStyle(box);
      return { x: ['hidden', 'clip'].includes(style.overflowX), y: ['hidden', 'clip'].includes(style.overflowY) };
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const text = node.textContent.replace(/\s+/g, ' ').trim();
      const parent = node.parentElement;
      if (text === '' || parent.closest('script, style, template')) continue;
      if (parent.closest('select')) { texts.push(text); continue; }
      if (!shown(parent)) continue;
      texts.push(text);
      const range = document.createRange();
      range.selectNodeContents(node);
      const area = range.getBoundingClientRect();
      if (area.right > innerWidth + 1) cut.push(['the window', text]);
      for (let box = parent; box && box !== document.body; box = box.parentElement) {
        const edge = box.getBoundingClientRect();
        const { x, y } = limits(box);
        // Text for screen readers alone is in a box of one pixel.
        if (edge.width <= 1 && edge.height <= 1) break;
        const wide = x && (area.right > edge.right + 1 || area.left < edge.left - 1 || (box === parent && box.scrollWidth > box.clientWidth + 1));
        const high = y && (area.bottom > edge.bottom + 2 || area.top < edge.top - 2);
        if (wide || high) { cut.push([`${box.tagName} ${box.className}`, text]); break; }
        if (getComputedStyle(box).position === 'fixed') break;
        // Text below a vertical scroll position is not cut; text beyond a horizontal one is.
        if (['auto', 'scroll'].includes(getComputedStyle(box).overflowX) && area.right > edge.right + 1) {
          cut.push([`${box.tagName} ${box.className}`, text]);
          break;
        }
        if (['auto', 'scroll'].includes(getComputedStyle(box).overflowY)) break;
      }
    }
    for (const element of document.querySelectorAll('*')) {
      if (!shown(element)) continue;
      for (const name of ATTRIBUTES) if (element.getAttribute(name)) texts.push(element.getAttribute(name));
    }
    return { texts, cut };";

/// Words that the locale writes in dates and lists, and names that are the same in every language.
const SAME_WORDS: &[&str] = &[
    "at",
    "alt",
    "and",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Sept",
    "Oct",
    "Nov",
    "Dec",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Mon",
    "Tue",
    "Wed",
    "Thu",
    "Fri",
    "Sat",
    "Sun",
    "MP",
    "AAC",
    "UTC",
];

/// Text from the tests, the sandbox, files or the system.
const DATA: &[&str] = &[
    CREATOR,
    "ada.makes",
    "Kiln day",
    "Studio",
    "FREE TEAPOTS",
    "https://example.com/slipway/",
    "harbour_morning",
    "harbour morning",
    "user.info.basic",
    "video.publish",
    "video.upload",
    "SLIPWAY_FERNET_KEY",
    "Coordinated Universal Time",
    "Etc/UTC",
    "http://127.0.0.1:*/callback/",
    "http://127.0.0.1:7834/webhook",
    "{name}",
    "{date}",
    "{folder}",
    // Fields and values of entries in the audit trail, which are shown as they are sealed.
    "accountName",
    "scopes",
    "change",
    "entered",
    "clientKey",
    "source",
    "keyring",
];

/// Slipway in the pseudo-language, and the findings on its pages.
struct Tour {
    scene: Scene,
    data: Vec<String>,
    problems: BTreeSet<String>,
}

impl Tour {
    async fn open(name: &str, dark: bool) -> Self {
        let setting = Setting {
            screen: (1024, 900),
            dark,
            maximised: true,
            keyring: true,
        };
        let scene = Scene::open(name, setting, &[("SLIPWAY_LANGUAGE", "en-XA")]).await;
        let mut data: Vec<String> = DATA.iter().map(|&text| text.to_owned()).collect();
        data.push(scene.sandbox.client_key().to_owned());
        data.push(scene.sandbox.url());
        Self {
            scene,
            data,
            problems: BTreeSet::new(),
        }
    }

    fn page(&self) -> &Page {
        self.scene.page()
    }

    /// Checks the texts of the window, and keeps a picture of it.
    async fn look(&mut self, state: &str) {
        let page = self.scene.page().clone();
        let calm = async || page.run(CALM, vec![]).await.as_bool()?.then_some(());
        eventually("the window is calm", SOON, calm).await;
        page.drawn().await;
        let picture = self.scene.desktop.results().join(format!("{state}.png"));
        self.scene.desktop.picture(&picture);
        let found = problems(&page, &self.data, state).await;
        for problem in &found {
            eprintln!("{problem}");
        }
        self.problems.extend(found);
    }

    /// Writes a video of its own bytes, and adds its name to the data.
    fn video(&mut self, name: &str, source: &Path) -> PathBuf {
        let folder = self.scene.desktop.home().join("Videos");
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        let mut bytes = fs::read(source).unwrap();
        // Each is different: Slipway asks about a video that was posted before.
        bytes.extend(u32::try_from(name.len() + 8).unwrap().to_be_bytes());
        bytes.extend(b"free");
        bytes.extend(name.as_bytes());
        fs::write(&path, bytes).unwrap();
        self.data.push(name.to_owned());
        self.data.push(name.trim_end_matches(".mp4").to_owned());
        self.data.push(folder.to_string_lossy().into_owned());
        path
    }

    async fn add(&self, file: &Path) {
        self.scene.add(file, "Kiln day").await;
    }

    fn report(self) {
        let all: Vec<_> = self.problems.into_iter().collect();
        assert!(all.is_empty(), "{} texts:\n{}", all.len(), all.join("\n"));
    }
}

/// Plain texts and cut texts of a page.
async fn problems(page: &Page, data: &[String], state: &str) -> Vec<String> {
    let found = page.run(TEXTS, vec![]).await;
    let mut problems = Vec::new();
    for text in found["texts"].as_array().unwrap() {
        let text = text.as_str().unwrap();
        let words = plain_words(text, data);
        if !words.is_empty() {
            problems.push(format!("{state}: plain words {words:?} in {text:?}"));
        }
    }
    for cut in found["cut"].as_array().unwrap() {
        let [place, text] = [0, 1].map(|at| cut[at].as_str().unwrap());
        // A long name or path of the creator's may end in an ellipsis.
        if text.contains('⟦') {
            let text = reveal(text);
            problems.push(format!("{state}: cut {text:?} in {place}"));
        }
    }
    problems
}

/// The words of a text that come neither from the catalogs nor from the data.
fn plain_words(text: &str, data: &[String]) -> Vec<String> {
    let mut rest = outside(text);
    let mut data: Vec<_> = data.iter().collect();
    data.sort_by_key(|text| std::cmp::Reverse(text.len()));
    for value in data {
        rest = rest.replace(value.as_str(), " ");
    }
    let is_hash =
        |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash(rest.trim()) {
        return Vec::new();
    }
    rest.split(|letter: char| !letter.is_alphabetic())
        .filter(|word| word.chars().count() > 1 && !SAME_WORDS.contains(word))
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_text_of_composer_and_queue_comes_from_the_catalogs() {
    let mut tour = Tour::open("pseudo-queue", false).await;
    first_steps(&mut tour).await;
    composer(&mut tour).await;
    queue(&mut tour).await;
    pauses(&mut tour).await;
    notification(&mut tour).await;
    tour.report();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_text_of_the_other_pages_comes_from_the_catalogs() {
    let mut tour = Tour::open("pseudo-pages", true).await;
    first_steps(&mut tour).await;
    folders(&mut tour).await;
    accounts(&mut tour).await;
    security(&mut tour).await;
    settings(&mut tour).await;
    tour.report();
}

async fn first_steps(tour: &mut Tour) {
    let page = tour.page().clone();
    page.find("button", "Use my TikTok app").await;
    tour.look("first-run").await;
    page.click("button", "Use my TikTok app").await;
    page.click("button", "Save").await;
    page.reads("Enter the client key.").await;
    tour.look("set-up").await;
    page.fill("Client key", tour.scene.sandbox.client_key())
        .await;
    page.fill("Client secret", DEFAULT_CLIENT_SECRET).await;
    page.click("button", "Save").await;
    page.find("heading", "Accounts").await;
    tour.look("no-accounts").await;

    page.click("button", "Connect account").await;
    page.find("dialog", "Waiting for your browser").await;
    tour.look("connecting").await;
    let address = tour.scene.call.address().await;
    let browser = Browser::open(&tour.scene.desktop, &address).await;
    browser.agree_as(CREATOR).await;
    browser.page().reads("You can close this page").await;
    let answer = problems(browser.page(), &tour.data, "answer page").await;
    tour.problems.extend(answer);
    page.reads(&format!("{CREATOR} is connected")).await;
    browser.close().await;
    page.click("link", "Queue").await;
    tour.look("empty-queue").await;
    page.click("link", "Folders").await;
    tour.look("no-folders").await;
    page.click("link", "Queue").await;
}

async fn composer(tour: &mut Tour) {
    let page = tour.page().clone();
    let file = tour.video("first try.mp4", &video::small());
    tour.scene
        .launch
        .hand_over(&tour.scene.desktop, &[&file])
        .await;
    page.find("textbox", "Caption").await;
    tour.look("composer-empty").await;
    page.choose("Account", CREATOR).await;
    page.fill("Caption", "Kiln day").await;
    page.choose("Who can see this video", "Everyone").await;
    page.click("switch", "Disclose commercial content").await;
    tour.look("composer").await;
    for name in ["Your brand", "Branded content"] {
        let boxes = page.all("checkbox", Some(name)).await;
        boxes[0].click().await.unwrap();
    }
    page.reads("Paid partnership").await;
    page.click("radio", "At a time").await;
    page.reads("with Slipway running").await;
    page.run(SCROLL, vec![json!(9999)]).await;
    tour.look("composer-bottom").await;
    page.click("radio", "Next free slot").await;
    page.reads("no weekly slots yet").await;
    tour.look("composer-slot").await;
    page.run(SCROLL, vec![json!(0)]).await;
    page.click("radio", "Send to inbox").await;
    page.reads("An inbox draft carries only the video").await;
    tour.look("composer-inbox").await;
    page.click("link", "Queue").await;
    page.find("heading", "Queue").await;

    let unfit = tour.video("timelapse.mp4", &video::slow());
    tour.scene
        .launch
        .hand_over(&tour.scene.desktop, &[&unfit])
        .await;
    page.find("button", "Make it fit").await;
    tour.look("composer-unfit").await;
    page.click("link", "Queue").await;
    page.find("heading", "Queue").await;
    tour.look("drafts").await;
}

/// Scrolls to this height everything that a user can scroll.
const SCROLL: &str = "
    for (const box of document.querySelectorAll('*')) {
      if (['auto', 'scroll'].includes(getComputedStyle(box).overflowY)) box.scrollTo(0, arguments[0]);
    }";

async fn queue(tour: &mut Tour) {
    let page = tour.page().clone();
    let published = tour.video("glaze test.mp4", &video::small());
    let refused = tour.video("teapot.mp4", &video::small());
    let planned = tour.video("planned.mp4", &video::small());
    let unfound = tour.video("inbox.mp4", &video::small());
    tour.add(&published).await;
    page.click("button", "Post").await;
    stands(&tour.scene.window, &published, "Published").await;

    let reason = FaultKind::FailWith {
        reason: "spam_risk_text".to_owned(),
    };
    tour.scene
        .sandbox
        .add_fault(Fault::once(Operation::Init, reason));
    tour.add(&refused).await;
    page.click("button", "Post").await;
    stands(&tour.scene.window, &refused, "Failed").await;

    tour.scene
        .launch
        .hand_over(&tour.scene.desktop, &[&unfound])
        .await;
    page.find("textbox", "Caption").await;
    page.choose("Account", CREATOR).await;
    page.click("radio", "Send to inbox").await;
    page.click("button", "Send to inbox").await;
    stands(&tour.scene.window, &unfound, "In your TikTok inbox").await;

    tour.add(&planned).await;
    page.click("radio", "At a time").await;
    let date = jiff::Timestamp::now() + Duration::from_hours(60);
    let date = date.strftime("%Y-%m-%d").to_string();
    page.set_field("input[type=date]", &date).await;
    page.set_field("input[type=time]", "18:30").await;
    page.click("button", "Schedule").await;
    stands(&tour.scene.window, &planned, "Scheduled").await;
    tour.look("queue").await;
    open_details(&page).await;
    tour.look("queue-details").await;
    page.run(SCROLL, vec![json!(9999)]).await;
    tour.look("queue-bottom").await;
    page.run(SCROLL, vec![json!(0)]).await;
    page.click("button", "Change time").await;
    page.find("button", "Schedule").await;
    tour.look("change-time").await;
    leave(&page, "Cancel").await;
}

/// Closes the dialog with its button of this name. Rows behind it may have one as well.
async fn leave(page: &Page, button: &str) {
    let buttons = page.all("button", Some(button)).await;
    buttons.last().unwrap().click().await.unwrap();
    let gone = "return document.querySelector('[role=dialog], [role=alertdialog]') === null";
    eventually("the dialog closes", SOON, async || {
        page.run(gone, vec![]).await.as_bool()?.then_some(())
    })
    .await;
}

/// Opens everything that has details.
async fn open_details(page: &Page) {
    let script = "document.querySelectorAll('main [aria-expanded=false]:not([aria-haspopup]), main details:not([open]) > summary').forEach((one) => one.click())";
    page.run(script, vec![]).await;
}

async fn folders(tour: &mut Tour) {
    let page = tour.page().clone();
    let exports = tour.scene.desktop.home().join("Exports");
    fs::create_dir_all(exports.join("Studio")).unwrap();
    for part in exports.ancestors() {
        tour.data.push(part.to_string_lossy().into_owned());
    }
    tour.data.push("Exports".to_owned());
    let before = tour.video("glazing.mp4", &video::small());
    let new = tour.video("wedging.mp4", &video::small());
    fs::copy(&before, exports.join("glazing.mp4")).unwrap();
    page.click("link", "Folders").await;
    tour.scene
        .window
        .drop_files(&tour.scene.desktop, &[&exports])
        .await;
    page.find("button", "Set it up").await;
    tour.look("folder-dropped").await;
    page.click("button", "Set it up").await;
    page.reads("1 video is already there.").await;
    tour.look("folder-set-up").await;
    page.click("radio", "Post directly").await;
    page.reads("Choose who can see the videos.").await;
    page.click("radio", "Template").await;
    page.click("radio", "One subfolder for each account").await;
    page.click("radio", "Daily at a time").await;
    for height in [500, 1000, 9999] {
        page.run(SCROLL, vec![json!(height)]).await;
        tour.look(&format!("folder-set-up-{height}")).await;
    }
    page.click("radio", "Prepare for my approval").await;
    page.click("radio", "JSON file next to it").await;
    page.run(SCROLL, vec![json!(1000)]).await;
    tour.look("folder-set-up-json").await;
    page.click("radio", "File name").await;
    page.click("radio", "Ignore them").await;
    page.click("radio", "At once").await;
    page.click("button", "Watch this folder").await;
    page.find("heading", "Exports").await;
    fs::copy(&new, exports.join("wedging.mp4")).unwrap();
    tour.data.push("wedging copy.mp4".to_owned());
    tour.data.push("wedging copy".to_owned());
    fs::copy(&new, exports.join("wedging copy.mp4")).unwrap();
    tour.data.push("notes.mp4".to_owned());
    fs::write(exports.join("notes.mp4"), "to do").unwrap();
    eventually("the videos are taken", SOON, async || {
        let folders = tour.scene.window.invoke("folders", json!({})).await;
        (folders[0]["counts"]["approval"] == 1 && folders[0]["counts"]["skipped"] == 2)
            .then_some(())
    })
    .await;
    tour.look("folder").await;
    open_details(&page).await;
    tour.look("folder-details").await;
    page.click("link", "All folders").await;
    page.find("button", "Add folder").await;
    tour.look("folders").await;
    page.click("button", "Remove").await;
    page.find("button", "Stop watching").await;
    tour.look("folder-remove").await;
    leave(&page, "Keep it").await;
    page.click("link", "Queue").await;
    page.reads("To approve").await;
    tour.look("approval").await;
}

async fn accounts(tour: &mut Tour) {
    let page = tour.page().clone();
    page.click("link", "Accounts").await;
    page.find("button", "Add a time on Monday").await;
    let accounts = tour.scene.window.invoke("accounts", json!({})).await;
    let slots = json!([{ "weekday": "monday", "time": "18:30" }]);
    let arguments = json!({ "accountId": accounts[0]["id"], "slots": slots });
    tour.scene.window.invoke("set_slots", arguments).await;
    open_details(&page).await;
    tour.look("accounts").await;
    page.run(SCROLL, vec![json!(9999)]).await;
    tour.look("accounts-bottom").await;
    page.click("button", "Disconnect").await;
    page.find("button", "Disconnect account").await;
    tour.look("disconnect").await;
    leave(&page, "Keep it").await;
}

async fn security(tour: &mut Tour) {
    let page = tour.page().clone();
    page.click("link", "Security").await;
    page.reads("Audit trail").await;
    open_details(&page).await;
    tour.look("security").await;
    for height in [600, 1200, 9999] {
        page.run(SCROLL, vec![json!(height)]).await;
        tour.look(&format!("security-{height}")).await;
    }
    page.run(SCROLL, vec![json!(0)]).await;
    for dialog in ["Show recovery phrase", "Change key", "Export diagnostics"] {
        page.click("button", dialog).await;
        page.find("button", "Cancel").await;
        tour.look(dialog).await;
        leave(&page, "Cancel").await;
    }
}

async fn settings(tour: &mut Tour) {
    let page = tour.page().clone();
    page.click("link", "Settings").await;
    page.reads("Publishing").await;
    for switch in [
        "Limit upload speed",
        "Only at certain times",
        "Receive TikTok’s webhooks",
        "Use your own page",
    ] {
        page.click("switch", switch).await;
    }
    page.run(SCROLL, vec![json!(0)]).await;
    tour.look("settings").await;
    for height in [600, 1200, 9999] {
        page.run(SCROLL, vec![json!(height)]).await;
        tour.look(&format!("settings-{height}")).await;
    }
    page.run(SCROLL, vec![json!(0)]).await;
    page.click("switch", "Limit upload speed").await;
}

async fn pauses(tour: &mut Tour) {
    let page = tour.page().clone();
    page.click("link", "Queue").await;
    page.click("button", "Pause all").await;
    page.reads("Everything is paused.").await;
    tour.look("paused").await;
    page.click("button", "Resume all").await;

    let down = FaultKind::Status {
        http: 503,
        code: None,
        message: None,
    };
    let waiting = tour.video("waiting.mp4", &video::small());
    tour.add(&waiting).await;
    tour.scene
        .sandbox
        .add_fault(Fault::once(Operation::Init, down).times(6));
    page.click("button", "Post").await;
    stands(&tour.scene.window, &waiting, "Waiting").await;
    tour.look("waiting").await;
    page.reads_within("Next try in", Duration::from_mins(1))
        .await;
    tour.look("resting").await;
    tour.scene.sandbox.clear_faults();
    stands(&tour.scene.window, &waiting, "Published").await;
}

/// Closes the window during an upload. Slipway explains that it keeps running, and notifies of the end.
async fn notification(tour: &mut Tour) {
    let page = tour.page().clone();
    let clip = tour.video("slow upload.mp4", &video::small());
    tour.scene.sandbox.set_options(Options {
        upload_bytes_per_sec: Some(fs::metadata(&clip).unwrap().len() / 60),
        ..without_delays()
    });
    tour.add(&clip).await;
    page.click("button", "Post").await;
    page.find("progressbar", "Uploading slow upload.mp4").await;
    tour.look("uploading").await;

    let notifications = Notifications::start(&tour.scene.desktop).await;
    tour.scene.window.press_close_until_asked().await;
    page.find("dialog", "Slipway keeps running").await;
    tour.look("closing").await;
    page.click("button", "Keep running").await;
    tour.scene.sandbox.set_options(without_delays());
    let shown = notifications.titled("Published").await;
    let [_, open] = shown.actions.as_slice() else {
        panic!("{shown:?}");
    };
    for text in [&shown.title, &shown.body, open] {
        let words = plain_words(text, &tour.data);
        assert!(words.is_empty(), "plain words {words:?} in {text:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn problems_at_the_start_come_from_the_catalogs() {
    let setting = Setting {
        screen: (1024, 900),
        maximised: true,
        ..Setting::default()
    };
    let desktop = Desktop::start("pseudo-problems", setting).await;
    let launch = Launch::default().with("SLIPWAY_LANGUAGE", "en-XA");
    let data: Vec<String> = ["SLIPWAY_FERNET_KEY", "SLIPWAY_TIKTOK_API_URL", "https://"]
        .map(str::to_owned)
        .into();
    let mut found = Vec::new();
    let look = async |window: &Window, title: &str| {
        window.page().find("heading", title).await;
        window.page().drawn().await;
        let picture = desktop.results().join(format!("{title}.png"));
        desktop.picture(&picture);
        problems(window.page(), &data, title).await
    };
    for (variable, value, title) in [
        (
            "SLIPWAY_FERNET_KEY",
            "not a key",
            "The encryption key is not valid",
        ),
        (
            "SLIPWAY_TIKTOK_API_URL",
            "http://example.com",
            "An environment variable is not valid",
        ),
    ] {
        let launch = launch.clone().with(variable, value);
        let window = Window::open(&desktop, &launch).await;
        found.extend(look(&window, title).await);
        window.close().await;
    }

    let right = launch.clone().with("SLIPWAY_FERNET_KEY", VAULT_KEY);
    let window = Window::open(&desktop, &right).await;
    let page = window.page();
    page.click("button", "Use my TikTok app").await;
    page.fill("Client key", "sbslipwaydemo").await;
    page.fill("Client secret", "a-secret-of-the-creator").await;
    page.click("button", "Save").await;
    page.reads("TikTok app saved").await;
    window.close().await;
    let window = Window::open(&desktop, &launch).await;
    let page = window.page();
    found.extend(look(&window, "The keyring is locked").await);
    page.click("button", "Restore with recovery phrase").await;
    found.extend(look(&window, "Restore your key").await);
    page.click("button", "Back").await;
    page.click("button", "Forget the tokens and reconnect")
        .await;
    found.extend(look(&window, "Forget the tokens?").await);
    window.kill().await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_speaks_the_language_of_the_environment() {
    let setting = Setting::default();
    let desktop = Desktop::start("pseudo-command-line", setting).await;
    let run = |argument: &str| {
        let mut command = desktop.command(program("slipway"));
        command.env("SLIPWAY_LANGUAGE", "en-XA").arg(argument);
        let said = command.output().unwrap();
        let text = [said.stdout, said.stderr].concat();
        String::from_utf8(text).unwrap()
    };
    let data: Vec<String> = [
        "slipway [OPTIONS] [FILE...]",
        "--background",
        "--help",
        "--version",
        "slipway --help",
        "--nonsense",
        "slipway",
    ]
    .map(str::to_owned)
    .into();
    for (argument, english) in [
        ("--help", "start in the tray, without a window"),
        ("--nonsense", "Unknown option: --nonsense"),
    ] {
        let said = run(argument);
        assert!(reveal(&said).contains(english), "{said}");
        let words = plain_words(&said, &data);
        assert!(words.is_empty(), "plain words {words:?} in {said}");
    }
}
