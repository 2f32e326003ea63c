//! Why a file is not added, a post is not ready to send, or a state transition is refused.

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
    /// Nothing is there.
    #[error("[Posts] Add failed: the file does not exist")]
    Missing,
    /// A folder.
    #[error("[Posts] Add failed: it is a folder")]
    Folder,
    /// Neither a file nor a folder.
    #[error("[Posts] Add failed: it is no regular file")]
    NotAFile,
    /// No bytes.
    #[error("[Posts] Add failed: the file is empty")]
    Empty,
    /// A picture; TikTok takes photos only from verified web addresses.
    #[error("[Posts] Add failed: it is a picture")]
    Picture,
    /// Not a video that Slipway knows.
    #[error("[Posts] Add failed: it is no video: {0}")]
    NotAVideo(clip::ProbeError),
    /// The name is not text.
    #[error("[Posts] Add failed: the name is not valid Unicode")]
    Name,
    /// It cannot be read.
    #[error("[Posts] Add failed: {0}")]
    Unreadable(std::io::Error),
    /// It is already being composed.
    #[error("[Posts] Add failed: it is a draft already")]
    Duplicate,
}

/// What is missing before a post can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incomplete {
    /// No account chosen.
    Account,
    /// The account did not grant what this way of posting needs.
    Scope {
        /// The missing scope.
        scope: &'static str,
    },
    /// No privacy level chosen.
    Privacy,
    /// The caption is too long.
    Caption {
        /// Its length in UTF-16 units.
        units: usize,
        /// The most that TikTok takes.
        max: usize,
    },
    /// Commercial content is disclosed without saying whose.
    Disclosure,
    /// Branded content cannot be private.
    BrandedPrivate,
    /// The file breaks a rule that TikTok will not bend.
    File,
}
