//! Sparse files of the largest size that TikTok accepts.

#![allow(dead_code, reason = "the tests and the bench each need a part")]

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

pub const FOUR_GB: u64 = 4_000_000_000;

/// Counts the bytes and the calls of reads.
pub struct Counting {
    pub file: File,
    pub read: u64,
    pub reads: u64,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read += count as u64;
        self.reads += 1;
        Ok(count)
    }
}

impl Seek for Counting {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

impl Counting {
    pub fn open(path: &Path) -> Self {
        let file = File::open(path).unwrap();
        Self {
            file,
            read: 0,
            reads: 0,
        }
    }
}

pub fn encode(folder: &TempDir, name: &str, picture: &str, arguments: &[&str]) -> PathBuf {
    let path = folder.path().join(name);
    let output = Command::new("ffmpeg")
        .args([
            "-nostdin",
            "-hide_banner",
            "-loglevel",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            picture,
        ])
        .args(arguments)
        .arg(&path)
        .output()
        .expect("ffmpeg must be installed: these tests make their files with it");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    path
}

/// The outermost boxes of a file: kind and all bytes.
pub fn boxes(path: &Path) -> Vec<([u8; 4], Vec<u8>)> {
    let bytes = fs::read(path).unwrap();
    let mut boxes = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let size =
            usize::try_from(u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())).unwrap();
        boxes.push((
            bytes[at + 4..at + 8].try_into().unwrap(),
            bytes[at..at + size].to_vec(),
        ));
        at += size;
    }
    boxes
}

pub fn only(boxes: &[([u8; 4], Vec<u8>)], kind: [u8; 4]) -> Vec<u8> {
    boxes
        .iter()
        .filter(|(found, _)| *found == kind)
        .flat_map(|(_, bytes)| bytes.clone())
        .collect()
}

/// Writes an `mdat` with a 64-bit size and a hole as its content.
pub fn write_hole(file: &mut File, size: u64) {
    file.write_all(&1_u32.to_be_bytes()).unwrap();
    file.write_all(b"mdat").unwrap();
    file.write_all(&(size + 16).to_be_bytes()).unwrap();
    let end = file.stream_position().unwrap() + size;
    file.set_len(end).unwrap();
    file.seek(SeekFrom::Start(end)).unwrap();
}

pub const SHORT: &str = "testsrc2=size=64x48:rate=25:duration=1";

/// An MP4 whose headers lie behind four gigabytes of media.
pub fn headers_at_the_end(folder: &TempDir) -> PathBuf {
    let made = boxes(&encode(folder, "small.mp4", SHORT, &["-c:v", "libx264"]));
    let path = folder.path().join("large.mp4");
    let mut file = File::create(&path).unwrap();
    file.write_all(&only(&made, *b"ftyp")).unwrap();
    write_hole(&mut file, FOUR_GB);
    file.write_all(&only(&made, *b"moov")).unwrap();
    path
}

/// An MP4 of 600 fragments of one second each.
pub fn many_fragments(folder: &TempDir) -> PathBuf {
    let arguments = [
        "-c:v",
        "libx264",
        "-g",
        "25",
        "-movflags",
        "frag_keyframe+empty_moov",
    ];
    let made = boxes(&encode(folder, "small.mp4", SHORT, &arguments));
    let fragment = only(&made, *b"moof");
    // Every copy says that it begins at zero. A time box without its time makes them follow one another.
    let mut fragment = fragment;
    let time = fragment
        .windows(4)
        .position(|window| window == b"tfdt")
        .unwrap();
    fragment[time..time + 4].copy_from_slice(b"free");
    let path = folder.path().join("fragments.mp4");
    let mut file = File::create(&path).unwrap();
    file.write_all(&only(&made, *b"ftyp")).unwrap();
    file.write_all(&only(&made, *b"moov")).unwrap();
    for _ in 0..600 {
        file.write_all(&fragment).unwrap();
        write_hole(&mut file, FOUR_GB / 600);
    }
    write_hole(&mut file, 1_000);
    path
}

/// Writes a segment of clusters, each of one second and 25 frames, without a duration. The last frame of each is a hole
/// of `hole` bytes.
pub fn write_matroska(path: &Path, clusters: u64, hole: u64) {
    fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
        [id, &(content.len() as u64 | 1 << 56).to_be_bytes(), content].concat()
    }
    let header = element(&[0x1A, 0x45, 0xDF, 0xA3], &element(&[0x42, 0x82], b"webm"));
    let names = [
        element(&[0x4D, 0x80], b"made"),
        element(&[0x57, 0x41], b"made"),
    ]
    .concat();
    let video = [element(&[0xB0], &[2, 208]), element(&[0xBA], &[5, 0])].concat();
    let track = [
        element(&[0xD7], &[1]),
        element(&[0x73, 0xC5], &[1]),
        element(&[0x83], &[1]),
        element(&[0x86], b"V_VP9"),
        element(&[0xE0], &video),
    ];
    let tracks = element(
        &[0x16, 0x54, 0xAE, 0x6B],
        &element(&[0xAE], &track.concat()),
    );
    let head = [element(&[0x15, 0x49, 0xA9, 0x66], &names), tracks].concat();

    let mut file = File::create(path).unwrap();
    file.write_all(&header).unwrap();
    file.write_all(&[
        0x18, 0x53, 0x80, 0x67, 0x01, 255, 255, 255, 255, 255, 255, 255,
    ])
    .unwrap();
    file.write_all(&head).unwrap();
    for second in 0..clusters {
        // 25 frames: small ones, and a last one that fills the rest.
        let mut content = element(&[0xE7], &(second * 1000).to_be_bytes());
        for frame in 0..24_u8 {
            let [high, low] = (i16::from(frame) * 40).to_be_bytes();
            content.extend(element(&[0xA3], &[0x81, high, low, 0]));
        }
        content.extend([0xA3]);
        content.extend((hole | 1 << 56).to_be_bytes());
        let [high, low] = 960_i16.to_be_bytes();
        content.extend([0x81, high, low, 0]);
        let size = content.len() as u64 - 4 + hole;
        file.write_all(&[0x1F, 0x43, 0xB6, 0x75]).unwrap();
        file.write_all(&(size | 1 << 56).to_be_bytes()).unwrap();
        file.write_all(&content).unwrap();
        let end = file.stream_position().unwrap() - 4 + hole;
        file.set_len(end).unwrap();
        file.seek(SeekFrom::Start(end)).unwrap();
    }
}
