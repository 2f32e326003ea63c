//! Connections to the database: their options, the migrations, and recovery from an aborted transaction.

use std::{path::Path, time::Duration};

use sqlx::{
    Connection, SqliteConnection,
    migrate::{MigrateError, Migrator},
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous, SqliteTransactionManager,
    },
};
use sqlx_core::transaction::TransactionManager;

/// The migrations that this Slipway knows.
pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Brings a database to the present version over one connection. With `Migrator::run` the compiler could not see that a
/// future which awaits this may move between threads.
pub(super) async fn migrate(connection: &mut SqliteConnection) -> Result<(), MigrateError> {
    MIGRATIONS.run_direct(None, connection, false).await
}

/// Lets a connection count its transactions right again; says whether it can be used on.
///
/// When the disk refuses a write, `SQLite` ends the transaction by itself. The rollback that follows
/// then finds none, so that sqlx takes the connection to be inside of one for ever and begins no other.
pub(super) async fn end_transaction(
    connection: &mut SqliteConnection,
) -> Result<bool, sqlx::Error> {
    if !connection.is_in_transaction() {
        return Ok(true);
    }
    // A rollback may still be on its way there.
    connection.ping().await?;
    if connection.is_in_transaction() {
        // Now there is something to roll back. A connection of its own would not do: on a full disk
        // none can be opened, and reading must go on.
        sqlx::query("BEGIN").execute(&mut *connection).await?;
        SqliteTransactionManager::rollback(connection).await?;
    }
    Ok(!connection.is_in_transaction())
}

pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // A thousand writers on a slow disk stand in line for longer than the usual five seconds.
        .busy_timeout(Duration::from_secs(30))
        .pragma("cell_size_check", "ON")
        // Tokens that were replaced or wiped are not to be found in unused pages, not even encrypted.
        .pragma("secure_delete", "ON")
}

/// The error of a store whose disk is full, for fault points.
#[doc(hidden)]
#[cfg(debug_assertions)]
pub fn disk_full() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::StorageFull.into())
}
