//! The data folder: its paths, its lock, and durable file operations.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use super::tables::Tables;
use crate::error::OpenError;

const DATABASE: &str = "slipway.db";
const LOCK: &str = "slipway.lock";
/// The files that `SQLite` keeps beside an open database, and after an unclean shutdown.
const SIDE_FILES: [&str; 2] = ["-wal", "-shm"];

/// The data folder and the tables of its database.
#[derive(Debug, Clone)]
pub(super) struct DataFolder {
    folder: PathBuf,
    tables: &'static [Tables],
}

impl DataFolder {
    /// Creates the folder if necessary and makes it private.
    pub(super) fn prepare(folder: &Path, tables: &'static [Tables]) -> Result<Self, OpenError> {
        let refused = |source| refused(folder, source);
        fs::create_dir_all(folder).map_err(refused)?;
        keep_private(folder).map_err(refused)?;
        Ok(Self {
            folder: folder.to_owned(),
            tables,
        })
    }

    /// The folder itself.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The table declarations of the crates above.
    pub(super) fn tables(&self) -> &'static [Tables] {
        self.tables
    }

    /// The database.
    pub(super) fn database(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    /// The database while it is being created or restored.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.folder.join("slipway.db.unfinished")
    }

    /// The marker of a clean shutdown.
    pub(super) fn marker(&self) -> PathBuf {
        self.folder.join("slipway.clean")
    }

    /// The folder of the backups.
    pub(super) fn backups(&self) -> PathBuf {
        self.folder.join("backups")
    }

    /// The folder of damaged databases.
    pub(super) fn damaged(&self) -> PathBuf {
        self.folder.join("damaged")
    }

    /// Locks the folder for this process until the file is dropped.
    pub(super) fn lock(&self) -> Result<File, OpenError> {
        let path = self.folder.join(LOCK);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|source| refused(&path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(OpenError::AlreadyRunning {
                path: self.folder.clone(),
            }),
            Err(TryLockError::Error(source)) => Err(OpenError::Storage { path, source }),
        }
    }

    /// Checks that all database files are writable. Otherwise `SQLite` would open them read-only and fail at the first
    /// change.
    pub(super) fn check_writable(&self) -> Result<(), OpenError> {
        for path in files(&self.database()) {
            match OpenOptions::new().write(true).open(&path) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(refused(&path, source)),
            }
        }
        Ok(())
    }
}

/// The database file and its side files, the database first.
pub(super) fn files(database: &Path) -> Vec<PathBuf> {
    let beside = |suffix: &&str| {
        let mut path = database.as_os_str().to_owned();
        path.push(suffix);
        PathBuf::from(path)
    };
    let mut files = vec![database.to_owned()];
    files.extend(SIDE_FILES.iter().map(beside));
    files
}

/// Maps an I/O error at `path` to the error of a start.
pub(super) fn refused(path: &Path, source: io::Error) -> OpenError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            OpenError::ReadOnly { path, source }
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            OpenError::DiskFull {
                path,
                source: source.into(),
            }
        }
        _ => OpenError::Storage { path, source },
    }
}

/// Creates a private folder inside the data folder.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    keep_private(path)
}

/// Removes the permissions of other users and keeps the rest.
fn keep_private(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder)?.permissions().mode();
        if mode & 0o077 != 0 {
            fs::set_permissions(folder, fs::Permissions::from_mode(mode & 0o700))?;
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Creates an empty file that other users cannot read.
pub(super) fn make_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map(drop)
}

/// Removes a file if it exists.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Syncs a complete file to disk and renames it: after a power cut it exists completely or not at all.
pub(super) fn settle(from: &Path, to: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(from)?.sync_all()?;
    fs::rename(from, to)?;
    sync_folder_of(to)
}

/// Syncs renames and removals in the folder of `path` to disk.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    // Windows needs no sync and opens no folders.
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
