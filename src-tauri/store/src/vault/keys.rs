//! Storage of the vault's key: in the operating system's keyring, or in a file wrapped with a passphrase. During a
//! change there are two keys, and the data decides which one is active.

use std::{
    io,
    path::{Path, PathBuf},
};

use fernet::Fernet;
use secrecy::SecretString;
use slipway_core::fault_points::fault_point;

use super::{
    KeyRequest, Protection, Vault,
    change::Change,
    keyring::{self, KeyringError},
    passphrase::{self, UnwrapError, WrappedKey},
};
use crate::{error::OpenError, vault::KeyOrigin};

/// The file of the wrapped key, beside the database. Without it, the key is in the keyring.
const FILE: &str = "key.json";
/// The file of an unfinished change of key.
const CHANGE_FILE: &str = "key.next.json";

/// Decides whether a key is the one of the data.
pub type Proof<'a> = dyn Fn(&Vault) -> bool + Send + Sync + 'a;

/// Generates a random key.
pub fn new_key() -> SecretString {
    SecretString::from(Fernet::generate_key())
}

/// The storage of one vault's key.
#[derive(Debug, Clone)]
pub struct KeyPlace {
    folder: PathBuf,
    /// The vault's id, which names its key in the keyring.
    vault_id: String,
}

impl KeyPlace {
    /// The storage of the key of the vault in `folder`.
    pub fn new(folder: &Path, vault_id: &str) -> Self {
        Self {
            folder: folder.to_owned(),
            vault_id: vault_id.to_owned(),
        }
    }

    /// The file of the wrapped key.
    pub(super) fn file(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// The file of an unfinished change.
    pub(super) fn change_file(&self) -> PathBuf {
        self.folder.join(CHANGE_FILE)
    }

    /// The name of the next key in the keyring.
    pub(super) fn next_name(&self) -> String {
        format!("{}.next", self.vault_id)
    }

    /// The name of the key in the keyring.
    pub(super) fn name(&self) -> &str {
        &self.vault_id
    }

    /// Whether the key is wrapped with a passphrase.
    pub(super) fn is_wrapped(&self) -> Result<bool, OpenError> {
        let path = self.file();
        path.try_exists().map_err(|source| storage(&path, source))
    }

    /// Creates the first key of a new vault.
    pub async fn make(&self, request: &KeyRequest) -> Result<Vault, OpenError> {
        let remove = |path: &Path| passphrase::remove(path).map_err(|error| storage(path, error));
        // From a vault that no longer exists.
        remove(&self.change_file())?;
        if let Some(protection) = request.protection() {
            if let KeyRequest::Restore { .. } = request {
                return Err(OpenError::PhraseWrong);
            }
            return self.keep(new_vault(protection)?, protection).await;
        }
        if self.is_wrapped()? {
            // From an interrupted first start.
            return self.unwrap(request.passphrase()).await;
        }
        if let Some(passphrase) = request.passphrase() {
            let protection = Protection::Passphrase(passphrase.clone());
            return self.keep(new_vault(&protection)?, &protection).await;
        }
        let vault = new_vault(&Protection::Keyring)?;
        match keyring::put(&self.vault_id, vault.key()).await {
            Ok(()) => Ok(vault),
            Err(error @ KeyringError::Absent(_)) => {
                tracing::info!(%error, "[Vault] no keyring on this computer");
                Err(OpenError::PassphraseNew)
            }
            Err(KeyringError::Refused(detail)) => Err(OpenError::KeyringLocked {
                detail,
                first: true,
            }),
        }
    }

    /// Finds the active key: the one that `opens` the data, wherever a change of key stopped.
    pub async fn find(
        &self,
        passphrase: Option<&SecretString>,
        opens: &Proof<'_>,
    ) -> Result<Vault, OpenError> {
        let error = match self.present(passphrase).await {
            Ok(vault) if opens(&vault) => return Ok(vault),
            Ok(vault) => OpenError::KeyWrong {
                origin: vault.origin(),
            },
            Err(error) => error,
        };
        let Some(change) = self.change() else {
            return Err(error);
        };
        match self.next(&change, passphrase).await {
            Ok(vault) if opens(&vault) => Ok(vault),
            Err(asked @ (OpenError::PassphraseNeeded | OpenError::PassphraseWrong)) => Err(asked),
            Ok(_) | Err(_) => Err(error),
        }
    }

    /// Stores a verified key as the present one.
    pub async fn keep(&self, vault: Vault, protection: &Protection) -> Result<Vault, OpenError> {
        let path = self.file();
        match protection {
            Protection::Keyring => {
                put(&self.vault_id, &vault).await?;
                // The file would take precedence over the keyring.
                passphrase::remove(&path).map_err(|source| storage(&path, source))?;
            }
            Protection::Passphrase(passphrase) => {
                let wrapped = wrap(&path, &vault, passphrase).await?;
                passphrase::write(&path, &wrapped).map_err(|source| storage(&path, source))?;
            }
        }
        Ok(vault)
    }

    /// Checks that `passphrase` unwraps the key of this vault.
    pub async fn check_passphrase(
        &self,
        passphrase: Option<&SecretString>,
        vault: &Vault,
    ) -> Result<(), OpenError> {
        let canary = vault.canary();
        if self.unwrap(passphrase).await?.opens(&canary) {
            return Ok(());
        }
        Err(OpenError::PassphraseWrong)
    }

    /// Stores the next key before anything is encrypted with it. `old` is the active key, unless it is lost.
    pub async fn prepare(
        &self,
        old: Option<&Vault>,
        protection: &Protection,
    ) -> Result<Vault, OpenError> {
        let next = new_vault(protection)?;
        let path = self.change_file();
        let wrapped = match protection {
            Protection::Keyring => None,
            Protection::Passphrase(passphrase) => Some(wrap(&path, &next, passphrase).await?),
        };
        let change = Change::new(&next, old, wrapped, self.is_wrapped()?);
        fault_point!("vault.next.before");
        // The file says where the key is, so it is written first.
        passphrase::write(&path, &change).map_err(|source| storage(&path, source))?;
        if change.wrapped.is_none()
            && let Err(error) = put(&self.next_name(), &next).await
        {
            passphrase::remove(&path).map_err(|source| storage(&path, source))?;
            return Err(error);
        }
        fault_point!("vault.next.after");
        Ok(next)
    }

    /// The unfinished change of key, if there is a readable one.
    pub fn change(&self) -> Option<Change> {
        match passphrase::read(&self.change_file()) {
            Ok(change) => Some(change),
            Err(UnwrapError::Io(error)) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(%error, "[Vault] Reading the change of key failed");
                None
            }
        }
    }

    /// The key from before an unfinished change.
    async fn present(&self, passphrase: Option<&SecretString>) -> Result<Vault, OpenError> {
        if self.is_wrapped()? {
            return self.unwrap(passphrase).await;
        }
        found(keyring::get(&self.vault_id).await)
    }

    /// The key of an unfinished change.
    async fn next(
        &self,
        change: &Change,
        passphrase: Option<&SecretString>,
    ) -> Result<Vault, OpenError> {
        match &change.wrapped {
            Some(wrapped) => unwrap(&self.change_file(), wrapped, passphrase).await,
            None => found(keyring::get(&self.next_name()).await),
        }
    }

    async fn unwrap(&self, passphrase: Option<&SecretString>) -> Result<Vault, OpenError> {
        let path = self.file();
        match passphrase::read::<WrappedKey>(&path) {
            Ok(wrapped) => unwrap(&path, &wrapped, passphrase).await,
            Err(error) => Err(not_unwrapped(&path, error)),
        }
    }
}

/// Creates a vault with a new key for this protection.
fn new_vault(protection: &Protection) -> Result<Vault, OpenError> {
    if let Protection::Passphrase(passphrase) = protection {
        passphrase::check_length(passphrase)?;
    }
    vault(&new_key(), protection.origin())
}

/// Creates a vault with this key.
pub fn vault(key: &SecretString, origin: KeyOrigin) -> Result<Vault, OpenError> {
    Vault::new(key, origin).ok_or(OpenError::KeyMalformed { origin })
}

fn found(got: Result<Option<SecretString>, KeyringError>) -> Result<Vault, OpenError> {
    match got {
        Ok(Some(key)) => vault(&key, KeyOrigin::Keyring),
        Ok(None) => Err(OpenError::KeyMissing),
        Err(error) => Err(OpenError::KeyringLocked {
            detail: error.to_string(),
            first: false,
        }),
    }
}

/// Stores a key in the keyring at the creator's request.
pub(super) async fn put(name: &str, vault: &Vault) -> Result<(), OpenError> {
    keyring::put(name, vault.key())
        .await
        .map_err(|error| OpenError::KeyringUnusable {
            detail: error.to_string(),
        })
}

async fn wrap(
    path: &Path,
    vault: &Vault,
    passphrase: &SecretString,
) -> Result<WrappedKey, OpenError> {
    passphrase::check_length(passphrase)?;
    passphrase::wrap(vault.key(), passphrase)
        .await
        .map_err(|source| storage(path, source))
}

async fn unwrap(
    path: &Path,
    wrapped: &WrappedKey,
    passphrase: Option<&SecretString>,
) -> Result<Vault, OpenError> {
    let passphrase = passphrase.ok_or(OpenError::PassphraseNeeded)?;
    match wrapped.unwrap(passphrase).await {
        Ok(key) => vault(&key, KeyOrigin::Passphrase),
        Err(error) => Err(not_unwrapped(path, error)),
    }
}

fn not_unwrapped(path: &Path, error: UnwrapError) -> OpenError {
    match error {
        UnwrapError::Wrong => OpenError::PassphraseWrong,
        UnwrapError::Damaged => OpenError::KeyMalformed {
            origin: KeyOrigin::Passphrase,
        },
        UnwrapError::Io(source) => storage(path, source),
    }
}

pub(super) fn storage(path: &Path, source: io::Error) -> OpenError {
    OpenError::Storage {
        path: path.to_owned(),
        source,
    }
}

/// Whether this computer has a keyring.
pub async fn has_keyring() -> bool {
    keyring::is_there().await
}
