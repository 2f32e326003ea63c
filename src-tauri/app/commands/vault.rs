//! Commands about the vault: where its key lies, the key as words, another key.

use secrecy::ExposeSecret;
use slipway_engine::{
    Protection,
    views::{KeyProtection, Notice, VaultView},
};
use tauri::State;

use super::{ENTRY, refused, secret};
use crate::{error::ShellError, shell::Shell, startup::Startup};

/// How the stored secrets are protected.
#[tauri::command]
#[specta::specta]
pub async fn vault(shell: State<'_, Shell>) -> Result<VaultView, Notice> {
    shell.engine().await?.vault().await.map_err(refused)
}

/// The vault's key as 24 words, for the creator to print or write down. This is the one command whose answer holds a
/// secret: the window shows it on demand and forgets it, and the audit trail tells of it.
#[tauri::command]
#[specta::specta]
pub async fn recovery_phrase(shell: State<'_, Shell>) -> Result<String, Notice> {
    let engine = shell.engine().await?;
    let phrase = engine.recovery_phrase().await.map_err(refused)?;
    Ok(phrase.expose_secret().to_owned())
}

/// Makes a new key and encrypts every stored secret with it. Uploads pause for as long as it takes. `current` is the
/// passphrase of the present key, where it has one.
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

/// A passphrase, if one is given, or the keyring.
pub(super) fn protection(passphrase: Option<String>) -> Result<Protection, Notice> {
    Ok(match passphrase {
        Some(passphrase) => Protection::Passphrase(secret("passphrase", passphrase, ENTRY)?),
        None => Protection::Keyring,
    })
}
