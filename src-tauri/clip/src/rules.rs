//! TikTok's rules for videos, and what breaks them.
//!
//! The numbers come from the media transfer guide's video restrictions,
//! `/doc/content-posting-api-media-transfer-guide`, unless a constant says otherwise.

use std::time::Duration;

use serde::Serialize;

use crate::codec::VideoCodec;
use crate::media::{Clip, Container, VideoTrack};

/// The largest file, in bytes. The guide says "4 GB" and not which: the decimal one is safe in both readings.
pub const MAX_SIZE: u64 = 4_000_000_000;
/// The lowest frame rate, in frames per second.
pub const MIN_FRAME_RATE: f64 = 23.0;
/// The highest frame rate, in frames per second.
pub const MAX_FRAME_RATE: f64 = 60.0;
/// How far above [`MAX_FRAME_RATE`] an average only warns: encoders end up at 60.0x, which TikTok
/// itself took (`noahgsolomon/brainrot.js` issue 2).
pub const FRAME_RATE_TOLERANCE: f64 = 0.1;
/// The fewest pixels for each side.
pub const MIN_SIDE: u32 = 360;
/// The most pixels for each side.
pub const MAX_SIDE: u32 = 4096;
/// The longest video that the API takes from anyone.
pub const MAX_DURATION: Duration = Duration::from_mins(10);
/// Shorter videos may be refused. On no page of TikTok's: clients report it, so it only warns.
pub const SHORT_DURATION: Duration = Duration::from_secs(3);

/// Rounding in frame rates that were stored as whole ticks.
const FRAME_RATE_ROUNDING: f64 = 0.005;

/// What TikTok allows one creator, from `creator_info`
/// (`/doc/content-posting-api-reference-query-creator-info`). The default knows no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CreatorLimits {
    /// `max_video_post_duration_sec`: the longest direct post.
    pub max_duration: Option<Duration>,
}

/// The rules that a video can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The container is none that TikTok takes.
    Container,
    /// The video codec is none that TikTok takes.
    Codec,
    /// Too few frames per second.
    FrameRateLow,
    /// Too many frames per second.
    FrameRateHigh,
    /// A side has too few pixels.
    PictureTooSmall,
    /// A side has too many pixels.
    PictureTooLarge,
    /// Longer than the API takes.
    TooLong,
    /// Longer than TikTok lets this creator post directly.
    TooLongForCreator,
    /// So short that TikTok may refuse it.
    TooShort,
    /// Too many bytes.
    TooLarge,
    /// No sound.
    NoAudio,
    /// Wider than high.
    Landscape,
    /// High dynamic range.
    Hdr,
}

impl Rule {
    /// The rule's stable name, for storage and for choosing texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Codec => "codec",
            Self::FrameRateLow => "frame_rate_low",
            Self::FrameRateHigh => "frame_rate_high",
            Self::PictureTooSmall => "picture_too_small",
            Self::PictureTooLarge => "picture_too_large",
            Self::TooLong => "too_long",
            Self::TooLongForCreator => "too_long_for_creator",
            Self::TooShort => "too_short",
            Self::TooLarge => "too_large",
            Self::NoAudio => "no_audio",
            Self::Landscape => "landscape",
            Self::Hdr => "hdr",
        }
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// TikTok may take it, and creators should know.
    Warns,
    /// TikTok will refuse it.
    Blocks,
}

/// One rule that a video breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// Whether it stops the post.
    pub severity: Severity,
    /// What the video has, in words for the creator.
    pub found: String,
    /// What TikTok wants, in words for the creator.
    pub wanted: String,
}

/// Everything about a video of `size` bytes that TikTok refuses or that a creator should know; what blocks comes first.
pub fn findings(clip: &Clip, size: u64, limits: &CreatorLimits) -> Vec<Finding> {
    use Severity::{Blocks, Warns};

    let mut findings = Vec::new();
    let mut add = |rule, severity, found: String, wanted: String| {
        findings.push(Finding {
            rule,
            severity,
            found,
            wanted,
        });
    };
    let video = &clip.video;

    if clip.container == Container::Matroska {
        add(
            Rule::Container,
            Blocks,
            clip.container.to_string(),
            "MP4, MOV or WebM".into(),
        );
    }
    if !matches!(
        video.codec,
        VideoCodec::H264 | VideoCodec::H265 | VideoCodec::Vp8 | VideoCodec::Vp9
    ) {
        add(
            Rule::Codec,
            Blocks,
            video.codec.to_string(),
            "H.264, H.265, VP8 or VP9".into(),
        );
    }
    if let Some((rule, severity)) = video.frame_rate.and_then(judge_frame_rate) {
        let found = video.frame_rate.map(frames_per_second).unwrap_or_default();
        add(
            rule,
            severity,
            found,
            format!("{MIN_FRAME_RATE} to {MAX_FRAME_RATE} fps"),
        );
    }
    if video.width.min(video.height) < MIN_SIDE {
        add(
            Rule::PictureTooSmall,
            Blocks,
            pixels(video),
            format!("each side at least {MIN_SIDE} px"),
        );
    }
    if video.width.max(video.height) > MAX_SIDE {
        add(
            Rule::PictureTooLarge,
            Blocks,
            pixels(video),
            format!("each side at most {MAX_SIDE} px"),
        );
    }
    if clip.duration > MAX_DURATION {
        add(
            Rule::TooLong,
            Blocks,
            playing_time(clip.duration),
            at_most(MAX_DURATION),
        );
    }
    if let Some(max) = limits.max_duration.filter(|&max| clip.duration > max) {
        add(
            Rule::TooLongForCreator,
            Blocks,
            playing_time(clip.duration),
            at_most(max),
        );
    }
    if size > MAX_SIZE {
        add(
            Rule::TooLarge,
            Blocks,
            gigabytes(size),
            format!("at most {}", gigabytes(MAX_SIZE)),
        );
    }
    if !clip.duration.is_zero() && clip.duration < SHORT_DURATION {
        add(
            Rule::TooShort,
            Warns,
            playing_time(clip.duration),
            format!("at least {}", playing_time(SHORT_DURATION)),
        );
    }
    if clip.audio.is_none() {
        add(
            Rule::NoAudio,
            Warns,
            "no sound".into(),
            "a sound track".into(),
        );
    }
    if video.width > video.height {
        add(
            Rule::Landscape,
            Warns,
            pixels(video),
            "a picture higher than wide".into(),
        );
    }
    if video.hdr {
        add(
            Rule::Hdr,
            Warns,
            "HDR".into(),
            "standard dynamic range".into(),
        );
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

fn judge_frame_rate(rate: f64) -> Option<(Rule, Severity)> {
    if rate < MIN_FRAME_RATE - FRAME_RATE_ROUNDING {
        Some((Rule::FrameRateLow, Severity::Blocks))
    } else if rate >= MAX_FRAME_RATE + FRAME_RATE_TOLERANCE {
        Some((Rule::FrameRateHigh, Severity::Blocks))
    } else if rate > MAX_FRAME_RATE + FRAME_RATE_ROUNDING {
        Some((Rule::FrameRateHigh, Severity::Warns))
    } else {
        None
    }
}

fn at_most(duration: Duration) -> String {
    format!("at most {}", playing_time(duration))
}

fn pixels(video: &VideoTrack) -> String {
    format!("{} × {} px", video.width, video.height)
}

/// At most two decimals, and none that say nothing: `20 fps`, `60.04 fps`.
fn frames_per_second(rate: f64) -> String {
    format!("{} fps", decimal(rate))
}

fn gigabytes(bytes: u64) -> String {
    // Rounded up to the hundredth, so that a byte too many does not read as the limit itself.
    let hundredths = bytes.div_ceil(10_000_000);
    format!(
        "{} GB",
        trim_zeros(&format!("{}.{:02}", hundredths / 100, hundredths % 100))
    )
}

/// Rounded up to tenths of a second, so that a moment too long does not read as the limit itself.
fn playing_time(duration: Duration) -> String {
    let tenths = duration.as_millis().div_ceil(100);
    let (minutes, tenths) = (tenths / 600, tenths % 600);
    let seconds = trim_zeros(&format!("{}.{}", tenths / 10, tenths % 10)).to_owned();
    match (minutes, tenths) {
        (0, _) => format!("{seconds} s"),
        (_, 0) => format!("{minutes} min"),
        _ => format!("{minutes} min {seconds} s"),
    }
}

fn decimal(value: f64) -> String {
    trim_zeros(&format!("{value:.2}")).to_owned()
}

fn trim_zeros(decimal: &str) -> &str {
    decimal.trim_end_matches('0').trim_end_matches('.')
}
