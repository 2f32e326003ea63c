//! Invented histories of a watched folder: random operations on its files, as people, sync tools and backups do them.
//! Each content that is new since the folder is watched is published once, no other content ever is, and the creator's
//! decisions stay.
//!
//! The seed of each history is printed; `SLIPWAY_FOLDERS_SEED` repeats one.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    path::PathBuf,
    time::{Duration, SystemTime},
};

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sha2::{Digest, Sha256};
use slipway_engine::views::{
    Folder, FolderAction, FolderFileState, FolderSettings, PostSettings, Subfolders,
};
use slipway_tests::{
    stage::Running,
    wait::{UPLOAD, eventually},
};

use super::stage::{FolderStage, at_rest, choose, files, taken, video};

const HISTORIES: u64 = 3;
const OPERATIONS: usize = 14;
/// The videos that are in the folder before it is watched, and those of them that the creator leaves alone.
const OLD: usize = 5;
const LEFT: usize = 2;

/// A history, and what should be known about it.
struct History {
    stage: FolderStage,
    rng: StdRng,
    /// The files that should be in the folder, with their content.
    there: BTreeMap<String, Vec<u8>>,
    /// Deleted and replaced contents, which a backup or a bin can bring back.
    gone: Vec<(String, Vec<u8>)>,
    old: BTreeSet<String>,
    /// The new contents that were in the folder when it was looked at. One that was there for a moment may be public.
    new: BTreeSet<String>,
    left: BTreeSet<String>,
    count: usize,
}

impl History {
    async fn begin(seed: u64) -> (Self, Running, Folder) {
        let stage = FolderStage::new().await;
        let app = stage.engine().await;
        let ada = app.connect("ada").await;
        let mut history = Self {
            stage,
            rng: StdRng::seed_from_u64(seed),
            there: BTreeMap::new(),
            gone: Vec::new(),
            old: BTreeSet::new(),
            new: BTreeSet::new(),
            left: BTreeSet::new(),
            count: 0,
        };
        for number in 0..OLD {
            let (name, bytes) = (format!("old {number}.mp4"), history.content());
            history.old.insert(sha256(&bytes));
            history.write(&name, bytes);
        }
        let settings = FolderSettings {
            post: PostSettings {
                privacy: Some("PUBLIC_TO_EVERYONE".into()),
                ..PostSettings::default()
            },
            subfolders: Subfolders::Include,
            ..choose(&ada.id, FolderAction::Direct)
        };
        let exports = history.stage.exports();
        let folder = app
            .engine
            .add_folder(&exports, &settings, true)
            .await
            .unwrap();
        let left: Vec<String> = history.there.keys().take(LEFT).cloned().collect();
        history.left = left
            .iter()
            .map(|name| sha256(&history.there[name]))
            .collect();
        app.engine.dismiss_files(&folder.id, &left).await.unwrap();
        (history, app, folder)
    }

    /// A video of which there is no other.
    fn content(&mut self) -> Vec<u8> {
        self.count += 1;
        video(self.count)
    }

    fn at(&self, name: &str) -> PathBuf {
        let path = self.stage.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    /// Moves a file with this content to its place at once.
    fn write(&mut self, name: &str, bytes: Vec<u8>) {
        let half = self.stage.folder.path().join("half");
        fs::write(&half, &bytes).unwrap();
        fs::rename(half, self.at(name)).unwrap();
        if let Some(before) = self.there.insert(name.to_owned(), bytes) {
            self.gone.push((name.to_owned(), before));
        }
    }

    fn any(&mut self) -> String {
        let names: Vec<&String> = self.there.keys().collect();
        (*names.choose(&mut self.rng).unwrap()).clone()
    }

    /// A name that no file has.
    fn name(&mut self) -> String {
        self.count += 1;
        let folder = ["", "a/", "a/b/"].choose(&mut self.rng).unwrap();
        format!("{folder}take {}.mp4", self.count)
    }

    fn shift(&mut self, name: &str) {
        let hours = self.rng.random_range(1..48);
        let shift = Duration::from_hours(hours);
        let time = if self.rng.random() {
            SystemTime::now() + shift
        } else {
            SystemTime::now() - shift
        };
        let file = File::options().write(true).open(self.at(name)).unwrap();
        file.set_modified(time).unwrap();
    }

    fn operate(&mut self, operation: usize) -> &'static str {
        let (one, other) = (self.any(), self.any());
        match operation {
            0 => {
                self.shift(&one);
                "touch"
            }
            1 => {
                let (name, bytes) = (self.name(), self.there[&one].clone());
                self.write(&name, bytes);
                "copy"
            }
            2 => {
                let name = self.name();
                fs::rename(self.at(&one), self.at(&name)).unwrap();
                let bytes = self.there.remove(&one).unwrap();
                self.there.insert(name, bytes);
                "rename"
            }
            3 if self.there.len() > 2 => {
                fs::remove_file(self.at(&one)).unwrap();
                let bytes = self.there.remove(&one).unwrap();
                self.gone.push((one, bytes));
                "delete"
            }
            4 if !self.gone.is_empty() => {
                let at = self.rng.random_range(0..self.gone.len());
                let (name, bytes) = self.gone[at].clone();
                self.write(&name, bytes);
                "restore"
            }
            5 if one != other => {
                let (from, to) = (self.at(&one), self.at(&other));
                let place = self.stage.folder.path().join("place");
                fs::rename(&from, &place).unwrap();
                fs::rename(&to, &from).unwrap();
                fs::rename(&place, &to).unwrap();
                let (a, b) = (
                    self.there.remove(&one).unwrap(),
                    self.there.remove(&other).unwrap(),
                );
                self.there.insert(one, b);
                self.there.insert(other, a);
                "swap"
            }
            6 => {
                let bytes = self.there[&one].clone();
                fs::write(self.at(&one), &bytes[..bytes.len() / 2]).unwrap();
                self.shift(&one);
                self.write(&one, bytes);
                self.gone.pop();
                "truncate and restore"
            }
            7 => {
                let root = self.stage.exports();
                let copy = self.stage.folder.path().join("copy");
                let done = std::process::Command::new("cp")
                    .arg("-a")
                    .args([&root, &copy])
                    .status();
                assert!(done.unwrap().success());
                fs::remove_dir_all(&root).unwrap();
                fs::rename(copy, root).unwrap();
                "another disk"
            }
            8 => {
                for name in self.there.keys().cloned().collect::<Vec<_>>() {
                    self.shift(&name);
                }
                "clock"
            }
            9 | 10 => {
                let bytes = self.content();
                self.write(&one, bytes);
                "new export"
            }
            _ => {
                let (name, bytes) = (self.name(), self.content());
                self.write(&name, bytes);
                "new video"
            }
        }
    }

    /// Waits until the folder has seen all that came before, and compares TikTok with what should be there.
    async fn check(&mut self, app: &Running, folder: &Folder, story: &[&str]) {
        let (name, bytes) = (self.name(), self.content());
        self.write(&name, bytes);
        let there = self.there.values().map(|bytes| sha256(bytes));
        self.new
            .extend(there.filter(|content| !self.old.contains(content)));
        taken(app, folder, &name).await;
        at_rest(app, folder).await;
        eventually(
            &format!("all that is new, after {story:?}"),
            UPLOAD,
            async || {
                let posts = self.stage.sandbox.posts();
                let public: BTreeSet<_> = posts.into_iter().map(|post| post.sha256).collect();
                self.new.is_subset(&public).then_some(())
            },
        )
        .await;
        let posts = self.stage.sandbox.posts();
        let mut published = BTreeSet::new();
        for post in posts {
            let is_old = self.old.contains(&post.sha256);
            assert!(!is_old, "an old video is public after {story:?}");
            let caption = post.caption;
            assert!(
                published.insert(post.sha256),
                "{caption:?} is public twice after {story:?}"
            );
        }
        for file in files(app, folder).await {
            let Some(bytes) = self.there.get(&file.path) else {
                continue;
            };
            if !self.left.contains(&sha256(bytes)) || file.size_bytes != bytes.len() as u64 {
                continue;
            }
            let FolderFileState::Skipped { notice, .. } = file.state else {
                panic!("{} was left alone, after {story:?}", file.path);
            };
            assert_eq!(notice.code, "folder.file.dismissed", "after {story:?}");
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn new_content_is_published_once_and_nothing_else_ever() {
    let repeated = std::env::var("SLIPWAY_FOLDERS_SEED").ok();
    let seeds = match repeated {
        Some(seed) => vec![seed.parse().unwrap()],
        None => (0..HISTORIES).map(|_| rand::random()).collect(),
    };
    for seed in seeds {
        println!("SLIPWAY_FOLDERS_SEED={seed}");
        let (mut history, mut app, folder) = History::begin(seed).await;
        let mut story = Vec::new();
        for _ in 0..OPERATIONS {
            let is_closed = history.rng.random_ratio(1, 5);
            let running = if is_closed {
                app.engine.close().await;
                story.push("close");
                None
            } else {
                Some(app)
            };
            for _ in 0..history.rng.random_range(1..4) {
                let operation = history.rng.random_range(0..12);
                story.push(history.operate(operation));
            }
            app = match running {
                Some(app) => app,
                None => history.stage.engine().await,
            };
            history.check(&app, &folder, &story).await;
        }
    }
}
