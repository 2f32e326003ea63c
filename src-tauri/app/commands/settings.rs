//! Commands for the settings and the status of the engine.

use slipway_engine::views::{AppStatus, AwayReport, Notice, Settings};
use tauri::State;

use super::{ID, bounded, refused};
use crate::shell::Shell;

/// The longest time, zone name or pattern in bytes.
const WORD: usize = 64;
/// The most patterns of ignored names.
const PATTERNS: usize = 1000;

/// The settings.
#[tauri::command]
#[specta::specta]
pub async fn settings(shell: State<'_, Shell>) -> Result<Settings, Notice> {
    Ok(shell.engine().await?.settings())
}

/// The longest address of the creator's own page in bytes.
const ADDRESS: usize = 2048;

/// Stores the settings.
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

/// The IANA names of all time zones.
#[tauri::command]
#[specta::specta]
pub async fn time_zones(shell: State<'_, Shell>) -> Result<Vec<String>, Notice> {
    Ok(shell.engine().await?.time_zones())
}

/// The name of the computer's time zone.
#[tauri::command]
#[specta::specta]
pub async fn system_time_zone(shell: State<'_, Shell>) -> Result<String, Notice> {
    Ok(shell.engine().await?.system_time_zone())
}

/// The status of the engine.
#[tauri::command]
#[specta::specta]
pub async fn standing(shell: State<'_, Shell>) -> Result<AppStatus, Notice> {
    Ok(shell.engine().await?.status())
}

/// Dismisses a notice.
#[tauri::command]
#[specta::specta]
pub async fn dismiss_notice(shell: State<'_, Shell>, code: String) -> Result<(), Notice> {
    bounded("code", code.len(), ID)?;
    let engine = shell.engine().await?;
    engine.dismiss_notice(&code).await.map_err(refused)
}

/// What happened while Slipway was closed or the computer slept.
#[tauri::command]
#[specta::specta]
pub async fn away(shell: State<'_, Shell>) -> Result<AwayReport, Notice> {
    Ok(shell.engine().await?.away())
}

/// Dismisses what happened while Slipway was closed or the computer slept.
#[tauri::command]
#[specta::specta]
pub async fn dismiss_away(shell: State<'_, Shell>) -> Result<(), Notice> {
    shell.engine().await?.dismiss_away();
    Ok(())
}
