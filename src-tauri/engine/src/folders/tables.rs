//! Registers the tables of watched folders with the database, and pauses the folders of a restored backup.

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use slipway_store::database::{Restored, Tables};
use sqlx::SqliteConnection;

/// The tables of this module, registered with the database.
pub(crate) const TABLES: Tables = Tables {
    secrets: &[],
    forget: &[],
    park: Some(park),
};

/// Pauses every folder of a restored backup, because the backup does not know which files were ingested since.
fn park<'a>(
    connection: &'a mut SqliteConnection,
    _: &'a Restored,
    _: Timestamp,
) -> BoxFuture<'a, Result<(), sqlx::Error>> {
    Box::pin(async move {
        // No scope covers any file, so that files which the backup does not know are offered and not taken.
        sqlx::query!("UPDATE folders SET paused = 1, scope = ''")
            .execute(&mut *connection)
            .await?;
        sqlx::query!("UPDATE folder_posts SET is_due = 0")
            .execute(&mut *connection)
            .await?;
        Ok(())
    })
}
