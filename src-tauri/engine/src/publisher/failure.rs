//! Why the work on a post stops for now or for good, read from errors.

use std::time::Duration;

use jiff::Timestamp;
use slipway_accounts::connect::UPLOAD;
use slipway_accounts::{accounts::TokenError, circuit_breaker::CircuitOpen};
use slipway_core::{backoff::backoff, notice::Explain};
use tiktok_api::{Error as ApiError, ErrorCode, FailReason};

use crate::{posts::Cause, posts::history, publisher::PublishError};
use slipway_core::views::Message;

/// The creator's daily cap and the app's posting users: "hold, try hours later".
pub(super) const CAP_WAIT: Duration = Duration::from_hours(4);
/// Pending drafts go away when the creator finishes or discards them.
const PENDING_WAIT: Duration = Duration::from_hours(1);
/// TikTok counts a sliding minute. Source: `/docs/en/tiktok-api-v2-rate-limit`.
const RATE_WAIT: Duration = Duration::from_mins(1);
/// The end of a piece of work.
#[derive(Debug)]
pub(super) enum Halt {
    /// It goes on by itself after `delay`, or when its account is back.
    Wait {
        cause: Cause,
        delay: Option<Duration>,
        upload_over: bool,
    },
    /// It goes on by itself at that time; nothing went wrong with the post itself.
    Rest { cause: Cause, until: Timestamp },
    /// It is over.
    Fail(Cause),
    /// TikTok has everything and does not say how it ended.
    Unconfirmed(Cause),
    /// The database or the vault did not work; the stored state stands.
    Fault(PublishError),
}

impl<E: Into<PublishError>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

impl Halt {
    pub(super) fn wait(cause: Cause, delay: Duration) -> Self {
        Self::Wait {
            cause,
            delay: Some(delay),
            upload_over: false,
        }
    }

    fn wait_for_account(cause: Cause) -> Self {
        Self::Wait {
            cause,
            delay: None,
            upload_over: false,
        }
    }

    /// The same with a pause that is not shorter than `least`.
    pub(super) fn no_sooner(mut self, least: Duration) -> Self {
        if let Self::Wait {
            delay: Some(delay), ..
        } = &mut self
        {
            *delay = (*delay).max(least);
        }
        self
    }

    /// What an error of a call means for the post. `tries` is how often it went wrong in a row.
    pub(super) fn from_call(error: TokenError, tries: i64) -> Self {
        match error {
            TokenError::Busy { until } => Self::Rest {
                cause: Cause::RateLimited,
                until,
            },
            TokenError::CircuitOpen(resting) => Self::resting(&resting),
            TokenError::NoSuchAccount => Self::Fail(Cause::AccountGone),
            TokenError::ReconnectNeeded => Self::wait_for_account(Cause::ReconnectNeeded),
            TokenError::CredentialsMissing => Self::wait_for_account(Cause::CredentialsMissing),
            TokenError::CredentialsRefused => Self::wait_for_account(Cause::CredentialsRefused),
            TokenError::Database(error) => Self::Fault(PublishError::Database(error)),
            TokenError::TikTok(error) => Self::from_api(&error, tries),
        }
    }

    /// A host is left alone for a while.
    pub(super) fn resting(resting: &CircuitOpen) -> Self {
        Self::Rest {
            cause: if resting.silent {
                Cause::Offline
            } else {
                Cause::TikTokDown { http: 503 }
            },
            until: resting.until,
        }
    }

    /// What TikTok's refusal or silence means for the post.
    pub(super) fn from_api(error: &ApiError, tries: i64) -> Self {
        let backoff = backoff(tries);
        match error {
            ApiError::Network { .. } => Self::wait(Cause::Offline, backoff),
            ApiError::Server {
                http, retry_after, ..
            } => Self::wait(
                Cause::TikTokDown { http: *http },
                retry_after.unwrap_or(backoff),
            ),
            ApiError::Api {
                http,
                code,
                message,
                retry_after,
                ..
            } => {
                let cause = Cause::Refused {
                    code: code.as_str().to_owned(),
                    message: message.clone(),
                };
                match code {
                    ErrorCode::RateLimitExceeded => {
                        Self::wait(Cause::RateLimited, retry_after.unwrap_or(RATE_WAIT))
                    }
                    ErrorCode::SpamRiskTooManyPosts | ErrorCode::ReachedActiveUserCap => {
                        Self::wait(cause, retry_after.unwrap_or(CAP_WAIT))
                    }
                    ErrorCode::SpamRiskTooManyPendingShare => {
                        Self::wait(cause, retry_after.unwrap_or(PENDING_WAIT))
                    }
                    ErrorCode::InternalError => Self::wait(
                        Cause::TikTokDown { http: *http },
                        retry_after.unwrap_or(backoff),
                    ),
                    _ if *http >= 500 => Self::wait(
                        Cause::TikTokDown { http: *http },
                        retry_after.unwrap_or(backoff),
                    ),
                    _ => Self::Fail(cause),
                }
            }
            ApiError::OAuth { http, .. } => Self::wait(Cause::TikTokDown { http: *http }, backoff),
            ApiError::Transfer { http, .. } => Self::Fail(Cause::Refused {
                code: format!("{UPLOAD}{http}"),
                message: String::new(),
            }),
            ApiError::BodyShort { .. } => Self::Fail(Cause::FileChanged),
            ApiError::Body(error) => Self::Fail(Cause::FileUnreadable {
                detail: error.to_string(),
            }),
            _ => Self::wait(Cause::AnswerUnreadable, backoff),
        }
    }

    /// What TikTok's end of a publish means for the post, after `inits` uploads.
    pub(super) fn from_end(reason: Option<&FailReason>, inits: i64) -> Self {
        let reason = reason.cloned().unwrap_or(FailReason::Internal);
        let cause = Cause::Ended {
            reason: reason.as_str().to_owned(),
        };
        let again = |cause, delay| Self::Wait {
            cause,
            delay,
            upload_over: true,
        };
        match reason {
            FailReason::Internal if inits < 3 => again(Cause::Faulted, Some(backoff(inits + 3))),
            // The creator may be back already; if not, the next call finds out and the post waits for that.
            FailReason::AuthRemoved => again(Cause::ReconnectNeeded, Some(backoff(inits))),
            // The same cap that an init can meet, so the same words.
            FailReason::SpamRiskTooManyPosts => again(
                Cause::Refused {
                    code: reason.as_str().to_owned(),
                    message: String::new(),
                },
                Some(CAP_WAIT),
            ),
            _ => Self::Fail(cause),
        }
    }
}

/// The history's line for a wait.
pub(super) fn waiting_text(cause: &Cause) -> Message {
    history::waiting(cause.explain())
}

/// The history's line for an end.
pub(super) fn failed_text(cause: &Cause) -> Message {
    history::ended(cause.explain())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tiktoks_own_faults_are_tried_again() {
        let over = |reason| {
            matches!(
                Halt::from_end(Some(&reason), 1),
                Halt::Wait {
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
                matches!(Halt::from_end(Some(&reason), 1), Halt::Fail(_)),
                "{reason:?}"
            );
        }
        assert!(matches!(
            Halt::from_end(Some(&FailReason::Internal), 3),
            Halt::Fail(_)
        ));
    }
}
