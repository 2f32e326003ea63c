//! TikTok's rules for videos, and the check of a video against them.
//!
//! The numbers come from the video restrictions of the media transfer guide,
//! `/doc/content-posting-api-media-transfer-guide`, unless a constant names another source.

use std::{cmp::Reverse, time::Duration};

use serde::Serialize;

use crate::{
    codec::VideoCodec,
    media::{Clip, Container, VideoTrack},
};

/// The largest file, in bytes. The guide says "4 GB" and does not define it: the decimal size satisfies both readings.
pub const MAX_SIZE: u64 = 4_000_000_000;
/// The lowest frame rate, in frames per second.
pub const MIN_FRAME_RATE: f64 = 23.0;
/// The highest frame rate, in frames per second.
pub const MAX_FRAME_RATE: f64 = 60.0;
/// The excess over [`MAX_FRAME_RATE`] that only warns: encoders produce an average of 60.0x, which TikTok accepted
/// (`noahgsolomon/brainrot.js` issue 2).
pub const FRAME_RATE_TOLERANCE: f64 = 0.1;
/// The smallest number of pixels on each side.
pub const MIN_SIDE: u32 = 360;
/// The largest number of pixels on each side.
pub const MAX_SIDE: u32 = 4096;
/// The longest video that the API accepts from anyone.
pub const MAX_DURATION: Duration = Duration::from_mins(10);
/// TikTok may refuse shorter videos. Undocumented: clients report it, so it only warns.
pub const SHORT_DURATION: Duration = Duration::from_secs(3);

/// Rounding of frame rates that were stored as whole ticks.
const FRAME_RATE_ROUNDING: f64 = 0.005;

/// TikTok's limits for one creator, from `creator_info`
/// (`/doc/content-posting-api-reference-query-creator-info`). The default has no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CreatorLimits {
    /// `max_video_post_duration_sec`: the longest direct post.
    pub max_duration: Option<Duration>,
}

/// A rule that a video can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// TikTok does not accept the container.
    Container,
    /// TikTok does not accept the video codec.
    Codec,
    /// The frame rate is too low.
    FrameRateLow,
    /// The frame rate is too high.
    FrameRateHigh,
    /// One side has too few pixels.
    PictureTooSmall,
    /// One side has too many pixels.
    PictureTooLarge,
    /// The video is longer than the API accepts.
    TooLong,
    /// The video is longer than this creator may post directly.
    TooLongForCreator,
    /// The video is so short that TikTok may refuse it.
    TooShort,
    /// The file has too many bytes.
    TooLarge,
    /// The video has no sound.
    NoAudio,
    /// The picture is wider than high.
    Landscape,
    /// The picture has a high dynamic range.
    Hdr,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 13] = [
        Self::Container,
        Self::Codec,
        Self::FrameRateLow,
        Self::FrameRateHigh,
        Self::PictureTooSmall,
        Self::PictureTooLarge,
        Self::TooLong,
        Self::TooLongForCreator,
        Self::TooShort,
        Self::TooLarge,
        Self::NoAudio,
        Self::Landscape,
        Self::Hdr,
    ];

    /// The rule with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == name)
    }

    /// The rule's stable name, for storage and for the choice of texts.
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

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// TikTok may accept the video, but the creator should know.
    Warns,
    /// TikTok refuses the video.
    Blocks,
}

/// One rule that a video breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The broken rule.
    pub rule: Rule,
    /// Whether the finding stops the post.
    pub severity: Severity,
    /// The video's value, as text for the creator.
    pub found: String,
    /// The required value, as text for the creator.
    pub wanted: String,
}

/// Returns every broken rule of a video of `size` bytes. Findings that block come first.
pub fn findings(clip: &Clip, size: u64, limits: &CreatorLimits) -> Vec<Finding> {
    let mut report = Report::default();
    if clip.container == Container::Matroska {
        report.blocks(
            Rule::Container,
            clip.container.to_string(),
            "MP4, MOV or WebM",
        );
    }
    report.pictures(&clip.video);
    report.playing_time(clip.duration, limits);
    if size > MAX_SIZE {
        let wanted = format!("at most {}", gigabytes(MAX_SIZE));
        report.blocks(Rule::TooLarge, gigabytes(size), wanted);
    }
    if clip.audio.is_none() {
        report.warns(Rule::NoAudio, "no sound", "a sound track");
    }
    let mut findings = report.0;
    findings.sort_by_key(|finding| Reverse(finding.severity));
    findings
}

/// Collects the findings.
#[derive(Default)]
struct Report(Vec<Finding>);

impl Report {
    fn add(
        &mut self,
        rule: Rule,
        severity: Severity,
        found: impl Into<String>,
        wanted: impl Into<String>,
    ) {
        self.0.push(Finding {
            rule,
            severity,
            found: found.into(),
            wanted: wanted.into(),
        });
    }

    fn blocks(&mut self, rule: Rule, found: impl Into<String>, wanted: impl Into<String>) {
        self.add(rule, Severity::Blocks, found, wanted);
    }

    fn warns(&mut self, rule: Rule, found: impl Into<String>, wanted: impl Into<String>) {
        self.add(rule, Severity::Warns, found, wanted);
    }

    fn pictures(&mut self, video: &VideoTrack) {
        use VideoCodec::{H264, H265, Vp8, Vp9};

        if !matches!(video.codec, H264 | H265 | Vp8 | Vp9) {
            self.blocks(
                Rule::Codec,
                video.codec.to_string(),
                "H.264, H.265, VP8 or VP9",
            );
        }
        if let Some(rate) = video.frame_rate
            && let Some((rule, severity)) = judge_frame_rate(rate)
        {
            let wanted = format!("{MIN_FRAME_RATE} to {MAX_FRAME_RATE} fps");
            self.add(rule, severity, frames_per_second(rate), wanted);
        }
        if video.width.min(video.height) < MIN_SIDE {
            let wanted = format!("each side at least {MIN_SIDE} px");
            self.blocks(Rule::PictureTooSmall, pixels(video), wanted);
        }
        if video.width.max(video.height) > MAX_SIDE {
            let wanted = format!("each side at most {MAX_SIDE} px");
            self.blocks(Rule::PictureTooLarge, pixels(video), wanted);
        }
        if video.width > video.height {
            self.warns(Rule::Landscape, pixels(video), "a picture higher than wide");
        }
        if let Some(hdr) = video.hdr {
            self.warns(Rule::Hdr, format!("HDR ({hdr})"), "standard dynamic range");
        }
    }

    fn playing_time(&mut self, duration: Duration, limits: &CreatorLimits) {
        let at_most = |max| format!("at most {}", playing_time(max));
        if duration > MAX_DURATION {
            self.blocks(Rule::TooLong, playing_time(duration), at_most(MAX_DURATION));
        }
        if let Some(max) = limits.max_duration.filter(|&max| duration > max) {
            self.blocks(
                Rule::TooLongForCreator,
                playing_time(duration),
                at_most(max),
            );
        }
        if !duration.is_zero() && duration < SHORT_DURATION {
            let wanted = format!("at least {}", playing_time(SHORT_DURATION));
            self.warns(Rule::TooShort, playing_time(duration), wanted);
        }
    }
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

fn pixels(video: &VideoTrack) -> String {
    format!("{} × {} px", video.width, video.height)
}

/// Formats a frame rate with at most two decimals and without trailing zeros: `20 fps`, `60.04 fps`.
fn frames_per_second(rate: f64) -> String {
    format!("{} fps", decimal(rate))
}

fn gigabytes(bytes: u64) -> String {
    // Rounds up to the hundredth, so that one byte too many does not look like the limit itself.
    let hundredths = bytes.div_ceil(10_000_000);
    format!(
        "{} GB",
        trim_zeros(&format!("{}.{:02}", hundredths / 100, hundredths % 100))
    )
}

/// Formats a duration, rounded up to tenths of a second, so that a little too long does not look like the limit itself.
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
