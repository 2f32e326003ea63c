//! Stores the state transition that a failed task leads to.

use std::time::Duration;

use slipway_core::clock;

use super::{
    context::Publisher,
    error::PublishError,
    failure::{self, Delay, Failure},
};
use crate::posts::{Cause, PostWait};

/// The shortest wait at the daily cap.
const CAP_WAIT_MIN: Duration = Duration::from_mins(10);

impl Publisher {
    pub(super) async fn store_failure(
        &self,
        id: &str,
        failure: Failure,
    ) -> Result<(), PublishError> {
        match failure {
            Failure::Wait {
                cause,
                delay,
                upload_over,
            } => {
                let delay = match delay {
                    Delay::UntilAccountReturns => None,
                    Delay::For(delay) => Some(delay),
                    Delay::UntilCapFrees { at_most } => Some(self.cap_wait(id, at_most).await?),
                };
                let until = delay.map(|delay| clock::after(self.clock.now(), delay));
                let text = failure::waiting_text(&cause);
                let pause = PostWait {
                    until,
                    counts: true,
                    upload_over,
                };
                Ok(self.posts.wait(id, &cause, pause, &text).await?)
            }
            Failure::Defer { cause, until } => self.defer(id, &cause, Some(until)).await,
            // The status of the upload can no longer be queried, and TikTok may have all of it.
            Failure::Fail(cause @ Cause::AccountGone)
                if self.posts.get(id).await?.may_be_fully_uploaded() =>
            {
                Ok(self
                    .posts
                    .unconfirmed(id, &cause, &failure::failed_text(&cause))
                    .await?)
            }
            Failure::Fail(cause) => Ok(self
                .posts
                .fail(id, &cause, &failure::failed_text(&cause))
                .await?),
            Failure::Unconfirmed(cause) => Ok(self
                .posts
                .unconfirmed(id, &cause, &failure::failed_text(&cause))
                .await?),
            Failure::Internal(error) => Err(error),
        }
    }

    /// Returns the wait of a post at the creator's daily cap: until the account's oldest post of the last 24 hours
    /// leaves the cap, at most `at_most`, because other apps share the cap.
    async fn cap_wait(&self, id: &str, at_most: Duration) -> Result<Duration, PublishError> {
        let Some(account) = self.posts.get(id).await?.account_id else {
            return Ok(at_most);
        };
        let now = self.clock.now();
        let day = Duration::from_hours(24);
        let sent = self
            .posts
            .sent_since(&account, clock::before(now, day))
            .await?;
        let free = sent
            .first()
            .map(|(oldest, _)| clock::until(now, clock::after(*oldest, day)));
        Ok(free.map_or(at_most, |free| free.max(CAP_WAIT_MIN).min(at_most)))
    }
}
