//! What is said about making a file fit: the steps, what the creator decides, and what went wrong.

use std::time::Duration;

use clip::{
    Rule,
    mend::{Plan, Step},
};
use slipway_core::{
    notice::{Explain, notice},
    views::Notice,
};
use slipway_store::database::Trouble;

use crate::{posts::megabytes, transcode::TranscodeError};

/// One step of a plan, as a sentence.
pub(crate) fn fit_step(step: &Step) -> String {
    match *step {
        Step::Repack => "Packs picture and sound into MP4, without any loss.".to_owned(),
        Step::Encode => "Codes the picture anew as H.264, at high quality.".to_owned(),
        Step::Scale { width, height } => format!("Scales it to {width} × {height} pixels."),
        Step::Pad { width, height } => {
            format!("Puts it on a black picture of {width} × {height} pixels.")
        }
        Step::FrameRate { fps } => format!("Makes it {fps} frames a second."),
        Step::ToneMap { highlights: true } => {
            "Brings HDR into the colours that every screen shows.".to_owned()
        }
        Step::ToneMap { highlights: false } => {
            "Brings HDR into the colours that every screen shows. Bright parts become flatter, because this ffmpeg has no tone mapping.".to_owned()
        }
        Step::LimitSize { bits_per_second } => format!(
            "Keeps the file below 4 GB, with up to {} Mbit a second.",
            bits_per_second / 1_000_000
        ),
        Step::EncodeAudio => "Codes the sound anew as AAC.".to_owned(),
        Step::AddSilence => "Adds a silent sound track.".to_owned(),
        Step::Cut { keep } => format!("Keeps the first {} and leaves out the rest.", span(keep)),
    }
}

/// What the creator decides about where `plan` mends `rule`.
pub(crate) fn fit_question(rule: Rule, plan: &Plan) -> String {
    match rule {
        Rule::TooLong | Rule::TooLongForCreator => {
            format!("Cut it after {}", span(plan.expected().duration))
        }
        Rule::NoAudio => "Add a silent sound track".to_owned(),
        Rule::Landscape => "Put it on an upright picture, with black bars".to_owned(),
        Rule::Hdr => "Turn HDR into standard colours".to_owned(),
        Rule::FrameRateHigh | Rule::FrameRateLow => "Change the frame rate".to_owned(),
        _ => "Mend this as well".to_owned(),
    }
}

/// `9 min 59 s`
fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

impl Explain for TranscodeError {
    fn explain(&self) -> Notice {
        const KEPT: &str = "Your video and the draft are as they were.";
        match self {
            Self::File(error) => error.explain(),
            Self::Post(error) => error.explain(),
            Self::Video(error) => error.explain(),
            Self::Database(error) => Trouble::of(error).explain(),
            Self::NoFfmpeg => notice(
                "fit.no_ffmpeg",
                "Slipway needs ffmpeg to change a video, and this computer has none.",
                "Slipway changes nothing until it is there.",
                install(),
            ),
            Self::NoEncoder { encoder } => notice(
                "fit.no_encoder",
                format!("The ffmpeg on this computer was built without {encoder}."),
                "Slipway can only repack and cut videos with it.",
                install(),
            ),
            Self::NothingToMend => notice(
                "fit.nothing",
                "There is nothing to change about this video.",
                KEPT,
                "",
            ),
            Self::UnderWay => notice(
                "fit.under_way",
                "This video is being made to fit already.",
                "Slipway goes on with it.",
                "",
            ),
            Self::NoSpace { needed, free } => notice(
                "fit.no_space",
                format!(
                    "The new file may need {}, and only {} are free on the disk.",
                    megabytes(*needed),
                    megabytes(*free)
                ),
                KEPT,
                "Make room on the disk, then try again.",
            ),
            Self::Write(error) => notice(
                "fit.write",
                format!("The new file could not be written: {error}."),
                KEPT,
                "Check that the disk is connected and has room, then try again.",
            ),
            Self::Start(error) => notice(
                "fit.start",
                format!("ffmpeg could not be run: {error}."),
                KEPT,
                "Check that “ffmpeg -version” works in a terminal.",
            ),
            Self::Refused { detail } => notice(
                "fit.refused",
                if detail.is_empty() {
                    "ffmpeg could not convert this video.".to_owned()
                } else {
                    format!("ffmpeg could not convert this video: {detail}")
                },
                KEPT,
                "Export the video again, or copy the command and run it in a terminal to see more.",
            ),
            Self::StillUnfit { found } => notice(
                "fit.still_unfit",
                format!("ffmpeg made a file that still has {found}."),
                "Slipway removed that file. Your video and the draft are as they were.",
                "Export the video again with other settings.",
            ),
            Self::Unreadable(_) => notice(
                "fit.unreadable",
                "ffmpeg made a file that cannot be read.",
                "Slipway removed that file. Your video and the draft are as they were.",
                "Try again, or export the video anew.",
            ),
            Self::Cancelled => notice("fit.cancelled", "This was stopped.", KEPT, ""),
        }
    }
}

/// How ffmpeg is installed on this system.
const fn install() -> &'static str {
    if cfg!(target_os = "windows") {
        "Install it with “winget install Gyan.FFmpeg”, then try again."
    } else if cfg!(target_os = "macos") {
        "Install it with “brew install ffmpeg”, then try again."
    } else {
        "Install the package ffmpeg, for example with “sudo apt install ffmpeg”, then try again."
    }
}
