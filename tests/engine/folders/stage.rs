//! A stage with a watched folder, and small videos that are all different.

use std::{
    fs,
    ops::Deref,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::Duration,
};

use slipway_engine::views::{
    Folder, FolderAction, FolderFile, FolderFilter, FolderSettings, Post, Settings,
};
use slipway_tests::{
    fast_clock::FastClock,
    stage::{Running, Stage},
    wait::{UPLOAD, eventually},
};
use tiktok_sandbox::Options;

/// The factor by which the clock runs faster than the computer's.
pub const FACTOR: u32 = 10;
/// The debounce time, in seconds of that clock.
pub const SETTLE: u32 = 2;

/// A stage with a folder to watch, on a clock that runs [`FACTOR`] times as fast as the computer's.
pub struct FolderStage(Stage<FastClock>);

impl Deref for FolderStage {
    type Target = Stage<FastClock>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl FolderStage {
    pub async fn new() -> Self {
        let options = Options {
            daily_posts: 10_000,
            pending_drafts: 10_000,
            ..Options::default()
        };
        let stage = Stage::builder()
            .clock(FastClock::starting_now(FACTOR))
            .options(options)
            .build()
            .await;
        fs::create_dir(stage.folder.path().join("exports")).unwrap();
        Self(stage)
    }

    pub async fn engine(&self) -> Running {
        let app = self.0.engine().await;
        let settings = Settings {
            settle_seconds: SETTLE,
            time_zone: Some("Europe/Vienna".into()),
            ..app.engine.settings()
        };
        app.engine.update_settings(&settings).await.unwrap();
        app
    }

    /// The folder that is watched.
    pub fn exports(&self) -> PathBuf {
        self.folder.path().join("exports")
    }

    /// The path of a file in it.
    pub fn at(&self, name: &str) -> PathBuf {
        self.exports().join(name)
    }

    /// Adds the folder to an engine.
    pub async fn watch(&self, app: &Running, settings: &FolderSettings) -> Folder {
        let exports = self.exports();
        let folder = app.engine.add_folder(&exports, settings, false).await;
        folder.unwrap()
    }

    /// Moves a complete video into the folder, as some editors do at the end of an export.
    pub fn put(&self, name: &str, number: usize) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let half = self.folder.path().join("half");
        fs::write(&half, video(number)).unwrap();
        fs::rename(half, path).unwrap();
    }
}

/// Settings with one account and this action.
pub fn choose(account: &str, action: FolderAction) -> FolderSettings {
    FolderSettings {
        accounts: vec![account.to_owned()],
        action,
        ..FolderSettings::default()
    }
}

/// A real video that is different for each number. Its index comes last, so no truncated part is complete, except one
/// that ends right before the last bytes.
pub fn video(number: usize) -> Vec<u8> {
    static CLIP: OnceLock<Vec<u8>> = OnceLock::new();
    let mut bytes = CLIP.get_or_init(|| clip(24)).clone();
    let noise: Vec<u8> = (0..64 + number)
        .map(|at| u8::try_from((at * 31 + number) % 251).unwrap())
        .collect();
    bytes.extend_from_slice(&u32::try_from(noise.len() + 8).unwrap().to_be_bytes());
    bytes.extend_from_slice(b"free");
    bytes.extend_from_slice(&noise);
    bytes
}

/// One second of video with this number of frames.
pub fn clip(frames: u32) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.mp4");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i"])
        .arg(format!("testsrc2=size=360x640:rate={frames}:duration=1"))
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-crf", "40"])
        .args(["-pix_fmt", "yuv420p"])
        .arg(&path)
        .status()
        .expect("ffmpeg is needed to make the test videos (Debian package ffmpeg)");
    assert!(made.success());
    fs::read(path).unwrap()
}

/// All files that a folder shows.
pub async fn files(app: &Running, folder: &Folder) -> Vec<FolderFile> {
    let mut files = Vec::new();
    let mut before = None;
    loop {
        let filter = FolderFilter {
            folder_id: folder.id.clone(),
            show: None,
            before,
        };
        let page = app.engine.folder_files(&filter).await.unwrap();
        assert!(page.files.len() <= 100);
        files.extend(page.files);
        match page.next {
            Some(next) => before = Some(next),
            None => return files,
        }
    }
}

/// Waits until `wanted` accepts a file.
pub async fn until<T>(
    app: &Running,
    folder: &Folder,
    path: &str,
    wanted: impl Fn(&FolderFile) -> Option<T>,
) -> T {
    eventually(&format!("{path} as wanted"), UPLOAD, async || {
        let files = files(app, folder).await;
        // Another file with the path can have been taken before.
        files
            .iter()
            .filter(|file| file.path == path)
            .find_map(&wanted)
    })
    .await
}

/// Waits until there are at least `count` posts, newest first.
pub async fn posts(app: &Running, count: usize) -> Vec<Post> {
    eventually(&format!("{count} posts"), UPLOAD, async || {
        let posts = app.engine.posts().await.unwrap();
        (posts.len() >= count).then_some(posts)
    })
    .await
}

/// Waits until a file is ingested, and returns its one post.
pub async fn taken(app: &Running, folder: &Folder, path: &str) -> Post {
    let ids = until(app, folder, path, |file| match &file.state {
        slipway_engine::views::FolderFileState::Taken { posts, .. } => Some(posts.clone()),
        _ => None,
    })
    .await;
    assert_eq!(ids.len(), 1, "{path}");
    app.engine.post(&ids[0]).await.unwrap()
}

/// Waits until a file is skipped, and returns the notice's code.
pub async fn skipped(app: &Running, folder: &Folder, path: &str) -> String {
    until(app, folder, path, |file| match &file.state {
        slipway_engine::views::FolderFileState::Skipped { notice, .. } => Some(notice.code.clone()),
        _ => None,
    })
    .await
}

/// Waits until each file of a folder is decided.
pub async fn at_rest(app: &Running, folder: &Folder) {
    eventually("a folder at rest", UPLOAD, async || {
        let folder = app.engine.folder(&folder.id).await.unwrap();
        (folder.counts.settling == 0).then_some(())
    })
    .await;
}

pub fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// The real time of a time on the fast clock.
pub fn real(clock: FastClock, seconds: u32) -> Duration {
    clock.real(Duration::from_secs(seconds.into()))
}
