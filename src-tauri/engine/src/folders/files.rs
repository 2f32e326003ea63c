//! Reads and writes table `folder_files`: the decisions about the files of watched folders.

use std::collections::HashMap;

use jiff::Timestamp;
use slipway_core::{
    clock,
    notice::Explain,
    views::{FolderFile, FolderFileState, FolderShow},
};
use sqlx::SqliteConnection;

use super::{
    file_stat::{FileStat, SidecarStat},
    reasons::SkipReason,
    store::{FolderStore, json},
};

/// The number of files on a page.
pub(super) const PAGE: usize = 100;

/// A file with a stored decision.
#[derive(Debug, Clone)]
pub(super) struct KnownFile {
    pub(super) id: i64,
    pub(super) path: String,
    size: i64,
    modified_ns: i64,
    inode: Option<i64>,
    side: Option<String>,
    pub(super) state: FileState,
    cause: Option<String>,
    pub(super) is_missing: bool,
    /// True if another file is in its place.
    pub(super) is_replaced: bool,
    /// The content, if it was read.
    pub(super) video_id: Option<i64>,
}

/// The stored numbers of a folder's files, by decision.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FileCounts {
    pub(super) offered: u32,
    pub(super) taken: u32,
    pub(super) skipped: u32,
    pub(super) approval: u32,
}

/// A new decision about a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Decision<'a> {
    Offered,
    Taken,
    Skipped(&'a SkipReason),
}

/// The decision about a file, as column `state` stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileState {
    /// The creator is asked about the file, because it was in the folder before the folder was watched.
    Offered,
    /// Posts were created for the file.
    Taken,
    /// No posts are created for the file; column `cause` says why.
    Skipped,
}

impl FileState {
    /// The name under which the state is stored.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Taken => "taken",
            Self::Skipped => "skipped",
        }
    }
}

impl From<String> for FileState {
    /// The table allows only these three names.
    fn from(name: String) -> Self {
        match name.as_str() {
            "offered" => Self::Offered,
            "taken" => Self::Taken,
            _ => Self::Skipped,
        }
    }
}

impl KnownFile {
    /// Returns true if a file with this stat is the one that the decision is about.
    pub(super) fn matches(&self, stat: &FileStat) -> bool {
        let same_place = match (self.inode, stat.inode) {
            (Some(known), Some(found)) => known == found.cast_signed(),
            _ => true,
        };
        self.size == stat.size.cast_signed()
            && self.modified_ns == stat.modified_ns
            && same_place
            && (!self.depends_on_sidecar() || self.side == stat.sidecar.map(SidecarStat::to_text))
    }

    /// Returns true if a file with this stat can have the content that the decision is about.
    pub(super) fn may_be(&self, stat: &FileStat) -> bool {
        self.size == stat.size.cast_signed()
    }

    /// Returns true if a file with this stat at another place is certainly the file that the decision is about: it has
    /// the same size, and kept its time or its inode.
    pub(super) fn moved_to(&self, stat: &FileStat) -> bool {
        let same_inode = self.inode.is_some() && self.inode == stat.inode.map(u64::cast_signed);
        self.may_be(stat) && (self.modified_ns == stat.modified_ns || same_inode)
    }

    /// Returns true if the decision belongs to the content of the file.
    pub(super) fn concerns_content(&self) -> bool {
        match self.state {
            FileState::Offered | FileState::Taken => true,
            FileState::Skipped => self.cause().is_some_and(|cause| cause.concerns_content()),
        }
    }

    /// Returns why another file with this content is skipped, or `None` if it is offered.
    pub(super) fn about_copy(&self) -> Option<SkipReason> {
        match self.state {
            FileState::Offered | FileState::Taken => None,
            FileState::Skipped => Some(self.cause().unwrap_or(SkipReason::Dismissed)),
        }
    }

    /// Returns true if the file is a video that Slipway does not read. It stays one while it is written.
    pub(super) fn is_other_format(&self) -> bool {
        matches!(self.cause(), Some(SkipReason::OtherFormat { .. }))
    }

    /// Returns true if the file was skipped because it could not be read. A change of its permissions does not change its stat.
    pub(super) fn was_unreadable(&self) -> bool {
        matches!(self.cause(), Some(SkipReason::Unreadable { .. }))
    }

    fn depends_on_sidecar(&self) -> bool {
        self.cause().is_some_and(|cause| cause.concerns_sidecar())
    }

    fn cause(&self) -> Option<SkipReason> {
        let cause = self.cause.as_deref()?;
        serde_json::from_str(cause).ok()
    }
}

impl FolderStore {
    /// Returns the decisions about all files of a folder, or about the one at `path`.
    pub(super) async fn known(
        &self,
        folder: &str,
        path: Option<&str>,
    ) -> Result<HashMap<String, KnownFile>, sqlx::Error> {
        let rows = sqlx::query_as!(
            KnownFile,
            r#"SELECT id, path, size, modified_ns, inode, side, state, cause,
                      is_missing AS "is_missing: bool", is_replaced AS "is_replaced: bool", video_id
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

    /// Records whether these files are missing from the folder.
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

    /// Returns the decisions about all files of a folder with this size, also about those that were replaced.
    pub(super) async fn with_size(
        &self,
        folder: &str,
        size: u64,
    ) -> Result<Vec<KnownFile>, sqlx::Error> {
        let size = size.cast_signed();
        sqlx::query_as!(
            KnownFile,
            r#"SELECT id, path, size, modified_ns, inode, side, state, cause,
                      is_missing AS "is_missing: bool", is_replaced AS "is_replaced: bool", video_id
               FROM folder_files WHERE folder_id = ? AND size = ? ORDER BY decided_at DESC, id DESC"#,
            folder,
            size
        )
        .fetch_all(&self.pool)
        .await
    }

    /// Returns the next file after row `after` whose content was never read.
    pub(super) async fn next_unread(
        &self,
        folder: &str,
        after: i64,
    ) -> Result<Option<KnownFile>, sqlx::Error> {
        sqlx::query_as!(
            KnownFile,
            r#"SELECT id, path, size, modified_ns, inode, side, state, cause,
                      is_missing AS "is_missing: bool", is_replaced AS "is_replaced: bool", video_id
               FROM folder_files
               WHERE folder_id = ? AND id > ? AND video_id IS NULL AND is_missing = 0
                 AND is_replaced = 0
                 AND (state <> 'skipped'
                      OR json_extract(cause, '$.kind') IN ('dismissed', 'known', 'made', 'copy', 'motion_photo'))
               ORDER BY id LIMIT 1"#,
            folder,
            after
        )
        .fetch_optional(&self.pool)
        .await
    }

    /// Records the content of a file that was read.
    pub(super) async fn set_video(&self, file: &KnownFile, video: i64) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE folder_files SET video_id = ? WHERE id = ? AND video_id IS NULL",
            video,
            file.id
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Records that the file of a decision is at `path` with this stat.
    pub(super) async fn is_at(
        &self,
        file: &KnownFile,
        path: &str,
        stat: &FileStat,
    ) -> Result<(), sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        is_at(&mut connection, file, path, stat).await
    }

    /// Stores a decision about a file, replacing an earlier one.
    pub(super) async fn decide(
        &self,
        folder: &str,
        path: &str,
        stat: &FileStat,
        decision: Decision<'_>,
        video: Option<i64>,
        (seen_at, now): (Timestamp, Timestamp),
    ) -> Result<(), sqlx::Error> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let times = (seen_at, now);
        decide(&mut tx, folder, path, stat, decision, video, times).await?;
        tx.commit().await
    }

    /// Skips an offered file because the creator dismissed it.
    pub(super) async fn dismiss(
        &self,
        folder: &str,
        path: &str,
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let (cause, now) = (json(&SkipReason::Dismissed), now.as_millisecond());
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

    pub(super) async fn counts(&self, folder: &str) -> Result<FileCounts, sqlx::Error> {
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
        Ok(FileCounts {
            offered: row.offered,
            taken: row.taken,
            skipped: row.skipped,
            approval,
        })
    }

    /// Returns at most `room` decided files with ids below `before`, newest first.
    pub(super) async fn page(
        &self,
        folder: &str,
        show: Option<FolderShow>,
        before: Option<i64>,
        room: usize,
    ) -> Result<(Vec<FolderFile>, Option<u64>), sqlx::Error> {
        let state = match show {
            Some(FolderShow::Offered) => Some(FileState::Offered.as_str()),
            Some(FolderShow::Taken) => Some(FileState::Taken.as_str()),
            Some(FolderShow::Skipped) => Some(FileState::Skipped.as_str()),
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
            state: match FileState::from(row.state) {
                FileState::Offered => FolderFileState::Offered,
                FileState::Taken => FolderFileState::Taken {
                    posts: serde_json::from_str(&row.posts).unwrap_or_default(),
                    at: clock::from_millis(row.decided_at).to_string(),
                },
                FileState::Skipped => {
                    let skip = row
                        .cause
                        .and_then(|cause| serde_json::from_str(&cause).ok())
                        .unwrap_or(SkipReason::NotAVideo);
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
}

/// Reads the decision about the file at `path`, within a transaction.
pub(super) async fn find(
    connection: &mut SqliteConnection,
    folder: &str,
    path: &str,
) -> Result<Option<KnownFile>, sqlx::Error> {
    sqlx::query_as!(
        KnownFile,
        r#"SELECT id, path, size, modified_ns, inode, side, state, cause,
                  is_missing AS "is_missing: bool", is_replaced AS "is_replaced: bool", video_id
           FROM folder_files WHERE folder_id = ? AND path = ? AND is_replaced = 0"#,
        folder,
        path
    )
    .fetch_optional(connection)
    .await
}

/// Returns the paths of the files with this content that posts were made of, within a transaction.
pub(super) async fn taken_with(
    connection: &mut SqliteConnection,
    folder: &str,
    video: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT path FROM folder_files WHERE folder_id = ? AND video_id = ? AND state = 'taken'
         ORDER BY id",
        folder,
        video
    )
    .fetch_all(connection)
    .await
}

/// Records that the file of a decision is at `path` with this stat, in place of another one.
pub(super) async fn is_at(
    connection: &mut SqliteConnection,
    file: &KnownFile,
    path: &str,
    stat: &FileStat,
) -> Result<(), sqlx::Error> {
    let (inode, modified_ns) = (stat.inode.map(u64::cast_signed), stat.modified_ns);
    sqlx::query!(
        "UPDATE folder_files SET path = ?, modified_ns = ?, inode = ?, is_missing = 0, is_replaced = 0
         WHERE id = ?",
        path,
        modified_ns,
        inode,
        file.id
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Stores a decision about a file. Returns its id.
pub(super) async fn decide(
    connection: &mut SqliteConnection,
    folder: &str,
    path: &str,
    stat: &FileStat,
    decision: Decision<'_>,
    video: Option<i64>,
    (seen_at, now): (Timestamp, Timestamp),
) -> Result<i64, sqlx::Error> {
    if let Some(before) = find(connection, folder, path).await? {
        // The new decision about the same content takes the place of the old one. A decision about another content
        // stays, because that file can come back.
        let is_same = before.matches(stat) || video.is_some() && before.video_id == video;
        make_way(connection, &before, is_same).await?;
    }
    let (state, cause) = match decision {
        Decision::Offered => (FileState::Offered, None),
        Decision::Taken => (FileState::Taken, None),
        Decision::Skipped(skip) => (FileState::Skipped, Some(json(skip))),
    };
    let state = state.as_str();
    let (size, inode) = (stat.size.cast_signed(), stat.inode.map(u64::cast_signed));
    let side = stat.sidecar.map(SidecarStat::to_text);
    let (seen_at, now) = (seen_at.as_millisecond(), now.as_millisecond());
    let row = sqlx::query!(
        r#"INSERT INTO folder_files (folder_id, path, size, modified_ns, inode, side, state, cause,
                  video_id, seen_at, decided_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id AS "id!: i64""#,
        folder,
        path,
        size,
        stat.modified_ns,
        inode,
        side,
        state,
        cause,
        video,
        seen_at,
        now
    )
    .fetch_one(connection)
    .await?;
    Ok(row.id)
}

/// Retires a decision, so that another file with the same path can get one. It still counts for its content, unless
/// `is_over` says that nothing needs it. A file with posts stays listed.
pub(super) async fn make_way(
    connection: &mut SqliteConnection,
    file: &KnownFile,
    is_over: bool,
) -> Result<(), sqlx::Error> {
    if file.state != FileState::Taken && (is_over || !file.concerns_content()) {
        sqlx::query!("DELETE FROM folder_files WHERE id = ?", file.id)
            .execute(connection)
            .await?;
        return Ok(());
    }
    sqlx::query!(
        "UPDATE folder_files SET is_replaced = 1, is_missing = 1 WHERE id = ?",
        file.id
    )
    .execute(connection)
    .await?;
    Ok(())
}
