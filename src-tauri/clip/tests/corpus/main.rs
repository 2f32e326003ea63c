//! Files made by ffmpeg, compared with ffprobe field by field.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod made;
mod oracle;

use clip::{Container, Hdr, probe_file};

/// Makes a file with ffmpeg's `arguments` (picture and sound are already inputs) and compares it.
fn compare(name: &str, arguments: &[&str]) -> clip::Clip {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    made::encode(arguments, &path);
    let clip = probe_file(&path).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    oracle::check(name, &path, &clip);
    clip
}

macro_rules! corpus {
    ($($test:ident: $name:literal [$($argument:literal)*])*) => {
        $(
            #[test]
            fn $test() {
                compare($name, &[$($argument),*]);
            }
        )*
    };
}

corpus! {
    h264_mp4: "a.mp4" ["-c:v" "libx264" "-c:a" "aac"]
    h264_faststart: "a.mp4" ["-c:v" "libx264" "-c:a" "aac" "-movflags" "+faststart"]
    h264_mov: "a.mov" ["-c:v" "libx264" "-c:a" "aac"]
    h264_mov_pcm: "a.mov" ["-c:v" "libx264" "-c:a" "pcm_s16le"]
    h264_mov_surround: "a.mov" ["-c:v" "libx264" "-c:a" "pcm_s24le" "-ac" "6"]
    h264_stereo_48k: "a.mp4" ["-c:v" "libx264" "-c:a" "aac" "-ac" "2" "-ar" "48000"]
    h264_main_baseline: "a.mp4" ["-c:v" "libx264" "-profile:v" "baseline" "-c:a" "aac"]
    h264_ten_bit: "a.mp4" ["-c:v" "libx264" "-pix_fmt" "yuv420p10le" "-c:a" "aac"]
    h264_mkv: "a.mkv" ["-c:v" "libx264" "-c:a" "aac"]
    h264_no_sound: "a.mp4" ["-c:v" "libx264" "-an"]
    h264_mp3: "a.mp4" ["-c:v" "libx264" "-c:a" "libmp3lame"]
    h264_opus_mp4: "a.mp4" ["-c:v" "libx264" "-c:a" "libopus"]
    h264_flac_mp4: "a.mp4" ["-c:v" "libx264" "-c:a" "flac" "-strict" "-2"]
    h264_alac_mov: "a.mov" ["-c:v" "libx264" "-c:a" "alac"]
    h264_ac3_mp4: "a.mp4" ["-c:v" "libx264" "-c:a" "ac3"]
    h264_eac3_mp4: "a.mp4" ["-c:v" "libx264" "-c:a" "eac3"]
    h264_surround_mp4: "a.mp4" ["-c:v" "libx264" "-c:a" "ac3" "-ac" "6"]
    h264_three_gp: "a.3gp" ["-c:v" "libx264" "-c:a" "aac"]
    h264_m4v: "a.m4v" ["-c:v" "libx264" "-c:a" "aac"]
    h264_tiny_clock: "a.mp4" ["-c:v" "libx264" "-video_track_timescale" "600" "-r" "30000/1001" "-c:a" "aac"]
    h264_sound_longer: "a.mp4" ["-c:v" "libx264" "-t" "1" "-c:a" "aac" "-af" "apad=pad_dur=0.4"]
    h265_mp4: "a.mp4" ["-c:v" "libx265" "-x265-params" "log-level=none" "-c:a" "aac"]
    h265_hvc1_mov: "a.mov" ["-c:v" "libx265" "-x265-params" "log-level=none" "-tag:v" "hvc1" "-c:a" "aac"]
    h265_ten_bit: "a.mp4" ["-c:v" "libx265" "-x265-params" "log-level=none" "-pix_fmt" "yuv420p10le" "-c:a" "aac"]
    h265_pq: "a.mp4" ["-c:v" "libx265" "-x265-params" "log-level=none" "-pix_fmt" "yuv420p10le"
        "-color_primaries" "bt2020" "-color_trc" "smpte2084" "-colorspace" "bt2020nc" "-c:a" "aac"]
    h265_hlg_mov: "a.mov" ["-c:v" "libx265" "-x265-params" "log-level=none" "-pix_fmt" "yuv420p10le"
        "-color_primaries" "bt2020" "-color_trc" "arib-std-b67" "-colorspace" "bt2020nc" "-an"]
    h265_hlg_mkv: "a.mkv" ["-c:v" "libx265" "-x265-params" "log-level=none" "-pix_fmt" "yuv420p10le"
        "-color_primaries" "bt2020" "-color_trc" "arib-std-b67" "-colorspace" "bt2020nc" "-an"]
    h265_mkv: "a.mkv" ["-c:v" "libx265" "-x265-params" "log-level=none" "-c:a" "libopus"]
    vp8_webm: "a.webm" ["-c:v" "libvpx" "-c:a" "libvorbis"]
    vp8_webm_60: "a.webm" ["-c:v" "libvpx" "-vsync" "cfr" "-r" "60" "-c:a" "libopus"]
    vp9_webm: "a.webm" ["-c:v" "libvpx-vp9" "-deadline" "realtime" "-c:a" "libopus"]
    vp9_mp4: "a.mp4" ["-c:v" "libvpx-vp9" "-deadline" "realtime" "-c:a" "aac"]
    vp9_ten_bit_mp4: "a.mp4" ["-c:v" "libvpx-vp9" "-deadline" "realtime" "-pix_fmt" "yuv420p10le" "-an"]
    av1_mp4: "a.mp4" ["-c:v" "libaom-av1" "-cpu-used" "8" "-usage" "realtime" "-c:a" "aac"]
    av1_webm: "a.webm" ["-c:v" "libaom-av1" "-cpu-used" "8" "-usage" "realtime" "-c:a" "libopus"]
    prores_mov: "a.mov" ["-c:v" "prores_ks" "-c:a" "pcm_s16le"]
    prores_4444_mov: "a.mov" ["-c:v" "prores_ks" "-profile:v" "4" "-pix_fmt" "yuv444p10le" "-an"]
    mpeg4_mp4: "a.mp4" ["-c:v" "mpeg4" "-c:a" "aac"]
    mpeg4_mov: "a.mov" ["-c:v" "mpeg4" "-c:a" "aac"]
    mpeg4_mkv: "a.mkv" ["-c:v" "mpeg4" "-c:a" "libmp3lame"]
    mpeg2_mp4: "a.mp4" ["-c:v" "mpeg2video" "-c:a" "aac"]
    motion_jpeg_mov: "a.mov" ["-c:v" "mjpeg" "-pix_fmt" "yuvj420p" "-an"]
    fragmented: "a.mp4" ["-c:v" "libx264" "-g" "15" "-c:a" "aac" "-movflags" "frag_keyframe+empty_moov"]
    fragmented_default_base: "a.mp4" ["-c:v" "libx264" "-g" "15" "-c:a" "aac"
        "-movflags" "frag_keyframe+empty_moov+default_base_moof"]
    fragmented_first_in_moov: "a.mp4" ["-c:v" "libx264" "-g" "15" "-c:a" "aac" "-movflags" "frag_keyframe"]
    fragmented_dash: "a.mp4" ["-c:v" "libx264" "-g" "15" "-an" "-movflags" "dash+global_sidx"]
    fragmented_every_frame: "a.mp4" ["-c:v" "libx264" "-c:a" "aac" "-movflags" "frag_every_frame+empty_moov"]
    fragmented_mov: "a.mov" ["-c:v" "libx264" "-g" "15" "-c:a" "aac" "-movflags" "frag_keyframe+empty_moov"]
    fps_20: "a.mp4" ["-c:v" "libx264" "-r" "20" "-c:a" "aac"]
    fps_23_976: "a.mp4" ["-c:v" "libx264" "-r" "24000/1001" "-c:a" "aac"]
    fps_24: "a.mov" ["-c:v" "libx264" "-r" "24" "-c:a" "aac"]
    fps_25: "a.mp4" ["-c:v" "libx264" "-r" "25" "-c:a" "aac"]
    fps_29_97: "a.mp4" ["-c:v" "libx264" "-r" "30000/1001" "-c:a" "aac"]
    fps_29_97_mkv: "a.mkv" ["-c:v" "libx264" "-vsync" "cfr" "-r" "30000/1001" "-c:a" "aac"]
    fps_50: "a.mp4" ["-c:v" "libx264" "-r" "50" "-c:a" "aac"]
    fps_59_94: "a.mp4" ["-c:v" "libx264" "-r" "60000/1001" "-c:a" "aac"]
    fps_60: "a.mp4" ["-c:v" "libx264" "-r" "60" "-c:a" "aac"]
    fps_120: "a.mp4" ["-c:v" "libx264" "-r" "120" "-c:a" "aac"]
    odd_size: "a.mp4" ["-c:v" "libx264" "-vf" "scale=358:642" "-c:a" "aac"]
    anamorphic: "a.mp4" ["-c:v" "libx264" "-vf" "setsar=4/3" "-c:a" "aac"]
    two_sounds: "a.mp4" ["-map" "0:v" "-map" "1:a" "-map" "1:a" "-c:v" "libx264" "-c:a:0" "aac" "-c:a:1" "libmp3lame"]
    sound_first: "a.mp4" ["-map" "1:a" "-map" "0:v" "-c:v" "libx264" "-c:a" "aac"]
    made_on_a_date: "a.mp4" ["-c:v" "libx264" "-metadata" "creation_time=2024-05-06T07:08:09Z" "-c:a" "aac"]
    made_on_a_date_mkv: "a.mkv" ["-c:v" "libx264" "-metadata" "creation_time=2024-05-06T07:08:09Z" "-c:a" "aac"]
    variable_mp4: "a.mp4" ["-c:v" "libx264" "-vf" "select='lt(n,12)+not(mod(n,3))'" "-vsync" "vfr" "-c:a" "aac"]
    variable_fragmented: "a.mp4" ["-c:v" "libx264" "-g" "10" "-vf" "select='lt(n,12)+not(mod(n,3))'" "-vsync" "vfr"
        "-movflags" "frag_keyframe+empty_moov" "-an"]
    cut_start: "a.mp4" ["-ss" "0.3" "-c:v" "libx264" "-bf" "3" "-c:a" "aac"]
}

/// Encodes with `arguments`, stores the transfer in the codec's own header alone, and compares.
fn compare_own_header(name: &str, arguments: &[&str], filter: &str, expected: Hdr) {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join(format!("plain-{name}"));
    let path = folder.path().join(name);
    made::encode(arguments, &plain);
    assert_eq!(probe_file(&plain).unwrap().video.hdr, None, "{name}");
    made::copy(&plain, &["-bsf:v", filter], &path);
    let bytes = std::fs::read(&path).unwrap();
    let has_colr = bytes.windows(4).any(|kind| kind == b"colr");
    assert!(!has_colr, "{name}: the container states it too");
    let clip = probe_file(&path).unwrap();
    oracle::check(name, &path, &clip);
    assert_eq!(clip.video.hdr, Some(expected), "{name}");
}

const H265: [&str; 6] = [
    "-c:v",
    "libx265",
    "-x265-params",
    "log-level=none",
    "-pix_fmt",
    "yuv420p10le",
];
const PQ: &str = "colour_primaries=9:transfer_characteristics=16:matrix_coefficients=9";
const HLG: &str = "colour_primaries=9:transfer_characteristics=18:matrix_coefficients=9";

#[test]
fn transfer_from_the_h264_header() {
    for (name, transfer, hdr) in [("a.mp4", PQ, Hdr::Pq), ("a.mkv", HLG, Hdr::Hlg)] {
        let filter = format!("h264_metadata={transfer}");
        let arguments = ["-c:v", "libx264", "-pix_fmt", "yuv420p10le", "-c:a", "aac"];
        compare_own_header(name, &arguments, &filter, hdr);
        // Interlaced, with a scaling matrix and an own aspect ratio: all of these come before the transfer.
        let odd = "cqm=jvt:interlaced=1:sar=1001/1000:overscan=show:aud=1";
        let arguments = ["-c:v", "libx264", "-x264-params", odd, "-an"];
        compare_own_header(name, &arguments, &filter, hdr);
    }
}

#[test]
fn transfer_from_the_h265_header() {
    for (name, transfer, hdr) in [
        ("a.mp4", PQ, Hdr::Pq),
        ("a.mp4", HLG, Hdr::Hlg),
        ("a.mkv", PQ, Hdr::Pq),
    ] {
        let filter = format!("hevc_metadata={transfer}");
        compare_own_header(name, &H265, &filter, hdr);
        let mut odd = H265;
        odd[3] = "log-level=none:scaling-list=default:temporal-layers=1:sar=3:bframes=4:ref=4";
        compare_own_header(name, &odd, &filter, hdr);
    }
}

#[test]
fn transfer_from_the_av1_header() {
    let filter = "av1_metadata=color_primaries=9:transfer_characteristics=16:matrix_coefficients=9";
    let arguments = [
        "-c:v",
        "libaom-av1",
        "-cpu-used",
        "8",
        "-usage",
        "realtime",
        "-pix_fmt",
        "yuv420p10le",
        "-an",
    ];
    compare_own_header("a.mp4", &arguments, filter, Hdr::Pq);
    compare_own_header("a.mkv", &arguments, filter, Hdr::Pq);
}

#[test]
fn transfer_of_vp9_from_the_container() {
    for name in ["a.mp4", "a.webm"] {
        let clip = compare(
            name,
            &[
                "-c:v",
                "libvpx-vp9",
                "-deadline",
                "realtime",
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
        );
        assert_eq!(clip.video.hdr, Some(Hdr::Pq), "{name}");
    }
}

#[test]
fn variable_frame_rate_of_matroska() {
    let arguments = [
        "-c:v",
        "libx264",
        "-vf",
        "select='lt(n,12)+not(mod(n,3))'",
        "-vsync",
        "vfr",
        "-an",
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mkv");
    made::encode(&arguments, &path);
    let clip = probe_file(&path).unwrap();
    assert_eq!(clip.video.variable_frame_rate, Some(true));
    // ffprobe repeats the default that ffmpeg wrote, 25; 12 frames at 25 and 12 at 8.3 are fewer.
    let rate = clip.video.frame_rate.unwrap();
    assert!((10.0..20.0).contains(&rate), "{rate}");
}

/// A recording like a browser's: unknown sizes and no duration.
#[test]
fn duration_of_a_live_webm() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.webm");
    made::encode_piped(
        &[
            "-c:v", "libvpx", "-c:a", "libopus", "-live", "1", "-f", "webm",
        ],
        &path,
    );
    let clip = probe_file(&path).unwrap();
    assert_eq!(clip.container, Container::WebM);
    let seconds = clip.duration.as_secs_f64();
    assert!((seconds - made::SECONDS).abs() < 0.06, "{seconds}");
    let rate = clip.video.frame_rate.unwrap();
    assert!((rate - 25.0).abs() < 0.2, "{rate}");
    assert_eq!(clip.video.variable_frame_rate, Some(false));
}

/// Clusters of known size without a duration: the last blocks give it.
#[test]
fn duration_of_a_piped_matroska() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mkv");
    made::encode_piped(&["-c:v", "libx264", "-c:a", "aac", "-f", "matroska"], &path);
    let clip = probe_file(&path).unwrap();
    let seconds = clip.duration.as_secs_f64();
    assert!((seconds - made::SECONDS).abs() < 0.1, "{seconds}");
}

#[test]
fn turned_pictures() {
    for (degrees, extension) in [
        (90, "mp4"),
        (180, "mp4"),
        (270, "mp4"),
        (90, "mov"),
        (270, "mov"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let flat = folder.path().join("flat.mp4");
        let turned = folder.path().join(format!("turned.{extension}"));
        made::encode(&["-c:v", "libx264", "-c:a", "aac"], &flat);
        made::copy(
            &flat,
            &["-metadata:s:v:0", &format!("rotate={degrees}")],
            &turned,
        );
        let clip = probe_file(&turned).unwrap();
        oracle::check(&format!("turned by {degrees}"), &turned, &clip);
        // ffmpeg's versions disagree on the direction, and the comparison above decides.
        assert!([degrees, 360 - degrees].contains(&clip.video.rotation));
        let size = if degrees == 180 {
            (320, 240)
        } else {
            (240, 320)
        };
        assert_eq!(
            (clip.video.width, clip.video.height),
            size,
            "turned by {degrees}"
        );
    }
}

#[test]
fn a_cover_is_not_the_video() {
    let folder = tempfile::tempdir().unwrap();
    let cover = folder.path().join("cover.png");
    made::picture(&cover);
    let path = folder.path().join("a.mp4");
    let cover = cover.to_str().unwrap();
    made::encode(
        &[
            "-i",
            cover,
            "-map",
            "2:v",
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-c:v:0",
            "png",
            "-disposition:v:0",
            "attached_pic",
            "-c:v:1",
            "libx264",
            "-c:a",
            "aac",
        ],
        &path,
    );
    let clip = probe_file(&path).unwrap();
    assert_eq!(clip.video.codec, clip::VideoCodec::H264);
    assert_eq!((clip.video.width, clip.video.height), (320, 240));
}

#[test]
fn sound_alone_has_no_video_track() {
    for (name, codec) in [
        ("a.m4a", "aac"),
        ("a.mp4", "aac"),
        ("a.mka", "libopus"),
        ("a.webm", "libopus"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        made::encode(&["-map", "1:a", "-c:a", codec], &path);
        let answer = probe_file(&path);
        assert!(
            matches!(answer, Err(clip::ProbeError::NoVideoTrack)),
            "{name}: {answer:?}"
        );
    }
}

#[test]
fn file_name_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("really.mov");
    made::encode(&["-c:v", "libvpx", "-an", "-f", "webm"], &path);
    assert_eq!(probe_file(&path).unwrap().container, Container::WebM);
    let text = folder.path().join("text.mp4");
    std::fs::write(&text, "ftyp moov mdat").unwrap();
    assert!(matches!(
        probe_file(&text),
        Err(clip::ProbeError::NotAVideo)
    ));
    let empty = folder.path().join("empty.mp4");
    std::fs::write(&empty, "").unwrap();
    assert!(matches!(probe_file(&empty), Err(clip::ProbeError::Empty)));
    let gone = folder.path().join("gone.mp4");
    assert!(matches!(probe_file(&gone), Err(clip::ProbeError::Io(_))));
}

#[test]
fn other_containers_are_refused() {
    for (name, codec) in [
        ("a.avi", "mpeg4"),
        ("a.ts", "libx264"),
        ("a.flv", "libx264"),
        ("a.gif", "gif"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        made::encode(&["-c:v", codec, "-an"], &path);
        assert!(
            matches!(probe_file(&path), Err(clip::ProbeError::NotAVideo)),
            "{name}"
        );
    }
}
