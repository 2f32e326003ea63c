//! Watched folders and their files in the database.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{SqliteConnection, SqlitePool};

use super::{
    FolderError,
    cause::{Hold, Skip},
    look::Look,
};
use crate::{
    clock,
    error::EngineError,
    notices::Explain,
    views::{FolderFile, FolderFileState, FolderSettings, FolderShow, LocalMoment},
};

/// How many files are on a page.
pub(super) const PAGE: usize = 100;

/// A folder as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct FolderRow {
    pub(crate) id: String,
    pub(crate) path: String,
    settings: String,
    pub(crate) paused: bool,
    pub(crate) consented_at: Option<i64>,
    pub(super) device: Option<i64>,
    pub(super) added_at: i64,
    changed_at: i64,
}

/// What was decided about a file.
#[derive(Debug, Clone)]
pub(super) struct KnownFile {
    id: i64,
    pub(super) path: String,
    size: i64,
    modified_ns: i64,
    inode: Option<i64>,
    side: Option<String>,
    pub(super) state: String,
    cause: Option<String>,
    pub(super) is_missing: bool,
}

/// How many files of a folder stand where, as far as that is stored.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stored {
    pub(super) offered: u32,
    pub(super) taken: u32,
    pub(super) skipped: u32,
    pub(super) approval: u32,
}

/// A post that is still to be put in line.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub(super) post_id: String,
    settings: String,
    due_local: Option<String>,
    due_zone: Option<String>,
}

/// What is decided about a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Decision<'a> {
    Offered,
    Taken,
    Skipped(&'a Skip),
}

impl FolderRow {
    /// What the creator chose; nothing when it cannot be read.
    pub(crate) fn settings(&self) -> Option<FolderSettings> {
        serde_json::from_str(&self.settings).ok()
    }
}

impl KnownFile {
    /// Whether a file that looks like this is still the one that was decided about.
    pub(super) fn is(&self, look: &Look) -> bool {
        let same_place = match (self.inode, look.inode) {
            (Some(known), Some(found)) => known == found.cast_signed(),
            _ => true,
        };
        self.size == look.size.cast_signed()
            && self.modified_ns == look.modified_ns
            && same_place
            && (!self.depends_on_side()
                || self.side == look.side.map(super::look::SideLook::to_text))
    }

    fn depends_on_side(&self) -> bool {
        let cause: Option<Skip> = self
            .cause
            .as_deref()
            .and_then(|cause| serde_json::from_str(cause).ok());
        cause.is_some_and(|cause| cause.is_about_side())
    }
}

impl Due {
    pub(super) fn settings(&self) -> FolderSettings {
        serde_json::from_str(&self.settings).unwrap_or_default()
    }

    /// The moment of its own that it has.
    pub(super) fn moment(&self) -> Option<LocalMoment> {
        Some(LocalMoment {
            date_time: self.due_local.clone()?,
            zone: self.due_zone.clone()?,
        })
    }
}

/// Reads and writes folders.
#[derive(Debug, Clone)]
pub(super) struct FolderStore {
    pub(super) pool: SqlitePool,
}

impl FolderStore {
    /// All folders, in the order in which they were added.
    pub(super) async fn list(&self) -> Result<Vec<FolderRow>, sqlx::Error> {
        sqlx::query_as!(
            FolderRow,
            r#"SELECT id, path, settings, paused AS "paused: bool", consented_at, device, added_at,
                      changed_at
               FROM folders ORDER BY added_at, id"#
        )
        .fetch_all(&self.pool)
        .await
    }

    pub(super) async fn get(&self, id: &str) -> Result<FolderRow, EngineError> {
        let mut connection = self.pool.acquire().await?;
        get(&mut connection, id).await
    }

    pub(super) async fn set_paused(&self, id: &str, paused: bool) -> Result<(), EngineError> {
        let done = sqlx::query!("UPDATE folders SET paused = ? WHERE id = ?", paused, id)
            .execute(&self.pool)
            .await?;
        found(done.rows_affected())
    }

    pub(super) async fn set_device(
        &self,
        id: &str,
        device: Option<i64>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!("UPDATE folders SET device = ? WHERE id = ?", device, id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Removes a folder and what is known of its files; its posts stay.
    pub(super) async fn remove(&self, id: &str) -> Result<(), EngineError> {
        let done = sqlx::query!("DELETE FROM folders WHERE id = ?", id)
            .execute(&self.pool)
            .await?;
        found(done.rows_affected())
    }

    /// What was decided about all files that are in the folder, or about the one at `path`.
    pub(super) async fn known(
        &self,
        folder: &str,
        path: Option<&str>,
    ) -> Result<HashMap<String, KnownFile>, sqlx::Error> {
        let rows = sqlx::query_as!(
            KnownFile,
            r#"SELECT id, path, size, modified_ns, inode, side, state, cause,
                      is_missing AS "is_missing: bool"
               FROM folder_files
               WHERE folder_id = ?1 AND is_replaced = 0 AND (?2 IS NULL OR path = ?2)"#,
            folder,
            path
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.path.clone(), row))
            .collect())
    }

    /// Notes which known files are there and which are not.
    pub(super) async fn set_missing(
        &self,
        files: &[&KnownFile],
        missing: bool,
    ) -> Result<(), sqlx::Error> {
        if files.is_empty() {
            return Ok(());
        }
        let ids: Vec<i64> = files.iter().map(|file| file.id).collect();
        let ids = serde_json::Value::from(ids).to_string();
        sqlx::query!(
            "UPDATE folder_files SET is_missing = ? WHERE id IN (SELECT value FROM json_each(?))",
            missing,
            ids
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Another file is in the place of a known one. What was posted stays told.
    pub(super) async fn replaced(&self, file: &KnownFile) -> Result<(), sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        make_room(&mut connection, file.id).await
    }

    /// Decides about a file that is not decided yet, or was otherwise.
    pub(super) async fn decide(
        &self,
        folder: &str,
        path: &str,
        look: &Look,
        decision: Decision<'_>,
        (seen_at, now): (Timestamp, Timestamp),
    ) -> Result<(), sqlx::Error> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        decide(&mut tx, folder, path, look, decision, (seen_at, now)).await?;
        tx.commit().await
    }

    /// Turns an offered file into one that is left alone.
    pub(super) async fn dismiss(
        &self,
        folder: &str,
        path: &str,
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let (cause, now) = (json(&Skip::Dismissed), now.as_millisecond());
        sqlx::query!(
            "UPDATE folder_files SET state = 'skipped', cause = ?, decided_at = ?
             WHERE folder_id = ? AND path = ? AND is_replaced = 0 AND state = 'offered'",
            cause,
            now,
            folder,
            path
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub(super) async fn counts(&self, folder: &str) -> Result<Stored, sqlx::Error> {
        let row = sqlx::query!(
            r#"SELECT COUNT(*) FILTER (WHERE state = 'offered' AND is_missing = 0) AS "offered!: u32",
                      COUNT(*) FILTER (WHERE state = 'taken') AS "taken!: u32",
                      COUNT(*) FILTER (WHERE state = 'skipped' AND is_missing = 0) AS "skipped!: u32"
               FROM folder_files WHERE folder_id = ?"#,
            folder
        )
        .fetch_one(&self.pool)
        .await?;
        let approval = sqlx::query_scalar!(
            r#"SELECT COUNT(*) AS "count!: u32" FROM folder_posts
               JOIN folder_files ON folder_files.id = folder_posts.file_id
               JOIN posts ON posts.id = folder_posts.post_id
               WHERE folder_files.folder_id = ? AND posts.state = 'draft'"#,
            folder
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Stored {
            offered: row.offered,
            taken: row.taken,
            skipped: row.skipped,
            approval,
        })
    }

    /// Files that are decided, newest first, from `before` on: as many as there is room for.
    pub(super) async fn page(
        &self,
        folder: &str,
        show: Option<FolderShow>,
        before: Option<i64>,
        room: usize,
    ) -> Result<(Vec<FolderFile>, Option<u64>), sqlx::Error> {
        let state = match show {
            Some(FolderShow::Offered) => Some("offered"),
            Some(FolderShow::Taken) => Some("taken"),
            Some(FolderShow::Skipped) => Some("skipped"),
            Some(FolderShow::Waiting) => return Ok((Vec::new(), None)),
            None => None,
        };
        let limit = i64::try_from(room + 1).unwrap_or(i64::MAX);
        let mut rows = sqlx::query!(
            r#"SELECT id, path, size, state, cause, seen_at, decided_at,
                      (SELECT json_group_array(posts.id) FROM folder_posts
                       JOIN posts ON posts.id = folder_posts.post_id
                       WHERE folder_posts.file_id = folder_files.id) AS "posts!: String"
               FROM folder_files
               WHERE folder_id = ?1 AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR id < ?3)
                 AND (state = 'taken' OR is_missing = 0)
               ORDER BY id DESC LIMIT ?4"#,
            folder,
            state,
            before,
            limit
        )
        .fetch_all(&self.pool)
        .await?;
        let more = rows.len() > room;
        rows.truncate(room);
        let last = rows.last().map_or(i64::MAX, |row| row.id);
        let next = more.then(|| last.cast_unsigned());
        let files = rows.into_iter().map(|row| FolderFile {
            folder_id: folder.to_owned(),
            path: row.path,
            size_bytes: row.size.cast_unsigned(),
            state: match row.state.as_str() {
                "offered" => FolderFileState::Offered,
                "taken" => FolderFileState::Taken {
                    posts: serde_json::from_str(&row.posts).unwrap_or_default(),
                    at: clock::from_millis(row.decided_at).to_string(),
                },
                _ => {
                    let skip = row
                        .cause
                        .and_then(|cause| serde_json::from_str(&cause).ok())
                        .unwrap_or(Skip::NotAVideo);
                    FolderFileState::Skipped {
                        notice: skip.explain(),
                        again: skip.can_take(),
                    }
                }
            },
            seen_at: clock::from_millis(row.seen_at).to_string(),
        });
        Ok((files.collect(), next))
    }

    /// Posts that are still to be put in line by themselves, oldest first.
    pub(super) async fn due(&self) -> Result<Vec<Due>, sqlx::Error> {
        self.find_due(None).await
    }

    /// What puts this post in line, if it comes from a folder.
    pub(super) async fn due_of(&self, post: &str) -> Result<Option<Due>, sqlx::Error> {
        Ok(self.find_due(Some(post)).await?.pop())
    }

    async fn find_due(&self, post: Option<&str>) -> Result<Vec<Due>, sqlx::Error> {
        sqlx::query_as!(
            Due,
            r#"SELECT folder_posts.post_id AS "post_id!: String", folders.settings,
                      folder_posts.due_local, folder_posts.due_zone
               FROM folder_posts
               JOIN folder_files ON folder_files.id = folder_posts.file_id
               JOIN folders ON folders.id = folder_files.folder_id
               WHERE CASE WHEN ?1 IS NULL THEN folder_posts.is_due = 1
                          ELSE folder_posts.post_id = ?1 END
               ORDER BY folder_posts.post_id"#,
            post
        )
        .fetch_all(&self.pool)
        .await
    }

    /// A post is in line, or is held for a reason; it is not put in line by itself any more.
    pub(super) async fn settled(&self, post: &str, held: Option<&Hold>) -> Result<(), sqlx::Error> {
        let held = held.map(json);
        sqlx::query!(
            "UPDATE folder_posts SET is_due = 0, held = ? WHERE post_id = ?",
            held,
            post
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Whether a post of the folder failed since the folder was last changed, because its audience is no longer offered.
    pub(super) async fn lost_audience(&self, folder: &FolderRow) -> Result<bool, sqlx::Error> {
        let found = sqlx::query_scalar!(
            r#"SELECT EXISTS (
                   SELECT 1 FROM folder_posts
                   JOIN folder_files ON folder_files.id = folder_posts.file_id
                   JOIN posts ON posts.id = folder_posts.post_id
                   WHERE folder_files.folder_id = ? AND posts.state = 'failed'
                     AND json_extract(posts.cause, '$.kind') = 'privacy_gone'
                     AND posts.created_at >= ?) AS "found!: bool""#,
            folder.id,
            folder.changed_at
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(found)
    }
}

/// A folder, within a transaction.
pub(super) async fn get(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<FolderRow, EngineError> {
    let row = sqlx::query_as!(
        FolderRow,
        r#"SELECT id, path, settings, paused AS "paused: bool", consented_at, device, added_at,
                  changed_at
           FROM folders WHERE id = ?"#,
        id
    )
    .fetch_optional(connection)
    .await?;
    row.ok_or_else(|| FolderError::NoSuchFolder.into())
}

/// Adds a folder; says whether none was watched at that place before.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    (id, path): (&str, &str),
    settings: &FolderSettings,
    consented_at: Option<i64>,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let settings = json(settings);
    let done = sqlx::query!(
        "INSERT INTO folders (id, path, settings, consented_at, added_at, changed_at)
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO NOTHING",
        id,
        path,
        settings,
        consented_at,
        now,
        now
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Stores what the creator chose for a folder.
pub(super) async fn update(
    connection: &mut SqliteConnection,
    id: &str,
    settings: &FolderSettings,
    consented_at: Option<i64>,
    now: i64,
) -> Result<(), EngineError> {
    let settings = json(settings);
    let done = sqlx::query!(
        "UPDATE folders SET settings = ?, consented_at = ?, changed_at = ? WHERE id = ?",
        settings,
        consented_at,
        now,
        id
    )
    .execute(connection)
    .await?;
    found(done.rows_affected())
}

/// Gives the number that `{n}` stands for, once.
pub(super) async fn number(
    connection: &mut SqliteConnection,
    folder: &str,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"UPDATE folders SET next_n = next_n + 1 WHERE id = ? RETURNING next_n - 1 AS "n!: i64""#,
        folder
    )
    .fetch_one(connection)
    .await
}

/// What is decided about the file at `path`, within a transaction.
pub(super) async fn state(
    connection: &mut SqliteConnection,
    folder: &str,
    path: &str,
) -> Result<Option<KnownFile>, sqlx::Error> {
    sqlx::query_as!(
        KnownFile,
        r#"SELECT id, path, size, modified_ns, inode, side, state, cause,
                  is_missing AS "is_missing: bool"
           FROM folder_files WHERE folder_id = ? AND path = ? AND is_replaced = 0"#,
        folder,
        path
    )
    .fetch_optional(connection)
    .await
}

/// Decides about a file, and gives the id of the decision.
pub(super) async fn decide(
    connection: &mut SqliteConnection,
    folder: &str,
    path: &str,
    look: &Look,
    decision: Decision<'_>,
    (seen_at, now): (Timestamp, Timestamp),
) -> Result<i64, sqlx::Error> {
    if let Some(before) = state(connection, folder, path).await? {
        make_room(connection, before.id).await?;
    }
    let (state, cause) = match decision {
        Decision::Offered => ("offered", None),
        Decision::Taken => ("taken", None),
        Decision::Skipped(skip) => ("skipped", Some(json(skip))),
    };
    let (size, inode) = (look.size.cast_signed(), look.inode.map(u64::cast_signed));
    let side = look.side.map(super::look::SideLook::to_text);
    let (seen_at, now) = (seen_at.as_millisecond(), now.as_millisecond());
    let row = sqlx::query!(
        r#"INSERT INTO folder_files (folder_id, path, size, modified_ns, inode, side, state, cause,
                  seen_at, decided_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id AS "id!: i64""#,
        folder,
        path,
        size,
        look.modified_ns,
        inode,
        side,
        state,
        cause,
        seen_at,
        now
    )
    .fetch_one(connection)
    .await?;
    Ok(row.id)
}

/// Notes a post that was made of a file.
pub(super) async fn add_post(
    connection: &mut SqliteConnection,
    (file, post): (i64, &str),
    is_due: bool,
    at: Option<&LocalMoment>,
    held: Option<&Hold>,
) -> Result<(), sqlx::Error> {
    let held = held.map(json);
    let (local, zone) = (at.map(|at| &at.date_time), at.map(|at| &at.zone));
    sqlx::query!(
        "INSERT INTO folder_posts (post_id, file_id, is_due, due_local, due_zone, held)
         VALUES (?, ?, ?, ?, ?, ?)",
        post,
        file,
        is_due,
        local,
        zone,
        held
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Another file comes in the place of a decided one.
async fn make_room(connection: &mut SqliteConnection, file: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM folder_files WHERE id = ? AND state <> 'taken'",
        file
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("UPDATE folder_files SET is_replaced = 1 WHERE id = ?", file)
        .execute(connection)
        .await?;
    Ok(())
}

fn found(rows: u64) -> Result<(), EngineError> {
    if rows == 0 {
        return Err(FolderError::NoSuchFolder.into());
    }
    Ok(())
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    // Plain structs with string keys always serialise.
    serde_json::to_string(value).unwrap_or_default()
}
