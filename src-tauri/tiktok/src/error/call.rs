//! The error of a failed call to TikTok.

use std::{fmt, io, time::Duration};

use super::{
    causes::{AvatarError, ClientError, UploadUrlError},
    codes::{ErrorCode, OAuthErrorCode},
};

/// The operation that failed.
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
    /// Reading the creator's profile.
    UserInfo,
    /// Querying what the creator may post.
    CreatorInfo,
    /// Starting a direct post.
    InitDirectPost,
    /// Starting a draft for the inbox.
    InitInbox,
    /// Querying the status of a post.
    FetchStatus,
    /// Cancelling a post.
    Cancel,
    /// Fetching an avatar picture.
    FetchAvatar,
    /// Sending a chunk of video.
    PutChunk,
}

impl Operation {
    /// Whether the operation calls an OAuth endpoint.
    pub(super) fn is_oauth(self) -> bool {
        matches!(
            self,
            Self::ExchangeCode | Self::RefreshToken | Self::RevokeToken
        )
    }
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

/// The way in which a connection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NetworkKind {
    /// No connection was established: the request was not sent.
    Connect,
    /// TikTok did not answer in time: it may have carried out the request.
    Timeout,
    /// The connection broke: TikTok may have carried out the request.
    Interrupted,
    /// Anything else.
    Other,
}

impl fmt::Display for NetworkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "could not connect",
            Self::Timeout => "no answer in time",
            Self::Interrupted => "the connection broke",
            Self::Other => "network error",
        })
    }
}

/// A failed operation. The texts contain no addresses, tokens or bodies.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No complete answer arrived.
    #[error("[TikTok] {operation} failed: {kind}")]
    Network {
        /// The operation that failed.
        operation: Operation,
        /// The way in which the connection failed.
        kind: NetworkKind,
        /// The cause, without the address.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// TikTok refused, in one of the shapes of `/doc/tiktok-api-v2-error-handling`. Some refusals have HTTP status 200.
    #[error("[TikTok] {operation} failed: {code} (HTTP {http}){}{}", MessageSuffix(.message), LogIdSuffix(.log_id.as_deref()))]
    Api {
        /// The operation that failed.
        operation: Operation,
        /// The HTTP status. It proves nothing without the code.
        http: u16,
        /// TikTok's code.
        code: ErrorCode,
        /// TikTok's message, without control characters.
        message: String,
        /// The request's id, for TikTok's support.
        log_id: Option<String>,
        /// The wait that TikTok asks for.
        retry_after: Option<Duration>,
    },
    /// TikTok refused, in the flat shape of `/doc/oauth-error-handling`.
    #[error("[TikTok] {operation} failed: {code} (HTTP {http}){}{}", MessageSuffix(.description), LogIdSuffix(.log_id.as_deref()))]
    OAuth {
        /// The operation that failed.
        operation: Operation,
        /// The HTTP status. It proves nothing without the code.
        http: u16,
        /// TikTok's code.
        code: OAuthErrorCode,
        /// TikTok's message, without control characters.
        description: String,
        /// The request's id, for TikTok's support.
        log_id: Option<String>,
        /// The wait that TikTok asks for.
        retry_after: Option<Duration>,
    },
    /// TikTok's servers failed without a readable answer. For a chunk, also HTTP 408 and 429.
    #[error("[TikTok] {operation} failed: the server answered HTTP {http}")]
    Server {
        /// The operation that failed.
        operation: Operation,
        /// The HTTP status.
        http: u16,
        /// The wait that TikTok asks for.
        retry_after: Option<Duration>,
    },
    /// The answer cannot be read.
    #[error("[TikTok] {operation} failed: unreadable answer (HTTP {http}): {detail}")]
    Malformed {
        /// The operation that failed.
        operation: Operation,
        /// The HTTP status.
        http: u16,
        /// The fault in the answer, without its content.
        detail: String,
    },
    /// TikTok returned an upload address that must not be used.
    #[error("[TikTok] {operation} failed: bad upload address: {source}")]
    BadUploadUrl {
        /// The init call that returned the address.
        operation: Operation,
        /// The reason why it must not be used.
        source: UploadUrlError,
    },
    /// The upload host refused a chunk as malformed (`/doc/content-posting-api-media-transfer-guide`).
    #[error("[TikTok] Chunk upload failed: the server refused the chunk (HTTP {http})")]
    Transfer {
        /// The HTTP status.
        http: u16,
    },
    /// The reader ended before the chunk did: the file has changed.
    #[error("[TikTok] Chunk upload failed: the file ended after {got} of {expected} bytes")]
    BodyShort {
        /// Length of the chunk, in bytes.
        expected: u64,
        /// Bytes that the reader returned.
        got: u64,
    },
    /// The reader failed.
    #[error("[TikTok] Chunk upload failed: the file could not be read")]
    Body(#[source] io::Error),
    /// The avatar was rejected.
    #[error("[TikTok] Avatar download failed: {0}")]
    Avatar(#[source] AvatarError),
    /// The request could not be built.
    #[error("[TikTok] {operation} failed: {source}")]
    Client {
        /// The operation that failed.
        operation: Operation,
        /// The cause.
        source: ClientError,
    },
}

struct MessageSuffix<'a>(&'a str);

impl fmt::Display for MessageSuffix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", self.0)
    }
}

struct LogIdSuffix<'a>(Option<&'a str>);

impl fmt::Display for LogIdSuffix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(id) => write!(f, " [log id {id}]"),
            None => Ok(()),
        }
    }
}

impl Error {
    /// The operation that failed.
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

    /// The HTTP status, if TikTok answered.
    pub fn http(&self) -> Option<u16> {
        match self {
            Self::Api { http, .. }
            | Self::OAuth { http, .. }
            | Self::Server { http, .. }
            | Self::Malformed { http, .. }
            | Self::Transfer { http } => Some(*http),
            _ => None,
        }
    }

    /// TikTok's code, for an API refusal.
    pub fn code(&self) -> Option<&ErrorCode> {
        match self {
            Self::Api { code, .. } => Some(code),
            _ => None,
        }
    }

    /// TikTok's code, for an OAuth refusal.
    pub fn oauth_code(&self) -> Option<&OAuthErrorCode> {
        match self {
            Self::OAuth { code, .. } => Some(code),
            _ => None,
        }
    }

    /// TikTok's code as text, for a refusal of either shape.
    pub fn refusal(&self) -> Option<&str> {
        match self {
            Self::Api { code, .. } => Some(code.as_str()),
            Self::OAuth { code, .. } => Some(code.as_str()),
            _ => None,
        }
    }

    /// The request's id, for TikTok's support.
    pub fn log_id(&self) -> Option<&str> {
        match self {
            Self::Api { log_id, .. } | Self::OAuth { log_id, .. } => log_id.as_deref(),
            _ => None,
        }
    }

    /// The wait that TikTok asks for, at most [`RETRY_AFTER_MAX`](crate::limits::RETRY_AFTER_MAX).
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api { retry_after, .. }
            | Self::OAuth { retry_after, .. }
            | Self::Server { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
