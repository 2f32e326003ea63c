//! Restores backups: sets damaged files aside without deleting them, and holds posts that may have been sent since the
//! backup.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::Serialize;
use slipway_core::{clock, views::AuditKind};
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool, sqlite::SqliteJournalMode};

use super::{
    backup::{self, Backup, file_time},
    check,
    connection::{migrate, options},
    data_folder::{DataFolder, files, make_folder, remove, settle, sync_folder_of},
    fault::{Damage, Failure},
    identity::{self, Identity},
    restored::Restored,
    tables::Tables,
};
use crate::{
    audit::{self, Entry},
    error::OpenError,
    vault::Vault,
};

/// A readable backup and its identity.
pub(super) type Candidate = (Backup, Identity);

/// All readable backups, newest first.
pub(super) async fn candidates(data: &DataFolder) -> Result<Vec<Candidate>, OpenError> {
    let folder = data.backups();
    let backups =
        backup::list(data).map_err(|source| super::data_folder::refused(&folder, source))?;
    let mut readable = Vec::new();
    for backup in backups {
        match identity::read_identity(&backup.path).await {
            Ok(Some(found)) => readable.push((backup, found)),
            Ok(None) => {}
            Err(failure) => {
                tracing::warn!(path = %backup.path.display(), ?failure, "[Database] a backup cannot be read");
            }
        }
    }
    Ok(readable)
}

/// Replaces the database by the newest good backup whose canary `fits`. Without such a backup, returns `damage` as the
/// error. With `vault`, the audit trail records the restore.
pub(super) async fn newest(
    data: &DataFolder,
    fits: &(dyn Fn(&str) -> bool + Send + Sync),
    vault: Option<&Vault>,
    damage: Damage,
    now: Timestamp,
) -> Result<(), OpenError> {
    let path = data.database();
    tracing::error!(%damage, path = %path.display(), "[Database] damaged: looking for a backup");
    for (backup, found) in candidates(data).await? {
        if !fits(&found.canary) {
            continue;
        }
        match check::whole(&backup.path, found.version).await {
            Ok(()) => {}
            Err(failure) => {
                tracing::warn!(path = %backup.path.display(), ?failure, "[Database] a backup is not good");
                continue;
            }
        }
        match restore_backup(data, &backup, vault, now).await {
            Ok(()) => return Ok(()),
            Err(Failure::Damage(_) | Failure::Open(OpenError::DatabaseUnusable { .. })) => {
                tracing::warn!(path = %backup.path.display(), "[Database] a backup cannot be used");
            }
            Err(Failure::Open(error)) => return Err(error),
        }
    }
    Err(Failure::Damage(damage).into_open(&path))
}

/// Restores one backup. The copy is prepared first and renamed last: a stop in between leaves the damaged database or
/// none, and the next start restores again.
async fn restore_backup(
    data: &DataFolder,
    backup: &Backup,
    vault: Option<&Vault>,
    now: Timestamp,
) -> Result<(), Failure> {
    let (path, copy) = (data.database(), data.unfinished());
    let io = |error| Failure::of_io(&copy, error);
    for leftover in files(&copy) {
        remove(&leftover).map_err(io)?;
    }
    fs::copy(&backup.path, &copy).map_err(io)?;
    let aside = name_set_aside(data, now).map_err(io)?;
    let restored = Restored {
        from: backup.made_at.as_millisecond(),
        set_aside: path.exists().then(|| aside.to_string_lossy().into_owned()),
    };
    let sqlite = |error| Failure::of(&copy, error);
    // With a rollback journal, everything is in the one file that is renamed.
    let mut connection = options(&copy)
        .journal_mode(SqliteJournalMode::Delete)
        .connect()
        .await
        .map_err(sqlite)?;
    let migrated = migrate(&mut connection).await;
    let parked = match migrated {
        Ok(()) => park(&mut connection, data.tables(), &restored, vault, now)
            .await
            .map_err(sqlite),
        Err(error) => Err(Failure::of_migration(&copy, error)),
    };
    connection.close().await.map_err(sqlite)?;
    parked?;

    set_aside(&path, &aside).map_err(io)?;
    settle(&copy, &path).map_err(io)?;
    tracing::warn!(backup = %backup.path.display(), aside = %aside.display(), "[Database] restored");
    Ok(())
}

/// Sets aside the side files of a missing database: SQLite would apply them to the next one.
pub(super) fn set_strays_aside(data: &DataFolder, now: Timestamp) -> io::Result<()> {
    let path = data.database();
    if files(&path).iter().any(|file| file.exists()) {
        return set_aside(&path, &name_set_aside(data, now)?);
    }
    Ok(())
}

fn set_aside(path: &Path, aside: &Path) -> io::Result<()> {
    for (from, to) in files(path).iter().zip(files(aside)) {
        if from.try_exists()? {
            fs::rename(from, to)?;
        }
    }
    sync_folder_of(aside)?;
    sync_folder_of(path)
}

/// An unused name in the folder of damaged databases.
fn name_set_aside(data: &DataFolder, now: Timestamp) -> io::Result<PathBuf> {
    let folder = data.damaged();
    make_folder(&folder)?;
    let time = file_time(now);
    let mut name = folder.join(format!("slipway-{time}.db"));
    let mut count = 1;
    while files(&name).iter().any(|file| file.exists()) {
        count += 1;
        name = folder.join(format!("slipway-{time}-{count}.db"));
    }
    Ok(name)
}

/// Holds the rows of every table, because they may have been sent after the backup, and stores the record of the
/// restore.
async fn park(
    connection: &mut SqliteConnection,
    tables: &'static [Tables],
    restored: &Restored,
    vault: Option<&Vault>,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    let note = json(restored);
    let mut tx = connection.begin().await?;
    for table in tables {
        if let Some(park) = table.park {
            park(&mut tx, restored, at).await?;
        }
    }
    sqlx::query!(
        "INSERT OR REPLACE INTO settings (key, value) VALUES ('restored', ?)",
        note
    )
    .execute(&mut *tx)
    .await?;
    if let Some(vault) = vault {
        let from = clock::from_millis(restored.from).to_string();
        let entry = Entry::new(AuditKind::Restored).with("from", from);
        audit::append(&mut tx, vault, at, entry).await?;
    }
    tx.commit().await
}

/// The record of the last restore, if the creator did not dismiss it.
pub(super) async fn pending_record(
    connection: &mut SqliteConnection,
) -> Result<Option<Restored>, sqlx::Error> {
    let row = sqlx::query!("SELECT value FROM settings WHERE key = 'restored'")
        .fetch_optional(connection)
        .await?;
    Ok(row.and_then(|row| serde_json::from_str(&row.value).ok()))
}

/// Deletes the record of the last restore.
pub(super) async fn delete_record(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM settings WHERE key = 'restored'")
        .execute(pool)
        .await?;
    Ok(())
}

fn json<T: Serialize>(value: &T) -> String {
    // Plain structs with string keys always serialise.
    serde_json::to_string(value).unwrap_or_default()
}
