//! What can go wrong between a caller and TikTok, and what a caller can do about it.

use std::{fmt, io, time::Duration};

use crate::{
    avatar::AvatarError, limits, oauth::OAuthErrorCode, transfer::UploadUrlError, wire::wire_enum,
};

/// What was being done when an error came up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Building an HTTP client.
    BuildClient,
    /// Exchanging an authorization code for tokens.
    ExchangeCode,
    /// Refreshing an access token.
    RefreshToken,
    /// Revoking an access token.
    RevokeToken,
    /// Reading the user's profile.
    UserInfo,
    /// Reading what the creator may post.
    CreatorInfo,
    /// Starting a direct post.
    InitDirectPost,
    /// Starting a draft for the inbox.
    InitInbox,
    /// Asking how a post is doing.
    FetchStatus,
    /// Cancelling a post.
    Cancel,
    /// Fetching an avatar picture.
    FetchAvatar,
    /// Sending a chunk of video.
    PutChunk,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BuildClient => "HTTP set-up",
            Self::ExchangeCode => "Code exchange",
            Self::RefreshToken => "Token refresh",
            Self::RevokeToken => "Token revocation",
            Self::UserInfo => "User info",
            Self::CreatorInfo => "Creator info",
            Self::InitDirectPost => "Direct post init",
            Self::InitInbox => "Inbox init",
            Self::FetchStatus => "Status query",
            Self::Cancel => "Cancel",
            Self::FetchAvatar => "Avatar download",
            Self::PutChunk => "Chunk upload",
        })
    }
}

wire_enum! {
    /// `error.code` of TikTok's answers (`/doc/tiktok-api-v2-error-handling` and the pages of the single endpoints).
    pub enum ErrorCode {
        /// The access token is invalid, expired or revoked.
        AccessTokenInvalid = "access_token_invalid",
        /// The creator did not grant the scope. Refreshing does not help.
        ScopeNotAuthorized = "scope_not_authorized",
        /// Some of the fields asked for need more scopes.
        ScopePermissionMissed = "scope_permission_missed",
        /// The request is wrong; the message says what. Content Posting and Display spell it differently.
        InvalidParam = "invalid_param" | "invalid_params",
        /// The file breaks the rules.
        InvalidFileUpload = "invalid_file_upload",
        /// Too many requests in a minute.
        RateLimitExceeded = "rate_limit_exceeded",
        /// A fault of TikTok's servers.
        InternalError = "internal_error",
        /// The creator's daily cap of direct posts, shared by all apps, is reached.
        SpamRiskTooManyPosts = "spam_risk_too_many_posts",
        /// Too many drafts wait in the creator's inbox.
        SpamRiskTooManyPendingShare = "spam_risk_too_many_pending_share",
        /// TikTok has barred the account from posting.
        SpamRiskUserBannedFromPosting = "spam_risk_user_banned_from_posting",
        /// TikTok judges the request risky.
        SpamRisk = "spam_risk",
        /// The app's daily cap of posting users is reached.
        ReachedActiveUserCap = "reached_active_user_cap",
        /// The app is not audited and the account is public.
        UnauditedClientCanOnlyPostToPrivateAccounts =
            "unaudited_client_can_only_post_to_private_accounts",
        /// The address of a pulled video is not verified for the app.
        UrlOwnershipUnverified = "url_ownership_unverified",
        /// The privacy level is missing or not among the creator's fresh options.
        PrivacyLevelOptionMismatch = "privacy_level_option_mismatch",
        /// The creator's TikTok app is too old.
        AppVersionCheckFailed = "app_version_check_failed",
        /// TikTok does not know the publish id, or no longer.
        InvalidPublishId = "invalid_publish_id",
        /// The publish id belongs to another account.
        TokenNotAuthorizedForSpecifiedPublishId = "token_not_authorized_for_specified_publish_id",
        /// The post has already ended.
        PublishNotCancellable = "publish_not_cancellable",
    }
}

/// How a connection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NetworkKind {
    /// No connection came about: the request never left.
    Connect,
    /// TikTok stayed silent for too long: the request may have been carried out.
    Timeout,
    /// The connection broke off: the request may have been carried out.
    Interrupted,
    /// Anything else.
    Other,
}

impl fmt::Display for NetworkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "could not connect",
            Self::Timeout => "no answer in time",
            Self::Interrupted => "the connection broke off",
            Self::Other => "network fault",
        })
    }
}

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

/// A fault on our side of the wire, before anything was sent.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The HTTP client could not be built, for instance because no root certificates were found.
    #[error("the HTTP client could not be built")]
    Build(#[source] reqwest::Error),
    /// The token holds characters that no header can carry.
    #[error("the access token holds characters that cannot be sent")]
    Token,
    /// The chunk does not belong to the plan it is sent with.
    #[error("the chunk does not belong to the plan")]
    Chunk,
    /// The request could not be written as JSON.
    #[error("the request could not be written")]
    Request(#[source] serde_json::Error),
}

/// An operation that failed. Its texts hold no addresses, tokens or bodies.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No complete answer came.
    #[error("[TikTok] {operation} failed: {kind}")]
    Network {
        /// What was being done.
        operation: Operation,
        /// How the connection failed.
        kind: NetworkKind,
        /// The cause, without the address.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// TikTok refused, in the shapes of `/doc/tiktok-api-v2-error-handling`. Some refusals come with HTTP 200.
    #[error("[TikTok] {operation} failed: {code} (HTTP {http}){}{}", Said(.message), LogId(.log_id.as_deref()))]
    Api {
        /// What was being done.
        operation: Operation,
        /// The HTTP status, which proves nothing by itself.
        http: u16,
        /// TikTok's code.
        code: ErrorCode,
        /// TikTok's own words, cleaned of control characters.
        message: String,
        /// What TikTok's support asks for.
        log_id: Option<String>,
        /// How long TikTok wants us to wait.
        retry_after: Option<Duration>,
    },
    /// TikTok refused, in the flat shape of `/doc/oauth-error-handling`.
    #[error("[TikTok] {operation} failed: {code} (HTTP {http}){}{}", Said(.description), LogId(.log_id.as_deref()))]
    OAuth {
        /// What was being done.
        operation: Operation,
        /// The HTTP status, which proves nothing by itself.
        http: u16,
        /// TikTok's code.
        code: OAuthErrorCode,
        /// TikTok's own words, cleaned of control characters.
        description: String,
        /// What TikTok's support asks for.
        log_id: Option<String>,
        /// How long TikTok wants us to wait.
        retry_after: Option<Duration>,
    },
    /// TikTok's servers failed without a readable answer; on a chunk also HTTP 408 and 429.
    #[error("[TikTok] {operation} failed: the server answered HTTP {http}")]
    Server {
        /// What was being done.
        operation: Operation,
        /// The HTTP status.
        http: u16,
        /// How long TikTok wants us to wait.
        retry_after: Option<Duration>,
    },
    /// An answer came that cannot be read.
    #[error("[TikTok] {operation} failed: unreadable answer (HTTP {http}): {detail}")]
    Malformed {
        /// What was being done.
        operation: Operation,
        /// The HTTP status.
        http: u16,
        /// What is wrong with the answer, without its content.
        detail: String,
    },
    /// TikTok gave an upload address that must not be used.
    #[error("[TikTok] {operation} failed: bad upload address: {source}")]
    BadUploadUrl {
        /// The init that was answered with the address.
        operation: Operation,
        /// Why it must not be used.
        source: UploadUrlError,
    },
    /// The upload host refused a chunk as malformed (`/doc/content-posting-api-media-transfer-guide`): our fault, no retry.
    #[error("[TikTok] Chunk upload failed: the server refused the chunk (HTTP {http})")]
    Transfer {
        /// The HTTP status.
        http: u16,
    },
    /// The reader ended before the chunk did: the file changed meanwhile.
    #[error("[TikTok] Chunk upload failed: the file ended after {got} of {expected} bytes")]
    BodyShort {
        /// Length of the chunk, in bytes.
        expected: u64,
        /// Bytes that the reader gave.
        got: u64,
    },
    /// The reader failed.
    #[error("[TikTok] Chunk upload failed: the file could not be read")]
    Body(#[source] io::Error),
    /// The avatar picture could not be taken.
    #[error("[TikTok] Avatar download failed: {0}")]
    Avatar(#[source] AvatarError),
    /// The request could not be made at all.
    #[error("[TikTok] {operation} failed: {source}")]
    Client {
        /// What was being done.
        operation: Operation,
        /// The cause.
        source: ClientError,
    },
}

struct Said<'a>(&'a str);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", self.0)
    }
}

struct LogId<'a>(Option<&'a str>);

impl fmt::Display for LogId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(id) => write!(f, " [log id {id}]"),
            None => Ok(()),
        }
    }
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

    /// What was being done.
    pub fn operation(&self) -> Operation {
        match self {
            Self::Network { operation, .. }
            | Self::Api { operation, .. }
            | Self::OAuth { operation, .. }
            | Self::Server { operation, .. }
            | Self::Malformed { operation, .. }
            | Self::BadUploadUrl { operation, .. }
            | Self::Client { operation, .. } => *operation,
            Self::Transfer { .. } | Self::BodyShort { .. } | Self::Body(_) => Operation::PutChunk,
            Self::Avatar(_) => Operation::FetchAvatar,
        }
    }

    /// TikTok's code, if it is an API refusal.
    pub fn code(&self) -> Option<&ErrorCode> {
        match self {
            Self::Api { code, .. } => Some(code),
            _ => None,
        }
    }

    /// TikTok's code, if it is an OAuth refusal.
    pub fn oauth_code(&self) -> Option<&OAuthErrorCode> {
        match self {
            Self::OAuth { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The id of the request that TikTok's support asks for.
    pub fn log_id(&self) -> Option<&str> {
        match self {
            Self::Api { log_id, .. } | Self::OAuth { log_id, .. } => log_id.as_deref(),
            _ => None,
        }
    }

    /// How long TikTok wants us to wait, if it said so; never more than [`limits::RETRY_AFTER_MAX`].
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api { retry_after, .. }
            | Self::OAuth { retry_after, .. }
            | Self::Server { retry_after, .. } => *retry_after,
            _ => None,
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
