//! [`TranscodeError`]: why a file was not transcoded.

use crate::{
    posts::{AddError, PostError},
    videos::VideoError,
};

/// Why a file was not made to fit. The post and its file are as they were.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranscodeError {
    /// There is no ffmpeg on this computer.
    #[error("[Fit] Start failed: no ffmpeg")]
    NoFfmpeg,
    /// It lacks an encoder that is needed.
    #[error("[Fit] Start failed: ffmpeg has no {encoder}")]
    NoEncoder {
        /// The encoder's name.
        encoder: &'static str,
    },
    /// Nothing of what was chosen is wrong with the file.
    #[error("[Fit] Start failed: nothing to mend")]
    NothingToMend,
    /// The file is being made to fit already.
    #[error("[Fit] Start failed: under way already")]
    UnderWay,
    /// The disk has not enough room for the result.
    #[error("[Fit] Start failed: {needed} bytes needed, {free} free")]
    NoSpace {
        /// What the result may take, in bytes.
        needed: u64,
        /// What is free, in bytes.
        free: u64,
    },
    /// The result cannot be written or named.
    #[error("[Fit] Write failed: {0}")]
    Write(std::io::Error),
    /// ffmpeg could not be started.
    #[error("[Fit] Start failed: {0}")]
    Start(std::io::Error),
    /// ffmpeg ended with an error.
    #[error("[Fit] ffmpeg failed: {detail}")]
    Refused {
        /// The end of what it said, without secrets and of bounded length.
        detail: String,
    },
    /// The result breaks a rule that it was to keep.
    #[error("[Fit] Check failed: the result still has {found}")]
    StillUnfit {
        /// What it has.
        found: String,
    },
    /// The result is no whole video.
    #[error("[Fit] Check failed: {0}")]
    Unreadable(clip::ProbeError),
    /// The post's own file cannot be used.
    #[error(transparent)]
    File(AddError),
    /// The post could not be read or changed.
    #[error(transparent)]
    Post(#[from] PostError),
    /// A video could not be identified or stored.
    #[error(transparent)]
    Video(#[from] VideoError),
    /// The database refused the operation.
    #[error("[Database] {0}")]
    Database(#[from] sqlx::Error),
    /// The creator stopped it, or the post went on.
    #[error("[Fit] cancelled")]
    Cancelled,
}
