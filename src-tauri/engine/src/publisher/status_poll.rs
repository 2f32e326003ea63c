//! Polls the status of a complete upload, at first often and later rarely, until TikTok reports its end.

use std::time::Duration;

use crate::posts::history;
use slipway_accounts::accounts::TokenError;
use slipway_core::{clock, fault_points::fault_point};

use super::{context::Publisher, failure::Failure, status::is_unknown_publish_id};
use crate::posts::{Cause, PostError, State};

/// Pauses between queries in seconds; the last one repeats. Fewer than the 30 queries a minute that TikTok allows.
/// Source: `/doc/content-posting-api-reference-get-video-status`.
const PAUSES: [u64; 4] = [5, 10, 20, 30];
/// The time after which the pauses become [`LONG_PAUSE`].
const SHORT_PAUSES_FOR: Duration = Duration::from_mins(30);
const LONG_PAUSE: Duration = Duration::from_mins(5);
/// The time after which a post is unconfirmed.
const POLL_MAX: Duration = Duration::from_hours(24);

impl Publisher {
    /// Polls the status of a post until the post has ended.
    pub(super) async fn poll_status(&self, id: &str) -> Result<(), Failure> {
        let row = self.posts.get(id).await?;
        if row.state()? == State::Waiting {
            // The post waited for its account; TikTok had all bytes before.
            self.posts.all_sent(id).await?;
            self.service.announce(id).await;
        }
        let account = row
            .account_id
            .clone()
            .ok_or(Failure::Unconfirmed(Cause::AccountGone))?;
        let Some(publish_id) = row.publish_id() else {
            return Err(Failure::Internal(PostError::NoSuchPost.into()));
        };
        let before = row.all_sent_at.map_or(Duration::ZERO, |since| {
            clock::until(clock::from_millis(since), self.clock.now())
        });
        // Measured by uptime from here on, so that a change of the clock neither ends nor prolongs the polling.
        let began = self.clock.uptime();
        let (mut silent, mut answered) = (false, false);
        for query in 0.. {
            let here = self.clock.uptime().saturating_sub(began);
            let waited = before.saturating_add(here);
            // The post may have ended while Slipway was closed, so at least one answer is needed before giving up.
            if waited > POLL_MAX && (answered || here > POLL_MAX) {
                return Err(Failure::Unconfirmed(Cause::NeverSaid));
            }
            self.clock.sleep(pause(query, waited)).await;
            fault_point!("watch.status.before");
            let answer = self.status(&account, &publish_id).await;
            fault_point!("watch.status.after");
            match answer {
                Ok(status) => {
                    (silent, answered) = (false, true);
                    if self.store_if_ended(&row, &status).await? {
                        return Ok(());
                    }
                }
                Err(TokenError::TikTok(error)) if is_unknown_publish_id(&error) => {
                    return Err(Failure::Unconfirmed(Cause::Forgotten));
                }
                Err(TokenError::CircuitOpen(resting)) => {
                    if !silent {
                        self.posts.note(id, &history::no_answer()).await?;
                    }
                    silent = true;
                    let rest = clock::until(self.clock.now(), resting.until);
                    self.clock.sleep(rest).await;
                }
                // A status query is idempotent, so it can be repeated after every other error.
                Err(TokenError::TikTok(error)) => {
                    tracing::info!(post = id, %error, "[Publisher] Status failed: asking again");
                    if !silent {
                        self.posts.note(id, &history::no_status()).await?;
                    }
                    silent = true;
                }
                Err(TokenError::NoSuchAccount) => {
                    return Err(Failure::Unconfirmed(Cause::AccountGone));
                }
                Err(error) => return Err(Failure::from_call(error, row.attempts)),
            }
        }
        Ok(())
    }
}

fn pause(query: usize, waited: Duration) -> Duration {
    // After a restart the first query comes soon, however long ago the last byte was sent.
    if query > 0 && waited > SHORT_PAUSES_FOR {
        return LONG_PAUSE;
    }
    let seconds = PAUSES.get(query).or(PAUSES.last()).copied().unwrap_or(30);
    Duration::from_secs(seconds)
}
