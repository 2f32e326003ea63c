//! Schedules token refreshes without polling, and pauses after failures.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use rand::RngExt as _;
use slipway_core::{backoff::Backoff, clock};
use tiktok_api::ServiceState;

use super::{
    account_row::AccountRow,
    error::TokenError,
    known_accounts::{PauseReason, RefreshPause},
    token_lifetime::ClockReading,
    tokens::Tokens,
};
use crate::circuit_breaker::CircuitOpen;

/// The minimum time between two background refreshes of an account, however short its tokens live. Calls that need a
/// token do not wait for it.
const MIN_INTERVAL: Duration = Duration::from_mins(15);
/// Backoff between failed refreshes of one account.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_secs(30),
    most: Duration::from_mins(15),
    least: Duration::from_secs(5),
};
/// The pause between two refreshes that are due together, such as after sleep, in milliseconds.
const SPREAD_MS: std::ops::RangeInclusive<u64> = 1_000..=3_000;
/// The pause of the scheduler after the database failed.
const DATABASE_RETRY: Duration = Duration::from_mins(1);

/// The scheduler's next step.
enum Next {
    /// Refresh this account. `seen` is its stored access token.
    Refresh { id: String, seen: String },
    /// Wait for a time of day or for a duration, whichever ends first.
    Wait { until: Timestamp, wait: Duration },
    /// Wait until an account is added.
    Nothing,
}

impl Tokens {
    /// Refreshes every account when it is due. Runs until it is dropped.
    pub async fn refresh_when_due(self: &Arc<Self>) {
        loop {
            let next = self.next().await.unwrap_or_else(|error| {
                tracing::error!(%error, "[Accounts] Refresh failed: the database did not answer");
                Next::Wait {
                    until: clock::after(self.clock.now(), DATABASE_RETRY),
                    wait: DATABASE_RETRY,
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
                    let apart = rand::rng().random_range(SPREAD_MS);
                    self.clock.sleep(Duration::from_millis(apart)).await;
                }
                Next::Wait { until, wait } => tokio::select! {
                    () = self.clock.sleep_until(until) => {}
                    () = self.clock.sleep(wait) => {}
                    () = self.changed.notified() => {}
                },
                Next::Nothing => self.changed.notified().await,
            }
        }
    }

    async fn next(&self) -> Result<Next, sqlx::Error> {
        let accounts = self.store.list().await?;
        let at = ClockReading::of(self.clock.as_ref());
        let (mut until, mut wait) = (None::<Timestamp>, None::<Duration>);
        for row in accounts.into_iter().filter(AccountRow::is_connected) {
            let lifetime = self.lifetime(&row, at);
            let pause = self.pause_left(&row.id, at);
            let held = pause.max(lifetime.too_soon_for(at, MIN_INTERVAL));
            let due = clock::from_millis(row.refresh_due_at);
            let left = if due <= at.now {
                Duration::ZERO
            } else {
                lifetime.due_in(at, MIN_INTERVAL)
            };
            let left = left.max(held);
            if left.is_zero() {
                return Ok(Next::Refresh {
                    id: row.id,
                    seen: row.access_token,
                });
            }
            wait = Some(wait.map_or(left, |wait| wait.min(left)));
            // The time of day counts only for an account that is not paused.
            if held.is_zero() {
                until = Some(until.map_or(due, |until| until.min(due)));
            }
        }
        Ok(wait.map_or(Next::Nothing, |wait| Next::Wait {
            until: until.unwrap_or(Timestamp::MAX),
            wait,
        }))
    }

    /// Records the result of a refresh and sets the pause before the next one.
    pub(super) fn record_refresh(&self, account: &str, error: Option<&TokenError>) {
        let at = ClockReading::of(self.clock.as_ref());
        self.known.with(account, |known| {
            let tries = known.pause.map_or(0, |pause| pause.tries);
            let usual = BACKOFF.pause(tries, &mut rand::rng());
            let (pause, why) = match error {
                None | Some(TokenError::ReconnectNeeded | TokenError::NoSuchAccount) => {
                    known.pause = None;
                    return;
                }
                Some(TokenError::CircuitOpen(open)) => {
                    let why = if open.silent {
                        PauseReason::Unreachable
                    } else {
                        PauseReason::Fault
                    };
                    (clock::until(at.now, open.until), why)
                }
                Some(TokenError::TikTok(error)) => {
                    let why = match error.meaning().service {
                        ServiceState::Silent => PauseReason::Unreachable,
                        _ => PauseReason::Fault,
                    };
                    (usual.max(error.retry_after().unwrap_or_default()), why)
                }
                // New credentials end this pause.
                Some(TokenError::CredentialsMissing) => (BACKOFF.most, PauseReason::AppMissing),
                Some(TokenError::CredentialsRefused) => (BACKOFF.most, PauseReason::AppRefused),
                Some(TokenError::Busy { .. } | TokenError::Database(_)) => {
                    (usual, PauseReason::Fault)
                }
            };
            known.failures = known.failures.wrapping_add(1);
            known.pause = Some(RefreshPause {
                until: at.uptime.saturating_add(pause.max(BACKOFF.least)),
                why,
                tries: tries.saturating_add(1),
            });
        });
    }

    /// The error of a refresh that failed since `failures` was read, if there was one.
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

    /// Whether refreshes of this account are paused.
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

    /// Ends all pauses and retries refreshes and revocations now.
    pub fn retry_now(&self) {
        self.known.end_pauses();
        self.changed.notify_one();
        self.revocable.notify_one();
    }

    /// Call it after the client key or secret was changed or deleted.
    pub fn app_changed(&self) {
        self.app_refused.send_if_modified(std::mem::take);
        self.retry_now();
    }
}
