//! What can go wrong between a caller and TikTok.

mod advice;
mod code;

use std::{fmt, io, time::Duration};

use crate::{avatar::AvatarError, oauth::OAuthErrorCode, transfer::UploadUrlError};

pub use advice::Advice;
pub use code::ErrorCode;

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

    /// How long TikTok wants us to wait, if it said so; never more than [`RETRY_AFTER_MAX`](crate::limits::RETRY_AFTER_MAX).
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api { retry_after, .. }
            | Self::OAuth { retry_after, .. }
            | Self::Server { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
