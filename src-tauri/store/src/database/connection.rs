//! Connections to the database: their options, the migrations, and recovery from an aborted transaction.

use std::{path::Path, time::Duration};

use sqlx::{
    Connection, SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
        SqliteTransactionManager,
    },
};
use sqlx_core::transaction::TransactionManager;

/// The migrations that this Slipway knows.
#[doc(hidden)]
pub static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Migrates a database to the present version over one connection. With `Migrator::run` the compiler could not prove
/// that the caller's future is `Send`.
pub(super) async fn migrate(connection: &mut SqliteConnection) -> Result<(), MigrateError> {
    MIGRATIONS.run_direct(None, connection, false).await
}

/// Repairs a connection's transaction count; returns whether the connection can be reused.
///
/// If the disk refuses a write, `SQLite` ends the transaction itself. The following rollback finds no transaction, so
/// that sqlx counts the connection as inside of one and begins no other.
pub(super) async fn end_transaction(
    connection: &mut SqliteConnection,
) -> Result<bool, sqlx::Error> {
    if !connection.is_in_transaction() {
        return Ok(true);
    }
    // Waits for a rollback that is still queued.
    connection.ping().await?;
    if connection.is_in_transaction() {
        // Gives the rollback a transaction. Closing the connection would not help: a full disk permits no new one, and
        // reading must continue.
        sqlx::query("BEGIN").execute(&mut *connection).await?;
        SqliteTransactionManager::rollback(connection).await?;
    }
    Ok(!connection.is_in_transaction())
}

/// The options of every connection that may write.
pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // A thousand writers on a slow disk wait for longer than the default of five seconds.
        .busy_timeout(Duration::from_secs(30))
        .pragma("cell_size_check", "ON")
        // Replaced or deleted tokens must not stay in unused pages, not even encrypted.
        .pragma("secure_delete", "ON")
}

/// Opens a migrated database in memory, for tests of the crates above.
#[doc(hidden)]
#[cfg(debug_assertions)]
pub async fn in_memory() -> Result<SqlitePool, sqlx::Error> {
    // Each connection would have a database of its own.
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await?;
    MIGRATIONS.run(&pool).await?;
    Ok(pool)
}

/// The error of a store whose disk is full, for fault points.
#[doc(hidden)]
#[cfg(debug_assertions)]
pub fn disk_full() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::StorageFull.into())
}
