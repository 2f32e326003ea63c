//! Errors of sign-in attempts.

use tiktok_api::OAuthErrorCode;

use super::HostedPageError;

/// Why an account was not connected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The account to connect again is gone.
    #[error("[Accounts] Find failed: no such account")]
    NoSuchAccount,
    /// The page that forwards TikTok's answer cannot be used.
    #[error("[Connect] Start failed: the hosted page: {0}")]
    HostedPage(#[from] HostedPageError),
    /// No client key and secret are configured.
    #[error("[Connect] Start failed: no client key and secret")]
    CredentialsMissing,
    /// No local port could be opened for TikTok's answer.
    #[error("[Connect] Start failed: no local port: {0}")]
    Listen(std::io::Error),
    /// The answer belongs to no attempt.
    #[error("[Connect] Callback refused: unknown attempt")]
    Unknown,
    /// The answer's `state` is missing or not the one that was sent.
    #[error("[Connect] Callback refused: the state does not match")]
    StateMismatch,
    /// The `state` was used before.
    #[error("[Connect] Callback refused: the state was used already")]
    StateUsed,
    /// The attempt expired.
    #[error("[Connect] Callback refused: the attempt has expired")]
    Expired,
    /// The creator cancelled the attempt in Slipway.
    #[error("[Connect] Callback refused: the attempt was given up")]
    Cancelled,
    /// Newer attempts replaced it.
    #[error("[Connect] Attempt given up: too many at a time")]
    TooMany,
    /// The answer cannot be read.
    #[error("[Connect] Callback refused: {0}")]
    Unreadable(#[from] tiktok_api::CallbackError),
    /// The creator or TikTok refused the authorization.
    #[error("[Connect] Authorize refused: {error:?} {description}")]
    Refused {
        /// TikTok's code.
        error: OAuthErrorCode,
        /// TikTok's description.
        description: String,
        /// TikTok's `error_type`, such as `non_sandbox_target`.
        error_type: Option<String>,
    },
    /// The creator granted neither of the scopes that posting needs.
    #[error("[Connect] Authorize failed: neither video.publish nor video.upload was granted")]
    NothingGranted,
    /// TikTok did not return the tokens or the profile.
    #[error("[Connect] Exchange failed: {0}")]
    TikTok(#[from] tiktok_api::Error),
    /// The account could not be stored.
    #[error("[Connect] Store failed: {0}")]
    Store(#[from] sqlx::Error),
}
