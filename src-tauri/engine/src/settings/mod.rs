//! What a creator set: read with care, checked before it is stored, and the switch that pauses everything.

mod audit;
mod ignored_names;
mod notices;
mod upload_limit;

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use slipway_accounts::connect::{HostedPage, HostedPageError};
use slipway_core::views::Settings;
use slipway_store::{audit::append, vault::Vault};
use sqlx::{SqliteConnection, SqlitePool};

pub(crate) use ignored_names::{Names, POSTED, is_called_video};
pub(crate) use notices::text::TEXTS;
pub(crate) use upload_limit::limit_at;

use crate::schedule::{ScheduleError, system_zone, time_of_day, zone_named};

/// Longest grace period: a post that is later than a week is news no more.
pub(crate) const GRACE_MAX: Duration = Duration::from_hours(7 * 24);
/// Longest spacing between two posts of an account.
pub(crate) const SPACING_MAX: Duration = Duration::from_hours(24);
/// Lowest limit for uploads, in bytes a second: 57 MB in the hour that an upload address lives
/// (`/doc/content-posting-api-reference-direct-post`). With less hardly a video would arrive.
pub(crate) const UPLOAD_LIMIT_MIN: u64 = 16_000;

/// How long a file in a watched folder may have to be still, in seconds.
pub(crate) const SETTLE_SECONDS: std::ops::RangeInclusive<u32> = 1..=600;

/// The settings were not stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A zone or a time of day makes no sense.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The grace period is too long.
    #[error("[Settings] Save failed: the grace period is longer than {} days", crate::schedule::days(*.max))]
    Grace {
        /// The longest one.
        max: Duration,
    },
    /// The spacing is too long.
    #[error("[Settings] Save failed: the spacing is longer than {} hours", .max.as_secs() / 3600)]
    Spacing {
        /// The longest one.
        max: Duration,
    },
    /// The limit for uploads is too low.
    #[error("[Settings] Save failed: the upload limit is below {min} bytes a second")]
    UploadLimit {
        /// The lowest one, in bytes a second.
        min: u64,
    },
    /// The limit for uploads has times and no days.
    #[error("[Settings] Save failed: the upload limit has no days")]
    NoDays,
    /// Port 0 is no port.
    #[error("[Settings] Save failed: the webhook's port is 0")]
    Port,
    /// The page that hands TikTok's answer on cannot be one.
    #[error("[Settings] Save failed: the hosted page: {0}")]
    HostedPage(HostedPageError),
    /// The time that a file must have been still is too short or too long.
    #[error("[Settings] Save failed: a file must be still for 1 to 600 seconds")]
    Settle,
    /// A pattern of the names that are left out is none.
    #[error("[Settings] Save failed: {pattern:?} is no pattern of names")]
    Pattern {
        /// The pattern.
        pattern: String,
    },
    /// The database did not do what it was asked.
    #[error("[Settings] Save failed: {0}")]
    Store(#[from] sqlx::Error),
}

const SETTINGS: &str = "settings";
const PAUSED: &str = "paused";

/// Reads and writes what the creator set.
#[derive(Debug, Clone)]
pub(crate) struct SettingsStore {
    pub(crate) pool: SqlitePool,
    /// Seals what the audit trail tells of settings.
    pub(crate) vault: Arc<Vault>,
    /// Whether TikTok is on this computer, so that a page may be, too.
    pub(crate) local: bool,
}

impl SettingsStore {
    /// What is set. Parts that are missing, cannot be read or make no sense are as in a new Slipway.
    pub(crate) async fn load(&self) -> Result<Settings, sqlx::Error> {
        let stored = value(&mut *self.pool.acquire().await?, SETTINGS).await?;
        Ok(stored.map_or_else(Settings::default, |text| read(&text, self.local)))
    }

    /// Stores all settings once they make sense; otherwise none of them.
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

    /// Whether the creator paused all posts. When that cannot be read they are: nothing goes out against a will.
    pub(crate) async fn paused(&self) -> Result<bool, sqlx::Error> {
        let stored = value(&mut *self.pool.acquire().await?, PAUSED).await?;
        Ok(stored.is_some_and(|text| {
            text.parse().unwrap_or_else(|_| {
                tracing::warn!("[Settings] Read failed: {PAUSED} is {text:?}; taken for true");
                true
            })
        }))
    }

    /// Remembers, also for the next start, whether all posts are paused.
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

/// The zone in which slots and new moments are meant: the one that is set, else the computer's own.
pub(crate) fn zone(settings: &Settings) -> TimeZone {
    let Some(name) = &settings.time_zone else {
        return system_zone();
    };
    zone_named(name).unwrap_or_else(|error| {
        tracing::warn!("{error}; the computer's own is used");
        system_zone()
    })
}

/// Whether settings make sense.
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
    Names::new(&settings.ignored_names).map_err(|pattern| SettingsError::Pattern { pattern })?;
    if settings.webhook.port == 0 {
        return Err(SettingsError::Port);
    }
    if let Some(page) = &settings.hosted_page {
        HostedPage::new(page, local).map_err(SettingsError::HostedPage)?;
    }
    Ok(())
}

/// Stored settings, part by part, so that one bad part does not cost the others.
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

/// `settings` with one part replaced, if that makes sense.
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
