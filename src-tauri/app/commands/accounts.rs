//! Commands for accounts: labels, posting options, disconnecting.

use slipway_engine::views::{Account, AccountColour, Creator, Notice, PendingRevocation};
use tauri::State;

use super::{ID, bounded, refused};
use crate::shell::Shell;

/// The longest label in bytes. The engine limits its characters.
const LABEL: usize = 1024;

/// The connected accounts, oldest first.
#[tauri::command]
#[specta::specta]
pub async fn accounts(shell: State<'_, Shell>) -> Result<Vec<Account>, Notice> {
    shell.engine().await?.accounts().await.map_err(refused)
}

/// Stores the label and the colour of an account.
#[tauri::command]
#[specta::specta]
pub async fn update_account(
    shell: State<'_, Shell>,
    account_id: String,
    label: Option<String>,
    colour: Option<AccountColour>,
) -> Result<Account, Notice> {
    bounded("accountId", account_id.len(), ID)?;
    bounded("label", label.as_deref().map_or(0, str::len), LABEL)?;
    shell
        .engine()
        .await?
        .update_account(&account_id, label.as_deref(), colour)
        .await
        .map_err(refused)
}

/// The disconnects that TikTok must still be notified of, oldest first.
#[tauri::command]
#[specta::specta]
pub async fn revocations(shell: State<'_, Shell>) -> Result<Vec<PendingRevocation>, Notice> {
    shell.engine().await?.revocations().await.map_err(refused)
}

/// Disconnects an account here, and revokes its tokens at TikTok as soon as TikTok can be reached.
#[tauri::command]
#[specta::specta]
pub async fn disconnect(shell: State<'_, Shell>, account_id: String) -> Result<(), Notice> {
    bounded("accountId", account_id.len(), ID)?;
    shell
        .engine()
        .await?
        .disconnect(&account_id)
        .await
        .map_err(refused)
}

/// The creator's current posting options, queried from TikTok.
#[tauri::command]
#[specta::specta]
pub async fn creator(shell: State<'_, Shell>, account_id: String) -> Result<Creator, Notice> {
    bounded("accountId", account_id.len(), ID)?;
    shell
        .engine()
        .await?
        .creator(&account_id)
        .await
        .map_err(refused)
}
