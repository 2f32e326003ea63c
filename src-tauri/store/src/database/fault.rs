//! Database errors, classified by what can be done about them.

use std::path::Path;

use sqlx::{error::BoxDynError, migrate::MigrateError};

use super::data_folder;
use crate::error::OpenError;

/// The kind of a database error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseFault {
    /// The disk is full.
    Full,
    /// The disk, the folder or the file is read-only.
    ReadOnly,
    /// The disk refused a write: full, over its quota, or failing. `SQLite` does not say which.
    Refused,
    /// Another program locks the database.
    Busy,
    /// The file's content is invalid.
    Damaged,
    /// Any other error.
    Other,
}

impl DatabaseFault {
    /// Classifies an error by `SQLite`'s result code. Source: <https://sqlite.org/rescode.html>.
    pub fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => error
                .code()
                .and_then(|code| code.parse().ok())
                .map_or(Self::Other, Self::of_code),
            sqlx::Error::Io(error) => match error.kind() {
                std::io::ErrorKind::StorageFull => Self::Full,
                std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => {
                    Self::ReadOnly
                }
                _ => Self::Other,
            },
            // A value does not match the schema.
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::TypeNotFound { .. } => Self::Damaged,
            _ => Self::Other,
        }
    }

    fn of_code(code: i32) -> Self {
        /// `SQLITE_IOERR` subcodes: write, fsync, directory fsync, truncate, growing the shared memory file, commit of
        /// an atomic write.
        const WRITES: [i32; 7] = [3, 4, 5, 6, 19, 30, 31];
        const IO: i32 = 10;
        match (code & 0xff, code >> 8) {
            (13, _) => Self::Full,
            (8, _) => Self::ReadOnly,
            (5 | 6, _) => Self::Busy,
            (11 | 24 | 26, _) => Self::Damaged,
            (IO, what) if WRITES.contains(&what) => Self::Refused,
            _ => Self::Other,
        }
    }
}

/// The kind of damage of a database.
#[derive(Debug, thiserror::Error)]
pub(super) enum Damage {
    #[error("it is not there any more")]
    Missing,
    #[error("it is no database")]
    NotADatabase,
    #[error("what proves the key is missing or altered")]
    Proof,
    #[error("the check found: {0}")]
    Check(String),
    #[error(transparent)]
    Sqlite(sqlx::Error),
}

/// Why a database was not opened: damage, which a backup can repair, or another error.
#[derive(Debug)]
pub(super) enum Failure {
    Damage(Damage),
    Open(OpenError),
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

impl From<Damage> for Failure {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

impl Failure {
    /// Classifies an error of the database at `path`.
    pub(super) fn of(path: &Path, error: sqlx::Error) -> Self {
        let path = path.to_owned();
        match DatabaseFault::of(&error) {
            DatabaseFault::Damaged => Self::Damage(Damage::Sqlite(error)),
            DatabaseFault::Full | DatabaseFault::Refused => Self::Open(OpenError::DiskFull {
                path,
                source: error.into(),
            }),
            DatabaseFault::ReadOnly => Self::Open(OpenError::ReadOnly {
                path,
                source: std::io::Error::other(error),
            }),
            DatabaseFault::Busy => Self::Open(OpenError::DatabaseBusy { path }),
            DatabaseFault::Other => Self::Open(OpenError::Storage {
                path,
                source: std::io::Error::other(error),
            }),
        }
    }

    /// Classifies an error while reading tables that every database has: a missing table or column (`SQLITE_ERROR`) is
    /// damage too.
    pub(super) fn of_reading(path: &Path, error: sqlx::Error) -> Self {
        let plain = error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| code == "1");
        if plain {
            return Self::Damage(Damage::Sqlite(error));
        }
        Self::of(path, error)
    }

    /// Classifies a failed migration. Its transaction changed nothing.
    pub(super) fn of_migration(path: &Path, error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _)
                if DatabaseFault::of(&source) != DatabaseFault::Other =>
            {
                Self::of(path, source)
            }
            other => Self::Open(OpenError::DatabaseUnusable {
                path: path.to_owned(),
                source: other.into(),
            }),
        }
    }

    /// Classifies an I/O error at `path`.
    pub(super) fn of_io(path: &Path, error: std::io::Error) -> Self {
        Self::Open(data_folder::refused(path, error))
    }

    /// The error to report if no backup can help.
    pub(super) fn into_open(self, path: &Path) -> OpenError {
        match self {
            Self::Open(error) => error,
            Self::Damage(damage) => OpenError::DatabaseDamaged {
                path: path.to_owned(),
                source: Box::new(damage) as BoxDynError,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_codes_are_classified() {
        // Numbers from SQLite's documentation.
        for (code, trouble) in [
            (13, DatabaseFault::Full),
            (8, DatabaseFault::ReadOnly),
            (1032, DatabaseFault::ReadOnly),
            (778, DatabaseFault::Refused),
            (1034, DatabaseFault::Refused),
            (1290, DatabaseFault::Refused),
            (1546, DatabaseFault::Refused),
            (4874, DatabaseFault::Refused),
            (5, DatabaseFault::Busy),
            (517, DatabaseFault::Busy),
            (6, DatabaseFault::Busy),
            (11, DatabaseFault::Damaged),
            (779, DatabaseFault::Damaged),
            (26, DatabaseFault::Damaged),
            (266, DatabaseFault::Other),
            (19, DatabaseFault::Other),
            (14, DatabaseFault::Other),
        ] {
            assert_eq!(DatabaseFault::of_code(code), trouble, "{code}");
        }
    }
}
