//! Going back to a backup: what is damaged is set aside, never deleted, and nothing that may have
//! gone out since the backup was made goes out again by itself.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool, sqlite::SqliteJournalMode};

use super::{
    backup::{self, Backup, file_time},
    check,
    find::{self, Found},
    migrate, options,
    place::{Place, files, make_folder, remove, settle, sync_folder_of},
    trouble::{Damage, Failure},
};
use crate::{
    audit::{self, Entry},
    clock,
    error::OpenError,
    notices,
    posts::Cause,
    vault::Vault,
    views::AuditKind,
};

/// That the database comes from a backup. Stored until the creator has taken note of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Restored {
    /// When the backup was made, in milliseconds since 1970.
    pub(crate) from: i64,
    /// Where the damaged database lies now, if there was one.
    pub(crate) set_aside: Option<String>,
}

/// A backup that can be read, and what it says of itself.
pub(super) type Candidate = (Backup, Found);

/// The backups that can be read, newest first.
pub(super) async fn candidates(place: &Place) -> Result<Vec<Candidate>, OpenError> {
    let folder = place.backups();
    let backups = backup::list(place).map_err(|source| super::place::refused(&folder, source))?;
    let mut readable = Vec::new();
    for backup in backups {
        match find::look(&backup.path).await {
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
    place: &Place,
    fits: &(dyn Fn(&str) -> bool + Send + Sync),
    vault: Option<&Vault>,
    damage: Damage,
    now: Timestamp,
) -> Result<(), OpenError> {
    let path = place.database();
    tracing::error!(%damage, path = %path.display(), "[Database] damaged: looking for a backup");
    for (backup, found) in candidates(place).await? {
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
        match put_back(place, &backup, vault, now).await {
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
    place: &Place,
    backup: &Backup,
    vault: Option<&Vault>,
    now: Timestamp,
) -> Result<(), Failure> {
    let (path, copy) = (place.database(), place.unfinished());
    let io = |error| Failure::of_io(&copy, error);
    for leftover in files(&copy) {
        remove(&leftover).map_err(io)?;
    }
    fs::copy(&backup.path, &copy).map_err(io)?;
    let aside = name_aside(place, now).map_err(io)?;
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
        Ok(()) => park(&mut connection, &restored, vault, now)
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
pub(super) fn set_strays_aside(place: &Place, now: Timestamp) -> io::Result<()> {
    let path = place.database();
    if files(&path).iter().any(|file| file.exists()) {
        return set_aside(&path, &name_aside(place, now)?);
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
fn name_aside(place: &Place, now: Timestamp) -> io::Result<PathBuf> {
    let folder = place.damaged();
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

/// What was sent after the backup was made is unknown to it, so nothing goes on by itself: what
/// was on its way is paused, and what TikTok had whole is unconfirmed.
async fn park(
    connection: &mut SqliteConnection,
    restored: &Restored,
    vault: Option<&Vault>,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    let (now, line) = (
        at.as_millisecond(),
        json(&notices::restored_line(restored.from)),
    );
    let cause = json(&Cause::Restored {
        from: restored.from,
    });
    let note = json(restored);
    let mut tx = connection.begin().await?;
    sqlx::query!(
        "INSERT INTO post_history (post_id, at, text)
         SELECT id, ?, ? FROM posts WHERE state IN ('scheduled', 'queued', 'checking',
             'uploading', 'waiting', 'processing', 'paused')",
        now,
        line
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "UPDATE posts SET state = 'unconfirmed', cause = ?, wait_until = NULL, finished_at = ?
         WHERE state = 'processing'",
        cause,
        now
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "UPDATE posts SET state = 'paused', cause = ?, wait_until = NULL
         WHERE state IN ('scheduled', 'queued', 'checking', 'uploading', 'waiting', 'paused')",
        cause
    )
    .execute(&mut *tx)
    .await?;
    // The backup does not know which files were taken since.
    sqlx::query!("UPDATE folders SET paused = 1")
        .execute(&mut *tx)
        .await?;
    sqlx::query!("UPDATE folder_posts SET is_due = 0")
        .execute(&mut *tx)
        .await?;
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
