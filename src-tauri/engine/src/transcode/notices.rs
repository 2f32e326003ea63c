//! Texts about making a file fit: the steps, the creator's decisions, and what went wrong.

use clip::{
    Rule,
    repair::{Plan, Step},
};
use slipway_core::{
    io_fault::IoFault,
    notice::Explain,
    views::{Message, Notice},
};
use slipway_store::database::DatabaseFault;

use crate::{posts::Measure, transcode::TranscodeError};

pub(crate) mod text {
    //! The texts about making a file fit.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        message step_repack = "fit.step_repack";
        message step_encode = "fit.step_encode";
        message step_scale = "fit.step_scale" (width: text, height: text);
        message step_pad = "fit.step_pad" (width: text, height: text);
        message step_frame_rate = "fit.step_frame_rate" (fps: text);
        message step_tone_map = "fit.step_tone_map" (highlights: text);
        message step_limit_size = "fit.step_limit_size" (rate: number);
        message step_encode_audio = "fit.step_encode_audio";
        message step_add_silence = "fit.step_add_silence";
        message step_cut = "fit.step_cut" (keep: seconds);
        message question_cut = "fit.question_cut" (keep: seconds);
        message question_no_audio = "fit.question_no_audio";
        message question_landscape = "fit.question_landscape";
        message question_hdr = "fit.question_hdr";
        message question_frame_rate = "fit.question_frame_rate";
        message question_also = "fit.question_also";
        notice no_ffmpeg = "fit.no_ffmpeg" (system: text);
        notice no_encoder = "fit.no_encoder" (encoder: text, system: text);
        notice nothing = "fit.nothing";
        notice under_way = "fit.under_way";
        notice no_space = "fit.no_space" (needed: bytes, free: bytes);
        notice write = "fit.write" (detail: message);
        notice start = "fit.start" (detail: message);
        notice refused = "fit.refused" (detail: text);
        notice still_unfit = "fit.still_unfit" (found: message);
        notice unreadable = "fit.unreadable";
        notice cancelled = "fit.cancelled";
    }
}

/// One step of a plan.
pub(crate) fn repair_step(step: &Step) -> Message {
    match *step {
        Step::Repack => text::step_repack(),
        Step::Encode => text::step_encode(),
        Step::Scale { width, height } => text::step_scale(width.to_string(), height.to_string()),
        Step::Pad { width, height } => text::step_pad(width.to_string(), height.to_string()),
        Step::FrameRate { fps } => text::step_frame_rate(fps.to_string()),
        Step::ToneMap { highlights } => {
            text::step_tone_map(if highlights { "kept" } else { "flat" })
        }
        Step::LimitSize { bits_per_second } => text::step_limit_size(bits_per_second / 1_000_000),
        Step::EncodeAudio => text::step_encode_audio(),
        Step::AddSilence => text::step_add_silence(),
        Step::Cut { keep } => text::step_cut(keep.as_secs()),
    }
}

/// Returns the question that the creator answers before `plan` repairs `rule`.
pub(crate) fn repair_question(rule: Rule, plan: &Plan) -> Message {
    match rule {
        Rule::TooLong | Rule::TooLongForCreator => {
            text::question_cut(plan.expected().duration.as_secs())
        }
        Rule::NoAudio => text::question_no_audio(),
        Rule::Landscape => text::question_landscape(),
        Rule::Hdr => text::question_hdr(),
        Rule::FrameRateHigh | Rule::FrameRateLow => text::question_frame_rate(),
        _ => text::question_also(),
    }
}

impl Explain for TranscodeError {
    fn explain(&self) -> Notice {
        match self {
            Self::File(error) => error.explain(),
            Self::Post(error) => error.explain(),
            Self::Video(error) => error.explain(),
            Self::Database(error) => DatabaseFault::of(error).explain(),
            Self::NoFfmpeg => text::no_ffmpeg(SYSTEM),
            Self::NoEncoder { encoder } => text::no_encoder(encoder.to_string(), SYSTEM),
            Self::NothingToRepair => text::nothing(),
            Self::UnderWay => text::under_way(),
            Self::NoSpace { needed, free } => text::no_space(*needed, *free),
            Self::Write(error) => text::write(IoFault::from(error).message()),
            Self::Start(error) => text::start(IoFault::from(error).message()),
            Self::Refused { detail } if detail.is_empty() => text::refused("none"),
            Self::Refused { detail } => text::refused(detail),
            Self::StillUnfit { found, .. } => {
                text::still_unfit(Measure::from(found.clone()).message())
            }
            Self::Unreadable(_) => text::unreadable(),
            Self::Cancelled => text::cancelled(),
        }
    }
}

/// The system, which decides how ffmpeg is installed.
const SYSTEM: &str = if cfg!(target_os = "windows") {
    "windows"
} else if cfg!(target_os = "macos") {
    "macos"
} else {
    "linux"
};
