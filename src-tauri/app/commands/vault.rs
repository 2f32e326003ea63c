//! Commands for the vault: the protection of its key, the recovery phrase, a change of key.

use secrecy::ExposeSecret;
use slipway_engine::{
    Protection,
    views::{KeyProtection, Notice, VaultView},
};
use tauri::State;

use super::{ENTRY, refused, secret};
use crate::{error::ShellError, shell::Shell, startup::Startup};

/// The protection of the stored secrets.
#[tauri::command]
#[specta::specta]
pub async fn vault(shell: State<'_, Shell>) -> Result<VaultView, Notice> {
    shell.engine().await?.vault().await.map_err(refused)
}

/// The vault's key as 24 words, for the creator to print or write down. No other command returns a secret. The window
/// shows it on demand and does not store it, and the audit trail records it.
#[tauri::command]
#[specta::specta]
pub async fn recovery_phrase(shell: State<'_, Shell>) -> Result<String, Notice> {
    let engine = shell.engine().await?;
    let phrase = engine.recovery_phrase().await.map_err(refused)?;
    Ok(phrase.expose_secret().to_owned())
}

/// Creates a new key and re-encrypts every stored secret with it. Uploads pause meanwhile. `current` is the passphrase of
/// the old key, if it has one.
#[tauri::command]
#[specta::specta]
pub async fn change_key(
    shell: State<'_, Shell>,
    protection: KeyProtection,
    passphrase: Option<String>,
    current: Option<String>,
) -> Result<Startup, Notice> {
    let bounded =
        |name, given: Option<String>| given.map(|given| secret(name, given, ENTRY)).transpose();
    let (current, passphrase) = (
        bounded("current", current)?,
        bounded("passphrase", passphrase)?,
    );
    let protection = match protection {
        KeyProtection::Keyring => Protection::Keyring,
        KeyProtection::Passphrase => {
            let given = passphrase.ok_or_else(|| refused(ShellError::OutOfBounds("passphrase")))?;
            Protection::Passphrase(given)
        }
    };
    shell.change_key(protection, current).await
}

/// Protection by the given passphrase, or else by the keyring.
pub(super) fn protection(passphrase: Option<String>) -> Result<Protection, Notice> {
    Ok(match passphrase {
        Some(passphrase) => Protection::Passphrase(secret("passphrase", passphrase, ENTRY)?),
        None => Protection::Keyring,
    })
}
