//! What a sandbox remembers across restarts, and the file it stands in.

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
    oauth::grant::{Code, Grant},
    publish::{Publish, Stage},
    time::later,
};

const VERSION: u32 = 1;

/// Everything that survives a restart. Tokens, codes and upload addresses only as SHA-256.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    version: u32,
    pub(crate) port: u16,
    pub(crate) creators: Vec<Creator>,
    pub(crate) codes: Vec<Code>,
    pub(crate) grants: Vec<Grant>,
    pub(crate) publishes: Vec<Publish>,
}

impl State {
    fn new() -> Self {
        Self {
            version: VERSION,
            port: 0,
            creators: creators::seeded(),
            codes: Vec::new(),
            grants: Vec::new(),
            publishes: Vec::new(),
        }
    }

    pub(crate) fn creator(&self, name: &str) -> Option<&Creator> {
        self.creators.iter().find(|creator| creator.name == name)
    }

    pub(crate) fn publish_mut(&mut self, publish_id: &str) -> Option<&mut Publish> {
        self.publishes
            .iter_mut()
            .find(|publish| publish.publish_id == publish_id)
    }

    /// The app loses a creator altogether: all grants die, and what was on its way fails with `auth_removed`. Says
    /// whether there was access to lose.
    pub(crate) fn end_access(&mut self, creator: &str, now: Timestamp) -> bool {
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

    /// Drops codes that nobody can use or reuse any more, and grants whose last token is long dead.
    pub(crate) fn prune(&mut self, now: Timestamp) {
        let day = Duration::from_hours(24);
        self.codes.retain(|code| now < later(code.expires_at, day));
        self.grants.retain(|grant| !grant.is_forgotten(now));
    }
}

/// The folder of one sandbox: its state file, its videos, and the lock that keeps a second sandbox out.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) state: State,
    file: PathBuf,
    durable: bool,
    _lock: File,
    _temporary: Option<TempDir>,
}

/// Where the videos of a sandbox lie.
pub(crate) fn videos_of(folder: &Path) -> PathBuf {
    folder.join("videos")
}

impl Store {
    /// Opens a folder, or a temporary one, and reads what it remembers. Gives the folder too.
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
        let videos = videos_of(&folder);
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
            Err(error) if error.kind() == io::ErrorKind::NotFound => State::new(),
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

    /// Writes the state so that a reader finds either all of the old or all of the new.
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

fn read(text: &[u8]) -> Result<State, serde_json::Error> {
    let state: State = serde_json::from_slice(text)?;
    if state.version != VERSION {
        return Err(serde::de::Error::custom(format_args!(
            "version {} instead of {VERSION}",
            state.version
        )));
    }
    Ok(state)
}
