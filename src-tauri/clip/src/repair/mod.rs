//! Plans that make a video fit TikTok's rules, and the results that they promise.
//!
//! [`plan`] decides from the broken rules and the creator's choice. `command` turns a plan into an ffmpeg command.

mod command;

use std::time::Duration;

use serde::Serialize;

use crate::{
    codec::{AudioCodec, VideoCodec},
    media::{AudioTrack, Clip, Container, Hdr, VideoTrack},
    rules::{self, CreatorLimits, MAX_DURATION, MAX_SIZE, MIN_SIDE, Rule, findings},
};

/// The sides of the picture that TikTok shows, in pixels: the shorter and the longer.
const SHORT_SIDE: u32 = 1080;
const LONG_SIDE: u32 = 1920;
/// The distance to the limit at which a video is cut. Without re-encoding, ffmpeg keeps the frames coded before the
/// cut, and H.264 may code sixteen frames that are shown after it.
const CUT_MARGIN: Duration = Duration::from_secs(1);
/// More than any upright video needs, in bits per second.
const MAX_BIT_RATE: u64 = 100_000_000;
/// The size available to picture and sound, in bits: the largest file minus five per cent for the container.
const MAX_CONTENT: u64 = MAX_SIZE / 100 * 95 * 8;
/// The part of it that is reserved for the sound, in bits per second.
const AUDIO_BIT_RATE: u64 = 512_000;

/// Optional features of the installed ffmpeg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tools {
    /// The filters `zscale` and `tonemap` are available. They convert HDR to standard dynamic range.
    pub tone_mapping: bool,
}

/// One step of a repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Step {
    /// Copies picture and sound into an MP4 container.
    Repack,
    /// Re-encodes the picture as H.264.
    Encode,
    /// Scales the picture to this many pixels and keeps its aspect ratio.
    Scale {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Centres the picture in a black picture of this many pixels.
    Pad {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Changes the frame rate.
    FrameRate {
        /// Frames per second.
        fps: u32,
    },
    /// Converts the colours to standard dynamic range.
    ToneMap {
        /// Whether highlights are kept. Without the filters for it, the picture only becomes flatter.
        highlights: bool,
    },
    /// Limits the bit rate, so that the file is not too large.
    LimitSize {
        /// Bits per second.
        bits_per_second: u64,
    },
    /// Re-encodes the sound as AAC.
    EncodeAudio,
    /// Adds a silent sound track.
    AddSilence,
    /// Cuts everything after this point.
    Cut {
        /// The duration to keep.
        keep: Duration,
    },
}

/// The treatment of the sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sound {
    None,
    Copied,
    Encoded,
    /// A silent track, as long as the picture if its length is known.
    Silent(Option<Duration>),
}

/// The plan for one video.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    steps: Vec<Step>,
    source: Container,
    /// The filters for the picture when it is re-encoded; `None` when it is copied.
    filters: Option<Vec<String>>,
    /// The highest bit rate of the re-encoded picture, in bits per second.
    bit_rate: u64,
    sound: Sound,
    expected: Clip,
    expected_size: u64,
}

/// Whether a video that breaks `rule` can be repaired. A video that is too short cannot.
pub const fn can_repair(rule: Rule) -> bool {
    !matches!(rule, Rule::TooShort)
}

/// Whether the repair of `rule` removes a part of the video, which only the creator can decide.
pub const fn is_cut(rule: Rule) -> bool {
    matches!(rule, Rule::TooLong | Rule::TooLongForCreator)
}

/// Plans the repair of `clip`, a file of `size` bytes, for the rules of `chosen` that it breaks. `None` if it breaks
/// none of them that can be repaired.
///
/// The plan cuts only for a chosen rule about the length, and never stretches the picture. It also repairs what cannot
/// be kept on the way, such as a codec that MP4 does not support.
pub fn plan(
    clip: &Clip,
    size: u64,
    limits: &CreatorLimits,
    chosen: &[Rule],
    tools: Tools,
) -> Option<Plan> {
    let rules: Vec<Rule> = findings(clip, size, limits)
        .iter()
        .map(|finding| finding.rule)
        .filter(|rule| chosen.contains(rule) && can_repair(*rule))
        .collect();
    if rules.is_empty() {
        return None;
    }
    let keep = kept(&rules, limits);
    let mut expected = Clip {
        container: Container::Mp4,
        duration: keep.map_or(clip.duration, |keep| keep.min(clip.duration)),
        ..clip.clone()
    };
    let lasts = if expected.duration.is_zero() {
        MAX_DURATION
    } else {
        expected.duration
    };
    let mut steps = Vec::new();
    let bit_rate = bit_rate(lasts);
    let filters = must_encode(&clip.video, &rules).then(|| {
        steps.push(Step::Encode);
        picture(&mut expected.video, &rules, tools, &mut steps)
    });
    if filters.is_some() && rules.contains(&Rule::TooLarge) {
        steps.push(Step::LimitSize {
            bits_per_second: bit_rate,
        });
    }
    if filters.is_none() && clip.container != Container::Mp4 {
        steps.push(Step::Repack);
    }
    let sound = sound(clip, &rules, &mut steps);
    expected.audio = match sound {
        Sound::None => None,
        Sound::Copied => clip.audio.clone(),
        Sound::Encoded => clip.audio.clone().map(|audio| AudioTrack {
            codec: AudioCodec::Aac,
            ..audio
        }),
        Sound::Silent(_) => Some(AudioTrack {
            codec: AudioCodec::Aac,
            channels: Some(2),
            sample_rate: Some(48_000),
        }),
    };
    if let Some(keep) = keep {
        steps.push(Step::Cut { keep });
    }
    let expected_size = if filters.is_some() {
        likely_size(&expected.video, bit_rate, lasts)
    } else {
        size
    };
    Some(Plan {
        steps,
        source: clip.container,
        filters,
        bit_rate,
        sound,
        expected,
        expected_size,
    })
}

impl Plan {
    /// The steps, in the order that suits a list for the creator.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The expected properties of the result, as far as they are known beforehand.
    pub fn expected(&self) -> &Clip {
        &self.expected
    }

    /// The expected size of the result in bytes, which the disk must have free.
    pub fn expected_size(&self) -> u64 {
        self.expected_size
    }

    /// Whether the picture is re-encoded, which needs an H.264 encoder.
    pub fn encodes_picture(&self) -> bool {
        self.filters.is_some()
    }
}

/// The duration to keep, if the creator chose to cut the video.
fn kept(rules: &[Rule], limits: &CreatorLimits) -> Option<Duration> {
    let limit = rules.iter().filter_map(|rule| match rule {
        Rule::TooLong => Some(MAX_DURATION),
        Rule::TooLongForCreator => limits.max_duration,
        _ => None,
    });
    limit
        .min()
        .map(|limit| limit.saturating_sub(CUT_MARGIN.min(limit / 2)))
}

/// Whether the picture must be re-encoded: for its faults, or because MP4 does not support its codec.
fn must_encode(video: &VideoTrack, rules: &[Rule]) -> bool {
    let holds = matches!(
        video.codec,
        VideoCodec::H264 | VideoCodec::H265 | VideoCodec::Vp9
    );
    let wrong = rules.iter().any(|rule| {
        !matches!(
            rule,
            Rule::Container
                | Rule::TooLong
                | Rule::TooLongForCreator
                | Rule::TooShort
                | Rule::NoAudio
        )
    });
    wrong || !holds
}

/// The filters that repair the picture. Changes `video` to the expected result.
fn picture(
    video: &mut VideoTrack,
    rules: &[Rule],
    tools: Tools,
    steps: &mut Vec<Step>,
) -> Vec<String> {
    let mut filters = Vec::new();
    let fps = if rules.contains(&Rule::FrameRateLow) {
        Some(30)
    } else if rules.contains(&Rule::FrameRateHigh) {
        Some(60)
    } else {
        None
    };
    if let Some(fps) = fps {
        steps.push(Step::FrameRate { fps });
        filters.push(format!("fps={fps}"));
        video.frame_rate = Some(fps.into());
        video.variable_frame_rate = Some(false);
    }
    shape(video, rules, steps, &mut filters);
    if let Some(hdr) = video.hdr.take() {
        steps.push(Step::ToneMap {
            highlights: tools.tone_mapping,
        });
        filters.push(standard_range(hdr, tools));
    }
    video.codec = VideoCodec::H264;
    video.rotation = 0;
    video.bit_depth = Some(8);
    filters
}

/// Brings the sides of the picture into bounds. H.264 needs an even number of pixels on each side.
fn shape(video: &mut VideoTrack, rules: &[Rule], steps: &mut Vec<Step>, filters: &mut Vec<String>) {
    let (width, height) = (video.width, video.height);
    let upright = rules.contains(&Rule::Landscape);
    let out_of_bounds =
        rules.contains(&Rule::PictureTooSmall) || rules.contains(&Rule::PictureTooLarge);
    if !upright && !out_of_bounds {
        let even = (width & !1, height & !1);
        if even != (width, height) {
            // H.264 cannot encode the last odd row or column.
            filters.push(format!("crop={}:{}:0:0", even.0, even.1));
            (video.width, video.height) = even;
        }
        return;
    }
    let frame = if upright || height >= width {
        (SHORT_SIDE, LONG_SIDE)
    } else {
        (LONG_SIDE, SHORT_SIDE)
    };
    let scaled = fitted((width, height), frame);
    if scaled != (width, height) {
        let (width, height) = scaled;
        steps.push(Step::Scale { width, height });
        filters.push(format!("scale={width}:{height}:flags=lanczos"));
    }
    let padded = if upright {
        frame
    } else {
        // Scaling alone would leave one side of a very thin picture too small.
        (scaled.0.max(MIN_SIDE), scaled.1.max(MIN_SIDE))
    };
    if padded != scaled {
        let (width, height) = padded;
        steps.push(Step::Pad { width, height });
        filters.push(format!("pad={width}:{height}:(ow-iw)/2:(oh-ih)/2"));
    }
    (video.width, video.height) = padded;
}

/// The largest picture of the same aspect ratio inside `frame`, with even sides.
fn fitted((width, height): (u32, u32), frame: (u32, u32)) -> (u32, u32) {
    let (wide, high) = (u64::from(width.max(1)), u64::from(height.max(1)));
    let (most_wide, most_high) = (u64::from(frame.0), u64::from(frame.1));
    // Rounds to the nearest even number, at least two.
    let even = |above: u64, below: u64| {
        let half = (above + below) / (2 * below);
        u32::try_from(half.max(1) * 2).unwrap_or(u32::MAX)
    };
    if wide * most_high <= high * most_wide {
        (even(wide * most_high, high).min(frame.0), frame.1)
    } else {
        (frame.0, even(high * most_wide, wide).min(frame.1))
    }
}

/// The filters that convert HDR to standard dynamic range. They name the transfer curve, because some headers do not.
fn standard_range(hdr: Hdr, tools: Tools) -> String {
    let curve = match hdr {
        Hdr::Hlg => "arib-std-b67",
        Hdr::Pq | Hdr::DolbyVision => "smpte2084",
    };
    let named = format!("setparams=color_primaries=bt2020:color_trc={curve}:colorspace=bt2020nc");
    if tools.tone_mapping {
        format!(
            "{named},zscale=transfer=linear:npl=100,format=gbrpf32le,zscale=primaries=bt709,\
             tonemap=tonemap=hable:desat=0,zscale=transfer=bt709:matrix=bt709:range=limited,format=yuv420p"
        )
    } else {
        format!(
            "{named},scale=in_color_matrix=bt2020:out_color_matrix=bt709:out_range=limited,format=yuv420p,\
             setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709"
        )
    }
}

fn sound(clip: &Clip, rules: &[Rule], steps: &mut Vec<Step>) -> Sound {
    match clip.audio.as_ref().map(|audio| &audio.codec) {
        Some(AudioCodec::Aac | AudioCodec::Mp3) => Sound::Copied,
        Some(_) => {
            steps.push(Step::EncodeAudio);
            Sound::Encoded
        }
        None if rules.contains(&Rule::NoAudio) => {
            steps.push(Step::AddSilence);
            Sound::Silent(Some(clip.duration).filter(|duration| !duration.is_zero()))
        }
        None => Sound::None,
    }
}

/// The highest bit rate of a picture of this duration, in a file that TikTok accepts.
fn bit_rate(lasts: Duration) -> u64 {
    // The encoder may exceed its rate by its buffer, which is two seconds.
    let seconds = lasts.as_secs().saturating_add(3);
    let most = (MAX_CONTENT / seconds).saturating_sub(AUDIO_BIT_RATE);
    most.clamp(AUDIO_BIT_RATE, MAX_BIT_RATE)
}

/// The likely size of such a picture at high quality, in bytes: a quarter of a bit per pixel.
fn likely_size(video: &VideoTrack, bit_rate: u64, lasts: Duration) -> u64 {
    let fps = video.frame_rate.unwrap_or(rules::MAX_FRAME_RATE);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "frame rates are small and not negative"
    )]
    let fps = fps.ceil() as u64;
    let pixels = u64::from(video.width) * u64::from(video.height);
    let likely = pixels.saturating_mul(fps) / 4;
    likely
        .min(bit_rate)
        .saturating_add(AUDIO_BIT_RATE)
        .saturating_mul(lasts.as_secs() + 1)
        / 8
}
