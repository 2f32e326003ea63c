//! Schedules: local times with a zone, weekly slots, and forecasts of TikTok's limits.

use jiff::civil;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::text::Notice;

/// A date and a time of day in a time zone.
///
/// When clocks go forward, some times do not exist: such a time is moved forward by the skipped span (02:30 becomes
/// 03:30). When clocks go back, some times exist twice: the first one is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LocalMoment {
    /// Date and time of day without a zone, such as `2026-10-25T18:30`.
    pub date_time: String,
    /// The zone's IANA name, such as `Europe/Vienna`.
    pub zone: String,
}

/// The effect of daylight saving on a local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ClockChange {
    /// Nothing.
    None,
    /// The time does not exist on that day and was moved forward.
    Skipped,
    /// The time exists twice on that day; the first is meant.
    Repeated,
}

/// The schedule of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// The creator's local time.
    pub moment: LocalMoment,
    /// The instant of the local time, as RFC 3339.
    pub at: String,
    /// The effect of daylight saving on it.
    pub change: ClockChange,
}

/// A day of the week.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "camelCase")]
pub enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

/// A weekly time in the zone of the settings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WeeklySlot {
    /// The day.
    pub weekday: Weekday,
    /// The time of day, `HH:MM` in 24 hours.
    pub time: String,
}

/// A forecast of TikTok's limits for an account at a time, from its own history. TikTok counts the posts of all apps,
/// so it is an estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// Direct posts of this account in the 24 hours up to the moment, planned ones included.
    pub direct_posts: u32,
    /// The typical number of direct posts in 24 hours.
    pub direct_posts_typical: u32,
    /// Drafts sent to this creator's inbox in the 24 hours up to the moment, planned ones included.
    pub pending_drafts: u32,
    /// The maximum number of pending drafts.
    pub pending_drafts_max: u32,
    /// The notice, if a limit is near.
    pub notice: Option<Notice>,
}

impl From<Weekday> for civil::Weekday {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}

impl From<civil::Weekday> for Weekday {
    fn from(day: civil::Weekday) -> Self {
        match day {
            civil::Weekday::Monday => Self::Monday,
            civil::Weekday::Tuesday => Self::Tuesday,
            civil::Weekday::Wednesday => Self::Wednesday,
            civil::Weekday::Thursday => Self::Thursday,
            civil::Weekday::Friday => Self::Friday,
            civil::Weekday::Saturday => Self::Saturday,
            civil::Weekday::Sunday => Self::Sunday,
        }
    }
}
