//! Updates the paths of posts whose file was moved.

use sqlx::SqliteConnection;

/// Sets the path of all posts that were made of a watched folder's file and still have the path `from`.
pub(crate) async fn move_folder_file(
    connection: &mut SqliteConnection,
    file_id: i64,
    from: &str,
    to: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE posts SET path = ? WHERE path = ? AND id IN
         (SELECT post_id FROM folder_posts WHERE file_id = ?)",
        to,
        from,
        file_id
    )
    .execute(connection)
    .await?;
    Ok(())
}
