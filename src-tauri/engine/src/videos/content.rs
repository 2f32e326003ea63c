//! Identifies videos by content, and stores them in table `videos`.

use std::path::PathBuf;

use sqlx::{SqliteConnection, SqlitePool};

use super::{
    error::VideoError,
    file::{VideoFile, hash, hash_unchanged},
    fingerprint::WHOLE_MAX,
};

/// The content of a file, compared with the known videos. [`insert`] turns it into a row of table `videos`.
#[derive(Debug)]
pub(crate) struct ContentId {
    size: i64,
    fingerprint: String,
    path: String,
    modified_ns: i64,
    /// The BLAKE3 hash of all bytes in hex, if the file had to be read.
    content: Option<String>,
    /// The known video with this content, if any.
    video: Option<i64>,
    /// The videos that the file was compared with.
    compared: Vec<i64>,
}

/// Identifies a file by its content. Reads all of it only if a known video has the same size and fingerprint.
///
/// # Errors
/// [`VideoError::Unreadable`] if the file has to be read and cannot be.
pub(crate) async fn identify(
    pool: &SqlitePool,
    file: VideoFile<'_>,
) -> Result<ContentId, VideoError> {
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
        fingerprint: file.fingerprint.to_owned(),
        path: file.path.to_owned(),
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
    let content = hash(PathBuf::from(file.path)).await?;
    for row in rows {
        let mut known = row.content;
        if known.is_none() {
            let path = PathBuf::from(row.path);
            known = hash_unchanged(path, file.size, row.modified_ns).await;
            if let Some(hashed) = &known {
                set_hash(pool, row.id, hashed).await?;
            }
        }
        // If the known file cannot be read any more, the fingerprint decides.
        if known.is_none_or(|known| known == content) {
            content_id.video = Some(row.id);
            break;
        }
    }
    content_id.content = Some(content);
    Ok(content_id)
}

/// Returns the video of a file, inserting a new one if necessary. Returns `None` if another video with the same
/// fingerprint was inserted since [`identify`], which must then run again.
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

/// Returns the video of a file that is to get no post, inserting a new one if necessary.
///
/// # Errors
/// Those of [`identify`].
pub(crate) async fn record(
    pool: &SqlitePool,
    file: VideoFile<'_>,
    now: i64,
) -> Result<i64, VideoError> {
    loop {
        let content_id = identify(pool, file).await?;
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
        let Some(video) = insert(&mut tx, &content_id, now).await? else {
            continue;
        };
        tx.commit().await?;
        return Ok(video);
    }
}

/// Returns the videos with this size and fingerprint.
pub(crate) async fn with_fingerprint(
    pool: &SqlitePool,
    size: u64,
    fingerprint: &str,
) -> Result<Vec<i64>, sqlx::Error> {
    let size = size.cast_signed();
    sqlx::query_scalar!(
        "SELECT id FROM videos WHERE size = ? AND fingerprint = ? ORDER BY id",
        size,
        fingerprint
    )
    .fetch_all(pool)
    .await
}

/// Inserts a file that Slipway transcoded from another video, so that no folder ingests it as a new one, and both count
/// as the same video. Must run before the file gets its final name, because folders find it from then on.
///
/// # Errors
/// Those of [`identify`].
pub(crate) async fn insert_transcoded(
    pool: &SqlitePool,
    file: VideoFile<'_>,
    of: Option<i64>,
    now: i64,
) -> Result<i64, VideoError> {
    loop {
        let content_id = identify(pool, file).await?;
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
        let Some(video) = insert(&mut tx, &content_id, now).await? else {
            continue;
        };
        // A video that was known before is the creator's own, even if its content is the same.
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

/// Returns true if Slipway transcoded the video from another one.
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

/// Stores the full hash of a video, computed during its upload.
pub(crate) async fn set_hash(
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

/// Updates the path and modification time of a video's file.
pub(crate) async fn set_file(
    connection: &mut SqliteConnection,
    video: i64,
    file: VideoFile<'_>,
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

/// Updates the path of a moved file, so that a later comparison can read it.
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
