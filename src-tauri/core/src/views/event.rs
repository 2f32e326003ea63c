//! Events that the engine sends to its subscribers.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    accounts::ConnectOutcome,
    fit::{FitOutcome, FitProgress},
    posts::{Post, Progress},
    settings::Settings,
    status::Standing,
};

/// What the engine tells whoever listens.
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
    /// A post is gone from the queue.
    PostRemoved {
        /// Its id.
        id: String,
    },
    /// Bytes went out.
    Progress {
        /// The post's id.
        post_id: String,
        /// How far it is.
        progress: Progress,
    },
    /// How the engine stands as a whole changed.
    StandingChanged {
        /// How it stands now.
        standing: Standing,
    },
    /// What the creator set changed.
    SettingsChanged {
        /// What is set now.
        settings: Settings,
    },
    /// A file is on its way to fit.
    FitProgress {
        /// The post's id.
        post_id: String,
        /// How far it is.
        progress: FitProgress,
    },
    /// That came to its end.
    FitEnded {
        /// The post's id.
        post_id: String,
        /// How.
        outcome: FitOutcome,
    },
    /// A watched folder was added, removed, or stands otherwise.
    FoldersChanged,
    /// Files of a watched folder stand otherwise.
    FolderFilesChanged {
        /// The folder's id.
        folder_id: String,
    },
    /// A connect came to its end.
    ConnectFinished {
        /// The attempt's id.
        attempt_id: String,
        /// How.
        outcome: ConnectOutcome,
    },
}
