//! What a test tells an engine in a process of its own, and what that answers: JSON, a line each.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use slipway_engine::views::PostSettings;

/// Something to do. Orders are carried out side by side, as a creator's hands and Slipway's are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Order {
    /// Signs these creators in again, each time TikTok refuses their tokens for good.
    KeepSignedIn {
        /// Nickname, and the short name under which the sandbox's consent page knows the creator.
        creators: Vec<(String, String)>,
    },
    /// Begins to connect an account, and tells where the creator is asked.
    Connect,
    /// Adds the file, unless that was done before, and sends it off. Carried out again after a stop, it goes on.
    Post {
        /// The file.
        path: PathBuf,
        /// The account's nickname.
        account: String,
        /// Everything but the account.
        settings: PostSettings,
        /// The moment at which it shall go out; at once when that is not ahead.
        at: Option<Timestamp>,
    },
    /// Lets the post of this file rest.
    Pause {
        /// The file.
        path: PathBuf,
    },
    /// Lets the post of this file go on.
    Resume {
        /// The file.
        path: PathBuf,
    },
    /// Lets everything rest.
    PauseAll,
    /// Lets everything go on, each post that rests on its own as well.
    ResumeAll,
    /// Stops the post of this file.
    Cancel {
        /// The file.
        path: PathBuf,
    },
}

/// What became of an order. What is told here was stored before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "snake_case")]
pub enum Told {
    /// The engine is open.
    Ready,
    /// Where a creator is asked whether to connect.
    Consent {
        /// The address of the page.
        url: String,
    },
    /// The file has a post.
    Added {
        /// The file.
        path: PathBuf,
    },
    /// The post is in line, or further.
    Sent {
        /// The file.
        path: PathBuf,
    },
    /// The post rests.
    Paused {
        /// The file.
        path: PathBuf,
    },
    /// The post goes on.
    Resumed {
        /// The file.
        path: PathBuf,
    },
    /// The post is stopped.
    Cancelled {
        /// The file.
        path: PathBuf,
    },
    /// It was not done.
    Refused {
        /// The file.
        path: PathBuf,
        /// The notice's code, and what it says.
        why: String,
    },
}
