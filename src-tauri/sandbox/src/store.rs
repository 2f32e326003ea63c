//! The state that survives a restart, and the file that stores it.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::{
    creators::{self, Creator},
    error::SandboxError,
    oauth::grant::{AuthorizationCode, Grant},
    publish::{Publish, Stage},
    time::saturating_add,
};

const VERSION: u32 = 1;

/// The state that survives a restart. Tokens, codes and upload addresses are stored as SHA-256 digests only.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedState {
    version: u32,
    pub(crate) port: u16,
    pub(crate) creators: Vec<Creator>,
    pub(crate) codes: Vec<AuthorizationCode>,
    pub(crate) grants: Vec<Grant>,
    pub(crate) publishes: Vec<Publish>,
}

impl SavedState {
    fn new() -> Self {
        Self {
            version: VERSION,
            port: 0,
            creators: creators::default_creators(),
            codes: Vec::new(),
            grants: Vec::new(),
            publishes: Vec::new(),
        }
    }

    /// Finds a creator by short name.
    pub(crate) fn creator(&self, name: &str) -> Option<&Creator> {
        self.creators.iter().find(|creator| creator.name == name)
    }

    /// Finds a publish by its id.
    pub(crate) fn publish_mut(&mut self, publish_id: &str) -> Option<&mut Publish> {
        self.publishes
            .iter_mut()
            .find(|publish| publish.publish_id == publish_id)
    }

    /// Revokes all grants of a creator and fails unfinished publishes with `auth_removed`. Returns whether the app had
    /// access.
    pub(crate) fn remove_access(&mut self, creator: &str, now: Timestamp) -> bool {
        let mut ended = false;
        for grant in self
            .grants
            .iter_mut()
            .filter(|grant| grant.creator == creator && !grant.revoked)
        {
            grant.revoked = true;
            ended = true;
        }
        if !ended {
            return false;
        }
        for publish in self
            .publishes
            .iter_mut()
            .filter(|publish| publish.creator == creator)
        {
            if matches!(publish.stage, Stage::Uploading | Stage::Processing { .. }) {
                publish.stage = Stage::Failed {
                    since: now,
                    reason: "auth_removed".to_owned(),
                };
            }
        }
        true
    }

    /// Removes codes and grants one day after they expired. Until then, a reused code or token is still recognised.
    pub(crate) fn prune(&mut self, now: Timestamp) {
        let day = Duration::from_hours(24);
        self.codes
            .retain(|code| now < saturating_add(code.expires_at, day));
        self.grants.retain(|grant| !grant.can_be_removed(now));
    }
}

/// The data folder of a sandbox: the state file, the videos, and the lock that keeps out a second sandbox.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) state: SavedState,
    file: PathBuf,
    durable: bool,
    _lock: File,
    _temporary: Option<TempDir>,
}

/// Returns the folder for videos inside a data folder.
pub(crate) fn videos_folder(folder: &Path) -> PathBuf {
    folder.join("videos")
}

impl Store {
    /// Opens a data folder, or a temporary one, and reads its state. Returns the folder as well.
    pub(crate) fn open(data_dir: Option<&Path>) -> Result<(Self, PathBuf), SandboxError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| SandboxError::DataDir { path, source }
        };
        let (folder, temporary) = if let Some(folder) = data_dir {
            (folder.to_owned(), None)
        } else {
            let temporary =
                TempDir::with_prefix("tiktok-sandbox-").map_err(at(&std::env::temp_dir()))?;
            (temporary.path().to_owned(), Some(temporary))
        };
        let videos = videos_folder(&folder);
        fs::create_dir_all(&videos).map_err(at(&videos))?;
        let lock_path = folder.join("lock");
        let lock = File::create(&lock_path).map_err(at(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(SandboxError::InUse { path: folder }),
            Err(TryLockError::Error(source)) => {
                return Err(SandboxError::DataDir {
                    path: lock_path,
                    source,
                });
            }
        }
        let file = folder.join("state.json");
        let state = match fs::read(&file) {
            Ok(text) => read(&text).map_err(|source| SandboxError::Damaged {
                path: file.clone(),
                source,
            })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => SavedState::new(),
            Err(source) => return Err(SandboxError::DataDir { path: file, source }),
        };
        let durable = temporary.is_none();
        Ok((
            Self {
                state,
                file,
                durable,
                _lock: lock,
                _temporary: temporary,
            },
            folder,
        ))
    }

    /// Saves the state atomically: a reader finds either the old or the new content.
    pub(crate) fn save(&self) -> Result<(), SandboxError> {
        self.write().map_err(|source| SandboxError::Save {
            path: self.file.clone(),
            source,
        })
    }

    fn write(&self) -> io::Result<()> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let mut next = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(io::BufWriter::new(next.as_file_mut()), &self.state)?;
        next.as_file_mut().flush()?;
        if self.durable {
            next.as_file().sync_all()?;
        }
        next.persist(&self.file)?;
        Ok(())
    }
}

fn read(text: &[u8]) -> Result<SavedState, serde_json::Error> {
    let state: SavedState = serde_json::from_slice(text)?;
    if state.version != VERSION {
        return Err(serde::de::Error::custom(format_args!(
            "version {} instead of {VERSION}",
            state.version
        )));
    }
    Ok(state)
}
