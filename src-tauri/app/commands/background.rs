//! Commands for running in the background: its settings, the start at login, and closing the window.

use serde::{Deserialize, Serialize};
use slipway_engine::views::Notice;
use specta::Type;
use tauri::{AppHandle, State};

use super::refused;
use crate::{
    background::{self, CloseAnswer, LoginOffer, Preferences, login},
    error::ShellError,
};

/// The settings for running in the background.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackgroundSettings {
    /// The creator's preferences.
    pub preferences: Preferences,
    /// Whether Slipway starts at login.
    pub start_at_login: bool,
}

/// The settings for running in the background.
#[tauri::command]
#[specta::specta]
pub async fn background(
    app: AppHandle,
    background: State<'_, background::Background>,
) -> Result<BackgroundSettings, Notice> {
    Ok(BackgroundSettings {
        preferences: background.preferences().get(),
        start_at_login: login::is_enabled(&app),
    })
}

/// Stores the preferences.
#[tauri::command]
#[specta::specta]
pub async fn update_background(
    app: AppHandle,
    background: State<'_, background::Background>,
    preferences: Preferences,
) -> Result<BackgroundSettings, Notice> {
    background
        .preferences()
        .set(preferences)
        .map_err(|error| refused(ShellError::Preferences(error)))?;
    background.preferences_changed();
    self::background(app, background).await
}

/// Whether to offer a start at login now: once for each occasion, and never if Slipway starts at login already.
#[tauri::command]
#[specta::specta]
pub async fn offer_login(
    app: AppHandle,
    background: State<'_, background::Background>,
    occasion: LoginOffer,
) -> Result<bool, Notice> {
    if login::is_enabled(&app) {
        return Ok(false);
    }
    background
        .preferences()
        .offer_login(occasion)
        .map_err(|error| refused(ShellError::Preferences(error)))
}

/// Makes Slipway start at login, or not.
#[tauri::command]
#[specta::specta]
pub async fn start_at_login(
    app: AppHandle,
    background: State<'_, background::Background>,
    enabled: bool,
) -> Result<BackgroundSettings, Notice> {
    login::set(&app, enabled).map_err(refused)?;
    self::background(app, background).await
}

/// Takes the creator's answer to the question about closing or quitting.
#[tauri::command]
#[specta::specta]
pub async fn answer_close(app: AppHandle, answer: CloseAnswer) -> Result<(), Notice> {
    background::answer(&app, answer).await;
    Ok(())
}
