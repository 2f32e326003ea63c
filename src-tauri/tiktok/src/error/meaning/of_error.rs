//! The meaning of a whole error: the row of its code, adjusted by operation, HTTP status and `Retry-After`.

use std::time::Duration;

use super::{Change, Effect, FailureKind, Meaning, Retry, ServiceState};
use crate::error::{
    call::{Error, NetworkKind, Operation},
    causes::ClientError,
    codes::{ErrorCode, OAuthErrorCode},
};

impl Error {
    /// The meaning of the error.
    ///
    /// A `Retry-After` replaces the wait of an API refusal or server error. For an OAuth refusal it is only a lower
    /// bound of the backoff: see [`retry_after`](Self::retry_after).
    pub fn meaning(&self) -> Meaning {
        match self {
            Self::Network { kind, .. } => network(*kind),
            Self::Api {
                operation,
                http,
                code,
                retry_after,
                ..
            } => with_retry_after(api(*operation, *http, code), *retry_after),
            Self::OAuth {
                operation,
                http,
                code,
                ..
            } => oauth(*operation, *http, code),
            Self::Server {
                operation,
                http,
                retry_after,
            } => with_retry_after(server(*operation, *http), *retry_after),
            Self::Malformed { http, .. } => unreadable(*http),
            Self::BadUploadUrl { .. } => {
                Meaning::answered(FailureKind::BadUploadUrl, Retry::Backoff, None)
                    .effect(Effect::Possible)
            }
            // `/doc/content-posting-api-media-transfer-guide`: the same chunk is refused again.
            Self::Transfer { .. } => Meaning::answered(FailureKind::Refused, Retry::Never, None),
            Self::BodyShort { .. } => {
                local(FailureKind::FileChanged, Retry::Never, Some(Change::File))
            }
            Self::Body(_) => local(FailureKind::FileUnreadable, Retry::Never, None),
            // An account without its avatar still works: the next visit fetches it again.
            Self::Avatar(_) => local(FailureKind::BadAvatar, Retry::Never, None),
            Self::Client { source, .. } => local(
                FailureKind::Unsendable,
                Retry::Backoff,
                matches!(source, ClientError::Token).then_some(Change::Reconnect),
            ),
        }
    }

    /// The meaning of TikTok's API code alone, whatever the HTTP status; `None` for any other error.
    ///
    /// For rules that belong to one code, such as an unknown publish id or a missing scope.
    pub fn code_meaning(&self) -> Option<Meaning> {
        self.code().map(ErrorCode::meaning)
    }
}

/// A failure on this side, which says nothing about the host.
const fn local(kind: FailureKind, retry: Retry, change: Option<Change>) -> Meaning {
    Meaning::answered(kind, retry, change).service(ServiceState::NoEvidence)
}

fn network(kind: NetworkKind) -> Meaning {
    let effect = match kind {
        NetworkKind::Connect => Effect::None,
        NetworkKind::Timeout | NetworkKind::Interrupted | NetworkKind::Other => Effect::Possible,
    };
    Meaning::answered(FailureKind::Offline, Retry::Backoff, None)
        .service(ServiceState::Silent)
        .effect(effect)
}

fn api(operation: Operation, http: u16, code: &ErrorCode) -> Meaning {
    let row = code.meaning();
    if operation == Operation::RevokeToken
        && (http == 401 || row.kind == FailureKind::TokenRejected)
    {
        // The page of the revocation names no codes: a 401 rejects the token, whatever its code.
        return ErrorCode::AccessTokenInvalid.meaning().service(row.service);
    }
    let effect = if operation.is_oauth() {
        // This shape is not documented for OAuth calls: only a rate limit proves that TikTok kept the old tokens.
        match row.kind {
            FailureKind::RateLimited => Effect::None,
            _ => Effect::Possible,
        }
    } else if http >= 500 {
        Effect::Possible
    } else {
        row.effect
    };
    let final_refusal = matches!(row.retry, Retry::Never | Retry::AfterRefresh);
    if http < 500 || !final_refusal {
        return row.effect(effect);
    }
    // TikTok's servers failed, whatever the code says; the code decides only whether the host works.
    let service = match code {
        ErrorCode::Other(_) => ServiceState::Faulted,
        _ => row.service,
    };
    unavailable().service(service).effect(effect)
}

fn oauth(operation: Operation, http: u16, code: &OAuthErrorCode) -> Meaning {
    let row = code.meaning();
    let service = match code {
        OAuthErrorCode::Other(_) if http >= 500 => ServiceState::Faulted,
        _ => row.service,
    };
    if !operation.is_oauth() {
        // The flat shape is documented for OAuth calls only, so it does not refuse any other request.
        return unavailable().service(service).effect(Effect::None);
    }
    if operation == Operation::RevokeToken && *code == OAuthErrorCode::InvalidRequest {
        // The page of the revocation does not say which code rejects an ended token.
        return OAuthErrorCode::InvalidGrant.meaning();
    }
    row.service(service)
}

/// A server error without a readable body, and a 408 or 429 of the upload host.
fn server(operation: Operation, http: u16) -> Meaning {
    if http >= 500 {
        return unavailable().faulted();
    }
    let effect = if operation.is_oauth() {
        Effect::Possible
    } else {
        Effect::None
    };
    unavailable().effect(effect)
}

fn unreadable(http: u16) -> Meaning {
    let service = match http {
        // TikTok's own servers give a readable answer, except for a plain refusal. A proxy answers 407 or 408.
        407 | 408 => ServiceState::Faulted,
        400..=499 => ServiceState::Answered,
        _ => ServiceState::Faulted,
    };
    Meaning::answered(FailureKind::Unreadable, Retry::Backoff, None)
        .service(service)
        .effect(Effect::Possible)
}

const fn unavailable() -> Meaning {
    Meaning::answered(FailureKind::Unavailable, Retry::Backoff, None)
}

/// The same meaning with the wait that TikTok asks for, where Slipway retries by itself.
fn with_retry_after(meaning: Meaning, retry_after: Option<Duration>) -> Meaning {
    match (meaning.retry, retry_after) {
        (Retry::Backoff | Retry::After(_) | Retry::WhenCapFrees { .. }, Some(wait)) => Meaning {
            retry: Retry::After(wait),
            ..meaning
        },
        _ => meaning,
    }
}
