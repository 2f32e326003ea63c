//! The operating system's keyring: Secret Service, Keychain or Credential Manager. It is asked anew each time,
//! because one that was not there before may be there now.

use std::time::Duration;

use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// The name under which the keyring files Slipway's keys.
const SERVICE: &str = "Slipway";
/// How long the keyring may take, its own question to the creator included.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long it may take to say whether it is there.
const GLANCE: Duration = Duration::from_secs(3);

/// Why the keyring did not do what it was asked. No text holds a secret.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyringError {
    /// No service answers.
    #[error("no keyring service answers: {0}")]
    Absent(String),
    /// It is locked, or did not do it for another reason.
    #[error("{0}")]
    Refused(String),
}

/// The key that is filed as `name`.
pub(super) async fn get(name: &str) -> Result<Option<SecretString>, KeyringError> {
    let name = name.to_owned();
    ask(PATIENCE, move || {
        let entry = entry(&name)?;
        let found = read(&entry)?;
        // Some keyrings hide what they hold while they are locked.
        if found.is_none() && unlock()? {
            return read(&entry);
        }
        Ok(found)
    })
    .await
}

/// Files a key as `name`, in place of one that was there. It is trusted only when it gives the key back.
pub(super) async fn put(name: &str, key: &SecretString) -> Result<(), KeyringError> {
    let (name, key) = (name.to_owned(), key.clone());
    ask(PATIENCE, move || {
        let entry = entry(&name)?;
        let secret = key.expose_secret().as_bytes();
        match entry.set_secret(secret) {
            Err(Error::Ambiguous(entries)) => {
                for entry in entries {
                    entry.delete_credential().map_err(refused)?;
                }
                entry.set_secret(secret).map_err(refused)?;
            }
            set => set.map_err(refused)?,
        }
        match read(&entry)? {
            Some(kept) if kept.expose_secret() == key.expose_secret() => Ok(()),
            _ => Err(KeyringError::Refused("it did not keep the key".to_owned())),
        }
    })
    .await
}

/// Takes the key away that is filed as `name`, if there is one.
pub(super) async fn remove(name: &str) -> Result<(), KeyringError> {
    let name = name.to_owned();
    ask(PATIENCE, move || match entry(&name)?.delete_credential() {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(refused(error)),
    })
    .await
}

/// Whether there is a keyring; nothing in it is touched.
pub(super) async fn is_there() -> bool {
    ask(GLANCE, look).await.is_ok()
}

/// Runs what may block for long away from the runtime. A keyring that never answers keeps its thread, not the caller.
async fn ask<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> Result<T, KeyringError> + Send + 'static,
) -> Result<T, KeyringError> {
    match tokio::time::timeout(patience, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(KeyringError::Refused(error.to_string())),
        Err(_) => Err(KeyringError::Refused("it did not answer".to_owned())),
    }
}

/// Whether a keyring answers. Other systems always have theirs.
#[cfg(target_os = "linux")]
fn look() -> Result<(), KeyringError> {
    use secret_service::{EncryptionType, blocking::SecretService};
    SecretService::connect(EncryptionType::Plain)
        .map(drop)
        .map_err(|error| KeyringError::Absent(error.to_string()))
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn look() -> Result<(), KeyringError> {
    Ok(())
}

/// The entry that is filed as `name`. The crate remembers for ever how its first look for a keyring ended, so it is
/// asked only after one has answered.
fn entry(name: &str) -> Result<Entry, KeyringError> {
    look()?;
    Entry::new(SERVICE, name).map_err(|error| match error {
        Error::NoDefaultStore => KeyringError::Absent(error.to_string()),
        error => refused(error),
    })
}

fn read(entry: &Entry) -> Result<Option<SecretString>, KeyringError> {
    match entry.get_secret() {
        Ok(secret) => {
            let secret = Zeroizing::new(secret);
            // What is not text is no key either, and is said to be malformed.
            let text = std::str::from_utf8(&secret).unwrap_or_default();
            Ok(Some(SecretString::from(text)))
        }
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(refused(error)),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn refused(error: Error) -> KeyringError {
    KeyringError::Refused(error.to_string())
}

/// Unlocks the collection that new keys go to, which may lead to the system's own question; says whether it was
/// locked.
#[cfg(target_os = "linux")]
fn unlock() -> Result<bool, KeyringError> {
    use secret_service::{EncryptionType, blocking::SecretService};
    let refused = |error: secret_service::Error| KeyringError::Refused(error.to_string());
    let service = SecretService::connect(EncryptionType::Plain).map_err(refused)?;
    let collection = match service.get_default_collection() {
        Ok(collection) => collection,
        // There is none that could be locked.
        Err(secret_service::Error::NoResult) => return Ok(false),
        Err(error) => return Err(refused(error)),
    };
    if !collection.is_locked().map_err(refused)? {
        return Ok(false);
    }
    collection.unlock().map_err(refused)?;
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn unlock() -> Result<bool, KeyringError> {
    Ok(false)
}
