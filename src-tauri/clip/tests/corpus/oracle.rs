//! The properties that ffprobe reports for the same file.

use std::{
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use clip::{AudioCodec, Clip, Container, Hdr, VideoCodec};
use serde_json::Value;

fn ffprobe(path: &Path, what: &[&str]) -> Value {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-of", "json"])
        .args(what)
        .arg(path)
        .output()
        .expect("ffprobe must be installed: these tests compare with it");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Compares every field.
pub fn check(name: &str, path: &Path, clip: &Clip) {
    let said = ffprobe(path, &["-show_format", "-show_streams"]);
    let streams = said["streams"].as_array().unwrap();
    let of_kind = |kind| streams.iter().find(|stream| stream["codec_type"] == kind);
    let video = of_kind("video").unwrap();

    assert_eq!(
        clip.container,
        container(&said["format"]),
        "{name}: container"
    );
    assert_eq!(
        clip.video.codec,
        video_codec(text(video, "codec_name")),
        "{name}: video codec"
    );
    let rotation = rotation(video);
    let (width, height) = (video["width"].as_u64(), video["height"].as_u64());
    let (width, height) = if rotation.is_multiple_of(180) {
        (width, height)
    } else {
        (height, width)
    };
    let ours = (
        Some(clip.video.width.into()),
        Some(clip.video.height.into()),
    );
    assert_eq!(ours, (width, height), "{name}: size");
    assert_eq!(clip.video.rotation, rotation, "{name}: rotation");

    let rate = fraction(text(video, "avg_frame_rate"));
    let ours = clip.video.frame_rate.unwrap();
    assert!(
        (ours - rate).abs() < rate * 0.001,
        "{name}: frame rate {ours}, ffprobe {rate}"
    );
    assert_eq!(
        clip.video.variable_frame_rate,
        Some(is_variable(path)),
        "{name}: variable frame rate"
    );

    let seconds = number(&said["format"]["duration"]);
    let ours = clip.duration.as_secs_f64();
    // The longest difference so far: sound that is primed before time zero.
    assert!(
        (ours - seconds).abs() < 0.03,
        "{name}: duration {ours}, ffprobe {seconds}"
    );

    if let Some(bits) = clip.video.bit_depth {
        assert_eq!(bits, bit_depth(video), "{name}: bit depth");
    } else {
        let unknown = matches!(clip.video.codec, VideoCodec::Other(_) | VideoCodec::Vp9);
        assert!(
            unknown,
            "{name}: bit depth of {} is missing",
            clip.video.codec
        );
    }
    let hdr = match video["color_transfer"].as_str() {
        Some("smpte2084") => Some(Hdr::Pq),
        Some("arib-std-b67") => Some(Hdr::Hlg),
        _ => None,
    };
    assert_eq!(clip.video.hdr, hdr, "{name}: HDR");

    match (of_kind("audio"), &clip.audio) {
        (None, None) => {}
        (Some(audio), Some(ours)) => {
            assert_eq!(
                ours.codec,
                audio_codec(text(audio, "codec_name")),
                "{name}: audio codec"
            );
            // In MP4, only the coded sound itself has the number of channels of MP3.
            let unknown = ours.codec == AudioCodec::Mp3 && clip.container == Container::Mp4;
            let channels = (!unknown).then(|| number(&audio["channels"]));
            assert_eq!(ours.channels.map(f64::from), channels, "{name}: channels");
            assert_eq!(
                ours.sample_rate.map(f64::from),
                Some(number(&audio["sample_rate"])),
                "{name}: sample rate"
            );
        }
        (theirs, ours) => panic!("{name}: audio {ours:?}, ffprobe {theirs:?}"),
    }
    let created = said["format"]["tags"]["creation_time"].as_str();
    assert_eq!(clip.created, created.map(instant), "{name}: creation time");
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("ffprobe says no {key}"))
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .or_else(|| value.as_str()?.parse().ok())
        .unwrap_or_else(|| panic!("{value} is no number"))
}

fn fraction(text: &str) -> f64 {
    let (above, below) = text.split_once('/').unwrap();
    above.parse::<f64>().unwrap() / below.parse::<f64>().unwrap()
}

fn container(format: &Value) -> Container {
    match text(format, "format_name") {
        // ffprobe reads both with one demuxer and does not distinguish them.
        "matroska,webm" if text(format, "filename").ends_with("webm") => Container::WebM,
        "matroska,webm" => Container::Matroska,
        _ if format["tags"]["major_brand"] == "qt  " => Container::QuickTime,
        _ => Container::Mp4,
    }
}

fn video_codec(name: &str) -> VideoCodec {
    match name {
        "h264" => VideoCodec::H264,
        "hevc" => VideoCodec::H265,
        "vp8" => VideoCodec::Vp8,
        "vp9" => VideoCodec::Vp9,
        "av1" => VideoCodec::Av1,
        "prores" => VideoCodec::ProRes,
        "mpeg4" => VideoCodec::Mpeg4,
        "mpeg2video" => VideoCodec::Other("MPEG-2".into()),
        "mjpeg" => VideoCodec::Other("jpeg".into()),
        other => panic!("unexpected codec {other}"),
    }
}

fn audio_codec(name: &str) -> AudioCodec {
    match name {
        "aac" => AudioCodec::Aac,
        "mp3" => AudioCodec::Mp3,
        "opus" => AudioCodec::Opus,
        "vorbis" => AudioCodec::Vorbis,
        "flac" => AudioCodec::Flac,
        "alac" => AudioCodec::Alac,
        "ac3" => AudioCodec::Ac3,
        "eac3" => AudioCodec::Eac3,
        name if name.starts_with("pcm_") => AudioCodec::Pcm,
        other => panic!("unexpected codec {other}"),
    }
}

/// Converts ffprobe's anticlockwise rotation.
fn rotation(video: &Value) -> u16 {
    let list = video["side_data_list"].as_array();
    let turned = list
        .into_iter()
        .flatten()
        .find_map(|data| data["rotation"].as_i64())
        .unwrap_or(0);
    u16::try_from((-turned).rem_euclid(360)).unwrap()
}

fn bit_depth(video: &Value) -> u8 {
    let format = text(video, "pix_fmt");
    [10, 12]
        .into_iter()
        .find(|bits| format.contains(&format!("p{bits}")))
        .unwrap_or(8)
}

/// Whether the times of the packets have clearly different distances.
fn is_variable(path: &Path) -> bool {
    let said = ffprobe(
        path,
        &["-select_streams", "v:0", "-show_entries", "packet=pts_time"],
    );
    let mut times: Vec<f64> = said["packets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|packet| number(&packet["pts_time"]))
        .collect();
    times.sort_by(f64::total_cmp);
    let gaps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let shortest = gaps.iter().copied().fold(f64::INFINITY, f64::min);
    let longest = gaps.iter().copied().fold(0.0, f64::max);
    longest > shortest * 1.5
}

/// Parses `2024-05-06T07:08:09.000000Z`: the days since 1970 of a Gregorian date.
fn instant(text: &str) -> SystemTime {
    let part = |range: std::ops::Range<usize>| text[range].parse::<u64>().unwrap();
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    let leap =
        |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let days_in = |month| match month {
        2 => 28 + u64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let days = (1970..year)
        .map(|year| 365 + u64::from(leap(year)))
        .sum::<u64>()
        + (1..month).map(days_in).sum::<u64>()
        + day
        - 1;
    let seconds = days * 86_400 + part(11..13) * 3600 + part(14..16) * 60 + part(17..19);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}
