//! Transcoding a video to TikTok's rules: support, plans, progress and outcome.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::text::{Message, Notice};

/// The rules that the creator wants to satisfy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TranscodeChoice {
    /// The rules by name; if it is not set, all rules that block the post and need no decision.
    pub rules: Option<Vec<String>>,
    /// The longest direct post of the account in seconds, if TikTok reported it.
    pub max_duration_sec: Option<u32>,
}

/// The possible repairs of a draft's file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TranscodeOptions {
    /// The capabilities of this computer's ffmpeg.
    pub support: TranscodeSupport,
    /// The repair of each finding; findings without a repair are omitted.
    #[serde(rename = "mends")]
    pub repairs: Vec<Repair>,
    /// The plan for the chosen repairs; `None` if none is chosen.
    pub plan: Option<TranscodePlan>,
    /// The progress of a running transcode.
    pub progress: Option<TranscodeProgress>,
}

/// The repair of one finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Repair {
    /// The broken rule, by name.
    pub rule: String,
    /// Whether it is chosen.
    pub chosen: bool,
    /// The creator's decision, if the repair needs one: a cut, or a finding that does not block.
    pub question: Option<Message>,
    /// The ffmpeg command of this repair alone.
    pub command: String,
}

/// The plan of a transcode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TranscodePlan {
    /// One sentence for each step.
    pub steps: Vec<Message>,
    /// The ffmpeg command of the whole plan.
    pub command: String,
}

/// The capabilities of this computer's ffmpeg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TranscodeSupport {
    /// The version of ffmpeg, if it is installed.
    pub ffmpeg: Option<String>,
    /// Whether it encodes H.264 with `libx264`.
    pub h264: bool,
    /// Whether it encodes AAC.
    pub aac: bool,
    /// Whether it maps HDR to the standard range and keeps highlights.
    pub tone_mapping: bool,
    /// The notice about what is missing.
    pub notice: Option<Notice>,
}

/// The progress of a transcode.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TranscodeProgress {
    /// From 0 to 1; not set while it waits in the queue.
    pub fraction: Option<f64>,
    /// Estimated time left.
    pub seconds_left: Option<u64>,
}

/// The outcome of a transcode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TranscodeOutcome {
    /// The post has the new file.
    Fits {
        /// Its name.
        file_name: String,
    },
    /// The creator cancelled it, or the post continued without it.
    Cancelled,
    /// It failed; the post is unchanged.
    Failed {
        /// The text.
        notice: Notice,
    },
}
