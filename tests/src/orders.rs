//! The messages between a test and an engine in a process of its own: JSON, one message a line.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use slipway_engine::views::PostSettings;

/// An order to the engine. The process carries orders out concurrently.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Order {
    /// Connects these creators again whenever TikTok refuses their tokens permanently.
    KeepSignedIn {
        /// Pairs of a nickname and the creator's short name on the sandbox's consent page.
        creators: Vec<(String, String)>,
    },
    /// Begins to connect an account, and reports the consent page.
    Connect,
    /// Adds the file unless it was added before, and submits its post. Repeated after a stop, it continues.
    Post {
        /// The file.
        path: PathBuf,
        /// The account's nickname.
        account: String,
        /// The settings, without the account.
        settings: PostSettings,
        /// The moment to publish at; a past one means now.
        at: Option<Timestamp>,
    },
    /// Pauses the post of this file.
    Pause {
        /// The file.
        path: PathBuf,
    },
    /// Resumes the post of this file.
    Resume {
        /// The file.
        path: PathBuf,
    },
    /// Pauses everything.
    PauseAll,
    /// Resumes everything, including each paused post.
    ResumeAll,
    /// Cancels the post of this file.
    Cancel {
        /// The file.
        path: PathBuf,
    },
}

/// The result of an order. The engine has stored it before it is reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "snake_case")]
pub enum Told {
    /// The engine is open.
    Ready,
    /// The consent page of an attempt to connect.
    Consent {
        /// The address of the page.
        url: String,
    },
    /// The file has a post.
    Added {
        /// The file.
        path: PathBuf,
    },
    /// The post is queued, or further.
    Sent {
        /// The file.
        path: PathBuf,
    },
    /// The post is paused.
    Paused {
        /// The file.
        path: PathBuf,
    },
    /// The post is resumed.
    Resumed {
        /// The file.
        path: PathBuf,
    },
    /// The post is cancelled.
    Cancelled {
        /// The file.
        path: PathBuf,
    },
    /// The order was refused.
    Refused {
        /// The file.
        path: PathBuf,
        /// The notice's code and the error.
        why: String,
    },
}
