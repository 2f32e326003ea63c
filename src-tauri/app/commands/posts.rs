//! Commands for posts: the queue, settings, sending, cancelling, removing.

use slipway_engine::views::{HistoryEntry, Notice, Post, PostSettings};
use tauri::State;

use super::{CAPTION, ID, bounded, refused};
use crate::shell::Shell;

/// The queue, newest first. The caller listens to events from then on.
#[tauri::command]
#[specta::specta]
pub async fn posts(shell: State<'_, Shell>) -> Result<Vec<Post>, Notice> {
    let posts = shell.engine().await?.posts().await.map_err(refused)?;
    shell.window_listens();
    Ok(posts)
}

/// Stores the creator's settings of a draft.
#[tauri::command]
#[specta::specta]
pub async fn update_post(
    shell: State<'_, Shell>,
    id: String,
    settings: PostSettings,
) -> Result<Post, Notice> {
    bounded("id", id.len(), ID)?;
    bounded("caption", settings.caption.len(), CAPTION)?;
    bounded(
        "privacy",
        settings.privacy.as_deref().map_or(0, str::len),
        ID,
    )?;
    bounded(
        "accountId",
        settings.account_id.as_deref().map_or(0, str::len),
        ID,
    )?;
    shell
        .engine()
        .await?
        .update_post(&id, &settings)
        .await
        .map_err(refused)
}

/// Queues a draft.
#[tauri::command]
#[specta::specta]
pub async fn submit_post(shell: State<'_, Shell>, id: String) -> Result<Post, Notice> {
    bounded("id", id.len(), ID)?;
    shell
        .engine()
        .await?
        .submit_post(&id)
        .await
        .map_err(refused)
}

/// Cancels a post while its upload is incomplete.
#[tauri::command]
#[specta::specta]
pub async fn cancel_post(shell: State<'_, Shell>, id: String) -> Result<Post, Notice> {
    bounded("id", id.len(), ID)?;
    shell
        .engine()
        .await?
        .cancel_post(&id)
        .await
        .map_err(refused)
}

/// Retries a post, or queries its status again.
#[tauri::command]
#[specta::specta]
pub async fn retry_post(shell: State<'_, Shell>, id: String) -> Result<Post, Notice> {
    bounded("id", id.len(), ID)?;
    shell.engine().await?.retry_post(&id).await.map_err(refused)
}

/// Removes a post from the queue. Its file stays.
#[tauri::command]
#[specta::specta]
pub async fn remove_post(shell: State<'_, Shell>, id: String) -> Result<(), Notice> {
    bounded("id", id.len(), ID)?;
    shell
        .engine()
        .await?
        .remove_post(&id)
        .await
        .map_err(refused)
}

/// The history of a post, oldest first.
#[tauri::command]
#[specta::specta]
pub async fn post_history(
    shell: State<'_, Shell>,
    id: String,
) -> Result<Vec<HistoryEntry>, Notice> {
    bounded("id", id.len(), ID)?;
    shell
        .engine()
        .await?
        .post_history(&id)
        .await
        .map_err(refused)
}

/// Accepts the changed file of a post. The post becomes a draft again.
#[tauri::command]
#[specta::specta]
pub async fn use_changed_file(shell: State<'_, Shell>, id: String) -> Result<Post, Notice> {
    bounded("id", id.len(), ID)?;
    let engine = shell.engine().await?;
    engine.use_changed_file(&id).await.map_err(refused)
}
