//! [`FolderError`]: why an operation on watched folders failed.

use super::caption::CaptionError;
use crate::{
    planner::PlanError,
    posts::{Incomplete, PostError},
    schedule::ScheduleError,
    settings::SettingsError,
    videos::VideoError,
};

/// Something asked of the watched folders did not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// It is not watched, or not any more.
    #[error("[Folders] Find failed: no such folder")]
    NoSuchFolder,
    /// There is no folder at the path.
    #[error("[Folders] Add failed: no folder is there")]
    NotAFolder,
    /// It cannot be read. The error tells its kind alone.
    #[error("[Folders] Add failed: it cannot be read: {0}")]
    Unreadable(std::io::ErrorKind),
    /// Its path is not text.
    #[error("[Folders] Add failed: the path is not valid Unicode")]
    Name,
    /// It is watched already.
    #[error("[Folders] Add failed: it is watched already")]
    Watched,
    /// Slipway's data lie in it.
    #[error("[Folders] Add failed: Slipway keeps its data there")]
    Own,
    /// No account is chosen, or one that is gone.
    #[error("[Folders] Save failed: no account, or one that is not connected")]
    NoAccounts,
    /// The creator did not agree to posting directly with these choices.
    #[error("[Folders] Save failed: posting directly needs consent")]
    Consent,
    /// Caption rule or hashtags cannot be used.
    #[error(transparent)]
    Caption(#[from] CaptionError),
    /// The account is gone.
    #[error("[Accounts] Find failed: no such account")]
    NoSuchAccount,
    /// The folder's choices lack something that TikTok requires.
    #[error("[Folders] Save failed: {0:?}")]
    Incomplete(Incomplete),
    /// The moment cannot be used.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The pattern of ignored names cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A post of the folder could not be read or changed.
    #[error(transparent)]
    Post(#[from] PostError),
    /// A post of the folder could not be queued or scheduled.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A video could not be identified or stored.
    #[error(transparent)]
    Video(#[from] VideoError),
    /// The database refused the operation.
    #[error("[Database] {0}")]
    Database(#[from] sqlx::Error),
}

impl FolderError {
    /// The database's own error, if that is the cause.
    pub(crate) fn database(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Database(error)
            | Self::Post(PostError::Database(error))
            | Self::Plan(
                PlanError::Database(error) | PlanError::Post(PostError::Database(error)),
            )
            | Self::Video(VideoError::Database(error)) => Some(error),
            _ => None,
        }
    }

    /// Whether a database or another part of Slipway failed, so that the folder itself is worth another try.
    pub(super) fn is_internal(&self) -> bool {
        matches!(
            self,
            Self::Schedule(_)
                | Self::Settings(_)
                | Self::Post(_)
                | Self::Plan(_)
                | Self::Video(_)
                | Self::Database(_)
        )
    }
}
