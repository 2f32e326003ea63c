//! Refreshing every account when it is due, without polling, and pausing after a refresh that could not be made.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use rand::RngExt as _;
use slipway_core::{backoff::Backoff, clock};
use tiktok_api::FailureKind;

use super::{
    account_row::AccountRow,
    error::TokenError,
    known_accounts::{PauseReason, RefreshPause},
    token_lifetime::ClockReading,
    tokens::Tokens,
};
use crate::circuit_breaker::CircuitOpen;

/// The least between two refreshes of an account in the background, however short its tokens are said to live. A call
/// that needs a token does not wait for it.
const LEAST: Duration = Duration::from_mins(15);
/// Between refreshes that could not be made, of one account.
const PAUSES: Backoff = Backoff {
    first: Duration::from_secs(30),
    most: Duration::from_mins(15),
    least: Duration::from_secs(5),
};
/// Between the refreshes of two accounts that are due together, as after sleep, in milliseconds.
const APART_MS: std::ops::RangeInclusive<u64> = 1_000..=3_000;
/// How long the keeper rests when the accounts cannot be read.
const REST_AFTER_FAULT: Duration = Duration::from_mins(1);

/// What the keeper does next.
enum Next {
    /// Refreshes this account.
    Refresh { id: String, seen: String },
    /// Waits for a time of day or for a time to pass, whichever ends first.
    Wait { until: Timestamp, rest: Duration },
    /// There is no account to look after.
    Nothing,
}

impl Tokens {
    /// Refreshes every account when it is due, for as long as it is polled.
    pub async fn refresh_when_due(self: &Arc<Self>) {
        loop {
            let next = self.next().await.unwrap_or_else(|error| {
                tracing::error!(%error, "[Accounts] Refresh failed: the database did not answer");
                Next::Wait {
                    until: clock::after(self.clock.now(), REST_AFTER_FAULT),
                    rest: REST_AFTER_FAULT,
                }
            });
            match next {
                Next::Refresh { id, seen } => {
                    match self.refresh(&id, &seen).await {
                        Ok(_) | Err(TokenError::ReconnectNeeded | TokenError::NoSuchAccount) => {}
                        Err(error) => {
                            tracing::warn!(account = id, %error, "[Accounts] Refresh failed: trying again later");
                        }
                    }
                    let apart = rand::rng().random_range(APART_MS);
                    self.clock.sleep(Duration::from_millis(apart)).await;
                }
                Next::Wait { until, rest } => tokio::select! {
                    () = self.clock.sleep_until(until) => {}
                    () = self.clock.sleep(rest) => {}
                    () = self.changed.notified() => {}
                },
                Next::Nothing => self.changed.notified().await,
            }
        }
    }

    async fn next(&self) -> Result<Next, sqlx::Error> {
        let accounts = self.store.list().await?;
        let at = ClockReading::of(self.clock.as_ref());
        let (mut until, mut rest) = (None::<Timestamp>, None::<Duration>);
        for row in accounts.into_iter().filter(AccountRow::is_connected) {
            let life = self.lifetime(&row, at);
            let pause = self.pause_left(&row.id, at);
            let held = pause.max(life.too_soon_for(at, LEAST));
            let due = clock::from_millis(row.refresh_due_at);
            let left = if due <= at.now {
                Duration::ZERO
            } else {
                life.due_in(at, LEAST)
            };
            let left = left.max(held);
            if left.is_zero() {
                return Ok(Next::Refresh {
                    id: row.id,
                    seen: row.access_token,
                });
            }
            rest = Some(rest.map_or(left, |rest| rest.min(left)));
            // The time of day counts only for an account that nothing else holds back.
            if held.is_zero() {
                until = Some(until.map_or(due, |until| until.min(due)));
            }
        }
        Ok(rest.map_or(Next::Nothing, |rest| Next::Wait {
            until: until.unwrap_or(Timestamp::MAX),
            rest,
        }))
    }

    /// Takes note of how a refresh went, so that the next one is not made too soon.
    pub(super) fn record_refresh(&self, account: &str, error: Option<&TokenError>) {
        let at = ClockReading::of(self.clock.as_ref());
        self.known.with(account, |known| {
            let tries = known.pause.map_or(0, |pause| pause.tries);
            let usual = PAUSES.pause(tries, &mut rand::rng());
            let (pause, why) = match error {
                None | Some(TokenError::ReconnectNeeded | TokenError::NoSuchAccount) => {
                    known.pause = None;
                    return;
                }
                Some(TokenError::CircuitOpen(resting)) => {
                    let why = if resting.silent {
                        PauseReason::Unreachable
                    } else {
                        PauseReason::Fault
                    };
                    (clock::until(at.now, resting.until), why)
                }
                Some(TokenError::TikTok(error)) => {
                    let why = match error.meaning().kind {
                        FailureKind::Offline => PauseReason::Unreachable,
                        _ => PauseReason::Fault,
                    };
                    (usual.max(error.retry_after().unwrap_or_default()), why)
                }
                // Until the creator enters others, which is told.
                Some(TokenError::CredentialsMissing) => (PAUSES.most, PauseReason::AppMissing),
                Some(TokenError::CredentialsRefused) => (PAUSES.most, PauseReason::AppRefused),
                Some(TokenError::Busy { .. } | TokenError::Database(_)) => {
                    (usual, PauseReason::Fault)
                }
            };
            known.failures = known.failures.wrapping_add(1);
            known.pause = Some(RefreshPause {
                until: at.uptime.saturating_add(pause.max(PAUSES.least)),
                why,
                tries: tries.saturating_add(1),
            });
        });
    }

    /// PauseReason a refresh could not be made, if one could not since there were so many of these.
    pub(super) fn failed_since(&self, account: &str, failures: u64) -> Option<TokenError> {
        let at = ClockReading::of(self.clock.as_ref());
        self.known.with(account, |known| {
            let pause = known.pause.filter(|_| known.failures != failures)?;
            Some(match pause.why {
                PauseReason::AppMissing => TokenError::CredentialsMissing,
                PauseReason::AppRefused => TokenError::CredentialsRefused,
                PauseReason::Unreachable | PauseReason::Fault => {
                    TokenError::CircuitOpen(CircuitOpen {
                        until: clock::after(at.now, pause.until.saturating_sub(at.uptime)),
                        silent: pause.why == PauseReason::Unreachable,
                    })
                }
            })
        })
    }

    /// Whether a refresh could not be made a moment ago.
    pub(super) fn is_paused(&self, account: &str, at: ClockReading) -> bool {
        !self.pause_left(account, at).is_zero()
    }

    fn pause_left(&self, account: &str, at: ClockReading) -> Duration {
        self.known.with(account, |known| {
            known.pause.map_or(Duration::ZERO, |pause| {
                pause.until.saturating_sub(at.uptime)
            })
        })
    }

    /// TikTok answers again, or may answer differently: what waits for it is tried now.
    pub fn retry_now(&self) {
        self.known.end_pauses();
        self.changed.notify_one();
        self.revocable.notify_one();
    }

    /// The creator entered another client key or secret, or forgot them.
    pub fn app_changed(&self) {
        self.app_refused.send_if_modified(std::mem::take);
        self.retry_now();
    }
}
