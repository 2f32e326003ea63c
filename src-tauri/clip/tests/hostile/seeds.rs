//! Intact files to damage, made by ffmpeg once per process.

use std::{process::Command, sync::OnceLock};

pub struct Seed {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    /// The positions that are not media.
    pub headers: Vec<usize>,
    /// The end of everything that matters: the rest is an index that players do not need.
    pub complete_at: usize,
    /// Whether the file alone reveals a cut at any position. Fragments and live recordings may end after any fragment.
    pub ends_visibly: bool,
    /// Whether all headers come before the media.
    pub headers_first: bool,
    pub is_matroska: bool,
}

pub fn all() -> &'static [Seed] {
    static SEEDS: OnceLock<Vec<Seed>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        vec![
            seed("tail.mp4", true, false, &["-c:v", "libx264", "-c:a", "aac"]),
            seed(
                "fast.mp4",
                true,
                true,
                &["-c:v", "libx264", "-c:a", "aac", "-movflags", "+faststart"],
            ),
            seed(
                "indexed.mp4",
                true,
                true,
                &[
                    "-c:v",
                    "libx264",
                    "-an",
                    "-g",
                    "3",
                    "-movflags",
                    "dash+global_sidx",
                ],
            ),
            seed(
                "fragmented.mp4",
                false,
                true,
                &[
                    "-c:v",
                    "libx264",
                    "-c:a",
                    "aac",
                    "-g",
                    "3",
                    "-movflags",
                    "frag_keyframe+empty_moov",
                ],
            ),
            seed(
                "pcm.mov",
                true,
                false,
                &[
                    "-c:v",
                    "prores_ks",
                    "-pix_fmt",
                    "yuv422p10le",
                    "-c:a",
                    "pcm_s24le",
                ],
            ),
            seed(
                "hevc.mkv",
                true,
                true,
                &[
                    "-c:v",
                    "libx265",
                    "-x265-params",
                    "log-level=none",
                    "-c:a",
                    "aac",
                ],
            ),
            seed(
                "vp9.webm",
                true,
                true,
                &[
                    "-c:v",
                    "libvpx-vp9",
                    "-deadline",
                    "realtime",
                    "-c:a",
                    "libopus",
                ],
            ),
            seed(
                "live.webm",
                false,
                true,
                &["-c:v", "libvpx", "-c:a", "libopus", "-live", "1"],
            ),
        ]
    })
}

fn seed(name: &'static str, ends_visibly: bool, headers_first: bool, arguments: &[&str]) -> Seed {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-hide_banner", "-loglevel", "error", "-y"])
        .args([
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=64x48:rate=25:duration=0.4",
        ])
        .args(["-f", "lavfi", "-i", "sine=duration=0.4"])
        .args(arguments)
        .args(["-threads", "1"])
        .arg(&path)
        .output()
        .expect("ffmpeg must be installed: these tests make their files with it");
    assert!(
        output.status.success(),
        "{name}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let bytes = std::fs::read(&path).unwrap();
    let index = bytes.windows(4).rposition(|window| window == b"mfra");
    let complete_at = index.map_or(bytes.len(), |index| index - 4);
    let is_matroska = bytes.starts_with(&[0x1A, 0x45, 0xDF, 0xA3]);
    let headers = if is_matroska {
        (0..bytes.len().min(1500)).collect()
    } else {
        outside_media(&bytes)
    };
    Seed {
        name,
        bytes,
        headers,
        complete_at,
        ends_visibly,
        headers_first,
        is_matroska,
    }
}

/// Every position outside the content of `mdat`.
fn outside_media(bytes: &[u8]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let size =
            usize::try_from(u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())).unwrap();
        let header_len = if &bytes[at + 4..at + 8] == b"mdat" {
            8
        } else {
            size
        };
        places.extend(at..at + header_len);
        at += size;
    }
    places
}
