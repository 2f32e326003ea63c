//! Reads and writes the tables `folders` and `folder_posts`.

use slipway_core::views::{FolderSettings, LocalMoment};
use sqlx::{SqliteConnection, SqlitePool};

use super::{error::FolderError, reasons::ApprovalReason};

/// A row of table `folders`.
#[derive(Debug, Clone)]
pub(crate) struct FolderRow {
    pub(crate) id: String,
    pub(crate) path: String,
    settings: String,
    pub(crate) paused: bool,
    pub(crate) consented_at: Option<i64>,
    pub(super) device: Option<i64>,
    /// The inode of the folder at the last scan, where it is stable.
    pub(super) root_inode: Option<i64>,
    /// The [`Scope`](super::scope::Scope) of the last scan.
    pub(super) scope: Option<String>,
    pub(super) added_at: i64,
    changed_at: i64,
}

/// A post from a folder that is not queued yet.
#[derive(Debug, Clone)]
pub(super) struct DuePost {
    pub(super) post_id: String,
    settings: String,
    local: Option<String>,
    zone: Option<String>,
}

impl FolderRow {
    /// Returns the folder's settings, or `None` if they cannot be parsed.
    pub(crate) fn settings(&self) -> Option<FolderSettings> {
        serde_json::from_str(&self.settings).ok()
    }
}

impl DuePost {
    pub(super) fn settings(&self) -> FolderSettings {
        serde_json::from_str(&self.settings).unwrap_or_default()
    }

    /// Returns the time that the sidecar sets, if any.
    pub(super) fn moment(&self) -> Option<LocalMoment> {
        Some(LocalMoment {
            date_time: self.local.clone()?,
            zone: self.zone.clone()?,
        })
    }
}

/// Reads and writes folders.
#[derive(Debug, Clone)]
pub(super) struct FolderStore {
    pub(super) pool: SqlitePool,
}

impl FolderStore {
    /// Returns all folders, oldest first.
    pub(super) async fn list(&self) -> Result<Vec<FolderRow>, sqlx::Error> {
        sqlx::query_as!(
            FolderRow,
            r#"SELECT id, path, settings, paused AS "paused: bool", consented_at, device,
                      root_inode, scope, added_at, changed_at
               FROM folders ORDER BY added_at, id"#
        )
        .fetch_all(&self.pool)
        .await
    }

    pub(super) async fn get(&self, id: &str) -> Result<FolderRow, FolderError> {
        let mut connection = self.pool.acquire().await?;
        get(&mut connection, id).await
    }

    pub(super) async fn set_paused(&self, id: &str, paused: bool) -> Result<(), FolderError> {
        let done = sqlx::query!("UPDATE folders SET paused = ? WHERE id = ?", paused, id)
            .execute(&self.pool)
            .await?;
        found(done.rows_affected())
    }

    /// Records with which scope and on which file system the folder was scanned.
    pub(super) async fn set_scanned(
        &self,
        id: &str,
        scope: &str,
        (device, root_inode): (Option<i64>, Option<i64>),
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE folders SET scope = ?, device = ?, root_inode = ? WHERE id = ?",
            scope,
            device,
            root_inode,
            id
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Deletes a folder and the records of its files. Its posts stay.
    pub(super) async fn remove(&self, id: &str) -> Result<(), FolderError> {
        let done = sqlx::query!("DELETE FROM folders WHERE id = ?", id)
            .execute(&self.pool)
            .await?;
        found(done.rows_affected())
    }

    /// Returns the posts that must be queued automatically, oldest first.
    pub(super) async fn due(&self) -> Result<Vec<DuePost>, sqlx::Error> {
        self.find_due(None).await
    }

    /// Returns how to queue a post, if it comes from a folder.
    pub(super) async fn due_of(&self, post: &str) -> Result<Option<DuePost>, sqlx::Error> {
        Ok(self.find_due(Some(post)).await?.pop())
    }

    async fn find_due(&self, post: Option<&str>) -> Result<Vec<DuePost>, sqlx::Error> {
        sqlx::query_as!(
            DuePost,
            r#"SELECT folder_posts.post_id AS "post_id!: String", folders.settings,
                      folder_posts.due_local AS local, folder_posts.due_zone AS zone
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

    /// Records that a post was queued, or why it needs approval. It is not queued automatically any more.
    pub(super) async fn clear_due(
        &self,
        post: &str,
        held: Option<&ApprovalReason>,
    ) -> Result<(), sqlx::Error> {
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

    /// Returns true if a post failed since the folder's last change because TikTok no longer offers its audience.
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

/// Reads a folder within a transaction.
pub(super) async fn get(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<FolderRow, FolderError> {
    let row = sqlx::query_as!(
        FolderRow,
        r#"SELECT id, path, settings, paused AS "paused: bool", consented_at, device,
                  root_inode, scope, added_at, changed_at
           FROM folders WHERE id = ?"#,
        id
    )
    .fetch_optional(connection)
    .await?;
    row.ok_or_else(|| FolderError::NoSuchFolder)
}

/// Sets the scope with which a folder was first scanned.
pub(super) async fn set_scope(
    connection: &mut SqliteConnection,
    id: &str,
    scope: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE folders SET scope = ? WHERE id = ?", scope, id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Inserts a folder. Returns false if a folder with this path is already watched.
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

/// Updates the settings of a folder.
pub(super) async fn update(
    connection: &mut SqliteConnection,
    id: &str,
    settings: &FolderSettings,
    consented_at: Option<i64>,
    now: i64,
) -> Result<(), FolderError> {
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

/// Returns the next value of the placeholder `{n}`. Each value is used once.
pub(super) async fn next_number(
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

/// Inserts the link between a file and a post that was created for it.
pub(super) async fn add_post(
    connection: &mut SqliteConnection,
    (file, post): (i64, &str),
    is_due: bool,
    at: Option<&LocalMoment>,
    held: Option<&ApprovalReason>,
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

/// Links a draft with the newer file that it has now.
pub(super) async fn move_post(
    connection: &mut SqliteConnection,
    (file, post): (i64, &str),
    is_due: bool,
    at: Option<&LocalMoment>,
    held: Option<&ApprovalReason>,
) -> Result<(), sqlx::Error> {
    let held = held.map(json);
    let (local, zone) = (at.map(|at| &at.date_time), at.map(|at| &at.zone));
    sqlx::query!(
        "UPDATE folder_posts SET file_id = ?, is_due = ?, due_local = ?, due_zone = ?, held = ?
         WHERE post_id = ?",
        file,
        is_due,
        local,
        zone,
        held,
        post
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn found(rows: u64) -> Result<(), FolderError> {
    if rows == 0 {
        return Err(FolderError::NoSuchFolder);
    }
    Ok(())
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    // Plain structs with string keys always serialise.
    serde_json::to_string(value).unwrap_or_default()
}
