//! Posts in the database. Every move of a post is one transaction that also writes its history.

use std::sync::Arc;

use jiff::Timestamp;
use sqlx::{Sqlite, SqlitePool, Transaction};
use tiktok_api::PublishId;

use super::{Cause, NewPost, State};
use crate::{
    clock::{self, Clock},
    error::EngineError,
    views::{HistoryEntry, PostSettings},
};

/// A post as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct PostRow {
    pub(crate) id: String,
    pub(crate) account_id: Option<String>,
    pub(crate) account_name: Option<String>,
    pub(crate) state: String,
    pub(crate) cause: Option<String>,
    pub(crate) wait_until: Option<i64>,
    pub(crate) schedule_local: Option<String>,
    pub(crate) schedule_zone: Option<String>,
    pub(crate) due_at: Option<i64>,
    pub(crate) path: String,
    pub(crate) file_name: String,
    pub(crate) size: i64,
    pub(crate) modified_ns: i64,
    pub(crate) fingerprint: Option<String>,
    pub(crate) media: String,
    pub(crate) findings: String,
    pub(crate) settings: String,
    pub(crate) attempts: i64,
    pub(crate) inits: i64,
    pub(crate) publish_id: Option<String>,
    pub(crate) upload_url: Option<String>,
    pub(crate) upload_expires_at: Option<i64>,
    pub(crate) sent_at: Option<i64>,
    pub(crate) bytes_sent: i64,
    pub(crate) all_sent_at: Option<i64>,
    pub(crate) remark: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) id_due_at: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) finished_at: Option<i64>,
}

/// How a post came to a good end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Published,
    DeliveredToInbox,
}

/// Reads and moves posts.
#[derive(Debug, Clone)]
pub(crate) struct PostStore {
    pub(crate) pool: SqlitePool,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A move under way: the state was checked and the history line written, the facts are still to come.
struct Move<'a> {
    tx: Transaction<'a, Sqlite>,
    now: i64,
}

impl PostStore {
    pub(crate) async fn list(&self) -> Result<Vec<PostRow>, sqlx::Error> {
        sqlx::query_as!(
            PostRow,
            "SELECT id, account_id, account_name, state, cause, wait_until, schedule_local,
                    schedule_zone, due_at, path, file_name, size, modified_ns, fingerprint, media,
                    findings, settings, attempts, inits, publish_id, upload_url, upload_expires_at,
                    sent_at, bytes_sent, all_sent_at, remark, link, id_due_at, created_at,
                    finished_at
             FROM posts ORDER BY created_at DESC, id DESC"
        )
        .fetch_all(&self.pool)
        .await
    }

    pub(crate) async fn get(&self, id: &str) -> Result<PostRow, EngineError> {
        sqlx::query_as!(
            PostRow,
            "SELECT id, account_id, account_name, state, cause, wait_until, schedule_local,
                    schedule_zone, due_at, path, file_name, size, modified_ns, fingerprint, media,
                    findings, settings, attempts, inits, publish_id, upload_url, upload_expires_at,
                    sent_at, bytes_sent, all_sent_at, remark, link, id_due_at, created_at,
                    finished_at
             FROM posts WHERE id = ?",
            id
        )
        .fetch_optional(&self.pool)
        .await?
        .ok_or(EngineError::NoSuchPost)
    }

    /// Posts that the publisher has work with, in the order in which they were queued.
    pub(crate) async fn active(&self) -> Result<Vec<PostRow>, sqlx::Error> {
        sqlx::query_as!(
            PostRow,
            "SELECT id, account_id, account_name, state, cause, wait_until, schedule_local,
                    schedule_zone, due_at, path, file_name, size, modified_ns, fingerprint, media,
                    findings, settings, attempts, inits, publish_id, upload_url, upload_expires_at,
                    sent_at, bytes_sent, all_sent_at, remark, link, id_due_at, created_at,
                    finished_at
             FROM posts
             WHERE state IN ('queued', 'checking', 'uploading', 'processing', 'waiting')
             ORDER BY queued_at, id"
        )
        .fetch_all(&self.pool)
        .await
    }

    pub(crate) async fn history(&self, id: &str) -> Result<Vec<HistoryEntry>, sqlx::Error> {
        let rows = sqlx::query!(
            "SELECT at, text FROM post_history WHERE post_id = ? ORDER BY id",
            id
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| HistoryEntry {
                at: clock::from_millis(row.at).to_string(),
                text: row.text,
            })
            .collect())
    }

    /// Whether a draft of this file exists.
    pub(crate) async fn draft_exists(&self, path: &str) -> Result<bool, sqlx::Error> {
        let row = sqlx::query!(
            "SELECT COUNT(*) AS count FROM posts WHERE path = ? AND state = 'draft'",
            path
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(row.count > 0)
    }

    /// Stores a new draft and gives its id.
    pub(crate) async fn add(&self, post: &NewPost) -> Result<String, EngineError> {
        let id = uuid::Uuid::now_v7().to_string();
        let now = self.now();
        let size = post.size.cast_signed();
        let (media, findings, settings) = (
            json(&post.media),
            json(&post.findings),
            json(&post.settings),
        );
        let mut tx = self.pool.begin().await?;
        sqlx::query!(
            "INSERT INTO posts (id, account_id, state, path, file_name, size, modified_ns, media,
                    findings, settings, created_at)
             VALUES (?, ?, 'draft', ?, ?, ?, ?, ?, ?, ?, ?)",
            id,
            post.settings.account_id,
            post.path,
            post.file_name,
            size,
            post.modified_ns,
            media,
            findings,
            settings,
            now
        )
        .execute(&mut *tx)
        .await?;
        write_history(&mut tx, &id, now, "Added to the queue").await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Stores what the creator chose; drafts only.
    pub(crate) async fn save_settings(
        &self,
        id: &str,
        settings: &PostSettings,
    ) -> Result<(), EngineError> {
        let text = json(settings);
        let done = sqlx::query!(
            "UPDATE posts SET settings = ?, account_id = ? WHERE id = ? AND state = 'draft'",
            text,
            settings.account_id,
            id
        )
        .execute(&self.pool)
        .await?;
        if done.rows_affected() == 0 {
            let state = self.get(id).await?.state()?;
            return Err(EngineError::WrongState {
                operation: "Edit",
                state: state.as_str(),
            });
        }
        Ok(())
    }

    /// `draft → queued`
    pub(crate) async fn submit(&self, id: &str, account_name: &str) -> Result<(), EngineError> {
        let mut step = self.step(id, State::Queued, Some("Queued")).await?;
        sqlx::query!(
            "UPDATE posts SET queued_at = ?, account_name = ?, attempts = 0, inits = 0
             WHERE id = ?",
            step.now,
            account_name,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        step.done().await
    }

    /// `queued | waiting → checking`; entering it again after a stop is no move.
    pub(crate) async fn check(&self, id: &str) -> Result<(), EngineError> {
        if self.get(id).await?.state()? == State::Checking {
            return Ok(());
        }
        self.step(id, State::Checking, Some("Checking file and account"))
            .await?
            .done()
            .await
    }

    /// `checking → uploading`: publish id and address are stored before the first byte is sent.
    pub(crate) async fn started(
        &self,
        id: &str,
        publish_id: &PublishId,
        sealed_address: &str,
        expires_at: Timestamp,
    ) -> Result<(), EngineError> {
        let mut step = self
            .step(id, State::Uploading, Some("TikTok is ready, uploading"))
            .await?;
        let (publish_id, expires) = (publish_id.as_str(), expires_at.as_millisecond());
        sqlx::query!(
            "UPDATE posts SET publish_id = ?, upload_url = ?, upload_expires_at = ?,
                    bytes_sent = 0, all_sent_at = NULL, attempts = 0, inits = inits + 1
             WHERE id = ?",
            publish_id,
            sealed_address,
            expires,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        step.done().await
    }

    /// Notes how many bytes TikTok has.
    pub(crate) async fn bytes_sent(&self, id: &str, bytes: u64) -> Result<(), EngineError> {
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

    /// `waiting → uploading`: the upload in flight goes on.
    pub(crate) async fn resume(&self, id: &str, bytes: u64) -> Result<(), EngineError> {
        let text = format!("Going on at {}", megabytes(bytes));
        let stored = bytes.cast_signed();
        if self.get(id).await?.state()? == State::Uploading {
            self.note(id, &text).await?;
            return self.bytes_sent(id, bytes).await;
        }
        let mut step = self.step(id, State::Uploading, Some(&text)).await?;
        sqlx::query!("UPDATE posts SET bytes_sent = ? WHERE id = ?", stored, id)
            .execute(&mut *step.tx)
            .await?;
        step.done().await
    }

    /// `uploading | waiting → processing`: TikTok has all bytes.
    pub(crate) async fn all_sent(&self, id: &str) -> Result<(), EngineError> {
        let mut step = self
            .step(
                id,
                State::Processing,
                Some("All bytes are at TikTok, processing"),
            )
            .await?;
        sqlx::query!(
            "UPDATE posts SET bytes_sent = size, all_sent_at = COALESCE(all_sent_at, ?),
                    upload_url = NULL WHERE id = ?",
            step.now,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        step.done().await
    }

    /// Back to the queue, because TikTok said that the upload in flight can never complete.
    pub(crate) async fn start_over(&self, id: &str, why: &str) -> Result<(), EngineError> {
        let mut step = self.step(id, State::Queued, Some(why)).await?;
        forget_upload(&mut step.tx, id).await?;
        step.done().await
    }

    /// `→ waiting`, with the reason and the next try. The upload in flight is kept, unless
    /// TikTok ended it.
    pub(crate) async fn wait(
        &self,
        id: &str,
        cause: &Cause,
        until: Option<Timestamp>,
        upload_over: bool,
        text: &str,
    ) -> Result<(), EngineError> {
        let row = self.get(id).await?;
        let same = row.state()? == State::Waiting && row.cause().as_ref() == Some(cause);
        let mut step = self
            .step(id, State::Waiting, (!same).then_some(text))
            .await?;
        let (cause, until) = (json(cause), until.map(Timestamp::as_millisecond));
        sqlx::query!(
            "UPDATE posts SET cause = ?, wait_until = ?, attempts = attempts + 1 WHERE id = ?",
            cause,
            until,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        if upload_over {
            forget_upload(&mut step.tx, id).await?;
        }
        step.done().await
    }

    /// Lets posts that wait for their account go on.
    pub(crate) async fn account_is_back(&self, account: &str) -> Result<(), sqlx::Error> {
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

    /// `→ published | delivered_to_inbox`
    pub(crate) async fn finish(
        &self,
        id: &str,
        end: End,
        link: Option<&str>,
    ) -> Result<(), EngineError> {
        let (state, text) = match end {
            End::Published => (State::Published, "Published"),
            End::DeliveredToInbox => (State::DeliveredToInbox, "Delivered to the TikTok inbox"),
        };
        let mut step = self.step(id, state, Some(text)).await?;
        sqlx::query!(
            "UPDATE posts SET link = ?, finished_at = ?, bytes_sent = size, upload_url = NULL,
                    cause = NULL, wait_until = NULL WHERE id = ?",
            link,
            step.now,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        step.done().await
    }

    /// Notes where a published post can be seen.
    pub(crate) async fn link(&self, id: &str, link: &str) -> Result<(), EngineError> {
        sqlx::query!("UPDATE posts SET link = ? WHERE id = ?", link, id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// `→ failed`
    pub(crate) async fn fail(
        &self,
        id: &str,
        cause: &Cause,
        text: &str,
    ) -> Result<(), EngineError> {
        self.end_badly(id, State::Failed, Some(cause), text).await
    }

    /// `→ unconfirmed`
    pub(crate) async fn unconfirmed(
        &self,
        id: &str,
        cause: &Cause,
        text: &str,
    ) -> Result<(), EngineError> {
        self.end_badly(id, State::Unconfirmed, Some(cause), text)
            .await
    }

    /// `→ cancelled`
    pub(crate) async fn cancelled(&self, id: &str) -> Result<(), EngineError> {
        self.end_badly(id, State::Cancelled, None, "Cancelled")
            .await
    }

    async fn end_badly(
        &self,
        id: &str,
        state: State,
        cause: Option<&Cause>,
        text: &str,
    ) -> Result<(), EngineError> {
        let mut step = self.step(id, state, Some(text)).await?;
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

    /// `failed → queued`, or `→ waiting` for no time where an upload is still in flight: that one
    /// is asked about before anything is sent.
    pub(crate) async fn retry(&self, id: &str, upload_over: bool) -> Result<(), EngineError> {
        let in_flight = !upload_over && self.get(id).await?.publish_id.is_some();
        let to = if in_flight {
            State::Waiting
        } else {
            State::Queued
        };
        let mut step = self.step(id, to, Some("Trying again")).await?;
        sqlx::query!(
            "UPDATE posts SET cause = NULL, wait_until = ?, queued_at = ?, attempts = 0,
                    inits = 0, finished_at = NULL WHERE id = ?",
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

    /// `unconfirmed → processing`: asks TikTok again.
    pub(crate) async fn ask_again(&self, id: &str) -> Result<(), EngineError> {
        let mut step = self
            .step(id, State::Processing, Some("Asking TikTok again"))
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

    /// `→ draft`, to be composed anew.
    pub(crate) async fn back_to_draft(&self, id: &str, text: &str) -> Result<(), EngineError> {
        let mut step = self.step(id, State::Draft, Some(text)).await?;
        sqlx::query!(
            "UPDATE posts SET cause = NULL, wait_until = NULL, queued_at = NULL, attempts = 0,
                    inits = 0, finished_at = NULL WHERE id = ?",
            id
        )
        .execute(&mut *step.tx)
        .await?;
        forget_upload(&mut step.tx, id).await?;
        step.done().await
    }

    /// Writes a line into a post's history.
    pub(crate) async fn note(&self, id: &str, text: &str) -> Result<(), EngineError> {
        let now = self.now();
        sqlx::query!(
            "INSERT INTO post_history (post_id, at, text) VALUES (?, ?, ?)",
            id,
            now,
            text
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Removes a post and its history.
    pub(crate) async fn remove(&self, id: &str) -> Result<(), EngineError> {
        sqlx::query!("DELETE FROM posts WHERE id = ?", id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Begins a move: checks that it is legal, changes the state, writes the history.
    async fn step(&self, id: &str, to: State, text: Option<&str>) -> Result<Move<'_>, EngineError> {
        let now = self.now();
        // Taken for writing at once: two moves of one post must not both believe what they read.
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let row = sqlx::query!("SELECT state FROM posts WHERE id = ?", id)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(EngineError::NoSuchPost)?;
        let from = parse_state(&row.state)?;
        if !from.may_become(to) {
            return Err(EngineError::WrongState {
                operation: "Move",
                state: from.as_str(),
            });
        }
        let name = to.as_str();
        sqlx::query!("UPDATE posts SET state = ? WHERE id = ?", name, id)
            .execute(&mut *tx)
            .await?;
        if let Some(text) = text {
            write_history(&mut tx, id, now, text).await?;
            tracing::info!(post = id, from = from.as_str(), to = name, "[Posts] {text}");
        }
        Ok(Move { tx, now })
    }

    fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }
}

impl Move<'_> {
    async fn done(self) -> Result<(), EngineError> {
        Ok(self.tx.commit().await?)
    }
}

impl PostRow {
    pub(crate) fn state(&self) -> Result<State, EngineError> {
        parse_state(&self.state)
    }

    pub(crate) fn cause(&self) -> Option<Cause> {
        self.cause
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
    }

    pub(crate) fn settings(&self) -> PostSettings {
        PostSettings {
            account_id: self.account_id.clone(),
            ..serde_json::from_str(&self.settings).unwrap_or_default()
        }
    }

    pub(crate) fn size(&self) -> u64 {
        self.size.cast_unsigned()
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes_sent.cast_unsigned()
    }

    pub(crate) fn publish_id(&self) -> Option<PublishId> {
        self.publish_id.clone().map(PublishId::from)
    }
}

fn parse_state(name: &str) -> Result<State, EngineError> {
    name.parse()
        .map_err(|error| EngineError::Database(sqlx::Error::Decode(Box::new(error))))
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

async fn write_history(
    tx: &mut Transaction<'_, Sqlite>,
    id: &str,
    at: i64,
    text: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO post_history (post_id, at, text) VALUES (?, ?, ?)",
        id,
        at,
        text
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A byte count for people, in decimal megabytes as TikTok counts.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)
}

fn json<T: serde::Serialize>(value: &T) -> String {
    // Plain structs with string keys always serialise.
    serde_json::to_string(value).unwrap_or_default()
}
