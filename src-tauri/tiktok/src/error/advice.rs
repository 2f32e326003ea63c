//! What a caller can do about each error.

use std::time::Duration;

use super::{ClientError, Error, ErrorCode};
use crate::{avatar::AvatarError, limits, oauth::OAuthErrorCode};

/// What a caller can do about an error or a failed post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Try the same again, with growing pauses. An init is repeated only as its caller's own rules allow.
    Retry,
    /// A limit is reached: wait this long, or until the limit is likely to be free when TikTok does not say.
    WaitUntil(Option<Duration>),
    /// Refresh the access token once and try once more.
    Refresh,
    /// The creator has to connect the account again.
    Reconnect,
    /// The creator has to change or settle something first.
    AskCreator,
    /// Neither time nor another try helps.
    GiveUp,
}

impl Error {
    /// What the caller can do about it.
    pub fn advice(&self) -> Advice {
        match self {
            Self::Network { .. } | Self::Avatar(AvatarError::Status(408 | 429 | 500..)) => {
                Advice::Retry
            }
            Self::Api {
                code,
                http,
                retry_after,
                ..
            } => api_advice(code, *http, *retry_after),
            Self::OAuth {
                code,
                http,
                retry_after,
                ..
            } => oauth_advice(code, *http, *retry_after),
            Self::Server {
                http, retry_after, ..
            } => match http {
                429 => rate_limited(*retry_after),
                _ => Advice::Retry,
            },
            Self::Malformed { http, .. } => match http {
                401 => Advice::Refresh,
                // A proxy or a captive portal speaks like this, and goes away again.
                200..=399 | 407 | 408 | 500.. => Advice::Retry,
                _ => Advice::GiveUp,
            },
            Self::Client {
                source: ClientError::Token,
                ..
            } => Advice::Reconnect,
            Self::BodyShort { .. } | Self::Body(_) => Advice::AskCreator,
            Self::BadUploadUrl { .. }
            | Self::Transfer { .. }
            | Self::Avatar(_)
            | Self::Client { .. } => Advice::GiveUp,
        }
    }
}

fn rate_limited(retry_after: Option<Duration>) -> Advice {
    Advice::WaitUntil(Some(retry_after.unwrap_or(limits::RATE_LIMIT_WAIT)))
}

/// `/doc/tiktok-api-v2-error-handling` and the error tables of the publishing endpoints.
fn api_advice(code: &ErrorCode, http: u16, retry_after: Option<Duration>) -> Advice {
    match code {
        ErrorCode::AccessTokenInvalid => Advice::Refresh,
        ErrorCode::ScopeNotAuthorized | ErrorCode::ScopePermissionMissed => Advice::Reconnect,
        ErrorCode::RateLimitExceeded => rate_limited(retry_after),
        ErrorCode::InternalError => Advice::Retry,
        ErrorCode::SpamRiskTooManyPosts
        | ErrorCode::SpamRiskTooManyPendingShare
        | ErrorCode::ReachedActiveUserCap => Advice::WaitUntil(retry_after),
        ErrorCode::UnauditedClientCanOnlyPostToPrivateAccounts
        | ErrorCode::PrivacyLevelOptionMismatch
        | ErrorCode::AppVersionCheckFailed => Advice::AskCreator,
        ErrorCode::InvalidParam
        | ErrorCode::InvalidFileUpload
        | ErrorCode::SpamRiskUserBannedFromPosting
        | ErrorCode::SpamRisk
        | ErrorCode::UrlOwnershipUnverified
        | ErrorCode::InvalidPublishId
        | ErrorCode::TokenNotAuthorizedForSpecifiedPublishId
        | ErrorCode::PublishNotCancellable => Advice::GiveUp,
        ErrorCode::Other(_) => by_status(http, retry_after),
    }
}

/// `/doc/oauth-error-handling`.
fn oauth_advice(code: &OAuthErrorCode, http: u16, retry_after: Option<Duration>) -> Advice {
    match code {
        OAuthErrorCode::InvalidGrant => Advice::Reconnect,
        OAuthErrorCode::InvalidClient
        | OAuthErrorCode::UnauthorizedClient
        | OAuthErrorCode::InvalidScope
        | OAuthErrorCode::AccessDenied => Advice::AskCreator,
        OAuthErrorCode::ServerError | OAuthErrorCode::TemporarilyUnavailable => Advice::Retry,
        OAuthErrorCode::InvalidRequest
        | OAuthErrorCode::UnsupportedGrantType
        | OAuthErrorCode::UnsupportedResponseType => Advice::GiveUp,
        OAuthErrorCode::Other(_) => by_status(http, retry_after),
    }
}

/// An unknown code is not retried, except where the status alone calls for it.
fn by_status(http: u16, retry_after: Option<Duration>) -> Advice {
    match http {
        429 => rate_limited(retry_after),
        500.. => Advice::Retry,
        _ => Advice::GiveUp,
    }
}

#[cfg(test)]
mod tests;
