//! Errors of changes to accounts and of calls on their behalf.

use jiff::Timestamp;
use tiktok_api::Error as ApiError;

use super::label::LabelError;
use crate::circuit_breaker::CircuitOpen;

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The account is gone.
    #[error("[Accounts] Find failed: no such account")]
    NoSuchAccount,
    /// The label is invalid.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// The database refused the operation.
    #[error("[Accounts] {0}")]
    Database(#[from] sqlx::Error),
}

/// Why a call on behalf of an account failed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The account is gone.
    #[error("the account is gone")]
    NoSuchAccount,
    /// The account must be connected again.
    #[error("the account must be connected again")]
    ReconnectNeeded,
    /// No client key and secret are configured.
    #[error("no client key and secret")]
    CredentialsMissing,
    /// TikTok rejected the client key and secret.
    #[error("TikTok does not accept client key and secret")]
    CredentialsRefused,
    /// The rate limit allows no further call before `until`.
    #[error("TikTok's limit is reached until {until}")]
    Busy {
        /// When the rate limit allows the next call.
        until: Timestamp,
    },
    /// The circuit breaker is open.
    #[error("TikTok is left alone until {}", .0.until)]
    CircuitOpen(CircuitOpen),
    /// TikTok rejected the call or could not be reached.
    #[error(transparent)]
    TikTok(#[from] ApiError),
    /// The database refused the operation.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
