//! The creator's settings and the switch that pauses all posts: reading, validating and storing them.

mod audit;
mod ignored_names;
mod name_rules;
mod notices;
mod upload_limit;

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use slipway_accounts::connect::{HostedPage, HostedPageError};
use slipway_core::views::Settings;
use slipway_store::{audit::append, vault::Vault};
use sqlx::{SqliteConnection, SqlitePool};

pub(crate) use ignored_names::{IgnoredNames, POSTED, is_called_video, is_maybe_video};
pub(crate) use name_rules::{conflict_copy, is_downloading};
pub(crate) use notices::text::TEXTS;
pub(crate) use upload_limit::limit_at;

use crate::schedule::{ScheduleError, system_zone, time_of_day, zone_named};

/// The longest grace period. A post that is more than a week late is no longer relevant.
pub(crate) const GRACE_MAX: Duration = Duration::from_hours(7 * 24);
/// The longest spacing between two posts of an account.
pub(crate) const SPACING_MAX: Duration = Duration::from_hours(24);
/// The lowest upload limit, in bytes per second: 57 MB in the hour for which an upload URL is valid
/// (`/doc/content-posting-api-reference-direct-post`). A lower limit would let hardly any upload finish.
pub(crate) const UPLOAD_LIMIT_MIN: u64 = 16_000;

/// The allowed settle times of files in watched folders, in seconds.
pub(crate) const SETTLE_SECONDS: std::ops::RangeInclusive<u32> = 1..=600;

/// The settings are invalid or could not be stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A zone or a time of day is invalid.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The grace period is too long.
    #[error("[Settings] Save failed: the grace period is longer than {} days", crate::schedule::days(*.max))]
    Grace {
        /// The longest allowed value.
        max: Duration,
    },
    /// The spacing is too long.
    #[error("[Settings] Save failed: the spacing is longer than {} hours", .max.as_secs() / 3600)]
    Spacing {
        /// The longest allowed value.
        max: Duration,
    },
    /// The upload limit is too low.
    #[error("[Settings] Save failed: the upload limit is below {min} bytes a second")]
    UploadLimit {
        /// The lowest allowed value, in bytes per second.
        min: u64,
    },
    /// The upload limit has a time window without days.
    #[error("[Settings] Save failed: the upload limit has no days")]
    NoDays,
    /// The port of the webhook receiver is 0.
    #[error("[Settings] Save failed: the webhook's port is 0")]
    Port,
    /// The address of the hosted page is invalid.
    #[error("[Settings] Save failed: the hosted page: {0}")]
    HostedPage(HostedPageError),
    /// The settle time is too short or too long.
    #[error("[Settings] Save failed: a file must be still for 1 to 600 seconds")]
    Settle,
    /// A pattern of ignored names is invalid.
    #[error("[Settings] Save failed: {pattern:?} is no pattern of names")]
    Pattern {
        /// The pattern.
        pattern: String,
    },
    /// The database refused the operation.
    #[error("[Settings] Save failed: {0}")]
    Store(#[from] sqlx::Error),
}

const SETTINGS: &str = "settings";
const PAUSED: &str = "paused";

/// Reads and writes table `settings`.
#[derive(Debug, Clone)]
pub(crate) struct SettingsStore {
    pub(crate) pool: SqlitePool,
    /// Seals the audit entries about settings.
    pub(crate) vault: Arc<Vault>,
    /// True if the API is on this computer, so that the hosted page may be as well.
    pub(crate) local: bool,
}

impl SettingsStore {
    /// Reads the settings. Missing, unreadable and invalid parts have their default values.
    pub(crate) async fn load(&self) -> Result<Settings, sqlx::Error> {
        let stored = value(&mut *self.pool.acquire().await?, SETTINGS).await?;
        Ok(stored.map_or_else(Settings::default, |text| read(&text, self.local)))
    }

    /// Validates and stores all settings, or none of them.
    pub(crate) async fn save(
        &self,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<(), SettingsError> {
        check(settings, self.local)?;
        let text = serde_json::to_string(settings)
            .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let before = value(&mut tx, SETTINGS).await?;
        let before = before.map_or_else(Settings::default, |text| read(&text, self.local));
        set_value(&mut tx, SETTINGS, &text).await?;
        for change in audit::changes(&before, settings) {
            append(&mut tx, &self.vault, now, change).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Returns true if the creator paused all posts, or if the stored value is unreadable: nothing may be sent against the
    /// creator's will.
    pub(crate) async fn paused(&self) -> Result<bool, sqlx::Error> {
        let stored = value(&mut *self.pool.acquire().await?, PAUSED).await?;
        Ok(stored.is_some_and(|text| {
            text.parse().unwrap_or_else(|_| {
                tracing::warn!("[Settings] Read failed: {PAUSED} is {text:?}; taken for true");
                true
            })
        }))
    }

    /// Stores whether all posts are paused.
    pub(crate) async fn set_paused(&self, paused: bool) -> Result<(), sqlx::Error> {
        set_value(
            &mut *self.pool.acquire().await?,
            PAUSED,
            &paused.to_string(),
        )
        .await
    }
}

async fn value(
    connection: &mut SqliteConnection,
    key: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("SELECT value FROM settings WHERE key = ?", key)
        .fetch_optional(connection)
        .await
}

async fn set_value(
    connection: &mut SqliteConnection,
    key: &str,
    value: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO settings (key, value) VALUES (?, ?)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        key,
        value
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Returns the zone of slots and new times: the one in the settings, or the system's.
pub(crate) fn zone(settings: &Settings) -> TimeZone {
    let Some(name) = &settings.time_zone else {
        return system_zone();
    };
    zone_named(name).unwrap_or_else(|error| {
        tracing::warn!("{error}; the computer's own is used");
        system_zone()
    })
}

/// Validates settings.
fn check(settings: &Settings, local: bool) -> Result<(), SettingsError> {
    let minutes = |minutes: u32| Duration::from_mins(minutes.into());
    if let Some(name) = &settings.time_zone {
        zone_named(name)?;
    }
    if minutes(settings.grace_minutes) > GRACE_MAX {
        return Err(SettingsError::Grace { max: GRACE_MAX });
    }
    if minutes(settings.spacing_minutes) > SPACING_MAX {
        return Err(SettingsError::Spacing { max: SPACING_MAX });
    }
    let limit = &settings.upload_limit;
    if limit
        .bytes_per_second
        .is_some_and(|bytes| bytes < UPLOAD_LIMIT_MIN)
    {
        return Err(SettingsError::UploadLimit {
            min: UPLOAD_LIMIT_MIN,
        });
    }
    if let Some(window) = &limit.only_during {
        if window.days.is_empty() {
            return Err(SettingsError::NoDays);
        }
        time_of_day(&window.from)?;
        time_of_day(&window.to)?;
    }
    if !SETTLE_SECONDS.contains(&settings.settle_seconds) {
        return Err(SettingsError::Settle);
    }
    IgnoredNames::new(&settings.ignored_names)
        .map_err(|pattern| SettingsError::Pattern { pattern })?;
    if settings.webhook.port == 0 {
        return Err(SettingsError::Port);
    }
    if let Some(page) = &settings.hosted_page {
        HostedPage::new(page, local).map_err(SettingsError::HostedPage)?;
    }
    Ok(())
}

/// Parses stored settings part by part, so that an invalid part does not affect the others.
fn read(text: &str, local: bool) -> Settings {
    let mut settings = Settings::default();
    let Ok(Value::Object(parts)) = serde_json::from_str(text) else {
        tracing::warn!("[Settings] Read failed: they are no JSON object; the defaults are used");
        return settings;
    };
    for (name, part) in parts {
        match with(&settings, &name, part, local) {
            Ok(better) => settings = better,
            Err(error) => {
                tracing::warn!("[Settings] Read failed: {name}: {error}; the default is used");
            }
        }
    }
    settings
}

/// Returns `settings` with one part replaced, if the result is valid.
fn with(
    settings: &Settings,
    name: &str,
    part: Value,
    local: bool,
) -> Result<Settings, Box<dyn std::error::Error>> {
    let mut whole = serde_json::to_value(settings)?;
    whole[name] = part;
    let settings = serde_json::from_value(whole)?;
    check(&settings, local)?;
    Ok(settings)
}

#[cfg(test)]
mod tests;
