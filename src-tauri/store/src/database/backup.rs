//! Backups: full copies of the database, made while it is in use and verified before they get their name. Their secrets
//! stay encrypted.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use slipway_core::clock;
use sqlx::SqlitePool;

use super::{
    check,
    data_folder::{DataFolder, make_file, make_folder, remove, settle},
    fault::{Damage, DatabaseFault, Failure},
    identity,
};

/// The interval of daily backups.
const DAY: Duration = Duration::from_hours(24);
const TIME: &str = "%Y%m%dT%H%M%SZ";
const UNFINISHED: &str = ".partial";

/// Why a backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Daily,
    /// OldKey a migration from this version.
    Migration {
        from: i64,
    },
}

impl Kind {
    /// The number of backups of this kind that are kept.
    fn kept(self) -> usize {
        match self {
            Self::Daily => 7,
            Self::Migration { .. } => 3,
        }
    }

    fn is_like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// A backup, described by its file name: `000012-daily-20261124T131454Z.db` or `000013-v1-20261124T131500Z.db`. The
/// number orders backups even if the computer's clock was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Backup {
    pub(super) path: PathBuf,
    pub(super) number: u32,
    pub(super) kind: Kind,
    pub(super) made_at: Timestamp,
}

impl Backup {
    fn named(folder: &Path, number: u32, kind: Kind, made_at: Timestamp) -> Self {
        let why = match kind {
            Kind::Daily => "daily".to_owned(),
            Kind::Migration { from } => format!("v{from}"),
        };
        let time = file_time(made_at);
        Self {
            path: folder.join(format!("{number:06}-{why}-{time}.db")),
            number,
            kind,
            made_at,
        }
    }

    /// Its name until it is complete.
    pub(super) fn partial(&self) -> PathBuf {
        let mut partial = self.path.clone().into_os_string();
        partial.push(UNFINISHED);
        PathBuf::from(partial)
    }

    fn read(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.strip_suffix(".db")?;
        let mut parts = name.split('-');
        let (number, why, time) = (parts.next()?, parts.next()?, parts.next()?);
        let kind = match why {
            "daily" => Kind::Daily,
            other => Kind::Migration {
                from: other.strip_prefix('v')?.parse().ok()?,
            },
        };
        let made_at = DateTime::strptime(TIME, time).ok()?;
        let backup = Self {
            number: number.parse().ok()?,
            kind,
            made_at: TimeZone::UTC.to_timestamp(made_at).ok()?,
            path: path.to_owned(),
        };
        parts.next().is_none().then_some(backup)
    }
}

/// An instant as part of a file name.
pub(super) fn file_time(instant: Timestamp) -> String {
    instant.strftime(TIME).to_string()
}

/// Why a backup failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum BackupError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Sqlite(#[from] sqlx::Error),
    #[error("the copy is not good: {0}")]
    Copy(Damage),
    #[error("the data folder's name is not text")]
    Name,
}

impl BackupError {
    pub(super) fn fault(&self) -> DatabaseFault {
        match self {
            Self::Io(error) => match error.kind() {
                io::ErrorKind::StorageFull => DatabaseFault::Full,
                io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                    DatabaseFault::ReadOnly
                }
                _ => DatabaseFault::Refused,
            },
            Self::Sqlite(error) => DatabaseFault::of(error),
            Self::Copy(_) => DatabaseFault::Refused,
            Self::Name => DatabaseFault::Other,
        }
    }
}

/// All backups, newest first.
pub(super) fn list(data: &DataFolder) -> io::Result<Vec<Backup>> {
    let entries = match fs::read_dir(data.backups()) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut backups = Vec::new();
    for entry in entries {
        backups.extend(Backup::read(&entry?.path()));
    }
    backups.sort_by_key(|backup| std::cmp::Reverse(backup.number));
    Ok(backups)
}

/// When the next daily backup is due. A backup from the future is ignored: the clock was set since.
pub(super) fn due(data: &DataFolder, now: Timestamp) -> Timestamp {
    let newest = list(data)
        .unwrap_or_default()
        .into_iter()
        .find(|backup| matches!(backup.kind, Kind::Daily) && backup.made_at <= now);
    newest.map_or(now, |backup| clock::after(backup.made_at, DAY))
}

/// Makes a backup and removes the oldest ones of its kind.
pub(super) async fn make(
    data: &DataFolder,
    pool: &SqlitePool,
    kind: Kind,
    now: Timestamp,
) -> Result<Backup, BackupError> {
    let folder = data.backups();
    make_folder(&folder)?;
    let number = list(data)?
        .first()
        .map_or(1, |newest| newest.number.saturating_add(1));
    let backup = Backup::named(&folder, number, kind, now);
    sweep(&folder)?;
    let partial = backup.partial();
    let made = write(pool, &partial, &backup.path).await;
    if made.is_err()
        && let Err(error) = remove(&partial)
    {
        tracing::warn!(%error, "[Database] Removing an unfinished backup failed");
    }
    made?;
    tracing::info!(path = %backup.path.display(), "[Database] backup made");
    let alike = |other: &Backup| other.kind.is_like(kind);
    for old in list(data)?.into_iter().filter(alike).skip(kind.kept()) {
        remove(&old.path)?;
    }
    Ok(backup)
}

async fn write(pool: &SqlitePool, partial: &Path, path: &Path) -> Result<(), BackupError> {
    let text = partial.to_str().ok_or(BackupError::Name)?;
    // SQLite accepts an empty file, and this one is private from the beginning.
    make_file(partial)?;
    sqlx::query("VACUUM INTO ?")
        .bind(text)
        .execute(pool)
        .await?;
    let checked = match check::quick(partial).await {
        Ok(()) => identity::read_identity(partial).await.map(drop),
        failed => failed,
    };
    checked.map_err(|failure| match failure {
        Failure::Damage(damage) => BackupError::Copy(damage),
        Failure::Open(error) => BackupError::Io(io::Error::other(error)),
    })?;
    settle(partial, path)?;
    Ok(())
}

/// Removes the unfinished files of an interrupted backup.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().contains(UNFINISHED) {
            remove(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn backup_names_are_parsed(
            number in 0_u32..2_000_000,
            from in prop::option::of(0_i64..9_999),
            second in 0_i64..4_000_000_000,
        ) {
            let kind = from.map_or(Kind::Daily, |from| Kind::Migration { from });
            let made_at = Timestamp::from_second(second).unwrap();
            let backup = Backup::named(Path::new("/data/backups"), number, kind, made_at);
            prop_assert_eq!(Backup::read(&backup.path), Some(backup));
        }

        #[test]
        fn other_names_are_rejected(name in ".*") {
            if let Some(backup) = Backup::read(Path::new(&name)) {
                prop_assert_eq!(name.matches('-').count(), 2);
                prop_assert!(backup.path.extension().is_some());
            }
        }
    }
}
