//! Integrity checks of a database: pages, constraints and schema. They run after an unclean shutdown.

use std::path::Path;

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{
    connection::MIGRATIONS,
    fault::{Damage, Failure},
    identity,
};

/// Checks the whole database, which has this version, without writing.
pub(super) async fn whole(path: &Path, version: i64) -> Result<(), Failure> {
    let reading = |error| Failure::of_reading(path, error);
    let mut connection = identity::reader(path).connect().await.map_err(reading)?;
    let checked = check(&mut connection, version).await;
    connection.close().await.map_err(reading)?;
    match checked.map_err(reading)? {
        None => Ok(()),
        Some(found) => Err(Damage::Check(found).into()),
    }
}

/// Checks pages and rows only, not whether indexes match their tables.
pub(super) async fn quick(path: &Path) -> Result<(), Failure> {
    let reading = |error| Failure::of_reading(path, error);
    let mut connection = identity::reader(path).connect().await.map_err(reading)?;
    let verdict = sqlx::query_scalar::<_, String>("PRAGMA quick_check(1)")
        .fetch_one(&mut connection)
        .await;
    connection.close().await.map_err(reading)?;
    match verdict.map_err(reading)?.as_str() {
        "ok" => Ok(()),
        found => Err(Damage::Check(found.to_owned()).into()),
    }
}

/// The first problem.
async fn check(
    connection: &mut SqliteConnection,
    version: i64,
) -> Result<Option<String>, sqlx::Error> {
    let verdict: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut *connection)
        .await?;
    if verdict != "ok" {
        return Ok(Some(verdict));
    }
    let orphan = sqlx::query("PRAGMA foreign_key_check")
        .fetch_optional(&mut *connection)
        .await?;
    if orphan.is_some() {
        return Ok(Some("a row belongs to one that is not there".to_owned()));
    }
    // SQLite accepts any readable schema. One changed letter hides a table.
    if layout(connection).await? != expected_layout(version).await? {
        return Ok(Some("the tables are not those of this version".to_owned()));
    }
    let unreadable: Option<String> = sqlx::query_scalar(
        "SELECT id FROM posts WHERE NOT (json_valid(media) AND json_valid(findings)
             AND json_valid(settings) AND json_valid(COALESCE(cause, 'null'))) LIMIT 1",
    )
    .fetch_optional(connection)
    .await?;
    Ok(unreadable.map(|id| format!("post {id} cannot be read")))
}

/// The tables, columns and indexes, one per line.
async fn layout(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        r#"SELECT t.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk
           FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'
           UNION ALL
           SELECT 'index ' || name || ' on ' || tbl_name FROM sqlite_master
           WHERE type = 'index' AND sql IS NOT NULL
           ORDER BY 1"#,
    )
    .fetch_all(connection)
    .await
}

/// The layout of a new database of this version.
async fn expected_layout(version: i64) -> Result<Vec<String>, sqlx::Error> {
    let mut fresh = SqliteConnectOptions::new()
        .in_memory(true)
        .connect()
        .await?;
    MIGRATIONS
        .run_direct(Some(version), &mut fresh, false)
        .await
        .map_err(|error| sqlx::Error::Decode(error.into()))?;
    let layout = layout(&mut fresh).await;
    fresh.close().await?;
    layout
}
