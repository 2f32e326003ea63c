//! [`FolderError`]: why an operation on watched folders failed.

use super::caption::CaptionError;
use crate::{
    planner::PlanError,
    posts::{Incomplete, PostError},
    schedule::ScheduleError,
    settings::SettingsError,
    videos::VideoError,
};

/// An operation on watched folders failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// No watched folder has this id.
    #[error("[Folders] Find failed: no such folder")]
    NoSuchFolder,
    /// The path does not lead to a folder.
    #[error("[Folders] Add failed: no folder is there")]
    NotAFolder,
    /// The folder cannot be read. Only the kind of the error is kept, because its text could contain the path.
    #[error("[Folders] Add failed: it cannot be read: {0}")]
    Unreadable(std::io::ErrorKind),
    /// The path is not valid Unicode.
    #[error("[Folders] Add failed: the path is not valid Unicode")]
    Name,
    /// The folder is already watched.
    #[error("[Folders] Add failed: it is watched already")]
    Watched,
    /// The folder is inside Slipway's data folder.
    #[error("[Folders] Add failed: Slipway keeps its data there")]
    Own,
    /// No account is chosen, or a chosen account is no longer connected.
    #[error("[Folders] Save failed: no account, or one that is not connected")]
    NoAccounts,
    /// Direct posting with these settings needs the creator's consent.
    #[error("[Folders] Save failed: posting directly needs consent")]
    Consent,
    /// The caption rule or a hashtag is invalid.
    #[error(transparent)]
    Caption(#[from] CaptionError),
    /// The account no longer exists.
    #[error("[Accounts] Find failed: no such account")]
    NoSuchAccount,
    /// The folder's post settings lack something that TikTok requires.
    #[error("[Folders] Save failed: {0:?}")]
    Incomplete(Incomplete),
    /// A time is invalid.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// A pattern of ignored names is invalid.
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
    /// Returns the database error that caused this one, if any.
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

    /// Returns true if another part of Slipway failed and not the folder, so that a retry can succeed.
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
