//! Posts: settings, media, progress, state and history.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    folders::{KnownUse, PostFolder},
    post_settings::PostSettings,
    schedule::Schedule,
    text::{Message, Notice},
};

/// The content of a video file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    /// Container, such as `MP4`.
    pub container: String,
    /// Video codec, such as `H.264`.
    pub video_codec: String,
    /// Audio codec, if there is sound.
    pub audio_codec: Option<String>,
    /// Width in pixels after rotation.
    pub width: u32,
    /// Height in pixels after rotation.
    pub height: u32,
    /// Average frames a second.
    pub fps: Option<f64>,
    /// Duration in milliseconds.
    pub duration_ms: u64,
}

/// Whether a finding stops the post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// TikTok rejects the file.
    Blocks,
    /// TikTok accepts the file, but it may cause problems.
    Warns,
}

/// A violation of TikTok's rules for files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The broken rule, by name.
    pub rule: String,
    /// Whether it stops the post.
    pub severity: Severity,
    /// The text.
    pub notice: Notice,
}

/// The progress of an upload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Sent bytes that were not lost since.
    pub sent_bytes: u64,
    /// Size of the file.
    pub total_bytes: u64,
    /// Speed over the last seconds.
    pub bytes_per_second: Option<u64>,
    /// Estimated time left.
    pub seconds_left: Option<u64>,
}

/// Why a post waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WaitReason {
    /// TikTok's rate limit, daily cap or pending drafts.
    Quota,
    /// TikTok does not answer.
    Offline,
    /// TikTok answers with server errors.
    TikTokDown,
    /// The account must be reconnected.
    Reconnect,
    /// The network is metered, and uploads wait for another one.
    Metered,
    /// The creator has paused everything.
    Paused,
    /// The account's last post was sent too recently.
    Spacing,
}

/// The state of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum PostState {
    /// Being composed.
    Draft,
    /// Sent at its scheduled time; see [`Post::schedule`].
    Scheduled,
    /// Ready to be sent.
    Queued,
    /// The file and the creator's limits are checked again.
    Checking,
    /// The file is being uploaded.
    Uploading,
    /// TikTok has the whole file and processes it.
    Processing,
    /// Visible on the profile.
    Published,
    /// In the creator's TikTok inbox.
    DeliveredToInbox,
    /// Waits and continues automatically.
    Waiting {
        /// Why.
        reason: WaitReason,
        /// The text.
        notice: Notice,
        /// The next try, as RFC 3339.
        until: Option<String>,
    },
    /// Failed with a reason.
    Failed {
        /// The text.
        notice: Notice,
        /// Whether *Try again* can help.
        can_retry: bool,
        /// Whether the file changed, and *Use the file as it is now* is available.
        file_changed: bool,
    },
    /// Paused until the creator resumes it.
    Paused {
        /// Why Slipway paused it, unless the creator did.
        notice: Option<Notice>,
    },
    /// TikTok has the whole file but never reported the outcome.
    Unconfirmed {
        /// The text.
        notice: Notice,
    },
    /// Cancelled by the creator.
    Cancelled,
}

/// A post of a video.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    /// Slipway's id.
    pub id: String,
    /// The file's name, for people.
    pub file_name: String,
    /// The file's path.
    pub path: PathBuf,
    /// Size in bytes when it was added.
    pub size_bytes: u64,
    /// The content of the file.
    pub media: Media,
    /// Violations of TikTok's rules.
    pub findings: Vec<Finding>,
    /// The creator's choices.
    pub settings: PostSettings,
    /// The account's nickname, kept after a disconnect.
    pub account_name: Option<String>,
    /// When it is sent, if it has a time of its own.
    pub schedule: Option<Schedule>,
    /// The state of the post.
    pub state: PostState,
    /// TikTok's remark while it processes the post.
    pub remark: Option<Notice>,
    /// The progress of a running upload.
    pub progress: Option<Progress>,
    /// Its address on TikTok.
    pub link: Option<String>,
    /// The watched folder that it comes from.
    pub folder: Option<PostFolder>,
    /// Other posts of the same video content, past and planned.
    pub known: Vec<KnownUse>,
    /// When it was added, as RFC 3339.
    pub created_at: String,
    /// When it finished, as RFC 3339.
    pub finished_at: Option<String>,
}

/// A line of a post's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// When, as RFC 3339.
    pub at: String,
    /// The text of the event.
    pub message: Message,
}

/// The result of adding a file that was dropped, picked or passed on the command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AddedFile {
    /// The file's name, for people.
    pub file_name: String,
    /// The draft of the file.
    pub post_id: Option<String>,
    /// Why there is no draft.
    pub notice: Option<Notice>,
}
