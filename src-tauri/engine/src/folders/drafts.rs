//! The drafts of a file that a newer export, or another rendering of the same take, replaces before approval.

use std::path::Path;

use sqlx::SqliteConnection;

use super::{
    files::{FileState, KnownFile},
    store::json,
};
use crate::posts::{NewPost, StoredFinding};

/// The extensions with which editors and recorders write the same take.
const RENDERINGS: [&str; 6] = ["mp4", "mov", "m4v", "mkv", "webm", "qt"];
/// The largest difference between the durations of two renderings of a take, in milliseconds.
const SAME_TAKE_MS: u64 = 500;

/// A post that is still a draft.
#[derive(Debug)]
pub(super) struct OpenDraft {
    pub(super) id: String,
    pub(super) account_id: Option<String>,
}

/// Another rendering of a take, of which posts were made.
#[derive(Debug)]
struct Rendering {
    file: i64,
    path: String,
    /// True if its posts can only wait for a rendering that TikTok accepts.
    is_stuck: bool,
}

/// Returns the drafts that were made of a file.
pub(super) async fn open_drafts(
    connection: &mut SqliteConnection,
    file: i64,
) -> Result<Vec<OpenDraft>, sqlx::Error> {
    sqlx::query_as!(
        OpenDraft,
        r#"SELECT posts.id AS "id!: String", posts.account_id
           FROM folder_posts JOIN posts ON posts.id = folder_posts.post_id
           WHERE folder_posts.file_id = ? AND posts.state = 'draft' ORDER BY posts.id"#,
        file
    )
    .fetch_all(connection)
    .await
}

/// Returns the file of whose posts a new file at its place is the newer version.
pub(super) fn older_version(before: Option<&KnownFile>) -> Option<i64> {
    before
        .filter(|before| before.state == FileState::Taken)
        .map(|before| before.id)
}

/// Looks for another rendering of the same take. Returns the file whose drafts wait for this one, or the path of the file
/// that makes this one superfluous.
pub(super) async fn other_rendering(
    connection: &mut SqliteConnection,
    folder: &str,
    path: &str,
    post: &NewPost,
) -> Result<(Option<i64>, Option<String>), sqlx::Error> {
    Ok(match rendering(connection, folder, path, post).await? {
        Some(other) if other.is_stuck && !is_blocked(&post.findings) => (Some(other.file), None),
        Some(other) => (None, Some(other.path)),
        None => (None, None),
    })
}

/// Returns another rendering of the same take beside a file: it has its name with another extension, and its duration.
async fn rendering(
    connection: &mut SqliteConnection,
    folder: &str,
    path: &str,
    post: &NewPost,
) -> Result<Option<Rendering>, sqlx::Error> {
    let beside = Path::new(path);
    let paths: Vec<String> = RENDERINGS
        .iter()
        .flat_map(|ending| [(*ending).to_owned(), ending.to_uppercase()])
        .map(|ending| beside.with_extension(ending).to_string_lossy().into_owned())
        .filter(|other| other != path)
        .collect();
    let paths = json(&paths);
    let rows = sqlx::query!(
        r#"SELECT folder_files.id AS "file!: i64", folder_files.path AS "path!: String",
                  posts.state AS "state!: String", posts.findings AS "findings!: String",
                  json_extract(posts.media, '$.durationMs') AS "duration_ms: i64"
           FROM folder_files
           JOIN folder_posts ON folder_posts.file_id = folder_files.id
           JOIN posts ON posts.id = folder_posts.post_id
           WHERE folder_files.folder_id = ? AND folder_files.state = 'taken'
             AND folder_files.is_replaced = 0
             AND folder_files.path IN (SELECT value FROM json_each(?))
           ORDER BY folder_files.id DESC"#,
        folder,
        paths
    )
    .fetch_all(connection)
    .await?;
    let lasts = post.media.duration_ms;
    let mut rows = rows
        .into_iter()
        .filter(|row| {
            row.duration_ms
                .is_some_and(|other| other.cast_unsigned().abs_diff(lasts) <= SAME_TAKE_MS)
        })
        .peekable();
    let Some(first) = rows.peek() else {
        return Ok(None);
    };
    let (file, path) = (first.file, first.path.clone());
    let is_stuck = rows.filter(|row| row.file == file).all(|row| {
        let findings: Vec<StoredFinding> = serde_json::from_str(&row.findings).unwrap_or_default();
        row.state == "draft" && is_blocked(&findings)
    });
    Ok(Some(Rendering {
        file,
        path,
        is_stuck,
    }))
}

/// Returns true if TikTok does not accept a file with these findings.
fn is_blocked(findings: &[StoredFinding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity == slipway_core::views::Severity::Blocks)
}
