//! Puts a newer file of a watched folder in place of the file of a draft.

use sqlx::{Sqlite, Transaction};

use super::{
    history,
    new_post::NewPost,
    store::{json, write_history},
};

/// Puts `file` in place of the file of a draft, within a transaction. What the creator typed stays. Returns false if the
/// post is no draft.
pub(crate) async fn use_newer_file(
    tx: &mut Transaction<'_, Sqlite>,
    id: &str,
    file: &NewPost,
    video: i64,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let size = file.size.cast_signed();
    let (media, findings) = (json(&file.media), json(&file.findings));
    let lasts = i64::try_from(file.media.duration_ms).unwrap_or(i64::MAX);
    // A cover in a part that is no longer there is cleared.
    let done = sqlx::query!(
        "UPDATE posts SET path = ?, file_name = ?, size = ?, modified_ns = ?, fingerprint = ?, media = ?,
                findings = ?, video_id = ?,
                settings = CASE WHEN json_extract(settings, '$.coverMs') > ?
                           THEN json_set(settings, '$.coverMs', NULL) ELSE settings END
         WHERE id = ? AND state = 'draft'",
        file.path,
        file.file_name,
        size,
        file.modified_ns,
        file.fingerprint,
        media,
        findings,
        video,
        lasts,
        id
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    write_history(tx, id, now, &history::newer_file(&file.file_name)).await?;
    Ok(true)
}
