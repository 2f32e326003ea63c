//! Weekly slots: an account's preferred times of the week, and the search for the next free one.

use std::{collections::BTreeSet, time::Duration};

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Time, Weekday},
    tz::TimeZone,
};
use slipway_core::views::{ClockChange, WeeklySlot};
use sqlx::SqlitePool;

use super::{Resolved, ScheduleError, resolve_in, time_of_day};

const MINUTES_PER_HOUR: i64 = 60;
const MINUTES_PER_DAY: i64 = 24 * MINUTES_PER_HOUR;

/// Two posts closer than this share a slot, whatever the spacing.
const SAME_SLOT: SignedDuration = SignedDuration::from_mins(1);

/// A weekday with a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    weekday: Weekday,
    time: Time,
}

impl Slot {
    /// Returns the slot that many minutes after Monday 00:00, or `None` outside a week.
    pub(crate) fn at_week_minute(minute: i64) -> Option<Self> {
        let (day, minute) = (
            minute.div_euclid(MINUTES_PER_DAY),
            minute.rem_euclid(MINUTES_PER_DAY),
        );
        let hour = i8::try_from(minute / MINUTES_PER_HOUR).ok()?;
        let minute = i8::try_from(minute % MINUTES_PER_HOUR).ok()?;
        Some(Self {
            weekday: Weekday::from_monday_zero_offset(i8::try_from(day).ok()?).ok()?,
            time: Time::new(hour, minute, 0, 0).ok()?,
        })
    }

    /// Returns the minutes since Monday 00:00.
    pub(crate) fn week_minute(self) -> i64 {
        i64::from(self.weekday.to_monday_zero_offset()) * MINUTES_PER_DAY
            + i64::from(self.time.hour()) * MINUTES_PER_HOUR
            + i64::from(self.time.minute())
    }
}

impl TryFrom<&WeeklySlot> for Slot {
    type Error = ScheduleError;

    fn try_from(slot: &WeeklySlot) -> Result<Self, Self::Error> {
        Ok(Self {
            weekday: slot.weekday.into(),
            time: time_of_day(&slot.time)?,
        })
    }
}

impl From<Slot> for WeeklySlot {
    fn from(slot: Slot) -> Self {
        Self {
            weekday: slot.weekday.into(),
            time: slot.time.strftime("%H:%M").to_string(),
        }
    }
}

/// Reads and writes table `weekly_slots`.
#[derive(Debug, Clone)]
pub(crate) struct SlotStore {
    pub(crate) pool: SqlitePool,
}

impl SlotStore {
    /// Returns the slots of an account from Monday to Sunday.
    pub(crate) async fn slots(&self, account_id: &str) -> Result<Vec<Slot>, sqlx::Error> {
        let rows = sqlx::query!(
            "SELECT week_minute FROM weekly_slots WHERE account_id = ? ORDER BY week_minute",
            account_id
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .iter()
            .filter_map(|row| Slot::at_week_minute(row.week_minute))
            .collect())
    }

    /// Replaces the slots of an account in one transaction. Duplicates are stored once.
    pub(crate) async fn set_slots(
        &self,
        account_id: &str,
        slots: &[WeeklySlot],
    ) -> Result<(), ScheduleError> {
        let slots = slots
            .iter()
            .map(|slot| Ok(Slot::try_from(slot)?.week_minute()))
            .collect::<Result<BTreeSet<_>, ScheduleError>>()?;
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query!("DELETE FROM weekly_slots WHERE account_id = ?", account_id)
            .execute(&mut *tx)
            .await?;
        for minute in slots {
            sqlx::query!(
                "INSERT INTO weekly_slots (account_id, week_minute) VALUES (?, ?)",
                account_id,
                minute
            )
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Returns the first occurrence of a slot after `after` with no post of `taken` nearer than `spacing`. Each slot occurs
/// once on each of its days: a local time that does not exist is moved forward, and of one that exists twice the first
/// is used. Returns `None` only without slots or at the end of the calendar.
pub(crate) fn next_free(
    slots: &[Slot],
    zone: &TimeZone,
    after: Timestamp,
    taken: &[Timestamp],
    spacing: Duration,
) -> Option<Resolved> {
    let spacing = SignedDuration::try_from(spacing)
        .unwrap_or(SignedDuration::MAX)
        .max(SAME_SLOT);
    let mut taken = taken.to_vec();
    taken.sort_unstable();
    let is_free = |instant: Timestamp| {
        let next = taken.partition_point(|post| instant.duration_since(*post) >= spacing);
        taken
            .get(next)
            .is_none_or(|post| post.duration_since(instant) >= spacing)
    };
    // Of two slots with the same instant, one that was not moved by a clock change wins.
    let order = |found: &Resolved| (found.instant, found.change == ClockChange::Skipped);
    let mut best: Option<Resolved> = None;
    for slot in slots {
        // A time that is moved forward can fall on the next day, so that the search begins a week earlier.
        let Ok(begin) = zone.to_datetime(after).date().checked_sub(1.week()) else {
            continue;
        };
        let mut day = begin.nth_weekday(1, slot.weekday).ok();
        while let Some(found) = day.and_then(|day| resolve_in(day.to_datetime(slot.time), zone)) {
            if best
                .as_ref()
                .is_some_and(|best| order(best) <= order(&found))
            {
                break;
            }
            if found.instant > after && is_free(found.instant) {
                best = Some(found);
                break;
            }
            day = day.and_then(|day| day.checked_add(1.week()).ok());
        }
    }
    best
}

#[cfg(test)]
mod tests;
