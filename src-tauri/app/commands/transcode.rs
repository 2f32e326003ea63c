//! Commands for *Make it fit*, which transcodes a draft's file.

use slipway_engine::views::{Notice, TranscodeChoice, TranscodeOptions};
use tauri::State;

use super::{ID, bounded, refused};
use crate::shell::Shell;

/// The most rules in one choice; fewer exist.
const RULES: usize = 64;

/// The possible repairs of a draft's file, and the steps that this choice leads to.
#[tauri::command]
#[specta::specta]
pub async fn fit(
    shell: State<'_, Shell>,
    id: String,
    choice: TranscodeChoice,
) -> Result<TranscodeOptions, Notice> {
    checked(&id, &choice)?;
    let engine = shell.engine().await?;
    engine
        .transcode_options(&id, &choice)
        .await
        .map_err(refused)
}

/// Transcodes a draft's file to one that fits. Events report progress and result.
#[tauri::command]
#[specta::specta]
pub async fn make_fit(
    shell: State<'_, Shell>,
    id: String,
    choice: TranscodeChoice,
) -> Result<(), Notice> {
    checked(&id, &choice)?;
    let engine = shell.engine().await?;
    engine.transcode(&id, &choice).await.map_err(refused)
}

/// Cancels a transcode.
#[tauri::command]
#[specta::specta]
pub async fn cancel_fit(shell: State<'_, Shell>, id: String) -> Result<(), Notice> {
    bounded("id", id.len(), ID)?;
    shell.engine().await?.cancel_transcode(&id);
    Ok(())
}

fn checked(id: &str, choice: &TranscodeChoice) -> Result<(), Notice> {
    bounded("id", id.len(), ID)?;
    let rules = choice.rules.as_deref().unwrap_or_default();
    bounded("rules", rules.len(), RULES)?;
    for rule in rules {
        bounded("rule", rule.len(), ID)?;
    }
    Ok(())
}
