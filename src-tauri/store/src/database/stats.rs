//! What can be told of the database to a helper: sizes, version, backups.

use std::{fs, path::Path};

use jiff::Timestamp;

use super::{backup, data_folder, database::Database, identity};

/// How the database lies on the disk.
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

/// A backup that is there.
#[derive(Debug)]
pub struct BackupStats {
    pub made_at: Timestamp,
    /// Whether it is the one of a day; the others were made before a migration.
    pub daily: bool,
    pub bytes: u64,
}

impl Database {
    /// Looks at the disk. What cannot be read there counts as nothing.
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
