//! Repair plans run by ffmpeg, and the results that they promise.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "../corpus/made.rs"]
#[expect(dead_code, reason = "the corpus needs more of it")]
mod made;
mod promises;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use clip::{
    AudioCodec, Clip, Container, CreatorLimits, Rule, Severity, VideoCodec, findings, probe_file,
    repair::{Plan, Step, Tools, plan},
};

/// Every usual ffmpeg has both filters.
const TOOLS: Tools = Tools { tone_mapping: true };

struct Case<'a> {
    name: &'a str,
    arguments: &'a [&'a str],
    /// A pretended file size, where a file of that size would take too long to make.
    size: Option<u64>,
    limits: CreatorLimits,
    chosen: &'a [Rule],
    tools: Tools,
}

impl Default for Case<'_> {
    fn default() -> Self {
        Self {
            name: "a.mp4",
            arguments: &[],
            size: None,
            limits: CreatorLimits::default(),
            chosen: &[],
            tools: TOOLS,
        }
    }
}

struct Repaired {
    source: Clip,
    plan: Plan,
    result: Clip,
    _folder: tempfile::TempDir,
}

fn size_of(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

fn run(arguments: impl IntoIterator<Item = impl AsRef<std::ffi::OsStr>>) {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-n"])
        .args(arguments)
        .output()
        .expect("ffmpeg must be installed: these tests run it");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}

/// Makes a file, repairs it, and compares the result with the rules and with the plan's promise.
fn repair(case: &Case) -> Repaired {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(case.name);
    made::encode(case.arguments, &path);
    let source = probe_file(&path).unwrap();
    let size = case.size.unwrap_or(size_of(&path));
    let broken = findings(&source, size, &case.limits);
    for rule in case.chosen {
        let found = broken.iter().any(|finding| finding.rule == *rule);
        assert!(found, "{} does not break {rule:?}", case.name);
    }
    let plan = plan(&source, size, &case.limits, case.chosen, case.tools).unwrap();
    let to = folder.path().join("a (fits).mp4");
    run(plan.arguments(&path, &to));
    let result = probe_file(&to).unwrap();
    let left = findings(&result, size_of(&to), &case.limits);
    for finding in &left {
        assert_ne!(finding.severity, Severity::Blocks, "{left:?}");
        assert!(!case.chosen.contains(&finding.rule), "{left:?}");
    }
    let expected = plan.expected();
    assert_eq!(result.container, Container::Mp4);
    assert_eq!(result.video.codec, expected.video.codec);
    assert_eq!(
        (result.video.width, result.video.height),
        (expected.video.width, expected.video.height)
    );
    assert_eq!(result.video.hdr, expected.video.hdr);
    assert_eq!(
        result.audio.as_ref().map(|audio| &audio.codec),
        expected.audio.as_ref().map(|audio| &audio.codec)
    );
    let (ours, theirs) = (expected.duration, result.duration);
    // A cut without re-encoding is not more precise than this.
    let sharp = plan.encodes_picture() || ours == source.duration;
    let off = Duration::from_millis(if sharp { 150 } else { 990 });
    assert!(ours.abs_diff(theirs) < off, "{ours:?} {theirs:?}");
    Repaired {
        source,
        plan,
        result,
        _folder: folder,
    }
}

const UPRIGHT: &str = "scale=360:640,setsar=1";

#[test]
fn matroska_is_repacked_without_reencoding() {
    let repaired = repair(&Case {
        name: "a.mkv",
        arguments: &["-vf", UPRIGHT, "-c:v", "libx264", "-c:a", "aac"],
        chosen: &[Rule::Container],
        ..Case::default()
    });
    assert_eq!(repaired.plan.steps(), [Step::Repack]);
    assert!(!repaired.plan.encodes_picture());
    // Sound that MP4 players do not support is re-encoded, and the picture is copied.
    let repaired = repair(&Case {
        name: "a.mkv",
        arguments: &[
            "-vf",
            UPRIGHT,
            "-c:v",
            "libx265",
            "-x265-params",
            "log-level=none",
            "-c:a",
            "libopus",
        ],
        chosen: &[Rule::Container],
        ..Case::default()
    });
    assert_eq!(repaired.plan.steps(), [Step::Repack, Step::EncodeAudio]);
    assert_eq!(repaired.result.video.codec, VideoCodec::H265);
}

#[test]
fn unsupported_codecs_are_reencoded_as_h264() {
    for (name, arguments) in [
        (
            "a.mp4",
            &[
                "-c:v",
                "libaom-av1",
                "-cpu-used",
                "8",
                "-usage",
                "realtime",
                "-c:a",
                "aac",
            ][..],
        ),
        ("a.mov", &["-c:v", "prores_ks", "-c:a", "pcm_s24le"]),
        ("a.mov", &["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-an"]),
    ] {
        // An odd number of rows, which H.264 cannot encode.
        let arguments = [&["-vf", "scale=400:640,crop=399:639,setsar=1"], arguments].concat();
        let repaired = repair(&Case {
            name,
            arguments: &arguments,
            chosen: &[Rule::Codec],
            ..Case::default()
        });
        let video = &repaired.result.video;
        assert_eq!((video.width % 2, video.height % 2), (0, 0));
        assert!(video.width.abs_diff(repaired.source.video.width) <= 1);
        assert_eq!(video.bit_depth, Some(8));
    }
}

#[test]
fn frame_rates_are_brought_into_bounds() {
    for (fps, rule, expected) in [
        ("20", Rule::FrameRateLow, 30.0),
        ("120", Rule::FrameRateHigh, 60.0),
    ] {
        let repaired = repair(&Case {
            arguments: &["-vf", UPRIGHT, "-r", fps, "-c:v", "libx264", "-c:a", "aac"],
            chosen: &[rule],
            ..Case::default()
        });
        let rate = repaired.result.video.frame_rate.unwrap();
        assert!((rate - expected).abs() < 0.1, "{rate}");
        // The sound broke no rule.
        assert_eq!(repaired.result.audio, repaired.source.audio);
    }
}

#[test]
fn small_large_and_thin_pictures_keep_their_shape() {
    for (scale, rule, size) in [
        (
            "scale=300:532,setsar=1",
            Rule::PictureTooSmall,
            (1080, 1916),
        ),
        (
            "scale=4200:2100,setsar=1",
            Rule::PictureTooLarge,
            (1920, 960),
        ),
        ("scale=640:100,setsar=1", Rule::PictureTooSmall, (1920, 360)),
    ] {
        let repaired = repair(&Case {
            arguments: &["-vf", scale, "-t", "0.3", "-c:v", "libx264", "-c:a", "aac"],
            chosen: &[rule],
            ..Case::default()
        });
        let video = &repaired.result.video;
        assert_eq!((video.width, video.height), size);
    }
}

#[test]
fn landscape_is_padded_to_portrait() {
    let repaired = repair(&Case {
        arguments: &[
            "-vf",
            "scale=640:360",
            "-t",
            "0.4",
            "-c:v",
            "libx264",
            "-c:a",
            "aac",
        ],
        chosen: &[Rule::Landscape],
        ..Case::default()
    });
    assert_eq!(
        repaired.plan.steps(),
        [
            Step::Encode,
            Step::Scale {
                width: 1080,
                height: 608
            },
            Step::Pad {
                width: 1080,
                height: 1920
            },
        ]
    );
}

#[test]
fn rotated_recording_stays_upright() {
    let folder = tempfile::tempdir().unwrap();
    let flat = folder.path().join("flat.mov");
    let turned = folder.path().join("turned.mov");
    let to = folder.path().join("fits.mp4");
    made::encode(
        &[
            "-vf",
            "scale=640:360",
            "-r",
            "15",
            "-c:v",
            "libx264",
            "-c:a",
            "aac",
        ],
        &flat,
    );
    made::copy(&flat, &["-metadata:s:v:0", "rotate=90"], &turned);
    let source = probe_file(&turned).unwrap();
    assert_eq!((source.video.width, source.video.height), (360, 640));
    let plan = plan(&source, 1, &CreatorLimits::default(), &Rule::ALL, TOOLS).unwrap();
    run(plan.arguments(&turned, &to));
    let video = probe_file(&to).unwrap().video;
    assert_eq!((video.width, video.height, video.rotation), (360, 640, 0));
}

#[test]
fn long_video_is_cut_without_reencoding() {
    let limits = CreatorLimits {
        max_duration: Some(Duration::from_secs(2)),
    };
    let longer = format!("{UPRIGHT},tpad=stop_mode=clone:stop_duration=2");
    let repaired = repair(&Case {
        arguments: &[
            "-vf",
            &longer,
            "-c:v",
            "libx264",
            "-bf",
            "16",
            "-c:a",
            "aac",
            "-af",
            "apad=pad_dur=2",
        ],
        limits,
        chosen: &[Rule::TooLongForCreator],
        ..Case::default()
    });
    assert_eq!(
        repaired.plan.steps(),
        [Step::Cut {
            keep: Duration::from_secs(1)
        }]
    );
    // A black video of ten minutes and a second.
    let folder = tempfile::tempdir().unwrap();
    let (path, to) = (
        folder.path().join("long.mp4"),
        folder.path().join("fits.mp4"),
    );
    let black = "color=black:size=360x360:rate=23:duration=601";
    run([
        "-f",
        "lavfi",
        "-i",
        black,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
    ]
    .iter()
    .map(std::ffi::OsStr::new)
    .chain([path.as_os_str()]));
    let clip = probe_file(&path).unwrap();
    let limits = CreatorLimits::default();
    let plan = plan(&clip, size_of(&path), &limits, &[Rule::TooLong], TOOLS).unwrap();
    run(plan.arguments(&path, &to));
    let left = findings(&probe_file(&to).unwrap(), size_of(&to), &limits);
    assert!(
        left.iter()
            .all(|finding| finding.severity == Severity::Warns),
        "{left:?}"
    );
}

#[test]
fn large_file_is_reencoded_within_bounds() {
    let repaired = repair(&Case {
        arguments: &["-vf", UPRIGHT, "-c:v", "libx264", "-c:a", "aac"],
        size: Some(5_000_000_000),
        chosen: &[Rule::TooLarge],
        ..Case::default()
    });
    let limit = repaired.plan.steps().iter().find_map(|step| match step {
        Step::LimitSize { bits_per_second } => Some(*bits_per_second),
        _ => None,
    });
    assert!(limit.is_some_and(|limit| limit > 1_000_000), "{limit:?}");
}

#[test]
fn silence_is_added_on_request() {
    for (name, arguments) in [
        ("a.mp4", &["-c:v", "libx264"][..]),
        ("a.webm", &["-c:v", "libvpx", "-deadline", "realtime"]),
    ] {
        let arguments = [&["-vf", UPRIGHT, "-an"], arguments].concat();
        let repaired = repair(&Case {
            name,
            arguments: &arguments,
            chosen: &[Rule::NoAudio],
            ..Case::default()
        });
        assert_eq!(repaired.result.audio.unwrap().codec, AudioCodec::Aac);
    }
}

#[test]
fn hdr_is_converted_to_standard_range() {
    for (curve, tone_mapping) in [
        ("smpte2084", true),
        ("arib-std-b67", true),
        ("smpte2084", false),
    ] {
        let repaired = repair(&Case {
            arguments: &[
                "-vf",
                UPRIGHT,
                "-t",
                "0.4",
                "-c:v",
                "libx265",
                "-x265-params",
                "log-level=none",
                "-pix_fmt",
                "yuv420p10le",
                "-color_primaries",
                "bt2020",
                "-color_trc",
                curve,
                "-colorspace",
                "bt2020nc",
                "-c:a",
                "aac",
            ],
            chosen: &[Rule::Hdr],
            tools: Tools { tone_mapping },
            ..Case::default()
        });
        assert_eq!(repaired.result.video.bit_depth, Some(8));
        assert!(repaired.plan.steps().contains(&Step::ToneMap {
            highlights: tone_mapping
        }));
    }
}

#[test]
fn all_repairs_at_once() {
    let limits = CreatorLimits {
        max_duration: Some(Duration::from_secs(1)),
    };
    repair(&Case {
        name: "a.mkv",
        arguments: &[
            "-vf",
            "scale=300:200",
            "-r",
            "12",
            "-c:v",
            "libx265",
            "-x265-params",
            "log-level=none",
            "-pix_fmt",
            "yuv420p10le",
            "-color_primaries",
            "bt2020",
            "-color_trc",
            "smpte2084",
            "-colorspace",
            "bt2020nc",
            "-an",
        ],
        size: Some(4_100_000_000),
        limits,
        chosen: &[
            Rule::Container,
            Rule::FrameRateLow,
            Rule::PictureTooSmall,
            Rule::TooLongForCreator,
            Rule::TooLarge,
            Rule::NoAudio,
            Rule::Landscape,
            Rule::Hdr,
        ],
        ..Case::default()
    });
}

#[test]
fn creation_time_is_kept() {
    let made = SystemTime::UNIX_EPOCH + Duration::from_secs(1_714_979_289);
    for (name, codec) in [("a.mkv", "libx264"), ("a.mov", "prores_ks")] {
        let repaired = repair(&Case {
            name,
            arguments: &[
                "-vf",
                UPRIGHT,
                "-metadata",
                "creation_time=2024-05-06T07:08:09Z",
                "-c:v",
                codec,
                "-c:a",
                "aac",
            ],
            chosen: &[Rule::Container, Rule::Codec]
                .into_iter()
                .filter(|rule| (*rule == Rule::Container) == (name == "a.mkv"))
                .collect::<Vec<_>>(),
            ..Case::default()
        });
        assert_eq!(repaired.result.created, Some(made), "{name}");
    }
}

/// The line that a creator copies has the same effect as the arguments, for any file name.
#[cfg(unix)]
#[test]
fn command_line_works_in_a_shell_for_any_name() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "-y",
        "two words.mkv",
        "it's \"so\" $HOME `id` \\ *.mkv",
        "two\nlines.mkv",
        "http:a|b;c&d.mkv",
        "día 🏺.mkv",
        "100%d.mkv",
    ] {
        let inside = tempfile::tempdir_in(folder.path()).unwrap();
        let path: PathBuf = inside.path().join(name);
        let made = inside.path().join("made.mkv");
        made::encode(
            &[
                "-vf", UPRIGHT, "-t", "0.2", "-c:v", "libx264", "-c:a", "aac",
            ],
            &made,
        );
        std::fs::rename(&made, &path).unwrap();
        let source = probe_file(&path).unwrap();
        let plan = plan(
            &source,
            1,
            &CreatorLimits::default(),
            &[Rule::Container],
            TOOLS,
        )
        .unwrap();
        let to = inside.path().join(format!("{name} (fits).mp4"));
        let line = plan.command_line(&path, &to);
        let output = Command::new("sh").args(["-c", &line]).output().unwrap();
        assert!(
            output.status.success(),
            "{line}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(probe_file(&to).unwrap().container, Container::Mp4, "{line}");
        assert_eq!(
            std::fs::read_dir(inside.path()).unwrap().count(),
            2,
            "{line}"
        );
    }
}
