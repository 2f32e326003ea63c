//! Weekly slots: the times of the week at which an account likes to post, and the next one that is free.

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

/// Two posts closer than this stand in the same slot, whatever the spacing.
const SAME_SLOT: SignedDuration = SignedDuration::from_mins(1);

/// A time of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    weekday: Weekday,
    time: Time,
}

impl Slot {
    /// The slot at so many minutes after Monday 00:00, if a week has that many.
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

    /// Minutes since Monday 00:00.
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

/// Reads and writes the weekly slots of accounts.
#[derive(Debug, Clone)]
pub(crate) struct SlotStore {
    pub(crate) pool: SqlitePool,
}

impl SlotStore {
    /// The slots of an account from Monday to Sunday.
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

    /// Replaces the slots of an account, all or none; one said twice counts once.
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

/// The first time after `after` that one of `slots` comes round in `zone` with no post of `taken` nearer than
/// `spacing`. Each slot comes once on each of its days, also when clocks change: a time that does not exist is moved
/// forward, of one that exists twice the first counts. Nothing only when there are no slots or the calendar ends.
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
    // A moment that had to be moved gives way to one that is meant for the same instant.
    let order = |found: &Resolved| (found.instant, found.change == ClockChange::Skipped);
    let mut best: Option<Resolved> = None;
    for slot in slots {
        // Moving a time forward can take it a day on, so the search begins in the days before.
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
