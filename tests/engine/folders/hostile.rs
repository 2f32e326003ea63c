//! A hostile writer: 500 videos are written in the worst ways, beside 100,000 other files, links and loops. Each
//! finished video is queued once, and no unfinished one ever. The same again with kills of the engine.
//!
//! Root can read every file, so a file without permissions is tested only for other users.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions, Permissions},
    io::Write,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use slipway_engine::views::{FolderAction, FolderSettings, PostState, Subfolders};
use slipway_tests::{engine_process::check_whole, stage::Running, wait::eventually};

use super::stage::{FolderStage, SETTLE, choose, real, video};

const VIDEOS: usize = 500;
const OTHERS: usize = 100_000;
/// The number of videos that are written at once.
const WRITERS: usize = 24;
/// The limit until each file is decided.
const PATIENCE: Duration = Duration::from_mins(3);

/// The number of ways in which videos are written.
const WAYS: usize = 10;

/// Writes one video to one of the folders, in a way that depends on its number.
fn write(root: &Path, number: usize, pause: Duration) {
    let bytes = video(number);
    let folder = root.join(["", "one", "one/two"][number % 3]);
    let path = folder.join(format!("{number}.mp4"));
    let (third, two_thirds) = (bytes.len() / 3, bytes.len() * 2 / 3);
    let rest = |times: u32| std::thread::sleep(pause * times);
    let append = |bytes: &[u8]| {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&path)
            .unwrap();
        file.write_all(bytes).unwrap();
    };
    match number % WAYS {
        // At once.
        0 => fs::write(&path, &bytes).unwrap(),
        // Slowly, with pauses shorter and longer than the debounce time, while the file stays open.
        1 | 2 => {
            let mut file = File::create(&path).unwrap();
            for piece in bytes.chunks(third) {
                file.write_all(piece).unwrap();
                file.flush().unwrap();
                rest(if number % WAYS == 1 { 1 } else { 5 });
            }
        }
        // With pauses longer than the debounce time; the file is closed in each.
        3 => {
            append(&bytes[..third]);
            rest(5);
            append(&bytes[third..two_thirds]);
            rest(5);
            append(&bytes[two_thirds..]);
        }
        // Truncated in the middle and rewritten.
        4 => {
            fs::write(&path, &bytes[..two_thirds]).unwrap();
            rest(4);
            let mut file = File::create(&path).unwrap();
            rest(1);
            file.write_all(&bytes).unwrap();
        }
        // Under another name, then renamed.
        5 => {
            let half = folder.join(format!("{number}.mp4.part"));
            fs::write(&half, &bytes).unwrap();
            rest(1);
            fs::rename(half, &path).unwrap();
        }
        // Renamed over an unfinished file.
        6 => {
            fs::write(&path, &bytes[..two_thirds]).unwrap();
            rest(4);
            let half = folder.join(format!(".{number}.mp4"));
            fs::write(&half, &bytes).unwrap();
            fs::rename(half, &path).unwrap();
        }
        // Moved out unfinished, finished there, and moved in again.
        7 => {
            fs::write(&path, &bytes[..third]).unwrap();
            rest(1);
            let outside = root.parent().unwrap().join(format!("outside-{number}.mp4"));
            fs::rename(&path, &outside).unwrap();
            fs::write(&outside, &bytes).unwrap();
            rest(1);
            fs::rename(&outside, &path).unwrap();
        }
        // Two copies at once, in two folders.
        8 => {
            let copy = root.join("copies").join(format!("{number} copy.mp4"));
            let (mut one, mut other) = (File::create(&path).unwrap(), File::create(copy).unwrap());
            for piece in bytes.chunks(third) {
                one.write_all(piece).unwrap();
                other.write_all(piece).unwrap();
                rest(1);
            }
        }
        // Renamed while it is being written.
        _ => {
            let first = folder.join(format!("draft {number}.mp4"));
            let mut file = File::create(&first).unwrap();
            file.write_all(&bytes[..two_thirds]).unwrap();
            rest(1);
            fs::rename(first, &path).unwrap();
            file.write_all(&bytes[two_thirds..]).unwrap();
        }
    }
}

/// Creates all other files.
fn litter(root: &Path) {
    for folder in ["one/two", "copies", "beside"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    symlink(root, root.join("one/loop")).unwrap();
    symlink(root.join("beside"), root.join("one/link")).unwrap();
    symlink("/nowhere/video.mp4", root.join("dangling.mp4")).unwrap();
    let outside = root.parent().unwrap().join("outside.mp4");
    fs::write(&outside, video(9_999)).unwrap();
    symlink(&outside, root.join("linked.mp4")).unwrap();
    let closed = root.join("closed.mp4");
    fs::write(&closed, &video(9_998)[..5_000]).unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o000)).unwrap();
    for number in 0..OTHERS {
        let name = if number % 2 == 0 {
            format!("beside/{number}.jpg")
        } else {
            format!("beside/{number}.mp4.crdownload")
        };
        File::create(root.join(name)).unwrap();
    }
}

/// Writes all videos, several at once.
fn write_all(root: PathBuf, pause: Duration) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= VIDEOS {
                            return;
                        }
                        write(&root, number, pause);
                    }
                });
            }
        });
    })
}

fn settings(account: &str) -> FolderSettings {
    FolderSettings {
        subfolders: Subfolders::Include,
        ..choose(account, FolderAction::Approve)
    }
}

/// Waits until each file is decided, and checks the result for each video.
async fn judge(app: &Running, folder: &str) {
    eventually("500 videos in the queue", PATIENCE, async || {
        let posts = app.engine.posts().await.unwrap();
        let counts = app.engine.folder(folder).await.unwrap().counts;
        (posts.len() >= VIDEOS && counts.settling == 0).then_some(())
    })
    .await;
    let posts = app.engine.posts().await.unwrap();
    let mut sizes: HashMap<u64, usize> = HashMap::new();
    for post in &posts {
        assert_eq!(post.state, PostState::Draft);
        *sizes.entry(post.size_bytes).or_default() += 1;
        assert_eq!(
            fs::read(&post.path).unwrap().len() as u64,
            post.size_bytes,
            "{} was taken unfinished",
            post.file_name
        );
    }
    for number in 0..VIDEOS {
        let size = video(number).len() as u64;
        assert_eq!(sizes.remove(&size), Some(1), "video {number}");
    }
    assert!(sizes.is_empty(), "taken unfinished: {sizes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_finished_video_of_a_hostile_writer_is_queued_once() {
    let began = Instant::now();
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let root = stage.exports();
    litter(&root);
    println!("littered after {:.0?}", began.elapsed());
    let folder = stage.watch(&app, &settings(&ada.id)).await;
    // A third of the debounce time.
    let writing = write_all(root, real(stage.clock, SETTLE) / 3);
    tokio::task::spawn_blocking(|| writing.join().unwrap())
        .await
        .unwrap();
    println!("written after {:.0?}", began.elapsed());
    judge(&app, &folder.id).await;
    println!("judged after {:.0?}", began.elapsed());
    let counts = app.engine.folder(&folder.id).await.unwrap().counts;
    assert!(counts.skipped as usize >= VIDEOS / WAYS, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_finished_video_is_queued_once_despite_kills() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let root = stage.exports();
    litter(&root);
    let folder = stage.watch(&app, &settings(&ada.id)).await;
    app.engine.close().await;

    let writing = write_all(root, real(stage.clock, SETTLE) / 3);
    let mut kills = 0;
    while !writing.is_finished() || kills < 5 {
        let process = stage.process(env!("CARGO_BIN_EXE_engine-process"), None);
        // Long enough to ingest some files, and different for each life.
        process
            .until(Duration::from_millis(1500 + 370 * (kills % 4)))
            .await;
        process.kill();
        kills += 1;
        check_whole(&stage.data()).await;
    }
    writing.join().unwrap();
    println!("{kills} kills");
    let app = stage.engine().await;
    judge(&app, &folder.id).await;
}
