//! The transaction that every state transition runs in.

use slipway_core::fault_points::fault_point;
use slipway_core::views::Message;
use sqlx::{Sqlite, Transaction};

use crate::{
    posts::{
        cause::Cause,
        error::PostError,
        row::parse_state,
        state::{State, Step},
        store::{PostStore, json, write_history},
    },
    videos,
};

/// An open transaction that has changed the state and written the history line. The other columns of the post follow.
pub(super) struct Transition<'a> {
    pub(super) tx: Transaction<'a, Sqlite>,
    pub(super) now: i64,
}

impl PostStore {
    /// The state in which a post resumes: `waiting` if an upload is in flight, so that its status is queried first.
    pub(super) async fn way_on(&self, id: &str) -> Result<State, PostError> {
        Ok(if self.get(id).await?.publish_id.is_some() {
            State::Waiting
        } else {
            State::Queued
        })
    }

    /// Moves a post to a state that ends it, other than a success.
    pub(super) async fn end_badly(
        &self,
        id: &str,
        step: Step,
        state: State,
        cause: Option<&Cause>,
        text: &Message,
    ) -> Result<(), PostError> {
        let mut step = self.step(id, step, state, Some(text)).await?;
        let cause = cause.map(json);
        sqlx::query!(
            "UPDATE posts SET cause = ?, wait_until = NULL, finished_at = ? WHERE id = ?",
            cause,
            step.now,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        step.done().await
    }

    /// Begins a transition: checks that it is legal, changes the state and writes the history line.
    pub(super) async fn step(
        &self,
        id: &str,
        step: Step,
        to: State,
        text: Option<&Message>,
    ) -> Result<Transition<'_>, PostError> {
        let now = self.now();
        // Locks the database for writing before the read, so that two transitions of one post cannot read the same state.
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let row = sqlx::query!("SELECT state FROM posts WHERE id = ?", id)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(PostError::NoSuchPost)?;
        let from = parse_state(&row.state)?;
        if !step.allows(from, to) {
            return Err(PostError::WrongState {
                operation: "Move",
                state: from.as_str(),
            });
        }
        let name = to.as_str();
        sqlx::query!("UPDATE posts SET state = ? WHERE id = ?", name, id)
            .execute(&mut *tx)
            .await?;
        videos::update_use(&mut tx, id, to, now).await?;
        if let Some(text) = text {
            write_history(&mut tx, id, now, text).await?;
            tracing::info!(
                post = id,
                from = from.as_str(),
                to = name,
                "[Posts] {}",
                text.code
            );
        }
        Ok(Transition { tx, now })
    }
}

impl Transition<'_> {
    pub(super) async fn done(self) -> Result<(), PostError> {
        fault_point!("posts.commit.before", slipway_store::database::disk_full());
        self.tx.commit().await?;
        fault_point!("posts.commit.after");
        Ok(())
    }
}

/// Clears the columns of the upload in flight.
pub(super) async fn forget_upload(
    tx: &mut Transaction<'_, Sqlite>,
    id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE posts SET publish_id = NULL, upload_url = NULL, upload_expires_at = NULL,
                bytes_sent = 0, all_sent_at = NULL WHERE id = ?",
        id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
