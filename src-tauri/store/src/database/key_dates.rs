//! The dates of the vault's key, as table `meta` stores them.

use sqlx::SqliteConnection;

use super::Database;

/// When the vault's key was created, and when its recovery phrase was last shown. Both are RFC 3339.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyDates {
    /// Since when the present key is used.
    pub since: Option<String>,
    /// When the recovery phrase of the present key was last shown.
    pub phrase_shown_at: Option<String>,
}

impl Database {
    /// Reads the dates of the present key.
    ///
    /// # Errors
    /// The database refused the operation.
    pub async fn key_dates(&self) -> Result<KeyDates, sqlx::Error> {
        let pool = &self.pool;
        let rows = sqlx::query!(
            "SELECT key, value FROM meta WHERE key IN ('key_since', 'phrase_shown_at')"
        )
        .fetch_all(pool)
        .await?;
        let stored = |key: &str| {
            let row = rows.iter().find(|row| row.key == key)?;
            Some(row.value.clone())
        };
        Ok(KeyDates {
            since: stored("key_since"),
            phrase_shown_at: stored("phrase_shown_at"),
        })
    }
}

/// Stores when the recovery phrase was shown, as RFC 3339.
///
/// # Errors
/// The database refused the operation.
pub async fn set_phrase_shown(
    connection: &mut SqliteConnection,
    shown: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT OR REPLACE INTO meta (key, value) VALUES ('phrase_shown_at', ?)",
        shown
    )
    .execute(connection)
    .await?;
    Ok(())
}
