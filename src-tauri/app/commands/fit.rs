//! Commands about making a draft's file fit.

use slipway_engine::views::{Fit, FitChoice, Notice};
use tauri::State;

use super::{ID, bounded, refused};
use crate::shell::Shell;

/// Most rules that can be chosen; there are fewer.
const RULES: usize = 64;

/// What can be done about a draft's file, and what would be done with this choice.
#[tauri::command]
#[specta::specta]
pub async fn fit(shell: State<'_, Shell>, id: String, choice: FitChoice) -> Result<Fit, Notice> {
    checked(&id, &choice)?;
    let engine = shell.engine().await?;
    engine.fit(&id, &choice).await.map_err(refused)
}

/// Makes a file that fits of a draft's; events tell how far it is and how it ended.
#[tauri::command]
#[specta::specta]
pub async fn make_fit(
    shell: State<'_, Shell>,
    id: String,
    choice: FitChoice,
) -> Result<(), Notice> {
    checked(&id, &choice)?;
    let engine = shell.engine().await?;
    engine.make_fit(&id, &choice).await.map_err(refused)
}

/// Stops it.
#[tauri::command]
#[specta::specta]
pub async fn cancel_fit(shell: State<'_, Shell>, id: String) -> Result<(), Notice> {
    bounded("id", id.len(), ID)?;
    shell.engine().await?.cancel_fit(&id);
    Ok(())
}

fn checked(id: &str, choice: &FitChoice) -> Result<(), Notice> {
    bounded("id", id.len(), ID)?;
    let rules = choice.rules.as_deref().unwrap_or_default();
    bounded("rules", rules.len(), RULES)?;
    for rule in rules {
        bounded("rule", rule.len(), ID)?;
    }
    Ok(())
}
