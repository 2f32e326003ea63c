//! Commands for the start: its result, the choice of the mode, the passphrase, a lost key, retries.

use slipway_engine::{KeyRequest, views::Notice};
use tauri::State;

use super::{ENTRY, PHRASE, secret, vault::protection};
use crate::{mode::Mode, shell::Shell, startup::Startup};

/// Waits for the end of the start and returns its result.
#[tauri::command]
#[specta::specta]
pub async fn startup(shell: State<'_, Shell>) -> Result<Startup, Notice> {
    Ok(shell.startup().await)
}

/// Chooses the sandbox or TikTok. Also switches between them later.
#[tauri::command]
#[specta::specta]
pub async fn choose_mode(shell: State<'_, Shell>, mode: Mode) -> Result<Startup, Notice> {
    Ok(shell.choose(mode).await)
}

/// Opens the vault with its passphrase, or sets the first one.
#[tauri::command]
#[specta::specta]
pub async fn unlock(shell: State<'_, Shell>, passphrase: String) -> Result<Startup, Notice> {
    let passphrase = secret("passphrase", passphrase, ENTRY)?;
    Ok(shell.retry(&KeyRequest::Passphrase(passphrase)).await)
}

/// Restores a lost key from its recovery phrase and opens the vault. The given passphrase protects the key from then on,
/// or else the keyring. An invalid phrase or passphrase is an error and changes nothing.
#[tauri::command]
#[specta::specta]
pub async fn restore_key(
    shell: State<'_, Shell>,
    phrase: String,
    passphrase: Option<String>,
) -> Result<Startup, Notice> {
    let request = KeyRequest::Restore {
        phrase: secret("phrase", phrase, PHRASE)?,
        protection: protection(passphrase)?,
    };
    shell.rescue(&request).await
}

/// Abandons a lost key: deletes all tokens, keeps queue and history, and creates a new key. The given passphrase protects
/// it, or else the keyring.
#[tauri::command]
#[specta::specta]
pub async fn forget_tokens(
    shell: State<'_, Shell>,
    passphrase: Option<String>,
) -> Result<Startup, Notice> {
    let request = KeyRequest::ForgetTokens {
        protection: protection(passphrase)?,
    };
    shell.rescue(&request).await
}

/// Retries the start after a problem.
#[tauri::command]
#[specta::specta]
pub async fn retry_startup(shell: State<'_, Shell>) -> Result<Startup, Notice> {
    Ok(shell.retry(&KeyRequest::Usual).await)
}
