//! Commands about what is set, and how the engine stands as a whole.

use slipway_engine::views::{Notice, Settings, Standing};
use tauri::State;

use super::{ID, bounded, refused};
use crate::shell::Shell;

/// Longest time, zone name or pattern in the settings, in bytes.
const WORD: usize = 64;
/// Most patterns of names that are left out.
const PATTERNS: usize = 1000;

/// What the creator set.
#[tauri::command]
#[specta::specta]
pub async fn settings(shell: State<'_, Shell>) -> Result<Settings, Notice> {
    Ok(shell.engine().await?.settings())
}

/// Longest address of the creator's own page, in bytes.
const ADDRESS: usize = 2048;

/// Stores what the creator set.
#[tauri::command]
#[specta::specta]
pub async fn update_settings(
    shell: State<'_, Shell>,
    settings: Settings,
) -> Result<Settings, Notice> {
    let zone = settings.time_zone.as_deref().map_or(0, str::len);
    bounded("timeZone", zone, WORD)?;
    let page = settings.hosted_page.as_deref().map_or(0, str::len);
    bounded("hostedPage", page, ADDRESS)?;
    bounded("ignoredNames", settings.ignored_names.len(), PATTERNS)?;
    for pattern in &settings.ignored_names {
        bounded("ignoredName", pattern.len(), WORD)?;
    }
    if let Some(window) = &settings.upload_limit.only_during {
        bounded("days", window.days.len(), 7)?;
        bounded("from", window.from.len(), WORD)?;
        bounded("to", window.to.len(), WORD)?;
    }
    let engine = shell.engine().await?;
    engine.update_settings(&settings).await.map_err(refused)
}

/// The IANA names of all zones.
#[tauri::command]
#[specta::specta]
pub async fn time_zones(shell: State<'_, Shell>) -> Result<Vec<String>, Notice> {
    Ok(shell.engine().await?.time_zones())
}

/// The name of the computer's own zone.
#[tauri::command]
#[specta::specta]
pub async fn system_time_zone(shell: State<'_, Shell>) -> Result<String, Notice> {
    Ok(shell.engine().await?.system_time_zone())
}

/// How the engine stands as a whole.
#[tauri::command]
#[specta::specta]
pub async fn standing(shell: State<'_, Shell>) -> Result<Standing, Notice> {
    Ok(shell.engine().await?.standing())
}

/// Puts a notice away that the creator has read.
#[tauri::command]
#[specta::specta]
pub async fn dismiss_notice(shell: State<'_, Shell>, code: String) -> Result<(), Notice> {
    bounded("code", code.len(), ID)?;
    let engine = shell.engine().await?;
    engine.dismiss_notice(&code).await.map_err(refused)
}
