//! Commands for scheduling: moments, weekly slots, the forecast, pausing.

use slipway_engine::views::{Forecast, LocalMoment, Notice, Post, PostMode, Schedule, WeeklySlot};
use tauri::State;

use super::{ID, bounded, refused};
use crate::shell::Shell;

/// The longest date, time or zone name in bytes.
const MOMENT: usize = 64;
/// The most slots of an account: one for each quarter of an hour of the week.
const SLOTS: usize = 7 * 24 * 4;

fn bounded_moment(moment: &LocalMoment) -> Result<(), Notice> {
    bounded("dateTime", moment.date_time.len(), MOMENT)?;
    bounded("zone", moment.zone.len(), MOMENT)
}

/// The instant of a local moment, and the effect of daylight saving on it.
#[tauri::command]
#[specta::specta]
pub async fn preview_moment(
    shell: State<'_, Shell>,
    moment: LocalMoment,
) -> Result<Schedule, Notice> {
    bounded_moment(&moment)?;
    let engine = shell.engine().await?;
    engine.preview_moment(&moment).map_err(refused)
}

/// Schedules a post for a moment.
#[tauri::command]
#[specta::specta]
pub async fn schedule_post(
    shell: State<'_, Shell>,
    id: String,
    moment: LocalMoment,
) -> Result<Post, Notice> {
    bounded("id", id.len(), ID)?;
    bounded_moment(&moment)?;
    let engine = shell.engine().await?;
    engine.schedule_post(&id, &moment).await.map_err(refused)
}

/// Schedules a post for its account's next free weekly slot.
#[tauri::command]
#[specta::specta]
pub async fn schedule_next_slot(shell: State<'_, Shell>, id: String) -> Result<Post, Notice> {
    bounded("id", id.len(), ID)?;
    let engine = shell.engine().await?;
    engine.schedule_next_slot(&id).await.map_err(refused)
}

/// The account's next free weekly slot, if it has any slots.
#[tauri::command]
#[specta::specta]
pub async fn next_slot(
    shell: State<'_, Shell>,
    account_id: String,
) -> Result<Option<Schedule>, Notice> {
    bounded("accountId", account_id.len(), ID)?;
    let engine = shell.engine().await?;
    engine.next_slot(&account_id).await.map_err(refused)
}

/// Turns a scheduled or paused post back into a draft.
#[tauri::command]
#[specta::specta]
pub async fn unschedule_post(shell: State<'_, Shell>, id: String) -> Result<Post, Notice> {
    bounded("id", id.len(), ID)?;
    let engine = shell.engine().await?;
    engine.unschedule_post(&id).await.map_err(refused)
}

/// Pauses a post.
#[tauri::command]
#[specta::specta]
pub async fn pause_post(shell: State<'_, Shell>, id: String) -> Result<Post, Notice> {
    bounded("id", id.len(), ID)?;
    shell.engine().await?.pause_post(&id).await.map_err(refused)
}

/// Resumes a paused post.
#[tauri::command]
#[specta::specta]
pub async fn resume_post(shell: State<'_, Shell>, id: String) -> Result<Post, Notice> {
    bounded("id", id.len(), ID)?;
    let engine = shell.engine().await?;
    engine.resume_post(&id).await.map_err(refused)
}

/// Pauses all uploads.
#[tauri::command]
#[specta::specta]
pub async fn pause_all(shell: State<'_, Shell>) -> Result<(), Notice> {
    shell.engine().await?.pause_all().await.map_err(refused)
}

/// Resumes all uploads.
#[tauri::command]
#[specta::specta]
pub async fn resume_all(shell: State<'_, Shell>) -> Result<(), Notice> {
    shell.engine().await?.resume_all().await.map_err(refused)
}

/// The weekly slots of an account.
#[tauri::command]
#[specta::specta]
pub async fn slots(shell: State<'_, Shell>, account_id: String) -> Result<Vec<WeeklySlot>, Notice> {
    bounded("accountId", account_id.len(), ID)?;
    shell
        .engine()
        .await?
        .slots(&account_id)
        .await
        .map_err(refused)
}

/// Replaces the weekly slots of an account.
#[tauri::command]
#[specta::specta]
pub async fn set_slots(
    shell: State<'_, Shell>,
    account_id: String,
    slots: Vec<WeeklySlot>,
) -> Result<Vec<WeeklySlot>, Notice> {
    bounded("accountId", account_id.len(), ID)?;
    bounded("slots", slots.len(), SLOTS)?;
    for slot in &slots {
        bounded("time", slot.time.len(), MOMENT)?;
    }
    let engine = shell.engine().await?;
    engine.set_slots(&account_id, &slots).await.map_err(refused)
}

/// The forecast of TikTok's limits for one more post of the account at the time `at` (RFC 3339), or now.
#[tauri::command]
#[specta::specta]
pub async fn forecast(
    shell: State<'_, Shell>,
    account_id: String,
    mode: PostMode,
    at: Option<String>,
) -> Result<Forecast, Notice> {
    bounded("accountId", account_id.len(), ID)?;
    bounded("at", at.as_deref().map_or(0, str::len), MOMENT)?;
    let engine = shell.engine().await?;
    engine
        .forecast(&account_id, mode, at.as_deref())
        .await
        .map_err(refused)
}
