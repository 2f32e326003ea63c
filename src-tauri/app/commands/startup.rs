//! Commands about the start: how it ended, the first choice, the passphrase, a lost key, another try.

use slipway_engine::{KeyRequest, views::Notice};
use tauri::State;

use super::{ENTRY, PHRASE, secret, vault::protection};
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
    let passphrase = secret("passphrase", passphrase, ENTRY)?;
    Ok(shell.retry(&KeyRequest::Passphrase(passphrase)).await)
}

/// Gives a lost key back by its recovery phrase, and opens the vault. The keyring keeps the key from then on, or a
/// passphrase where one is given. What is wrong with phrase or passphrase is an error, and the problem stays.
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

/// Gives a lost key up: all tokens are forgotten, queue and history stay, and a new key is made. The keyring keeps it,
/// or a passphrase where one is given.
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

/// Tries once more to open what could not be opened.
#[tauri::command]
#[specta::specta]
pub async fn retry_startup(shell: State<'_, Shell>) -> Result<Startup, Notice> {
    Ok(shell.retry(&KeyRequest::Usual).await)
}
