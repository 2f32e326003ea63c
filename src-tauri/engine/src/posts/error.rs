//! The errors of adding files, of incomplete posts and of refused state transitions.

use crate::videos::VideoError;

/// Reading or changing a post failed.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The post is gone.
    #[error("[Posts] Find failed: no such post")]
    NoSuchPost,
    /// The post's state does not allow the operation.
    #[error("[Posts] {operation} failed: the post is {state}")]
    WrongState {
        /// The operation.
        operation: &'static str,
        /// The name of the post's state.
        state: &'static str,
    },
    /// The video of the post could not be identified.
    #[error(transparent)]
    Video(#[from] VideoError),
    /// The database refused the operation.
    #[error("[Database] {0}")]
    Database(#[from] sqlx::Error),
}

/// A file was not added to the queue.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AddError {
    /// The file does not exist.
    #[error("[Posts] Add failed: the file does not exist")]
    Missing,
    /// The path is a folder.
    #[error("[Posts] Add failed: it is a folder")]
    Folder,
    /// The path is neither a file nor a folder.
    #[error("[Posts] Add failed: it is no regular file")]
    NotAFile,
    /// The file is empty.
    #[error("[Posts] Add failed: the file is empty")]
    Empty,
    /// The file is a picture; TikTok takes photos only from verified web addresses.
    #[error("[Posts] Add failed: it is a picture")]
    Picture,
    /// The file is not a video that Slipway can read.
    #[error("[Posts] Add failed: it is no video: {0}")]
    NotAVideo(clip::ProbeError),
    /// The name is not valid Unicode.
    #[error("[Posts] Add failed: the name is not valid Unicode")]
    Name,
    /// The file cannot be read.
    #[error("[Posts] Add failed: {0}")]
    Unreadable(std::io::Error),
    /// A draft of the file exists already.
    #[error("[Posts] Add failed: it is a draft already")]
    Duplicate,
}

/// The thing that a post lacks before it can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incomplete {
    /// No account is chosen.
    Account,
    /// The account did not grant the scope that this mode needs.
    Scope {
        /// The missing scope.
        scope: &'static str,
    },
    /// No privacy level is chosen.
    Privacy,
    /// The caption is too long.
    Caption {
        /// The caption's length in UTF-16 units.
        units: usize,
        /// The longest caption that TikTok accepts.
        max: usize,
    },
    /// Commercial content is disclosed, but neither the creator's own brand nor branded content is chosen.
    Disclosure,
    /// Branded content is private, which TikTok does not allow.
    BrandedPrivate,
    /// The file breaks one of TikTok's rules.
    File,
}
