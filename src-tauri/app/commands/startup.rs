//! Commands about the start: how it ended, the first choice, the passphrase, another try.

use secrecy::SecretString;
use slipway_engine::views::Notice;
use tauri::State;

use super::{ENTRY, bounded};
use crate::{mode::Mode, shell::Shell, startup::Startup};

/// How the start ended; waits for its end.
#[tauri::command]
#[specta::specta]
pub async fn startup(shell: State<'_, Shell>) -> Result<Startup, Notice> {
    Ok(shell.startup().await)
}

/// Goes on with the sandbox or with TikTok; also changes from one to the other later.
#[tauri::command]
#[specta::specta]
pub async fn choose_mode(shell: State<'_, Shell>, mode: Mode) -> Result<Startup, Notice> {
    Ok(shell.choose(mode).await)
}

/// Opens the vault with a passphrase: the first one ever, or the one chosen then.
#[tauri::command]
#[specta::specta]
pub async fn unlock(shell: State<'_, Shell>, passphrase: String) -> Result<Startup, Notice> {
    let passphrase = SecretString::from(passphrase);
    bounded("passphrase", length(&passphrase), ENTRY)?;
    Ok(shell.retry(Some(&passphrase)).await)
}

/// Tries once more to open what could not be opened.
#[tauri::command]
#[specta::specta]
pub async fn retry_startup(shell: State<'_, Shell>) -> Result<Startup, Notice> {
    Ok(shell.retry(None).await)
}

fn length(secret: &SecretString) -> usize {
    secrecy::ExposeSecret::expose_secret(secret).len()
}
