//! The state transitions that the creator causes.

use jiff::Timestamp;
use slipway_core::views::{LocalMoment, Message};

use super::transition::forget_upload;
use crate::{
    posts::{
        cause::Cause,
        error::PostError,
        history,
        new_post::NewPost,
        state::{State, Step},
        store::{PostStore, json},
    },
    videos,
};

impl PostStore {
    /// `draft | scheduled → queued`, or `→ waiting`, due at once, if an upload is in flight: publishes the post as soon as
    /// possible.
    pub(crate) async fn submit(&self, id: &str, account_name: &str) -> Result<(), PostError> {
        let to = self.way_on(id).await?;
        let mut step = self
            .step(id, Step::Submit, to, Some(&history::queued()))
            .await?;
        sqlx::query!(
            "UPDATE posts SET queued_at = ?, wait_until = ?, account_name = ?, attempts = 0,
                    inits = 0, lost_inits = 0, schedule_local = NULL, schedule_zone = NULL, due_at = NULL,
                    cause = NULL
             WHERE id = ?",
            step.now,
            step.now,
            account_name,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        self.audit_consent(&mut step, id).await?;
        step.done().await
    }

    /// `draft | scheduled | queued | paused → scheduled`
    pub(crate) async fn schedule(
        &self,
        id: &str,
        moment: &LocalMoment,
        due: Timestamp,
        account_name: &str,
    ) -> Result<(), PostError> {
        let text = history::scheduled(due, &moment.zone);
        let due = due.as_millisecond();
        let mut step = self
            .step(id, Step::Schedule, State::Scheduled, Some(&text))
            .await?;
        sqlx::query!(
            "UPDATE posts SET schedule_local = ?, schedule_zone = ?, due_at = ?, account_name = ?,
                    queued_at = NULL, attempts = 0, inits = 0, lost_inits = 0, cause = NULL, wait_until = NULL
             WHERE id = ?",
            moment.date_time,
            moment.zone,
            due,
            account_name,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        self.audit_consent(&mut step, id).await?;
        step.done().await
    }

    /// `→ paused`, by the creator or, with a cause, so that the creator decides.
    pub(crate) async fn pause(
        &self,
        id: &str,
        cause: Option<&Cause>,
        text: &Message,
    ) -> Result<(), PostError> {
        let mut step = self
            .step(id, Step::Pause, State::Paused, Some(text))
            .await?;
        let cause = cause.map(json);
        sqlx::query!(
            "UPDATE posts SET cause = ?, wait_until = NULL WHERE id = ?",
            cause,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        step.done().await
    }

    /// `paused → scheduled | queued | waiting`: resumes a post. A scheduled time in the future still applies.
    pub(crate) async fn unpause(&self, id: &str) -> Result<(), PostError> {
        let row = self.get(id).await?;
        let now = self.now();
        let to = match row.due_at {
            Some(due) if due > now => State::Scheduled,
            _ => self.way_on(id).await?,
        };
        let mut step = self
            .step(id, Step::Unpause, to, Some(&history::resumed()))
            .await?;
        // A scheduled time in the past no longer counts: the post becomes an unscheduled one.
        sqlx::query!(
            "UPDATE posts SET cause = NULL, wait_until = ?, attempts = 0, inits = 0, lost_inits = 0,
                    queued_at = COALESCE(queued_at, ?),
                    schedule_local = CASE WHEN due_at > ? THEN schedule_local END,
                    schedule_zone = CASE WHEN due_at > ? THEN schedule_zone END,
                    due_at = CASE WHEN due_at > ? THEN due_at END
             WHERE id = ?",
            step.now,
            step.now,
            step.now,
            step.now,
            step.now,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        step.done().await
    }

    /// `→ cancelled`
    pub(crate) async fn cancelled(&self, id: &str) -> Result<(), PostError> {
        self.end_badly(
            id,
            Step::Cancel,
            State::Cancelled,
            None,
            &history::cancelled(),
        )
        .await
    }

    /// `failed → queued`, or `→ waiting`, due at once, if an upload is still in flight: its status is queried before
    /// bytes are sent.
    pub(crate) async fn retry(&self, id: &str, upload_over: bool) -> Result<(), PostError> {
        let to = if upload_over {
            State::Queued
        } else {
            self.way_on(id).await?
        };
        let mut step = self
            .step(id, Step::Retry, to, Some(&history::retrying()))
            .await?;
        sqlx::query!(
            "UPDATE posts SET cause = NULL, wait_until = ?, queued_at = ?, attempts = 0,
                    inits = 0, lost_inits = 0, finished_at = NULL, due_at = NULL, schedule_local = NULL,
                    schedule_zone = NULL WHERE id = ?",
            step.now,
            step.now,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        if upload_over {
            forget_upload(&mut step.tx, id).await?;
        }
        step.done().await
    }

    /// `unconfirmed → processing`: polls the status again.
    pub(crate) async fn ask_again(&self, id: &str) -> Result<(), PostError> {
        let mut step = self
            .step(
                id,
                Step::AskAgain,
                State::Processing,
                Some(&history::asking_again()),
            )
            .await?;
        sqlx::query!(
            "UPDATE posts SET cause = NULL, all_sent_at = ?, finished_at = NULL WHERE id = ?",
            step.now,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        step.done().await
    }

    /// `→ draft`, for the creator to edit the post.
    pub(crate) async fn back_to_draft(&self, id: &str, text: &Message) -> Result<(), PostError> {
        let mut step = self
            .step(id, Step::Compose, State::Draft, Some(text))
            .await?;
        sqlx::query!(
            "UPDATE posts SET cause = NULL, wait_until = NULL, queued_at = NULL, attempts = 0,
                    inits = 0, lost_inits = 0, finished_at = NULL, due_at = NULL, schedule_local = NULL,
                    schedule_zone = NULL, remark = NULL WHERE id = ?",
            id
        )
        .execute(&mut *step.tx)
        .await?;
        forget_upload(&mut step.tx, id).await?;
        step.done().await
    }

    /// `failed → draft`, with the changed file.
    pub(crate) async fn use_changed_file(&self, id: &str, file: &NewPost) -> Result<(), PostError> {
        let (size, media, findings) = (
            file.size.cast_signed(),
            json(&file.media),
            json(&file.findings),
        );
        loop {
            let content = videos::identify(&self.pool, file.video_file()).await?;
            let mut step = self
                .step(
                    id,
                    Step::Compose,
                    State::Draft,
                    Some(&history::changed_file()),
                )
                .await?;
            let Some(video) = videos::insert(&mut step.tx, &content, step.now).await? else {
                continue;
            };
            sqlx::query!(
                "UPDATE posts SET size = ?, modified_ns = ?, fingerprint = ?, media = ?, findings = ?,
                        video_id = ?,
                        cause = NULL, queued_at = NULL, attempts = 0, inits = 0, lost_inits = 0, finished_at = NULL,
                        due_at = NULL, schedule_local = NULL, schedule_zone = NULL WHERE id = ?",
                size,
                file.modified_ns,
                file.fingerprint,
                media,
                findings,
                video,
                id
            )
            .execute(&mut *step.tx)
            .await?;
            forget_upload(&mut step.tx, id).await?;
            return step.done().await;
        }
    }
}
