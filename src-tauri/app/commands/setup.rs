//! Commands for the creator's own TikTok app.

use secrecy::{ExposeSecret, SecretString};
use slipway_engine::views::{Notice, Setup};
use tauri::State;

use super::{ENTRY, bounded, refused};
use crate::shell::Shell;

/// The TikTok app in use, without its secret.
#[tauri::command]
#[specta::specta]
pub async fn setup(shell: State<'_, Shell>) -> Result<Setup, Notice> {
    Ok(shell.engine().await?.setup())
}

/// Stores client key and secret of the creator's TikTok app.
#[tauri::command]
#[specta::specta]
pub async fn save_tiktok_app(
    shell: State<'_, Shell>,
    client_key: String,
    client_secret: String,
) -> Result<Setup, Notice> {
    let client_secret = SecretString::from(client_secret);
    bounded("clientKey", client_key.len(), ENTRY)?;
    bounded("clientSecret", client_secret.expose_secret().len(), ENTRY)?;
    let engine = shell.engine().await?;
    engine
        .save_tiktok_app(&client_key, &client_secret)
        .await
        .map_err(refused)
}

/// Deletes client key and secret.
#[tauri::command]
#[specta::specta]
pub async fn forget_tiktok_app(shell: State<'_, Shell>) -> Result<Setup, Notice> {
    shell
        .engine()
        .await?
        .forget_tiktok_app()
        .await
        .map_err(refused)
}
