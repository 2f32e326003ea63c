//! [`TranscodeError`]: why a file was not transcoded.

use crate::{
    posts::{AddError, PostError},
    videos::VideoError,
};

/// A file was not transcoded. The post and its file are unchanged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranscodeError {
    /// ffmpeg is not installed.
    #[error("[Transcode] Start failed: no ffmpeg")]
    NoFfmpeg,
    /// The installed ffmpeg has no encoder that the plan needs.
    #[error("[Transcode] Start failed: ffmpeg has no {encoder}")]
    NoEncoder {
        /// The encoder's name.
        encoder: &'static str,
    },
    /// The file breaks none of the chosen rules.
    #[error("[Transcode] Start failed: nothing to repair")]
    NothingToRepair,
    /// A job for the post is already running.
    #[error("[Transcode] Start failed: under way already")]
    UnderWay,
    /// The disk has too little free space for the output.
    #[error("[Transcode] Start failed: {needed} bytes needed, {free} free")]
    NoSpace {
        /// The space that the output can need, in bytes.
        needed: u64,
        /// The free space, in bytes.
        free: u64,
    },
    /// The output could not be written or renamed.
    #[error("[Transcode] Write failed: {0}")]
    Write(std::io::Error),
    /// ffmpeg could not be started.
    #[error("[Transcode] Start failed: {0}")]
    Start(std::io::Error),
    /// ffmpeg ended with an error.
    #[error("[Transcode] ffmpeg failed: {detail}")]
    Refused {
        /// The last line of its error output, redacted and of bounded length.
        detail: String,
    },
    /// The output still breaks a chosen rule.
    #[error("[Transcode] Check failed: the result still breaks the rule {rule}: {found:?}")]
    StillUnfit {
        /// The broken rule, by name.
        rule: &'static str,
        /// The value that breaks the rule.
        found: clip::Measure,
    },
    /// The output is not a complete video.
    #[error("[Transcode] Check failed: {0}")]
    Unreadable(clip::ProbeError),
    /// The post's file cannot be used.
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
    /// The creator cancelled the job, or the post left the states in which its file can change.
    #[error("[Transcode] cancelled")]
    Cancelled,
}
