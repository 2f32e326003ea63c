//! Sparse files of the largest size that TikTok accepts: a probe reads less than a megabyte of each.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod large;

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    time::Duration,
};

use clip::{Clip, Container, probe};
use large::{
    Counting, FOUR_GB, boxes, encode, headers_at_the_end, many_fragments, only, write_hole,
    write_matroska,
};
use tempfile::TempDir;

const MEGABYTE: u64 = 1_000_000;

/// Probes a file of at least four gigabytes and checks the bytes read.
fn probe_cheaply(path: &Path) -> Clip {
    assert!(fs::metadata(path).unwrap().len() >= FOUR_GB);
    let mut reader = Counting::open(path);
    let clip = probe(&mut reader).unwrap();
    println!("{}: {} bytes read", path.display(), reader.read);
    assert!(reader.read < MEGABYTE, "{} bytes read", reader.read);
    clip
}

#[test]
fn headers_after_the_media() {
    let folder = TempDir::new().unwrap();
    let clip = probe_cheaply(&headers_at_the_end(&folder));
    assert_eq!(clip.duration, Duration::from_secs(1));
    assert_eq!(clip.video.frame_rate, Some(25.0));
}

/// Ten minutes at 60 fps with different durations: the largest honest table of durations.
#[test]
fn ten_uneven_minutes() {
    let folder = TempDir::new().unwrap();
    let made = boxes(&encode(
        &folder,
        "small.mp4",
        "color=size=32x32:rate=60:duration=600",
        &[
            "-vf",
            "settb=1/90000,setpts='N*1500+600*random(1)'",
            "-vsync",
            "passthrough",
            "-enc_time_base",
            "1:90000",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-video_track_timescale",
            "90000",
        ],
    ));
    let moov = only(&made, *b"moov");
    assert!(
        moov.len() > 400_000,
        "the table is uneven: {} bytes",
        moov.len()
    );
    let path = folder.path().join("large.mp4");
    let mut file = File::create(&path).unwrap();
    file.write_all(&only(&made, *b"ftyp")).unwrap();
    file.write_all(&moov).unwrap();
    write_hole(&mut file, FOUR_GB);
    let clip = probe_cheaply(&path);
    assert!((clip.video.frame_rate.unwrap() - 60.0).abs() < 0.01);
    assert_eq!(clip.video.variable_frame_rate, Some(true));
    assert_eq!(clip.duration.as_secs(), 600);
}

#[test]
fn headers_of_every_fragment() {
    let folder = TempDir::new().unwrap();
    let clip = probe_cheaply(&many_fragments(&folder));
    assert_eq!(clip.duration, Duration::from_mins(10));
    assert_eq!(clip.video.frame_rate, Some(25.0));
}

#[test]
fn matroska_without_a_duration() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("large.webm");
    write_matroska(&path, 600, FOUR_GB / 600);
    let clip = probe_cheaply(&path);
    assert_eq!(clip.container, Container::WebM);
    assert_eq!((clip.video.width, clip.video.height), (720, 1280));
    assert_eq!(clip.duration, Duration::from_mins(10));
    assert!((clip.video.frame_rate.unwrap() - 25.0).abs() < 0.01);
    assert_eq!(clip.video.variable_frame_rate, Some(false));
}

/// The frames in the middle of the last cluster suffice for the rate, but the cluster is read to its end.
#[test]
fn last_cluster_is_read_to_its_end() {
    let folder = TempDir::new().unwrap();
    for clusters in 81..=83 {
        let path = folder.path().join("small.webm");
        write_matroska(&path, clusters, 100);
        let clip = probe(File::open(&path).unwrap()).unwrap();
        assert_eq!(clip.duration, Duration::from_secs(clusters));
    }
}
