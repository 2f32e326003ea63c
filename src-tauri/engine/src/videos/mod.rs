//! Videos by their content: which ones were seen, and to whom each was posted or is about to be. Kept for ever.
//!
//! The same content always has the same size and fingerprint. So a video of which these are unknown is certainly new,
//! and its file is not read for that: its whole hash is taken while it uploads. Only where they are known is a file
//! read whole, to tell a repetition from another export.

mod fingerprint;

pub(crate) use fingerprint::{WHOLE_MAX, fingerprint};

use std::{
    fs::{File, Metadata},
    io,
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use jiff::Timestamp;
use slipway_core::{
    blocking::blocking,
    clock,
    views::{KnownState, KnownUse},
};
use sqlx::{SqliteConnection, SqlitePool};

use crate::posts::{NewPost, State};

/// A video could not be identified or stored.
#[derive(Debug, thiserror::Error)]
pub enum VideoError {
    /// The file had to be read and could not be.
    #[error("[Videos] Read failed: {0}")]
    Unreadable(io::Error),
    /// The database refused the operation.
    #[error("[Database] {0}")]
    Database(#[from] sqlx::Error),
}

/// What is known of a file's content before it gets its place among the videos.
#[derive(Debug)]
pub(crate) struct ContentId {
    size: i64,
    fingerprint: String,
    path: String,
    modified_ns: i64,
    /// BLAKE3 of all bytes in hex, where the file had to be read.
    content: Option<String>,
    /// The video that it is, if it is a known one.
    video: Option<i64>,
    /// All videos that it was compared with.
    compared: Vec<i64>,
}

/// To whom a video was posted, or is about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) video_id: i64,
    pub(crate) post_id: String,
    pub(crate) open_id: String,
    pub(crate) account_name: String,
    pub(crate) at: Timestamp,
    pub(crate) state: KnownState,
    /// Whether the post is still in the queue.
    pub(crate) in_queue: bool,
}

impl Use {
    /// What is shown of it.
    pub(crate) fn view(&self) -> KnownUse {
        KnownUse {
            account_name: self.account_name.clone(),
            post_id: self.in_queue.then(|| self.post_id.clone()),
            at: self.at.to_string(),
            state: self.state,
            notice: crate::folders::known(&self.account_name, self.at, self.state),
        }
    }
}

/// Finds out whether the content of a file is known. Reads it whole where only that tells.
///
/// # Errors
/// [`VideoError::Unreadable`] when the file had to be read and could not be.
pub(crate) async fn identify(pool: &SqlitePool, file: &NewPost) -> Result<ContentId, VideoError> {
    let size = file.size.cast_signed();
    let rows = sqlx::query!(
        "SELECT id, content, path, modified_ns FROM videos WHERE size = ? AND fingerprint = ? ORDER BY id",
        size,
        file.fingerprint
    )
    .fetch_all(pool)
    .await?;
    let mut content_id = ContentId {
        size,
        fingerprint: file.fingerprint.clone(),
        path: file.path.clone(),
        modified_ns: file.modified_ns,
        content: None,
        video: None,
        compared: rows.iter().map(|row| row.id).collect(),
    };
    if rows.is_empty() {
        return Ok(content_id);
    }
    if file.size <= WHOLE_MAX {
        // The fingerprint of a small file covers every byte.
        content_id.video = Some(rows[0].id);
        return Ok(content_id);
    }
    let content = hash(PathBuf::from(&file.path)).await?;
    for row in rows {
        let mut known = row.content;
        if known.is_none() {
            let path = PathBuf::from(row.path);
            known = hash_unchanged(path, file.size, row.modified_ns).await;
            if let Some(hashed) = &known {
                set_content_hash(pool, row.id, hashed).await?;
            }
        }
        // Where the known one cannot be read any more, the fingerprint has to be enough.
        if known.is_none_or(|known| known == content) {
            content_id.video = Some(row.id);
            break;
        }
    }
    content_id.content = Some(content);
    Ok(content_id)
}

/// The video that a file is, entered if it is a new one. Nothing when another one with the same fingerprint was entered
/// since [`identify`], which has to be asked again then.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    content_id: &ContentId,
    now: i64,
) -> Result<Option<i64>, sqlx::Error> {
    if let Some(video) = content_id.video {
        return Ok(Some(video));
    }
    let present = sqlx::query_scalar!(
        "SELECT id FROM videos WHERE size = ? AND fingerprint = ? ORDER BY id",
        content_id.size,
        content_id.fingerprint
    )
    .fetch_all(&mut *connection)
    .await?;
    if present != content_id.compared {
        return Ok(None);
    }
    let entered = sqlx::query!(
        r#"INSERT INTO videos (size, fingerprint, content, path, modified_ns, first_seen_at)
           VALUES (?, ?, ?, ?, ?, ?) RETURNING id AS "id!: i64""#,
        content_id.size,
        content_id.fingerprint,
        content_id.content,
        content_id.path,
        content_id.modified_ns,
        now
    )
    .fetch_one(connection)
    .await?;
    Ok(Some(entered.id))
}

/// Enters a file that Slipway made of another video, so that no folder takes it for a new one, and the other counts as
/// posted with it. Done before the file gets its name, because from then on folders see it.
///
/// # Errors
/// As [`identify`].
pub(crate) async fn insert_transcoded(
    pool: &SqlitePool,
    file: &NewPost,
    of: Option<i64>,
    now: i64,
) -> Result<i64, VideoError> {
    loop {
        let content_id = identify(pool, file).await?;
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
        let Some(video) = insert(&mut tx, &content_id, now).await? else {
            continue;
        };
        // What was known before is somebody's own, even if it is the same.
        if content_id.video.is_none() {
            sqlx::query!(
                "UPDATE videos SET made_of = COALESCE((SELECT COALESCE(made_of, id) FROM videos WHERE id = ?), id)
                 WHERE id = ?",
                of,
                video
            )
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        return Ok(video);
    }
}

/// Whether Slipway made a video of another one.
pub(crate) async fn is_transcoded(
    connection: &mut SqliteConnection,
    video: i64,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT made_of IS NOT NULL AS "is_made!: bool" FROM videos WHERE id = ?"#,
        video
    )
    .fetch_one(connection)
    .await
}

/// Keeps the whole hash of a video that was read on its way out.
pub(crate) async fn set_content_hash(
    pool: &SqlitePool,
    video: i64,
    content: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE OR IGNORE videos SET content = ? WHERE id = ? AND content IS NULL",
        content,
        video
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Keeps who has a post's video, within the move that brings the post into its new state.
pub(crate) async fn update_use(
    connection: &mut SqliteConnection,
    post_id: &str,
    to: State,
    now: i64,
) -> Result<(), sqlx::Error> {
    let is_out = matches!(to, State::Published | State::DeliveredToInbox);
    match to {
        // From the upload's beginning on, TikTok may have it.
        State::Uploading
        | State::Processing
        | State::Published
        | State::DeliveredToInbox
        | State::Unconfirmed => {
            sqlx::query!(
                "INSERT INTO video_uses (post_id, video_id, open_id, account_name, at)
                 SELECT posts.id, posts.video_id, accounts.open_id, accounts.display_name, ?1
                 FROM posts JOIN accounts ON accounts.id = posts.account_id
                 WHERE posts.id = ?2 AND posts.video_id IS NOT NULL
                 ON CONFLICT (post_id) DO NOTHING",
                now,
                post_id
            )
            .execute(&mut *connection)
            .await?;
            // Also when the account is gone by now.
            sqlx::query!(
                "UPDATE video_uses SET at = ?, is_out = ? WHERE post_id = ?",
                now,
                is_out,
                post_id
            )
            .execute(connection)
            .await?;
        }
        // It came to nothing, or starts anew.
        State::Draft | State::Queued | State::Failed | State::Cancelled => {
            sqlx::query!("DELETE FROM video_uses WHERE post_id = ?", post_id)
                .execute(connection)
                .await?;
        }
        State::Scheduled | State::Checking | State::Waiting | State::Paused => {}
    }
    Ok(())
}

/// Who has a video or is to have it, oldest first; of all videos in the queue without one. A video and what was made
/// of it are the same.
pub(crate) async fn uses(
    connection: &mut SqliteConnection,
    video: Option<i64>,
) -> Result<Vec<Use>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT asked.id AS "video_id!: i64", video_uses.post_id AS "post_id!: String",
                  video_uses.open_id AS "open_id!: String", video_uses.account_name AS "account_name!: String",
                  video_uses.at AS "at!: i64", posts.id IS NOT NULL AS "in_queue!: bool",
                  (is_out = 1 OR posts.id IS NULL OR posts.state = 'unconfirmed') AS "posted!: bool"
           FROM videos AS asked
           JOIN videos AS same ON COALESCE(same.made_of, same.id) = COALESCE(asked.made_of, asked.id)
           JOIN video_uses ON video_uses.video_id = same.id
           LEFT JOIN posts ON posts.id = video_uses.post_id
           WHERE CASE WHEN ?1 IS NULL THEN asked.id IN (SELECT video_id FROM posts) ELSE asked.id = ?1 END
           UNION ALL
           SELECT asked.id, posts.id, accounts.open_id, accounts.display_name, posts.created_at, 1, 0
           FROM videos AS asked
           JOIN videos AS same ON COALESCE(same.made_of, same.id) = COALESCE(asked.made_of, asked.id)
           JOIN posts ON posts.video_id = same.id
           JOIN accounts ON accounts.id = posts.account_id
           WHERE CASE WHEN ?1 IS NULL THEN asked.id IN (SELECT video_id FROM posts) ELSE asked.id = ?1 END
             AND posts.state NOT IN ('failed', 'cancelled')
             AND NOT EXISTS (SELECT 1 FROM video_uses WHERE video_uses.post_id = posts.id)
           ORDER BY 5, 2"#,
        video
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Use {
            video_id: row.video_id,
            post_id: row.post_id,
            open_id: row.open_id,
            account_name: row.account_name,
            at: clock::from_millis(row.at),
            state: if row.posted {
                KnownState::Posted
            } else {
                KnownState::Planned
            },
            in_queue: row.in_queue,
        })
        .collect())
}

/// Notes where a video's file lies by now.
pub(crate) async fn set_file(
    connection: &mut SqliteConnection,
    video: i64,
    file: &NewPost,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE videos SET path = ?, modified_ns = ? WHERE id = ?",
        file.path,
        file.modified_ns,
        video
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that a file was moved, so that its content can still be read when it must be.
pub(crate) async fn set_path(
    connection: &mut SqliteConnection,
    from: &str,
    to: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE videos SET path = ? WHERE path = ?", to, from)
        .execute(connection)
        .await?;
    Ok(())
}

async fn hash(path: PathBuf) -> Result<String, VideoError> {
    blocking(move || hash_file(&path))
        .await
        .map_err(|error| VideoError::Unreadable(error))
}

/// The hash of a file that is still the one that was seen.
async fn hash_unchanged(path: PathBuf, size: u64, modified: i64) -> Option<String> {
    let is_same = move |path: &Path| {
        std::fs::metadata(path)
            .is_ok_and(|found| found.len() == size && modified_ns(&found) == modified)
    };
    let hashed = tokio::task::spawn_blocking(move || {
        let hash = is_same(&path).then(|| hash_file(&path).ok())?;
        hash.filter(|_| is_same(&path))
    });
    hashed.await.ok().flatten()
}

fn hash_file(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// When the file was last written, in nanoseconds since 1970; 0 where the disk does not say.
pub(crate) fn modified_ns(metadata: &Metadata) -> i64 {
    let since = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .unwrap_or(Duration::ZERO);
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}
