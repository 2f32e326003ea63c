//! Events that the engine sends to its subscribers.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    accounts::ConnectOutcome,
    away::AwayReport,
    posts::{Post, Progress},
    settings::Settings,
    status::AppStatus,
    transcode::{TranscodeOutcome, TranscodeProgress},
};

/// An event of the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Event {
    /// The list of accounts changed.
    AccountsChanged,
    /// A post was added or changed.
    PostChanged {
        /// The post as it is now.
        post: Box<Post>,
    },
    /// A post was removed from the queue.
    PostRemoved {
        /// Its id.
        id: String,
    },
    /// An upload progressed.
    Progress {
        /// The post's id.
        post_id: String,
        /// The present progress.
        progress: Progress,
    },
    /// The engine's status changed.
    #[serde(rename = "standingChanged")]
    StatusChanged {
        /// The present status.
        #[serde(rename = "standing")]
        status: AppStatus,
    },
    /// The summary of the last absence changed.
    AwayChanged {
        /// The present summary.
        report: AwayReport,
    },
    /// The settings changed.
    SettingsChanged {
        /// The present settings.
        settings: Settings,
    },
    /// A transcode progressed.
    #[serde(rename = "fitProgress")]
    TranscodeProgress {
        /// The post's id.
        post_id: String,
        /// The present progress.
        progress: TranscodeProgress,
    },
    /// A transcode finished.
    #[serde(rename = "fitEnded")]
    TranscodeEnded {
        /// The post's id.
        post_id: String,
        /// The outcome.
        outcome: TranscodeOutcome,
    },
    /// A watched folder was added, removed or changed.
    FoldersChanged,
    /// Files of a watched folder changed.
    FolderFilesChanged {
        /// The folder's id.
        folder_id: String,
    },
    /// A sign-in attempt finished.
    ConnectFinished {
        /// The attempt's id.
        attempt_id: String,
        /// The outcome.
        outcome: ConnectOutcome,
    },
}
