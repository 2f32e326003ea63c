//! The publisher's own errors, as opposed to TikTok's refusals.

use slipway_accounts::accounts::TokenError;

use crate::{posts::PostError, videos::VideoError};

/// The publisher could not do its own work. TikTok's refusals are a [`super::failure::Failure`] instead.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The post could not be read or changed.
    #[error(transparent)]
    Post(#[from] PostError),
    /// The video could not be identified or stored.
    #[error(transparent)]
    Video(#[from] VideoError),
    /// A call on behalf of the account failed.
    #[error(transparent)]
    Call(#[from] TokenError),
    /// The stored upload address cannot be decrypted.
    #[error("[Vault] Read failed: a stored secret is damaged")]
    SecretUnreadable,
    /// The database refused the operation.
    #[error("[Database] {0}")]
    Database(#[from] sqlx::Error),
}

impl PublishError {
    /// The database's own error, if that is the cause.
    pub(crate) fn database(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Database(error)
            | Self::Post(
                PostError::Database(error) | PostError::Video(VideoError::Database(error)),
            )
            | Self::Video(VideoError::Database(error))
            | Self::Call(TokenError::Database(error)) => Some(error),
            _ => None,
        }
    }
}
