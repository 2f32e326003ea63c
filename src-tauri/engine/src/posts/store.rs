//! Reads and adds posts in the database, and changes what needs no state transition.

use std::sync::Arc;

use slipway_core::{
    clock::{self, Clock},
    views::{HistoryEntry, Message, PostSettings},
};
use slipway_store::vault::Vault;
use sqlx::{Sqlite, SqlitePool, Transaction};

use super::{error::PostError, history, new_post::NewPost, row::PostRow};
use crate::videos;

/// The posts in the database. Their state transitions are in `transitions`.
#[derive(Debug, Clone)]
pub(crate) struct PostStore {
    pub(crate) pool: SqlitePool,
    pub(crate) clock: Arc<dyn Clock>,
    /// Seals the audit entries about posts.
    pub(crate) vault: Arc<Vault>,
}

impl PostStore {
    pub(crate) async fn list(&self) -> Result<Vec<PostRow>, sqlx::Error> {
        sqlx::query_as!(
            PostRow,
            "SELECT id, account_id, account_name, state, cause, wait_until, schedule_local,
                    schedule_zone, due_at, path, file_name, size, modified_ns, fingerprint, media,
                    findings, settings, attempts, inits, lost_inits, publish_id, upload_url, upload_expires_at,
                    bytes_sent, all_sent_at, remark, link, id_due_at, created_at,
                    finished_at, video_id
             FROM posts ORDER BY created_at DESC, id DESC"
        )
        .fetch_all(&self.pool)
        .await
    }

    pub(crate) async fn get(&self, id: &str) -> Result<PostRow, PostError> {
        sqlx::query_as!(
            PostRow,
            "SELECT id, account_id, account_name, state, cause, wait_until, schedule_local,
                    schedule_zone, due_at, path, file_name, size, modified_ns, fingerprint, media,
                    findings, settings, attempts, inits, lost_inits, publish_id, upload_url, upload_expires_at,
                    bytes_sent, all_sent_at, remark, link, id_due_at, created_at,
                    finished_at, video_id
             FROM posts WHERE id = ?",
            id
        )
        .fetch_optional(&self.pool)
        .await?
        .ok_or(PostError::NoSuchPost)
    }

    /// The posts that the publisher works on, in the order in which they were or will be queued. The query names the
    /// states for which [`State::is_active`](super::state::State::is_active) holds.
    pub(crate) async fn active(&self) -> Result<Vec<PostRow>, sqlx::Error> {
        sqlx::query_as!(
            PostRow,
            "SELECT id, account_id, account_name, state, cause, wait_until, schedule_local,
                    schedule_zone, due_at, path, file_name, size, modified_ns, fingerprint, media,
                    findings, settings, attempts, inits, lost_inits, publish_id, upload_url, upload_expires_at,
                    bytes_sent, all_sent_at, remark, link, id_due_at, created_at,
                    finished_at, video_id
             FROM posts
             WHERE state IN ('scheduled', 'queued', 'checking', 'uploading', 'processing', 'waiting')
                OR id_due_at IS NOT NULL
             ORDER BY COALESCE(queued_at, due_at), id"
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
                message: message(row.text),
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

    /// Stores a new draft and returns its id.
    pub(crate) async fn add(&self, post: &NewPost) -> Result<String, PostError> {
        loop {
            let content = videos::identify(&self.pool, post.video_file()).await?;
            let now = self.now();
            let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            let Some(video) = videos::insert(&mut tx, &content, now).await? else {
                continue;
            };
            let id = insert(&mut tx, post, video, now, &history::added()).await?;
            tx.commit().await?;
            return Ok(id);
        }
    }

    /// Stores the settings of a draft.
    pub(crate) async fn save_settings(
        &self,
        id: &str,
        settings: &PostSettings,
    ) -> Result<(), PostError> {
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
            return Err(PostError::WrongState {
                operation: "Edit",
                state: state.as_str(),
            });
        }
        Ok(())
    }

    /// Writes a line into a post's history.
    pub(crate) async fn note(&self, id: &str, text: &Message) -> Result<(), PostError> {
        let (now, text) = (self.now(), json(text));
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
    pub(crate) async fn remove(&self, id: &str) -> Result<(), PostError> {
        sqlx::query!("DELETE FROM posts WHERE id = ?", id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub(super) fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }
}

/// Stores a draft within a transaction and returns its id.
pub(crate) async fn insert(
    tx: &mut Transaction<'_, Sqlite>,
    post: &NewPost,
    video: i64,
    now: i64,
    text: &Message,
) -> Result<String, sqlx::Error> {
    let id = uuid::Uuid::now_v7().to_string();
    let size = post.size.cast_signed();
    let (media, findings, settings) = (
        json(&post.media),
        json(&post.findings),
        json(&post.settings),
    );
    sqlx::query!(
        "INSERT INTO posts (id, account_id, state, path, file_name, size, modified_ns,
                fingerprint, media, findings, settings, created_at, video_id)
         VALUES (?, ?, 'draft', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        post.settings.account_id,
        post.path,
        post.file_name,
        size,
        post.modified_ns,
        post.fingerprint,
        media,
        findings,
        settings,
        now,
        video
    )
    .execute(&mut **tx)
    .await?;
    write_history(tx, &id, now, text).await?;
    Ok(id)
}

pub(super) async fn write_history(
    tx: &mut Transaction<'_, Sqlite>,
    id: &str,
    at: i64,
    text: &Message,
) -> Result<(), sqlx::Error> {
    let text = json(text);
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

/// Reads a stored history line. Older versions stored it in English, which is shown as it is.
fn message(stored: String) -> Message {
    serde_json::from_str(&stored).unwrap_or_else(|_| history::plain(stored))
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    // Plain structs with string keys always serialise.
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{model, state::State};

    #[tokio::test]
    async fn the_query_of_active_posts_names_the_active_states() {
        let (posts, id) = model::store().await;
        for state in State::ALL {
            sqlx::query("UPDATE posts SET state = ?")
                .bind(state.as_str())
                .execute(&posts.pool)
                .await
                .unwrap();
            let active = posts.active().await.unwrap();
            let found = active.iter().any(|row| row.id == id);
            assert_eq!(found, state.is_active(), "{state:?}");
        }
    }
}
