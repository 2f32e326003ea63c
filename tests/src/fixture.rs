//! Video files for tests: a real clip, padded to any size.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, Write},
    path::Path,
    process::Command,
    sync::OnceLock,
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use sha2::{Digest, Sha256};

/// The size of the noise that is repeated, with another number at its start each time. It is far smaller than a chunk
/// of an upload, so that no two chunks are the same.
const BLOCK: usize = 256 << 10;

/// The SHA-256 of a file, in lowercase hex.
pub fn sha256(path: &Path) -> String {
    let mut file = File::open(path).expect("the file");
    let mut hasher = HashWriter(Sha256::new());
    io::copy(&mut file, &mut hasher).expect("the file's bytes");
    hex(&hasher.0.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

struct HashWriter(Sha256);

impl Write for HashWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a playable two-second H.264/AAC clip, followed by a `free` box of noise up to `size` bytes.
pub fn write_video(path: &Path, size: u64) {
    static CLIP: OnceLock<Vec<u8>> = OnceLock::new();
    let clip = CLIP.get_or_init(make_clip);
    let mut file = File::create(path).expect("a video file");
    file.write_all(clip).expect("room for the clip");
    let padding = size.saturating_sub(clip.len() as u64);
    if padding >= 8 {
        let seed = path.as_os_str().len() as u64;
        write_free_box(&mut file, padding, seed).expect("room for the padding");
    }
}

/// Writes a `free` box of `size` bytes, whose noise depends on `seed`.
fn write_free_box(file: &mut File, size: u64, seed: u64) -> io::Result<()> {
    static NOISE: OnceLock<Vec<u8>> = OnceLock::new();
    let noise = NOISE.get_or_init(|| {
        let mut noise = vec![0; BLOCK];
        StdRng::seed_from_u64(0).fill_bytes(&mut noise);
        noise
    });
    let length = u32::try_from(size).expect("a box of less than 4 GiB");
    file.write_all(&length.to_be_bytes())?;
    file.write_all(b"free")?;
    let mut block = noise.clone();
    block[..8].copy_from_slice(&seed.to_be_bytes());
    let mut left = size - 8;
    for number in 0_u64.. {
        let length = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
        block[8..16].copy_from_slice(&number.to_be_bytes());
        file.write_all(&block[..length])?;
        left -= length as u64;
        if left == 0 {
            break;
        }
    }
    Ok(())
}

fn make_clip() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("clip.mp4");
    let picture = "testsrc2=size=540x960:rate=30:duration=2";
    let tone = "sine=frequency=440:duration=2";
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", picture])
        .args(["-f", "lavfi", "-i", tone, "-c:v", "libx264"])
        .args(["-preset", "ultrafast", "-pix_fmt", "yuv420p"])
        .args(["-c:a", "aac", "-shortest"])
        .arg(&path)
        .status()
        .expect("ffmpeg is needed to make the test videos (Debian package ffmpeg)");
    assert!(made.success());
    std::fs::read(path).expect("the clip")
}
