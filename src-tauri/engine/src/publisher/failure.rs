//! The outcome of a task that does not complete: a wait, a failed post, or an error of Slipway's own.

use std::time::Duration;

use jiff::Timestamp;
use slipway_accounts::{accounts::TokenError, circuit_breaker::CircuitOpen, connect::UPLOAD};
use slipway_core::{backoff::backoff, io_fault::IoFault, notice::Explain, views::Message};
use tiktok_api::{Error as ApiError, FailReason, FailureKind, Retry, limits};

use super::error::PublishError;
use crate::posts::{Cause, history};

/// The reason why a task stops before its work is complete.
#[derive(Debug)]
pub(super) enum Failure {
    /// The post waits. Counts as a failed attempt, so that the next wait is longer.
    Wait {
        cause: Cause,
        delay: Delay,
        /// Whether TikTok ended the upload in flight.
        upload_over: bool,
    },
    /// The post waits until a given time. Does not count as a failed attempt.
    Defer { cause: Cause, until: Timestamp },
    /// The post failed.
    Fail(Cause),
    /// TikTok has the whole video and does not report the end of the post.
    Unconfirmed(Cause),
    /// The database or the vault failed; the stored state remains.
    Internal(PublishError),
}

/// The end of a post's wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delay {
    /// Until the account is connected again, or the credentials are valid.
    UntilAccountReturns,
    /// For a fixed time.
    For(Duration),
    /// Until the account's own history leaves a place in the creator's daily cap.
    UntilCapFrees { at_most: Duration },
}

impl<E: Into<PublishError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

impl Failure {
    pub(super) fn wait(cause: Cause, delay: Duration) -> Self {
        Self::wait_for(cause, Delay::For(delay))
    }

    fn wait_for(cause: Cause, delay: Delay) -> Self {
        Self::Wait {
            cause,
            delay,
            upload_over: false,
        }
    }

    /// The same failure with a fixed delay of at least `least`.
    pub(super) fn no_sooner(mut self, least: Duration) -> Self {
        if let Self::Wait {
            delay: Delay::For(delay),
            ..
        } = &mut self
        {
            *delay = (*delay).max(least);
        }
        self
    }

    /// The failure of a post whose API call failed, after `tries` failed attempts in a row.
    pub(super) fn from_call(error: TokenError, tries: i64) -> Self {
        let wait_for_account = |cause| Self::wait_for(cause, Delay::UntilAccountReturns);
        match error {
            TokenError::Busy { until } => Self::Defer {
                cause: Cause::RateLimited,
                until,
            },
            TokenError::CircuitOpen(open) => Self::circuit_open(&open),
            TokenError::NoSuchAccount => Self::Fail(Cause::AccountGone),
            TokenError::ReconnectNeeded => wait_for_account(Cause::ReconnectNeeded),
            TokenError::CredentialsMissing => wait_for_account(Cause::CredentialsMissing),
            TokenError::CredentialsRefused => wait_for_account(Cause::CredentialsRefused),
            TokenError::Database(error) => Self::Internal(PublishError::Database(error)),
            TokenError::TikTok(error) => Self::from_api(&error, tries),
        }
    }

    /// The failure of a post whose host the circuit breaker blocks.
    pub(super) fn circuit_open(open: &CircuitOpen) -> Self {
        Self::Defer {
            cause: if open.silent {
                Cause::Offline
            } else {
                Cause::TikTokDown { http: None }
            },
            until: open.until,
        }
    }

    /// The failure of a post after TikTok refused or did not answer, after `tries` failed attempts in a row.
    pub(super) fn from_api(error: &ApiError, tries: i64) -> Self {
        let meaning = error.meaning();
        let cause = cause_of(error, meaning.kind);
        match meaning.retry {
            Retry::Backoff => Self::wait(cause, backoff(tries)),
            Retry::After(delay) => Self::wait(cause, delay),
            Retry::WhenCapFrees { at_most } => {
                Self::wait_for(cause, Delay::UntilCapFrees { at_most })
            }
            // `Tokens::call` refreshes and replays a call before it returns an error, so a refresh does not help.
            Retry::Never | Retry::AfterRefresh => Self::Fail(cause),
        }
    }

    /// The failure of a post that TikTok ended with `reason`, after `inits` uploads.
    pub(super) fn from_end(reason: Option<&FailReason>, inits: i64) -> Self {
        let reason = reason.cloned().unwrap_or(FailReason::UNSTATED);
        let meaning = reason.meaning();
        let faulted = meaning.kind == FailureKind::Unavailable;
        let may_retry = !faulted || inits < i64::from(limits::INTERNAL_UPLOADS_MAX);
        let delay = match meaning.retry {
            Retry::Backoff if may_retry => {
                // A fault of TikTok's gets more time to pass.
                Delay::For(backoff(if faulted { inits + 3 } else { inits }))
            }
            Retry::After(delay) if may_retry => Delay::For(delay),
            Retry::WhenCapFrees { at_most } if may_retry => Delay::UntilCapFrees { at_most },
            _ => {
                return Self::Fail(Cause::Ended {
                    reason: reason.as_str().to_owned(),
                });
            }
        };
        Self::Wait {
            cause: cause_of_end(&reason, meaning.kind),
            delay,
            upload_over: true,
        }
    }
}

/// The cause to store for a post that TikTok ended and that is uploaded again.
fn cause_of_end(reason: &FailReason, kind: FailureKind) -> Cause {
    match kind {
        FailureKind::Unavailable => Cause::Faulted,
        // The account may be connected again already. If it is not, the next call fails and the post waits for it.
        FailureKind::GrantRejected => Cause::ReconnectNeeded,
        // An init can reach the same limit, so the cause is the same.
        _ => Cause::Refused {
            code: reason.as_str().to_owned(),
            message: String::new(),
        },
    }
}

/// The cause to store for a failed call.
fn cause_of(error: &ApiError, kind: FailureKind) -> Cause {
    match kind {
        FailureKind::Offline => Cause::Offline,
        FailureKind::RateLimited => Cause::RateLimited,
        FailureKind::Unavailable => Cause::TikTokDown { http: error.http() },
        FailureKind::FileChanged => Cause::FileChanged,
        FailureKind::FileUnreadable => Cause::FileUnreadable {
            detail: file_fault(error).as_str().to_owned(),
        },
        FailureKind::Unreadable
        | FailureKind::BadUploadUrl
        | FailureKind::Unsendable
        | FailureKind::BadAvatar => Cause::AnswerUnreadable,
        FailureKind::PostCap
        | FailureKind::DraftCap
        | FailureKind::Banned
        | FailureKind::TokenRejected
        | FailureKind::GrantRejected
        | FailureKind::AccessDenied
        | FailureKind::NotTargetUser
        | FailureKind::AppRejected
        | FailureKind::MissingScope
        | FailureKind::UnknownPublishId
        | FailureKind::FileRejected
        | FailureKind::ContentRejected
        | FailureKind::Refused => cause_of_refusal(error),
    }
}

/// The fault of a file that could not be read. The log has the error of the system.
fn file_fault(error: &ApiError) -> IoFault {
    let ApiError::Body(source) = error else {
        return IoFault::Other;
    };
    tracing::warn!(%error, %source, "[Publisher] Read failed");
    IoFault::from(source)
}

/// The cause to store for a refused call, with the code that TikTok gave.
fn cause_of_refusal(error: &ApiError) -> Cause {
    match error {
        ApiError::Api { code, message, .. } => Cause::Refused {
            code: code.as_str().to_owned(),
            message: message.clone(),
        },
        ApiError::Transfer { http, .. } => Cause::Refused {
            code: format!("{UPLOAD}{http}"),
            message: String::new(),
        },
        // An OAuth error is here a refused token refresh, for a reason other than the grant or the app: the post waits.
        error => Cause::TikTokDown { http: error.http() },
    }
}

/// The history line of a wait.
pub(super) fn waiting_text(cause: &Cause) -> Message {
    history::waiting(cause.explain())
}

/// The history line of an end.
pub(super) fn failed_text(cause: &Cause) -> Message {
    history::ended(cause.explain())
}

#[cfg(test)]
mod tests {
    use tiktok_api::{ErrorCode, Operation};

    use super::*;

    fn refusal(code: ErrorCode, http: u16, retry_after: Option<Duration>) -> Failure {
        let error = ApiError::Api {
            operation: Operation::InitDirectPost,
            http,
            code,
            message: String::new(),
            log_id: None,
            retry_after,
        };
        Failure::from_api(&error, 0)
    }

    /// The cause and the delay of a wait that keeps the upload in flight.
    fn wait_of(failure: Failure) -> (Cause, Delay) {
        match failure {
            Failure::Wait {
                cause,
                delay,
                upload_over: false,
            } => (cause, delay),
            failure => panic!("{failure:?}"),
        }
    }

    #[test]
    fn limits_wait_as_long_as_tiktok_asks_or_the_table_says() {
        let minutes = |minutes| Delay::For(Duration::from_mins(minutes));
        let nine = Some(Duration::from_secs(9));
        for (code, expected) in [
            (ErrorCode::RateLimitExceeded, minutes(1)),
            (ErrorCode::SpamRiskTooManyPendingShare, minutes(60)),
            (ErrorCode::ReachedActiveUserCap, minutes(240)),
            (
                ErrorCode::SpamRiskTooManyPosts,
                Delay::UntilCapFrees {
                    at_most: Duration::from_hours(4),
                },
            ),
        ] {
            let (_, delay) = wait_of(refusal(code.clone(), 429, None));
            assert_eq!(delay, expected, "{code}");
            let (cause, delay) = wait_of(refusal(code.clone(), 429, nine));
            assert_eq!(delay, Delay::For(Duration::from_secs(9)), "{code}");
            let limited = code == ErrorCode::RateLimitExceeded;
            assert_eq!(cause == Cause::RateLimited, limited, "{code}");
        }
    }

    #[test]
    fn faults_of_tiktok_wait_and_refusals_fail() {
        let unknown = ErrorCode::Other("new_code".into());
        for (code, http) in [(ErrorCode::InternalError, 200), (unknown.clone(), 500)] {
            let (cause, delay) = wait_of(refusal(code, http, None));
            assert_eq!(cause, Cause::TikTokDown { http: Some(http) });
            assert!(matches!(delay, Delay::For(_)));
        }
        for code in [unknown, ErrorCode::InvalidFileUpload, ErrorCode::SpamRisk] {
            let name = code.as_str().to_owned();
            let failure = refusal(code, 403, None);
            assert!(
                matches!(&failure, Failure::Fail(Cause::Refused { code, .. }) if *code == name),
                "{failure:?}"
            );
        }
    }

    #[test]
    fn chunk_errors_name_the_file_or_the_connection() {
        let of = |error: &ApiError| Failure::from_api(error, 0);
        let short = ApiError::BodyShort {
            expected: 2,
            got: 1,
        };
        assert!(matches!(of(&short), Failure::Fail(Cause::FileChanged)));
        let unreadable = ApiError::Body(std::io::Error::other("gone"));
        assert!(matches!(
            of(&unreadable),
            Failure::Fail(Cause::FileUnreadable { .. })
        ));
        let refused = of(&ApiError::Transfer { http: 416 });
        assert!(
            matches!(&refused, Failure::Fail(Cause::Refused { code, .. }) if code == "upload_416"),
            "{refused:?}"
        );
        let garbled = ApiError::Malformed {
            operation: Operation::PutChunk,
            http: 200,
            detail: String::new(),
        };
        assert_eq!(wait_of(of(&garbled)).0, Cause::AnswerUnreadable);
    }

    #[test]
    fn each_end_has_its_cause_and_its_delay() {
        let most = i64::from(limits::INTERNAL_UPLOADS_MAX);
        for (reason, cause) in [
            (FailReason::Internal, Cause::Faulted),
            (FailReason::AuthRemoved, Cause::ReconnectNeeded),
            (
                FailReason::SpamRiskTooManyPosts,
                Cause::Refused {
                    code: "spam_risk_too_many_posts".into(),
                    message: String::new(),
                },
            ),
        ] {
            let Failure::Wait {
                cause: found,
                delay,
                upload_over: true,
            } = Failure::from_end(Some(&reason), 1)
            else {
                panic!("{reason:?} is not retried");
            };
            assert_eq!(found, cause, "{reason:?}");
            let until_free = matches!(delay, Delay::UntilCapFrees { .. });
            assert_eq!(until_free, reason == FailReason::SpamRiskTooManyPosts);
            // Only a fault of TikTok's has a maximum number of uploads.
            let ended = matches!(Failure::from_end(Some(&reason), most), Failure::Fail(_));
            assert_eq!(ended, reason == FailReason::Internal, "{reason:?}");
        }
    }

    #[test]
    fn an_open_circuit_names_no_status() {
        let until = Timestamp::UNIX_EPOCH;
        for (silent, cause) in [
            (true, Cause::Offline),
            (false, Cause::TikTokDown { http: None }),
        ] {
            let failure = Failure::circuit_open(&CircuitOpen { until, silent });
            assert!(
                matches!(&failure, Failure::Defer { cause: found, .. } if *found == cause),
                "{failure:?}"
            );
        }
    }

    #[test]
    fn an_oauth_refusal_is_a_fault_of_tiktok() {
        for code in ["invalid_request", "invalid_scope", "server_error", "new"] {
            let error = ApiError::OAuth {
                operation: Operation::RefreshToken,
                http: 400,
                code: code.into(),
                description: String::new(),
                log_id: None,
                retry_after: None,
            };
            let (cause, _) = wait_of(Failure::from_api(&error, 0));
            assert_eq!(cause, Cause::TikTokDown { http: Some(400) }, "{code}");
        }
    }

    #[test]
    fn only_faults_caps_and_revoked_access_are_retried() {
        let over = |reason| {
            matches!(
                Failure::from_end(Some(&reason), 1),
                Failure::Wait {
                    upload_over: true,
                    ..
                }
            )
        };
        assert!(over(FailReason::Internal));
        assert!(over(FailReason::SpamRiskTooManyPosts));
        assert!(over(FailReason::AuthRemoved));
        for reason in [
            FailReason::FileFormatCheckFailed,
            FailReason::SpamRisk,
            FailReason::SpamRiskText,
            FailReason::SpamRiskUserBannedFromPosting,
            FailReason::PublishCancelled,
            FailReason::Other("new_reason".into()),
        ] {
            assert!(
                matches!(Failure::from_end(Some(&reason), 1), Failure::Fail(_)),
                "{reason:?}"
            );
        }
        assert!(matches!(
            Failure::from_end(Some(&FailReason::Internal), 3),
            Failure::Fail(_)
        ));
    }
}
