//! The moves of a post from state to state. Each is one transaction that checks that the step is legal, changes the
//! facts, and writes the post's own history; nothing else changes a post's state.

mod audit;
mod by_creator;
mod by_publisher;
mod fitted;

pub(crate) use audit::consent;
pub(crate) use by_publisher::{End, Pause};

use slipway_core::fault_points::fault_point;
use sqlx::{Sqlite, Transaction};

use super::{
    Cause, PostStore, State, Step,
    row::parse_state,
    store::{json, write_history},
};
use crate::{engine::EngineError, posts::PostError, videos};
use slipway_core::views::Message;

/// A move under way: the state was checked and the history line written, the facts are still to come.
struct Move<'a> {
    tx: Transaction<'a, Sqlite>,
    now: i64,
}

impl PostStore {
    /// Where a post goes on: an upload in flight is asked about first.
    async fn way_on(&self, id: &str) -> Result<State, PostError> {
        Ok(if self.get(id).await?.publish_id.is_some() {
            State::Waiting
        } else {
            State::Queued
        })
    }

    async fn end_badly(
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

    /// Begins a move: checks that it is legal, changes the state, writes the history.
    async fn step(
        &self,
        id: &str,
        step: Step,
        to: State,
        text: Option<&Message>,
    ) -> Result<Move<'_>, PostError> {
        let now = self.now();
        // Taken for writing at once: two moves of one post must not both believe what they read.
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
        videos::follow(&mut tx, id, to, now).await?;
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
        Ok(Move { tx, now })
    }
}

impl Move<'_> {
    async fn done(self) -> Result<(), PostError> {
        fault_point!("posts.commit.before", slipway_store::database::disk_full());
        self.tx.commit().await?;
        fault_point!("posts.commit.after");
        Ok(())
    }
}

async fn forget_upload(tx: &mut Transaction<'_, Sqlite>, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE posts SET publish_id = NULL, upload_url = NULL, upload_expires_at = NULL,
                bytes_sent = 0, all_sent_at = NULL WHERE id = ?",
        id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
