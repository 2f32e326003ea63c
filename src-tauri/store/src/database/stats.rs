//! Database statistics for diagnostics: sizes, version and backups.

use std::{fs, path::Path};

use jiff::Timestamp;

use super::{backup, data_folder, database::Database, identity};

/// Statistics of the database.
#[derive(Debug)]
pub struct DatabaseStats {
    /// The newest migration.
    pub version: i64,
    /// The size of the database's own file, in bytes.
    pub bytes: u64,
    /// The size of the files beside it, in bytes.
    pub side_bytes: u64,
    /// Newest first.
    pub backups: Vec<BackupStats>,
}

/// Statistics of a backup.
#[derive(Debug)]
pub struct BackupStats {
    /// When it was made.
    pub made_at: Timestamp,
    /// Whether it is a daily backup; the others were made before a migration.
    pub daily: bool,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Database {
    /// Reads the statistics from the disk. Unreadable values are zero.
    pub fn stats(&self) -> DatabaseStats {
        let path = self.folder.database();
        let sides = data_folder::files(&path)
            .into_iter()
            .filter(|file| *file != path);
        let backups = backup::list(&self.folder).unwrap_or_default();
        DatabaseStats {
            version: identity::known_version(),
            bytes: bytes(&path),
            side_bytes: sides.map(|file| bytes(&file)).sum(),
            backups: backups
                .into_iter()
                .map(|backup| BackupStats {
                    made_at: backup.made_at,
                    daily: matches!(backup.kind, backup::Kind::Daily),
                    bytes: bytes(&backup.path),
                })
                .collect(),
        }
    }
}

fn bytes(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}
