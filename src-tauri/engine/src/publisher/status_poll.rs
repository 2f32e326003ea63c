//! Watching a post that TikTok has whole: ask, at first often and then rarely, until it says how it
//! ended.

use std::time::Duration;

use crate::posts::history;
use slipway_accounts::accounts::TokenError;
use slipway_core::{clock, fault_points::fault_point, views::PostMode};
use tiktok_api::{ErrorCode, PostStatus, PublishState};

use super::{Publisher, failure::Halt, public_id::next_question};
use crate::{
    posts::{Cause, End, PostError, PostRow, State},
    publisher::PublishError,
};

/// Pauses between questions; the last one repeats. Under the 30 a minute that TikTok allows.
/// Source: `/doc/content-posting-api-reference-get-video-status`.
const PAUSES: [u64; 4] = [5, 10, 20, 30];
/// After this long it is asked rarely.
const OFTEN_FOR: Duration = Duration::from_mins(30);
const RARELY: Duration = Duration::from_mins(5);
/// After this long it is unconfirmed.
const AT_MOST: Duration = Duration::from_hours(24);

impl Publisher {
    /// Watches a post until it has ended.
    pub(super) async fn watch(&self, id: &str) -> Result<(), Halt> {
        let row = self.posts.get(id).await?;
        if row.state()? == State::Waiting {
            // It waited for its account; TikTok had all bytes before.
            self.posts.all_sent(id).await?;
            self.service.announce(id).await;
        }
        let account = row
            .account_id
            .clone()
            .ok_or(Halt::Unconfirmed(Cause::AccountGone))?;
        let Some(publish_id) = row.publish_id() else {
            return Err(Halt::Fault(PostError::NoSuchPost.into()));
        };
        let before = row.all_sent_at.map_or(Duration::ZERO, |since| {
            clock::until(clock::from_millis(since), self.clock.now())
        });
        // From here on by uptime, so that a clock that is set neither ends nor prolongs it.
        let began = self.clock.uptime();
        let (mut silent, mut answered) = (false, false);
        for question in 0.. {
            let here = self.clock.uptime().saturating_sub(began);
            let waited = before.saturating_add(here);
            // What ended while Slipway was closed is found out by asking, so a day alone is no reason to give up.
            if waited > AT_MOST && (answered || here > AT_MOST) {
                return Err(Halt::Unconfirmed(Cause::NeverSaid));
            }
            self.clock.sleep(pause(question, waited)).await;
            fault_point!("watch.status.before");
            let answer = self.status(&account, &publish_id).await;
            fault_point!("watch.status.after");
            match answer {
                Ok(status) => {
                    (silent, answered) = (false, true);
                    if self.ended(&row, &status).await? {
                        return Ok(());
                    }
                }
                Err(TokenError::TikTok(error))
                    if error.code() == Some(&ErrorCode::InvalidPublishId) =>
                {
                    return Err(Halt::Unconfirmed(Cause::Forgotten));
                }
                Err(TokenError::CircuitOpen(resting)) => {
                    if !silent {
                        self.posts.note(id, &history::no_answer()).await?;
                    }
                    silent = true;
                    let rest = clock::until(self.clock.now(), resting.until);
                    self.clock.sleep(rest).await;
                }
                // Nothing is sent here, so a question may simply be asked again.
                Err(TokenError::TikTok(error)) => {
                    tracing::info!(post = id, %error, "[Publisher] Status failed: asking again");
                    if !silent {
                        self.posts.note(id, &history::no_status()).await?;
                    }
                    silent = true;
                }
                Err(TokenError::NoSuchAccount) => {
                    return Err(Halt::Unconfirmed(Cause::AccountGone));
                }
                Err(error) => return Err(Halt::from_call(error, row.attempts)),
            }
        }
        Ok(())
    }

    /// Whether this status is an end, stored if so.
    pub(super) async fn ended(&self, row: &PostRow, status: &PostStatus) -> Result<bool, Halt> {
        match status.state {
            PublishState::Complete => {
                self.finish(row, End::Published, Some(status)).await?;
                Ok(true)
            }
            PublishState::SentToInbox => {
                self.finish(row, End::DeliveredToInbox, Some(status))
                    .await?;
                Ok(true)
            }
            PublishState::Failed => Err(Halt::from_end(status.fail_reason.as_ref(), row.inits)),
            _ => {
                if let Some(reason) = &status.fail_reason
                    && self.posts.remark(&row.id, reason.as_str()).await?
                {
                    self.service.announce(&row.id).await;
                }
                Ok(false)
            }
        }
    }

    /// Stores the good end of a post, with the best link that is known.
    pub(super) async fn finish(
        &self,
        row: &PostRow,
        end: End,
        status: Option<&PostStatus>,
    ) -> Result<(), Halt> {
        let username = self.username(row).await?;
        let post_id = status.and_then(|status| status.post_ids.first().copied());
        let link = username.as_deref().map(|name| self.link(name, post_id));
        let link = link.filter(|_| end == End::Published);
        let public = row.settings().mode == PostMode::Direct
            && row.settings().privacy.as_deref() != Some("SELF_ONLY");
        let now = self.clock.now();
        let ask_id_at = (end == End::Published && post_id.is_none() && public)
            .then(|| next_question(now, now))
            .flatten();
        fault_point!("watch.finish.before");
        self.posts
            .finish(&row.id, end, link.as_deref(), ask_id_at)
            .await?;
        fault_point!("watch.finish.after");
        self.service.announce(&row.id).await;
        Ok(())
    }

    pub(super) async fn username(&self, row: &PostRow) -> Result<Option<String>, PublishError> {
        let Some(account) = &row.account_id else {
            return Ok(None);
        };
        let account = self.accounts.get(account).await?;
        Ok(account.and_then(|account| account.username))
    }

    /// Where a post, or its profile, is on the web.
    pub(super) fn link(&self, username: &str, post_id: Option<u64>) -> String {
        let origin = self.endpoints.auth().origin().ascii_serialization();
        match post_id {
            Some(post_id) => format!("{origin}/@{username}/video/{post_id}"),
            None => format!("{origin}/@{username}"),
        }
    }
}

fn pause(question: usize, waited: Duration) -> Duration {
    // After a restart the first question comes soon, however long ago the last byte went out.
    if question > 0 && waited > OFTEN_FOR {
        return RARELY;
    }
    let seconds = PAUSES
        .get(question)
        .or(PAUSES.last())
        .copied()
        .unwrap_or(30);
    Duration::from_secs(seconds)
}
