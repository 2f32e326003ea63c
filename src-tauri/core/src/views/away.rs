//! The summary of an absence: what happened while Slipway was closed or the computer slept.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What happened while Slipway was closed or the computer slept, until the creator dismisses it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AwayReport {
    /// One item for each post and folder, oldest first.
    pub items: Vec<AwayItem>,
}

/// One post or folder of an [`AwayReport`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum AwayItem {
    /// A scheduled post that goes out late, within the grace period.
    SentLate {
        /// The post's id.
        post_id: String,
        /// The file's name, for people.
        file_name: String,
        /// Its scheduled time, as RFC 3339.
        due: String,
        /// How much later it started.
        late_seconds: u64,
    },
    /// A scheduled post that waits for the creator's decision, because the grace period is over.
    Missed {
        /// The post's id.
        post_id: String,
        /// The file's name, for people.
        file_name: String,
        /// Its scheduled time, as RFC 3339.
        due: String,
    },
    /// A post that TikTok was processing, and finished meanwhile. Its state says how.
    Ended {
        /// The post's id.
        post_id: String,
        /// The file's name, for people.
        file_name: String,
    },
    /// Videos that arrived in a watched folder.
    FolderVideos {
        /// The folder's id.
        folder_id: String,
        /// The folder's name.
        name: String,
        /// The number of new posts.
        count: u32,
    },
}
