//! Commands that open pages in the browser and copy captions to the clipboard.

use slipway_engine::views::Notice;
use tauri::{AppHandle, State};
use tauri_plugin_clipboard_manager::ClipboardExt;

use super::{ID, bounded, refused};
use crate::{browser, error::ShellError, shell::Shell};

/// Opens a published video in the browser.
#[tauri::command]
#[specta::specta]
pub async fn open_post(app: AppHandle, shell: State<'_, Shell>, id: String) -> Result<(), Notice> {
    bounded("id", id.len(), ID)?;
    let post = shell.engine().await?.post(&id).await.map_err(refused)?;
    let link = post.link.ok_or_else(|| refused(ShellError::NoLink))?;
    show(&app, &shell, &link).await
}

/// Opens the sandbox's control page in the browser.
#[tauri::command]
#[specta::specta]
pub async fn open_control_page(app: AppHandle, shell: State<'_, Shell>) -> Result<(), Notice> {
    let page = shell.control_url().await;
    let page = page.ok_or_else(|| refused(ShellError::NoSandbox))?;
    show(&app, &shell, &page).await
}

/// Copies a post's caption to the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn copy_caption(
    app: AppHandle,
    shell: State<'_, Shell>,
    id: String,
) -> Result<(), Notice> {
    bounded("id", id.len(), ID)?;
    let post = shell.engine().await?.post(&id).await.map_err(refused)?;
    let copied = app.clipboard().write_text(post.settings.caption);
    copied.map_err(|error| refused(ShellError::Clipboard(error)))
}

async fn show(app: &AppHandle, shell: &Shell, address: &str) -> Result<(), Notice> {
    let page = browser::web_page(address).map_err(refused)?;
    let program = shell.environment().browser.as_deref();
    browser::open(app, program, page).await.map_err(refused)
}
