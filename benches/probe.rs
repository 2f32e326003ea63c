//! Measures the probing of a video of four gigabytes: the bytes and reads, and the time compared with ffprobe's for the
//! same file. Run with `cargo bench -p clip --bench probe`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../src-tauri/clip/tests/large/mod.rs"]
mod large;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use large::{Counting, FOUR_GB, headers_at_the_end, many_fragments, write_matroska};
use tempfile::TempDir;

/// The most bytes that probing may read of a file.
const LIMIT: u64 = 1_000_000;
/// The number of measurements. The median counts.
const TIMES: usize = 9;

fn main() {
    let folder = TempDir::new().unwrap();
    let webm = folder.path().join("large.webm");
    write_matroska(&webm, 600, FOUR_GB / 600);
    let files: [(&str, PathBuf); 3] = [
        ("MP4, headers at the end", headers_at_the_end(&folder)),
        ("MP4, 600 fragments", many_fragments(&folder)),
        ("WebM without a duration", webm),
    ];
    println!(
        "{:<24} {:>13} {:>9} {:>6} {:>10} {:>10} {:>6}",
        "file", "size", "bytes", "reads", "clip", "ffprobe", "ratio"
    );
    for (name, path) in &files {
        let mut reader = Counting::open(path);
        clip::probe(&mut reader).unwrap();
        let ours = middle(|| drop(clip::probe_file(path).unwrap()));
        let theirs = middle(|| ffprobe(path));
        println!(
            "{name:<24} {:>13} {:>9} {:>6} {:>8.2}ms {:>8.2}ms {:>6.4}",
            fs::metadata(path).unwrap().len(),
            reader.read,
            reader.reads,
            ours.as_secs_f64() * 1e3,
            theirs.as_secs_f64() * 1e3,
            ours.as_secs_f64() / theirs.as_secs_f64(),
        );
        assert!(reader.read < LIMIT, "{name}: {} bytes read", reader.read);
    }
}

/// The time for a file whose headers are cached.
fn middle(work: impl Fn()) -> Duration {
    work();
    let mut times = [Duration::ZERO; TIMES];
    for time in &mut times {
        let began = Instant::now();
        work();
        *time = began.elapsed();
    }
    times.sort();
    times[TIMES / 2]
}

/// The time that ffprobe takes for the same facts, including its start.
fn ffprobe(path: &Path) {
    let status = Command::new("ffprobe")
        .args(["-v", "error", "-show_format", "-show_streams"])
        .arg(path)
        .stdout(Stdio::null())
        .status()
        .expect("ffprobe must be installed: it is what is compared with");
    assert!(status.success());
}
