//! Commands about posts: the queue, a draft's choices, sending, stopping, removing.

use slipway_engine::views::{HistoryEntry, Notice, Post, PostSettings};
use tauri::State;

use super::{CAPTION, ID, bounded, refused};
use crate::shell::Shell;

/// The queue, newest first. Whoever asks for it listens to events from then on.
#[tauri::command]
#[specta::specta]
pub async fn posts(shell: State<'_, Shell>) -> Result<Vec<Post>, Notice> {
    let posts = shell.engine().await?.posts().await.map_err(refused)?;
    shell.window_listens();
    Ok(posts)
}

/// Stores what the creator chose for a draft.
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

/// Puts a draft in line to be sent.
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

/// Stops a post, as long as TikTok does not have it whole.
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

/// Tries a post again, or asks TikTok once more about it.
#[tauri::command]
#[specta::specta]
pub async fn retry_post(shell: State<'_, Shell>, id: String) -> Result<Post, Notice> {
    bounded("id", id.len(), ID)?;
    shell.engine().await?.retry_post(&id).await.map_err(refused)
}

/// Takes a post off the queue; the file stays.
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

/// A post's own history, oldest first.
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

/// Takes a file that changed since it was added as it is now; the post becomes a draft again.
#[tauri::command]
#[specta::specta]
pub async fn use_changed_file(shell: State<'_, Shell>, id: String) -> Result<Post, Notice> {
    bounded("id", id.len(), ID)?;
    let engine = shell.engine().await?;
    engine.use_changed_file(&id).await.map_err(refused)
}
