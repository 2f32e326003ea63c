//! Where the vault's key comes from: the environment, the operating system's keyring, a passphrase.

use std::{path::Path, time::Duration};

use fernet::Fernet;
use keyring::{Entry, Error as KeyringError};
use secrecy::{ExposeSecret, SecretString};

use super::{Vault, passphrase};
use crate::error::{KeyOrigin, OpenError};

/// The name under which the keyring files Slipway's keys.
const SERVICE: &str = "Slipway";
/// The passphrase file, beside the database.
const PASSPHRASE_FILE: &str = "key.json";
/// How long the keyring may take, its own question to the creator included.
const KEYRING_PATIENCE: Duration = Duration::from_mins(2);

/// What is known about the key before it is looked for.
#[derive(Debug)]
pub(crate) struct KeyPlan<'a> {
    /// The data folder.
    pub(crate) folder: &'a Path,
    /// The database's own name in the keyring.
    pub(crate) vault_id: &'a str,
    /// Whether there is nothing yet that a key must open.
    pub(crate) fresh: bool,
    /// `SLIPWAY_FERNET_KEY`.
    pub(crate) environment: Option<&'a SecretString>,
    /// What the creator typed.
    pub(crate) passphrase: Option<&'a SecretString>,
}

/// A new random key.
pub(crate) fn new_key() -> SecretString {
    SecretString::from(Fernet::generate_key())
}

/// Finds the key, or makes one where nothing depends on an older one.
pub(crate) async fn find_key(plan: KeyPlan<'_>) -> Result<Vault, OpenError> {
    if let Some(key) = plan.environment {
        return open(key, KeyOrigin::Environment);
    }
    let path = plan.folder.join(PASSPHRASE_FILE);
    let exists = path.try_exists().map_err(|source| storage(&path, source))?;
    if exists {
        let given = plan.passphrase.ok_or(OpenError::PassphraseNeeded)?.clone();
        return unwrap_key(&path, given).await;
    }
    match keyring_key(plan.vault_id.to_owned(), plan.fresh).await? {
        Some(key) => open(&key, KeyOrigin::Keyring),
        None if !plan.fresh => Err(OpenError::KeyringLocked {
            detail: "no keyring service answers".to_owned(),
        }),
        None => {
            let given = plan.passphrase.ok_or(OpenError::PassphraseNew)?.clone();
            let key = new_key();
            let vault = open(&key, KeyOrigin::Passphrase)?;
            let target = path.clone();
            tokio::task::spawn_blocking(move || passphrase::write(&target, &key, &given))
                .await
                .map_err(std::io::Error::other)
                .and_then(|written| written)
                .map_err(|source| storage(&path, source))?;
            Ok(vault)
        }
    }
}

fn open(key: &SecretString, origin: KeyOrigin) -> Result<Vault, OpenError> {
    Vault::new(key, origin).ok_or(OpenError::KeyMalformed { origin })
}

fn storage(path: &Path, source: std::io::Error) -> OpenError {
    OpenError::Storage {
        path: path.to_owned(),
        source,
    }
}

async fn unwrap_key(path: &Path, given: SecretString) -> Result<Vault, OpenError> {
    let target = path.to_owned();
    let read = tokio::task::spawn_blocking(move || passphrase::read(&target, &given))
        .await
        .map_err(|error| storage(path, std::io::Error::other(error)))?;
    match read {
        Ok(key) => open(&key, KeyOrigin::Passphrase),
        Err(passphrase::UnwrapError::Wrong) => Err(OpenError::PassphraseWrong),
        Err(passphrase::UnwrapError::Damaged) => Err(OpenError::KeyMalformed {
            origin: KeyOrigin::Passphrase,
        }),
        Err(passphrase::UnwrapError::Io(source)) => Err(storage(path, source)),
    }
}

/// The key that the keyring holds, a new one put there when `fresh`, or `None` without a keyring.
async fn keyring_key(vault_id: String, fresh: bool) -> Result<Option<SecretString>, OpenError> {
    let work = tokio::task::spawn_blocking(move || ask_keyring(&vault_id, fresh));
    match tokio::time::timeout(KEYRING_PATIENCE, work).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(OpenError::KeyringLocked {
            detail: error.to_string(),
        }),
        Err(_) => Err(OpenError::KeyringLocked {
            detail: "it did not answer".to_owned(),
        }),
    }
}

fn ask_keyring(vault_id: &str, fresh: bool) -> Result<Option<SecretString>, OpenError> {
    let entry = match Entry::new(SERVICE, vault_id) {
        Ok(entry) => entry,
        Err(error) => {
            tracing::info!(%error, "[Vault] no keyring on this computer");
            return Ok(None);
        }
    };
    match entry.get_password() {
        Ok(key) => Ok(Some(SecretString::from(key))),
        Err(KeyringError::NoEntry) if fresh => {
            let key = new_key();
            entry
                .set_password(key.expose_secret())
                .map_err(|error| locked(&error))?;
            // Trust the keyring only with what it gives back.
            match entry.get_password() {
                Ok(stored) if stored == key.expose_secret() => Ok(Some(key)),
                Ok(_) => Err(OpenError::KeyMissing),
                Err(error) => Err(locked(&error)),
            }
        }
        Err(KeyringError::NoEntry) => Err(OpenError::KeyMissing),
        Err(KeyringError::PlatformFailure(error)) if fresh => {
            tracing::info!(%error, "[Vault] the keyring service does not answer");
            Ok(None)
        }
        Err(error) => Err(locked(&error)),
    }
}

fn locked(error: &KeyringError) -> OpenError {
    OpenError::KeyringLocked {
        detail: error.to_string(),
    }
}
