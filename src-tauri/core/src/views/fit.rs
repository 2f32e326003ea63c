//! Making a video fit: what can be done, what is asked for, how far it is, and how it ended.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Message, Notice};

/// What the creator wants mended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FitChoice {
    /// The rules to be kept afterwards, by name; when it is not set, all that block the post and need no decision.
    pub rules: Option<Vec<String>>,
    /// The longest direct post of the chosen account, in seconds, where TikTok said it.
    pub max_duration_sec: Option<u32>,
}

/// What can be done about a draft's file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Fit {
    /// What the ffmpeg of this computer can do.
    pub support: FitSupport,
    /// What each finding needs; findings that nothing helps are left out.
    pub mends: Vec<Mend>,
    /// What is done when all that is chosen is mended; nothing when nothing is chosen.
    pub plan: Option<FitPlan>,
    /// How far it is, while it is being done.
    pub progress: Option<FitProgress>,
}

/// What one finding needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Mend {
    /// The rule that is broken, by name.
    pub rule: String,
    /// Whether it is among what is chosen.
    pub chosen: bool,
    /// What the creator decides about, when it is theirs to decide: a cut, or something that does not block.
    pub question: Option<Message>,
    /// The ffmpeg command that mends this alone.
    pub command: String,
}

/// What is done to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FitPlan {
    /// One sentence for each step.
    pub steps: Vec<Message>,
    /// The ffmpeg command that does all of it.
    pub command: String,
}

/// What the ffmpeg of this computer can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FitSupport {
    /// Its version, when there is one.
    pub ffmpeg: Option<String>,
    /// Whether it codes H.264 with `libx264`.
    pub h264: bool,
    /// Whether it codes AAC.
    pub aac: bool,
    /// Whether it brings HDR into standard range with its highlights kept.
    pub tone_mapping: bool,
    /// What is missing, and what to install.
    pub notice: Option<Notice>,
}

/// How far a file is on its way to fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FitProgress {
    /// From 0 to 1; not set while it waits for its turn.
    pub fraction: Option<f64>,
    /// Estimated time left.
    pub seconds_left: Option<u64>,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum FitOutcome {
    /// The post has the new file.
    Fits {
        /// Its name.
        file_name: String,
    },
    /// The creator stopped it, or the post went on without it.
    Cancelled,
    /// It did not work; the post is as it was.
    Failed {
        /// The text.
        notice: Notice,
    },
}
