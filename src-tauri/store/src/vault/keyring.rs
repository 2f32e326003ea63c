//! The operating system's keyring: Secret Service, Keychain or Credential Manager. It is looked up for each request,
//! because it may become available later.

use std::time::Duration;

use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// The service name of Slipway's keys in the keyring.
const SERVICE: &str = "Slipway";
/// The timeout of a keyring request, including the system's own prompt.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(2);
/// The timeout of a check whether there is a keyring.
const CHECK_TIMEOUT: Duration = Duration::from_secs(3);

/// Why a keyring request failed. No text has a secret.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyringError {
    /// No service answers.
    #[error("no keyring service answers: {0}")]
    Absent(String),
    /// It is locked or refused the request.
    #[error("{0}")]
    Refused(String),
}

/// Reads the key of this name.
pub(super) async fn get(name: &str) -> Result<Option<SecretString>, KeyringError> {
    let name = name.to_owned();
    ask(REQUEST_TIMEOUT, move || {
        let entry = entry(&name)?;
        let found = read(&entry)?;
        // Some locked keyrings hide their entries.
        if found.is_none() && unlock()? {
            return read(&entry);
        }
        Ok(found)
    })
    .await
}

/// Stores a key under this name, replacing an earlier one, and verifies that the keyring returns it.
pub(super) async fn put(name: &str, key: &SecretString) -> Result<(), KeyringError> {
    let (name, key) = (name.to_owned(), key.clone());
    ask(REQUEST_TIMEOUT, move || {
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

/// Removes the key of this name, if there is one.
pub(super) async fn remove(name: &str) -> Result<(), KeyringError> {
    let name = name.to_owned();
    ask(REQUEST_TIMEOUT, move || {
        match entry(&name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(error)),
        }
    })
    .await
}

/// Whether there is a keyring. It is not changed.
pub(super) async fn is_there() -> bool {
    ask(CHECK_TIMEOUT, check).await.is_ok()
}

/// Runs blocking work outside the runtime. A keyring that never answers blocks its thread, not the caller.
async fn ask<T: Send + 'static>(
    timeout: Duration,
    work: impl FnOnce() -> Result<T, KeyringError> + Send + 'static,
) -> Result<T, KeyringError> {
    match tokio::time::timeout(timeout, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(KeyringError::Refused(error.to_string())),
        Err(_) => Err(KeyringError::Refused("it did not answer".to_owned())),
    }
}

/// Checks that a keyring answers. Other systems always have one.
#[cfg(target_os = "linux")]
fn check() -> Result<(), KeyringError> {
    use secret_service::{EncryptionType, blocking::SecretService};
    SecretService::connect(EncryptionType::Plain)
        .map(drop)
        .map_err(|error| KeyringError::Absent(error.to_string()))
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn check() -> Result<(), KeyringError> {
    Ok(())
}

/// The entry of this name. The crate caches the result of its first lookup for ever, so it is called only after a
/// keyring answered.
fn entry(name: &str) -> Result<Entry, KeyringError> {
    check()?;
    Entry::new(SERVICE, name).map_err(|error| match error {
        Error::NoDefaultStore => KeyringError::Absent(error.to_string()),
        error => refused(error),
    })
}

fn read(entry: &Entry) -> Result<Option<SecretString>, KeyringError> {
    match entry.get_secret() {
        Ok(secret) => {
            let secret = Zeroizing::new(secret);
            // Other bytes are reported as a malformed key.
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

/// Unlocks the default collection, which may show the system's prompt. Returns whether it was locked.
#[cfg(target_os = "linux")]
fn unlock() -> Result<bool, KeyringError> {
    use secret_service::{EncryptionType, blocking::SecretService};
    let refused = |error: secret_service::Error| KeyringError::Refused(error.to_string());
    let service = SecretService::connect(EncryptionType::Plain).map_err(refused)?;
    let collection = match service.get_default_collection() {
        Ok(collection) => collection,
        // There is no collection.
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
