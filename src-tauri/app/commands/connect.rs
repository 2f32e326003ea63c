//! Commands for connecting accounts in the browser.

use secrecy::ExposeSecret;
use slipway_engine::views::{Account, ConnectAttempt, ConnectPurpose, Notice};
use tauri::{AppHandle, State};
use tauri_plugin_clipboard_manager::ClipboardExt;

use super::{ID, bounded, refused};
use crate::{browser, error::ShellError, shell::Shell};

/// Opens the consent page in the browser. An event reports the result.
#[tauri::command]
#[specta::specta]
pub async fn begin_connect(
    app: AppHandle,
    shell: State<'_, Shell>,
    purpose: ConnectPurpose,
) -> Result<ConnectAttempt, Notice> {
    if let ConnectPurpose::Reconnect { account_id } | ConnectPurpose::GrantMore { account_id } =
        &purpose
    {
        bounded("accountId", account_id.len(), ID)?;
    }
    let attempt = shell
        .engine()
        .await?
        .begin_connect(purpose)
        .await
        .map_err(refused)?;
    if let Err(notice) = show_consent(&app, &shell, &attempt.id).await {
        // Without the page, nobody can answer the attempt.
        shell.engine().await?.cancel_connect(&attempt.id);
        return Err(notice);
    }
    Ok(attempt)
}

/// Opens the consent page of an attempt again.
#[tauri::command]
#[specta::specta]
pub async fn reopen_connect(
    app: AppHandle,
    shell: State<'_, Shell>,
    attempt_id: String,
) -> Result<(), Notice> {
    bounded("attemptId", attempt_id.len(), ID)?;
    show_consent(&app, &shell, &attempt_id).await
}

/// Copies the address of the consent page to the clipboard, for another browser.
#[tauri::command]
#[specta::specta]
pub async fn copy_connect_link(
    app: AppHandle,
    shell: State<'_, Shell>,
    attempt_id: String,
) -> Result<(), Notice> {
    bounded("attemptId", attempt_id.len(), ID)?;
    let page = shell
        .engine()
        .await?
        .authorize_url(&attempt_id)
        .map_err(refused)?;
    // Marked as secret, so that clipboard managers do not store an address that is valid for ten minutes.
    let copied = app.clipboard().write_secret(page.expose_secret());
    copied.map_err(|error| refused(ShellError::Clipboard(error)))
}

/// Cancels an attempt.
#[tauri::command]
#[specta::specta]
pub async fn cancel_connect(shell: State<'_, Shell>, attempt_id: String) -> Result<(), Notice> {
    bounded("attemptId", attempt_id.len(), ID)?;
    shell.engine().await?.cancel_connect(&attempt_id);
    Ok(())
}

/// Adds the account of another creator, who agreed instead of the expected one.
#[tauri::command]
#[specta::specta]
pub async fn keep_other_creator(
    shell: State<'_, Shell>,
    attempt_id: String,
) -> Result<Account, Notice> {
    bounded("attemptId", attempt_id.len(), ID)?;
    shell
        .engine()
        .await?
        .keep_other_creator(&attempt_id)
        .await
        .map_err(refused)
}

async fn show_consent(app: &AppHandle, shell: &Shell, attempt_id: &str) -> Result<(), Notice> {
    let page = shell
        .engine()
        .await?
        .authorize_url(attempt_id)
        .map_err(refused)?;
    let page = browser::web_page(page.expose_secret()).map_err(refused)?;
    let program = shell.environment().browser.as_deref();
    browser::open(app, program, page).await.map_err(refused)
}
