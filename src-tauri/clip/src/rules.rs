//! TikTok's rules for videos, and the check of a video against them.
//!
//! The numbers come from the video restrictions of the media transfer guide,
//! `/doc/content-posting-api-media-transfer-guide`, unless a constant names another source.

use std::{cmp::Reverse, time::Duration};

use serde::Serialize;

use crate::{
    codec::VideoCodec,
    media::{Clip, Container, Hdr, VideoTrack},
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

/// A property of a video that a rule limits.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The container format.
    Container(Container),
    /// The video codec.
    Codec(VideoCodec),
    /// Frames per second.
    FrameRate(f64),
    /// Width and height of the picture, in pixels.
    Picture {
        /// The width.
        width: u32,
        /// The height.
        height: u32,
    },
    /// The length of a side of the picture, in pixels.
    Side(u32),
    /// The playing time.
    Duration(Duration),
    /// The size of the file, in bytes.
    Size(u64),
    /// The dynamic range of the picture.
    Range(Hdr),
    /// No sound track.
    Silence,
}

/// One rule that a video breaks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The broken rule.
    pub rule: Rule,
    /// Whether the finding stops the post.
    pub severity: Severity,
    /// The video's value.
    pub found: Measure,
    /// The limit that the value exceeds; `None` if the rule has no limit, or two.
    pub limit: Option<Measure>,
}

/// Returns every broken rule of a video of `size` bytes. Findings that block come first.
pub fn findings(clip: &Clip, size: u64, limits: &CreatorLimits) -> Vec<Finding> {
    let mut report = Report::default();
    if clip.container == Container::Matroska {
        let found = Measure::Container(clip.container);
        report.blocks(Rule::Container, found, None);
    }
    report.pictures(&clip.video);
    report.playing_time(clip.duration, limits);
    if size > MAX_SIZE {
        let limit = Measure::Size(MAX_SIZE);
        report.blocks(Rule::TooLarge, Measure::Size(size), Some(limit));
    }
    if clip.audio.is_none() {
        report.warns(Rule::NoAudio, Measure::Silence, None);
    }
    let mut findings = report.0;
    findings.sort_by_key(|finding| Reverse(finding.severity));
    findings
}

/// Collects the findings.
#[derive(Default)]
struct Report(Vec<Finding>);

impl Report {
    fn add(&mut self, rule: Rule, severity: Severity, found: Measure, limit: Option<Measure>) {
        self.0.push(Finding {
            rule,
            severity,
            found,
            limit,
        });
    }

    fn blocks(&mut self, rule: Rule, found: Measure, limit: Option<Measure>) {
        self.add(rule, Severity::Blocks, found, limit);
    }

    fn warns(&mut self, rule: Rule, found: Measure, limit: Option<Measure>) {
        self.add(rule, Severity::Warns, found, limit);
    }

    fn pictures(&mut self, video: &VideoTrack) {
        use VideoCodec::{H264, H265, Vp8, Vp9};

        if !matches!(video.codec, H264 | H265 | Vp8 | Vp9) {
            let found = Measure::Codec(video.codec.clone());
            self.blocks(Rule::Codec, found, None);
        }
        if let Some(rate) = video.frame_rate
            && let Some((rule, severity)) = judge_frame_rate(rate)
        {
            self.add(rule, severity, Measure::FrameRate(rate), None);
        }
        let picture = Measure::Picture {
            width: video.width,
            height: video.height,
        };
        if video.width.min(video.height) < MIN_SIDE {
            let limit = Measure::Side(MIN_SIDE);
            self.blocks(Rule::PictureTooSmall, picture.clone(), Some(limit));
        }
        if video.width.max(video.height) > MAX_SIDE {
            let limit = Measure::Side(MAX_SIDE);
            self.blocks(Rule::PictureTooLarge, picture.clone(), Some(limit));
        }
        if video.width > video.height {
            self.warns(Rule::Landscape, picture, None);
        }
        if let Some(hdr) = video.hdr {
            self.warns(Rule::Hdr, Measure::Range(hdr), None);
        }
    }

    fn playing_time(&mut self, duration: Duration, limits: &CreatorLimits) {
        let found = Measure::Duration(duration);
        if duration > MAX_DURATION {
            let limit = Measure::Duration(MAX_DURATION);
            self.blocks(Rule::TooLong, found.clone(), Some(limit));
        }
        if let Some(max) = limits.max_duration.filter(|&max| duration > max) {
            let limit = Measure::Duration(max);
            self.blocks(Rule::TooLongForCreator, found.clone(), Some(limit));
        }
        if !duration.is_zero() && duration < SHORT_DURATION {
            let limit = Measure::Duration(SHORT_DURATION);
            self.warns(Rule::TooShort, found, Some(limit));
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
