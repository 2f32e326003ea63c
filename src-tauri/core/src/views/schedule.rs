//! When a post goes out: moments in a creator's zone, weekly slots, and what planning shows.

use jiff::civil;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::text::Notice;

/// A moment as a creator says it: a date and a time of day where they live.
///
/// In the night when clocks go forward some times do not exist: such a moment is moved forward by the skipped
/// span (02:30 becomes 03:30). In the night when clocks go back some exist twice: the first is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LocalMoment {
    /// Date and time of day without a zone, such as `2026-10-25T18:30`.
    pub date_time: String,
    /// The zone's IANA name, such as `Europe/Vienna`.
    pub zone: String,
}

/// What daylight saving did to a moment.
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

/// When a post goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// As the creator said it.
    pub moment: LocalMoment,
    /// The instant that it stands for, as RFC 3339.
    pub at: String,
    /// What daylight saving did to it.
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

/// A time that comes back every week, in the zone of the settings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WeeklySlot {
    /// The day.
    pub weekday: Weekday,
    /// The time of day, `HH:MM` in 24 hours.
    pub time: String,
}

/// What an account's own history lets expect of TikTok's limits at a moment. A guess: TikTok counts all apps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// Direct posts of this account in the 24 hours up to the moment, planned ones included.
    pub direct_posts: u32,
    /// How many direct posts creators typically have in 24 hours.
    pub direct_posts_typical: u32,
    /// Drafts sent to this creator's inbox in the 24 hours up to the moment, planned ones included.
    pub pending_drafts: u32,
    /// How many drafts may be pending.
    pub pending_drafts_max: u32,
    /// What to know of it, when a limit is near.
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
