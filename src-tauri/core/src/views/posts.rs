//! Posts: settings, media, progress, state and history.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    Message, Notice,
    folders::{KnownUse, PostFolder},
    post_settings::PostSettings,
    schedule::Schedule,
};

/// What is in the video file.
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
    /// TikTok will refuse the file.
    Blocks,
    /// TikTok takes the file, yet it may not do well.
    Warns,
}

/// Something about the file that TikTok's rules speak of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule that it breaks, by name.
    pub rule: String,
    /// Whether it stops the post.
    pub severity: Severity,
    /// The text.
    pub notice: Notice,
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Bytes that left this computer and were not lost since.
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
    /// TikTok answers with its own faults.
    TikTokDown,
    /// The account must be reconnected.
    Reconnect,
    /// The network costs, and uploads wait for another one.
    Metered,
    /// The creator has paused everything.
    Paused,
    /// The account's last post went out only just now.
    Spacing,
}

/// Where a post stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum PostState {
    /// Being composed.
    Draft,
    /// Goes out at its moment; see [`Post::schedule`].
    Scheduled,
    /// Next in line.
    Queued,
    /// File and creator are checked once more.
    Checking,
    /// Bytes are on their way.
    Uploading,
    /// TikTok has all bytes and works on them.
    Processing,
    /// On the profile.
    Published,
    /// In the creator's TikTok inbox.
    DeliveredToInbox,
    /// Goes on by itself.
    Waiting {
        /// Why.
        reason: WaitReason,
        /// The text.
        notice: Notice,
        /// The next try, as RFC 3339.
        until: Option<String>,
    },
    /// Over, with a reason.
    Failed {
        /// The text.
        notice: Notice,
        /// Whether *Try again* can help.
        can_retry: bool,
        /// Whether the file is another one now, and *Use the file as it is now* is on offer.
        file_changed: bool,
    },
    /// Goes on when the creator says so.
    Paused {
        /// Why Slipway asks, when it was not the creator who paused it.
        notice: Option<Notice>,
    },
    /// TikTok has all bytes and never said how it ended.
    Unconfirmed {
        /// The text.
        notice: Notice,
    },
    /// Stopped by the creator.
    Cancelled,
}

/// A video on its way to TikTok.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    /// Slipway's id.
    pub id: String,
    /// The file's name, for people.
    pub file_name: String,
    /// Where the file lies.
    pub path: PathBuf,
    /// Size in bytes when it was added.
    pub size_bytes: u64,
    /// What is in the file.
    pub media: Media,
    /// What TikTok's rules say about it.
    pub findings: Vec<Finding>,
    /// What the creator chose.
    pub settings: PostSettings,
    /// The account's nickname, kept after a disconnect.
    pub account_name: Option<String>,
    /// When it goes out, if it has a moment of its own.
    pub schedule: Option<Schedule>,
    /// Where the post stands.
    pub state: PostState,
    /// What TikTok remarked while it still works on the post.
    pub remark: Option<Notice>,
    /// How far the upload is, while there is one.
    pub progress: Option<Progress>,
    /// Where to see it on TikTok.
    pub link: Option<String>,
    /// The watched folder that it comes from.
    pub folder: Option<PostFolder>,
    /// What Slipway knows of the same video: where it was posted or is about to be. By content, and for ever.
    pub known: Vec<KnownUse>,
    /// When it was added, as RFC 3339.
    pub created_at: String,
    /// When it came to its end, as RFC 3339.
    pub finished_at: Option<String>,
}

/// One line of a post's own history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// When, as RFC 3339.
    pub at: String,
    /// What happened.
    pub message: Message,
}

/// What became of a file that was dropped, picked or handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AddedFile {
    /// The file's name, for people.
    pub file_name: String,
    /// The draft that was made of it.
    pub post_id: Option<String>,
    /// Why none was made.
    pub notice: Option<Notice>,
}
