//! The state transitions that the publisher causes.

use jiff::Timestamp;
use slipway_core::{notice::Explain, views::Message};
use tiktok_api::PublishId;

use super::transition::forget_upload;
use crate::posts::{
    cause::{Cause, CauseKind},
    error::PostError,
    history,
    state::{State, Step},
    store::{PostStore, json, write_history},
};

/// The successful end of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Published,
    DeliveredToInbox,
}

/// The length of a wait, and its effect on the stored counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PostWait {
    /// The time of the retry. `None` waits for an event.
    pub(crate) until: Option<Timestamp>,
    /// Whether the wait counts as a failed attempt, so that the next one is longer.
    pub(crate) counts: bool,
    /// Whether TikTok ended the upload in flight.
    pub(crate) upload_over: bool,
}

impl PostStore {
    /// `scheduled → queued`, or `→ waiting`, due at once, if an upload is in flight.
    pub(crate) async fn due(&self, id: &str) -> Result<(), PostError> {
        let to = self.way_on(id).await?;
        let mut step = self.step(id, Step::Due, to, Some(&history::due())).await?;
        let moved = sqlx::query!(
            "UPDATE posts SET queued_at = due_at, wait_until = ?1
             WHERE id = ?2 AND (due_at IS NULL OR due_at <= ?1)",
            step.now,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        if moved.rows_affected() == 0 {
            // The creator rescheduled the post meanwhile.
            return Err(PostError::WrongState {
                operation: "Due",
                state: State::Scheduled.as_str(),
            });
        }
        step.done().await
    }

    /// `queued | waiting → checking`. A post that is in `checking` already stays there. A check after a wait writes no
    /// history line, because an outage would fill the history with them.
    pub(crate) async fn check(&self, id: &str) -> Result<(), PostError> {
        let state = self.get(id).await?.state()?;
        if state == State::Checking {
            return Ok(());
        }
        let text = (state != State::Waiting).then(history::checking);
        self.step(id, Step::Check, State::Checking, text.as_ref())
            .await?
            .done()
            .await
    }

    /// Counts an init that TikTok may have accepted without an answer.
    pub(crate) async fn init_unanswered(&self, id: &str) -> Result<(), PostError> {
        let now = self.now();
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query!(
            "UPDATE posts SET lost_inits = lost_inits + 1 WHERE id = ?",
            id
        )
        .execute(&mut *tx)
        .await?;
        let text = history::unanswered();
        write_history(&mut tx, id, now, &text).await?;
        Ok(tx.commit().await?)
    }

    /// `checking → uploading`: publish id and address are stored before the first byte is sent.
    pub(crate) async fn started(
        &self,
        id: &str,
        publish_id: &PublishId,
        sealed_address: &str,
        expires_at: Timestamp,
    ) -> Result<(), PostError> {
        let mut step = self
            .step(
                id,
                Step::Start,
                State::Uploading,
                Some(&history::uploading()),
            )
            .await?;
        let (publish_id, expires) = (publish_id.as_str(), expires_at.as_millisecond());
        sqlx::query!(
            "UPDATE posts SET publish_id = ?, upload_url = ?, upload_expires_at = ?, sent_at = ?,
                    bytes_sent = 0, all_sent_at = NULL, remark = NULL, cause = NULL, attempts = 0,
                    inits = inits + 1, lost_inits = 0
             WHERE id = ?",
            publish_id,
            sealed_address,
            expires,
            step.now,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        self.audit_start(&mut step, id, publish_id).await?;
        step.done().await
    }

    /// Stores a new modification time of a file whose content is the same.
    pub(crate) async fn file_touched(&self, id: &str, modified_ns: i64) -> Result<(), PostError> {
        sqlx::query!(
            "UPDATE posts SET modified_ns = ? WHERE id = ?",
            modified_ns,
            id
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Stores the number of bytes that TikTok has.
    pub(crate) async fn bytes_sent(&self, id: &str, bytes: u64) -> Result<(), PostError> {
        let bytes = bytes.cast_signed();
        sqlx::query!(
            "UPDATE posts SET bytes_sent = ?, attempts = 0 WHERE id = ?",
            bytes,
            id
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// `waiting → uploading`: the upload in flight resumes.
    pub(crate) async fn resume(&self, id: &str, bytes: u64) -> Result<(), PostError> {
        let text = history::resumed_at(bytes);
        let stored = bytes.cast_signed();
        if self.get(id).await?.state()? == State::Uploading {
            self.note(id, &text).await?;
            return self.bytes_sent(id, bytes).await;
        }
        let mut step = self
            .step(id, Step::Resume, State::Uploading, Some(&text))
            .await?;
        sqlx::query!(
            "UPDATE posts SET bytes_sent = ?, cause = NULL, wait_until = NULL WHERE id = ?",
            stored,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        step.done().await
    }

    /// `uploading | waiting → processing`: TikTok has all bytes.
    pub(crate) async fn all_sent(&self, id: &str) -> Result<(), PostError> {
        let mut step = self
            .step(
                id,
                Step::AllSent,
                State::Processing,
                Some(&history::all_sent()),
            )
            .await?;
        sqlx::query!(
            "UPDATE posts SET bytes_sent = size, all_sent_at = COALESCE(all_sent_at, ?),
                    upload_url = NULL, cause = NULL, wait_until = NULL WHERE id = ?",
            step.now,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        step.done().await
    }

    /// Stores a reason that TikTok reports while it still processes the post. Returns `false` for a repeated one.
    pub(crate) async fn remark(&self, id: &str, reason: &str) -> Result<bool, PostError> {
        if self.get(id).await?.remark.as_deref() == Some(reason) {
            return Ok(false);
        }
        let now = self.now();
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query!("UPDATE posts SET remark = ? WHERE id = ?", reason, id)
            .execute(&mut *tx)
            .await?;
        let text = history::remark(
            Cause::Ended {
                reason: reason.to_owned(),
            }
            .explain(),
        );
        write_history(&mut tx, id, now, &text).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// `→ queued` for a new upload, because the one in flight can never complete.
    pub(crate) async fn start_over(&self, id: &str, why: &Message) -> Result<(), PostError> {
        let mut step = self
            .step(id, Step::StartOver, State::Queued, Some(why))
            .await?;
        forget_upload(&mut step.tx, id).await?;
        step.done().await
    }

    /// `→ waiting`, with the cause and the time of the retry. Keeps the upload in flight, unless TikTok ended it.
    pub(crate) async fn wait(
        &self,
        id: &str,
        cause: &Cause,
        pause: PostWait,
        text: &Message,
    ) -> Result<(), PostError> {
        // The cause stays stored until there is progress, so a repeated one writes no history line.
        let same = self.get(id).await?.cause().as_ref() == Some(cause);
        let mut step = self
            .step(id, Step::Wait, State::Waiting, (!same).then_some(text))
            .await?;
        let (cause, until) = (json(cause), pause.until.map(Timestamp::as_millisecond));
        let tries = i64::from(pause.counts);
        sqlx::query!(
            "UPDATE posts SET cause = ?, wait_until = ?, attempts = attempts + ? WHERE id = ?",
            cause,
            until,
            tries,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        if pause.upload_over {
            forget_upload(&mut step.tx, id).await?;
        }
        step.done().await
    }

    /// Releases the posts that wait for this account.
    pub(crate) async fn release_account(&self, account: &str) -> Result<(), sqlx::Error> {
        let now = self.now();
        sqlx::query!(
            "UPDATE posts SET wait_until = ?
             WHERE account_id = ? AND state = 'waiting' AND wait_until IS NULL",
            now,
            account
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Shortens all waits by `millis`, because the clock was set back by as much.
    pub(crate) async fn shorten_waits(&self, millis: i64) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE posts SET wait_until = wait_until - ?1, id_due_at = id_due_at - ?1
             WHERE state = 'waiting' OR id_due_at IS NOT NULL",
            millis
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Releases the posts that wait for one of these kinds of causes.
    pub(crate) async fn release(&self, kinds: &[CauseKind]) -> Result<(), sqlx::Error> {
        let (now, kinds) = (self.now(), json(&kinds));
        sqlx::query!(
            "UPDATE posts SET wait_until = ?1
             WHERE state = 'waiting' AND (wait_until IS NULL OR wait_until > ?1)
               AND json_extract(cause, '$.kind') IN (SELECT value FROM json_each(?2))",
            now,
            kinds
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// `→ published | delivered_to_inbox`. `ask_id_at` is the time of the first query for the public id, if one is expected.
    pub(crate) async fn finish(
        &self,
        id: &str,
        end: End,
        link: Option<&str>,
        ask_id_at: Option<Timestamp>,
    ) -> Result<(), PostError> {
        let (state, text) = match end {
            End::Published => (State::Published, history::published()),
            End::DeliveredToInbox => (State::DeliveredToInbox, history::delivered()),
        };
        let ask = ask_id_at.map(Timestamp::as_millisecond);
        let mut step = self.step(id, Step::Finish, state, Some(&text)).await?;
        sqlx::query!(
            "UPDATE posts SET link = ?, finished_at = ?, bytes_sent = size, upload_url = NULL,
                    cause = NULL, wait_until = NULL, id_due_at = ? WHERE id = ?",
            link,
            step.now,
            ask,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        step.done().await
    }

    /// Stores the link of a published post. Its public id is not queried any more.
    pub(crate) async fn link(&self, id: &str, link: &str) -> Result<(), PostError> {
        sqlx::query!(
            "UPDATE posts SET link = ?, id_due_at = NULL WHERE id = ?",
            link,
            id
        )
        .execute(&self.pool)
        .await?;
        self.note(id, &history::visible()).await
    }

    /// Stores the time of the next query for the public id. `None` ends the queries.
    pub(crate) async fn ask_id_at(&self, id: &str, at: Option<Timestamp>) -> Result<(), PostError> {
        let at = at.map(Timestamp::as_millisecond);
        sqlx::query!("UPDATE posts SET id_due_at = ? WHERE id = ?", at, id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// `→ failed`
    pub(crate) async fn fail(
        &self,
        id: &str,
        cause: &Cause,
        text: &Message,
    ) -> Result<(), PostError> {
        self.end_badly(id, Step::Fail, State::Failed, Some(cause), text)
            .await
    }

    /// `→ unconfirmed`
    pub(crate) async fn unconfirmed(
        &self,
        id: &str,
        cause: &Cause,
        text: &Message,
    ) -> Result<(), PostError> {
        self.end_badly(id, Step::GiveUp, State::Unconfirmed, Some(cause), text)
            .await
    }
}
