//! Going back to a backup: what is damaged is set aside, never deleted, and nothing that may have
//! gone out since the backup was made goes out again by itself.

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

/// A backup that can be read, and what it says of itself.
pub(super) type Candidate = (Backup, Identity);

/// The backups that can be read, newest first.
pub(super) async fn candidates(data: &DataFolder) -> Result<Vec<Candidate>, OpenError> {
    let folder = data.backups();
    let backups =
        backup::list(data).map_err(|source| super::data_folder::refused(&folder, source))?;
    let mut readable = Vec::new();
    for backup in backups {
        match identity::look(&backup.path).await {
            Ok(Some(found)) => readable.push((backup, found)),
            Ok(None) => {}
            Err(failure) => {
                tracing::warn!(path = %backup.path.display(), ?failure, "[Database] a backup cannot be read");
            }
        }
    }
    Ok(readable)
}

/// Puts the newest good backup in the database's place whose canary `fits`. `damage` is told when there is none. The
/// audit trail tells of it, unless its key is lost.
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
        match put_back(data, &backup, vault, now).await {
            Ok(()) => return Ok(()),
            Err(Failure::Damage(_) | Failure::Open(OpenError::DatabaseUnusable { .. })) => {
                tracing::warn!(path = %backup.path.display(), "[Database] a backup cannot be used");
            }
            Err(Failure::Open(error)) => return Err(error),
        }
    }
    Err(Failure::Damage(damage).into_open(&path))
}

/// The copy is made ready first and gets the database's name last: a stop in between leaves
/// either the damaged database or none, and both lead here again.
async fn put_back(
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
    let aside = name_aside(data, now).map_err(io)?;
    let restored = Restored {
        from: backup.made_at.as_millisecond(),
        set_aside: path.exists().then(|| aside.to_string_lossy().into_owned()),
    };
    let sqlite = |error| Failure::of(&copy, error);
    // With a journal, everything is in the one file that gets the name.
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

/// Sets aside what lies beside a database that is gone: it would be taken for changes to the next.
pub(super) fn set_strays_aside(data: &DataFolder, now: Timestamp) -> io::Result<()> {
    let path = data.database();
    if files(&path).iter().any(|file| file.exists()) {
        return set_aside(&path, &name_aside(data, now)?);
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

/// A name in the folder of damaged databases that nothing has yet.
fn name_aside(data: &DataFolder, now: Timestamp) -> io::Result<PathBuf> {
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

/// Parks the rows of every table, because the backup does not know what was sent after it was made, and stores that the
/// database comes from a backup.
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

/// What is still to be told of the last time that a backup was restored.
pub(super) async fn remembered(
    connection: &mut SqliteConnection,
) -> Result<Option<Restored>, sqlx::Error> {
    let row = sqlx::query!("SELECT value FROM settings WHERE key = 'restored'")
        .fetch_optional(connection)
        .await?;
    Ok(row.and_then(|row| serde_json::from_str(&row.value).ok()))
}

/// Forgets it.
pub(super) async fn forget(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM settings WHERE key = 'restored'")
        .execute(pool)
        .await?;
    Ok(())
}

fn json<T: Serialize>(value: &T) -> String {
    // Plain structs with string keys always serialise.
    serde_json::to_string(value).unwrap_or_default()
}
