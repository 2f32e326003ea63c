//! Real videos for the window tests: ffmpeg makes them once, and the build folder keeps them.

use std::fmt::Write;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::desktop::built;

/// Three seconds of H.264 and AAC, upright, a few hundred kilobytes.
pub fn small() -> PathBuf {
    made(
        "small",
        &[
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=720x1280:rate=30:duration=3",
        ],
        3,
        &["-preset", "veryfast"],
    )
}

/// Three seconds at twelve frames a second. TikTok requires at least 23.
pub fn slow() -> PathBuf {
    made(
        "slow",
        &[
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=720x1280:rate=12:duration=3",
        ],
        3,
        &["-preset", "veryfast"],
    )
}

/// Four seconds of one colour that moves along the colour wheel, so that each frame shows its own time.
pub fn colourful() -> PathBuf {
    made(
        "colourful",
        &[
            "-f",
            "lavfi",
            "-i",
            "color=c=red:size=720x1280:rate=30:duration=4,hue=h=80*t",
        ],
        4,
        &["-preset", "veryfast"],
    )
}

/// Six seconds of a slow gradient, padded to 45 MB, for pictures of Slipway.
pub fn handsome(colours: [&str; 2], name: &str) -> PathBuf {
    let [from, to] = colours;
    let picture = format!(
        "gradients=size=720x1280:rate=30:duration=6:c0={from}:c1={to}:nb_colors=2:speed=0.02"
    );
    let rate = [
        "-b:v", "60M", "-minrate", "60M", "-maxrate", "60M", "-bufsize", "60M",
    ];
    let quality = [
        &["-preset", "veryfast", "-x264-params", "nal-hrd=cbr"],
        &rate[..],
    ]
    .concat();
    made(name, &["-f", "lavfi", "-i", &picture], 6, &quality)
}

/// A video of at least 150 MB, which is uploaded in many chunks. Noise makes all parts of it different.
pub fn big() -> PathBuf {
    let picture = "testsrc2=size=1280x720:rate=30:duration=20,noise=alls=40:allf=t";
    let quality = [
        "-preset",
        "ultrafast",
        "-b:v",
        "72M",
        "-minrate",
        "72M",
        "-maxrate",
        "72M",
        "-bufsize",
        "72M",
    ];
    let path = made("big", &["-f", "lavfi", "-i", picture], 20, &quality);
    let bytes = fs::metadata(&path).expect("the big video").len();
    assert!(bytes >= 150_000_000, "the big video has only {bytes} bytes");
    path
}

/// SHA-256 of a file in lowercase hex.
pub fn sha256(path: &Path) -> String {
    let mut file = File::open(path).expect("the file");
    let mut digest = Sha256::new();
    let mut part = vec![0; 1 << 20];
    loop {
        match file.read(&mut part).expect("the file's bytes") {
            0 => break,
            count => digest.update(&part[..count]),
        }
    }
    digest
        .finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn made(name: &str, picture: &[&str], seconds: u32, quality: &[&str]) -> PathBuf {
    let tone = format!("sine=frequency=440:duration={seconds}");
    let mut arguments: Vec<&str> = picture.to_vec();
    arguments.extend([
        "-f", "lavfi", "-i", &tone, "-c:v", "libx264", "-pix_fmt", "yuv420p",
    ]);
    arguments.extend(quality);
    arguments.extend(["-c:a", "aac", "-movflags", "+faststart"]);

    let folder = built().join("test-videos");
    fs::create_dir_all(&folder).expect("a folder for videos");
    // The file name depends on the recipe, so that a changed recipe never finds an old video.
    let recipe = Sha256::digest(arguments.join(" "));
    let path = folder.join(format!(
        "{name}-{:02x}{:02x}{:02x}.mp4",
        recipe[0], recipe[1], recipe[2]
    ));
    let turn = File::create(folder.join("lock")).expect("the lock file of the videos");
    turn.lock().expect("the lock of the videos");
    if !path.exists() {
        let half = path.with_extension("half.mp4");
        let status = Command::new("ffmpeg")
            .args(["-v", "error", "-nostdin", "-y"])
            .args(&arguments)
            .arg(&half)
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "ffmpeg made no {name} video"
        );
        fs::rename(&half, &path).expect("the video can be renamed");
    }
    path
}
