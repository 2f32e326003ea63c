//! Watched folders: a creator adds one, and another program writes videos to it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use slipway_tests::browser::Browser;
use slipway_tests::journey::{Connected, stands, the_one_post};
use slipway_tests::page::Page;
use slipway_tests::video;
use slipway_tests::wait::{SOON, eventually};

/// A connected Slipway, and a folder beside it into which some editor exports.
struct FolderSetup {
    slipway: Connected,
    exports: PathBuf,
}

impl FolderSetup {
    async fn new(name: &str) -> Self {
        let slipway = Connected::new(name, None, &[]).await;
        let exports = slipway.desktop.home().join("Exports");
        fs::create_dir(&exports).unwrap();
        Self { slipway, exports }
    }

    fn page(&self) -> &Page {
        self.slipway.window.page()
    }

    /// Drops the folder on the window, and opens its settings.
    async fn drop_folder(&self) {
        self.page().click("link", "Folders").await;
        self.slipway
            .window
            .drop_files(&self.slipway.desktop, &[&self.exports])
            .await;
        self.page().click("button", "Set it up").await;
        self.page().find("heading", "Watch a folder").await;
    }

    /// Writes a file as an editor does: it grows in pieces under its own name, and is closed.
    fn export(&self, video: &Path, name: &str) -> PathBuf {
        use std::io::Write;

        let path = self.exports.join(name);
        let bytes = fs::read(video).unwrap();
        let mut file = fs::File::create(&path).unwrap();
        for piece in bytes.chunks(bytes.len() / 7 + 1) {
            file.write_all(piece).unwrap();
            file.flush().unwrap();
        }
        path
    }
}

/// Waits until the folder's page shows this text for a file.
async fn file_says(page: &Page, name: &str, text: &str) {
    let what = format!("the row of {name:?} says {text:?}");
    eventually(&what, SOON, async || {
        let rows = page.all("listitem", Some(name)).await;
        let words = rows.first()?.text().await.ok()?;
        words.contains(text).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_video_in_a_watched_folder_is_posted_directly_and_plays_on_the_profile() {
    let setup = FolderSetup::new("folder-direct").await;
    let page = setup.page();
    let before = setup.export(&video::colourful(), "an older one.mp4");
    setup.drop_folder().await;
    page.reads("1 video is already there.").await;
    page.click("radio", "Post directly").await;
    page.choose("Who can see this video", "Everyone").await;
    // Without the creator's consent nothing is posted automatically.
    page.reads("Agree to direct posts from this folder.").await;
    let consent = "Post every new video of this folder directly to Ada Lindqvist, with the choices on this page and without asking me each time.";
    page.click("checkbox", consent).await;
    page.click("button", "Watch this folder").await;
    page.find("heading", "Exports").await;
    file_says(page, "an older one.mp4", "Offered").await;

    let small = video::small();
    let name = "Kiln opening, take 2.mp4";
    let exported = setup.export(&small, name);
    file_says(page, name, "Taken").await;
    page.click("link", "Queue").await;
    stands(&setup.slipway.window, &exported, "Published").await;

    // The existing file was not ingested.
    let post = the_one_post(&setup.slipway.sandbox);
    assert_eq!(post.sha256, video::sha256(&small));
    assert_eq!(post.caption.as_deref(), Some("Kiln opening, take 2"));
    assert_eq!(post.privacy.as_deref(), Some("PUBLIC_TO_EVERYONE"));
    assert!(before.exists() && exported.exists(), "files stay");

    // The same video under another name is known.
    let copy = "Kiln opening, take 2 (copy).mp4";
    fs::copy(&exported, setup.exports.join(copy)).unwrap();
    page.click("link", "Folders").await;
    page.click("link", "Exports").await;
    file_says(page, copy, "Skipped").await;
    assert_eq!(setup.slipway.sandbox.posts().len(), 1, "posted twice");

    page.click("link", "Queue").await;
    page.click("button", "View on TikTok").await;
    let address = setup.slipway.browser.address().await;
    let profile = Browser::open(&setup.slipway.desktop, &address).await;
    let played = profile
        .page()
        .run_async(
            "const done = arguments[0];
            const video = document.querySelector('video');
            video.muted = true;
            video.addEventListener('timeupdate', () => {
                if (video.currentTime > 0.5) done([video.videoWidth, video.videoHeight]);
            });
            video.addEventListener('error', () => done(video.error.message));
            video.play().catch((error) => done(error.message));",
            vec![],
        )
        .await;
    assert_eq!(played, json!([720, 1280]), "it does not play");
    profile.close().await;
    // The folder is still watched.
    setup.slipway.window.quit_anyway().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_video_waits_for_approval_by_default() {
    let setup = FolderSetup::new("folder-approval").await;
    let page = setup.page();
    setup.drop_folder().await;
    // By default nothing is published without the creator.
    page.click("button", "Watch this folder").await;
    page.find("heading", "Exports").await;

    let name = "morning.mp4";
    let exported = setup.export(&video::small(), name);
    file_says(page, name, "Taken").await;
    page.click("link", "Go to the queue").await;
    page.reads("To approve").await;
    assert_eq!(
        setup.slipway.sandbox.publishes().len(),
        0,
        "nothing is sent by itself"
    );

    // TikTok requires that the audience is chosen by hand.
    page.click("button", "Review").await;
    page.find("textbox", "Caption").await;
    page.choose("Who can see this video", "Friends").await;
    page.click("button", "Post").await;
    stands(&setup.slipway.window, &exported, "Published").await;
    let post = the_one_post(&setup.slipway.sandbox);
    assert_eq!(post.caption.as_deref(), Some("morning"));
    // The folder is still watched.
    setup.slipway.window.quit_anyway().await;
}
