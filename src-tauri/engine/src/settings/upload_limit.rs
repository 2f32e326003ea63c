//! The upload limit at an instant, and the next instant at which it changes.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Time, tz::TimeZone};
use slipway_core::views::{DailyWindow, UploadLimit};

use crate::schedule::{resolve_in, time_of_day};

/// The days around now that are searched: enough to find a gap between windows even if a zone skips a day.
const DAYS_BEFORE: i32 = 3;
const DAYS_AHEAD: i32 = 16;
/// A window that is open for longer than this has no gap in its week, and therefore none at all.
const ENDLESS: SignedDuration = SignedDuration::from_hours(15 * 24);

/// Returns the limit at `now` in bytes per second (`None`: unlimited), and when it next changes (`None`: never). A window
/// is in local time of `zone`, and follows the rules of local times at clock changes.
pub(crate) fn limit_at(
    limit: &UploadLimit,
    zone: &TimeZone,
    now: Timestamp,
) -> (Option<u64>, Option<Timestamp>) {
    let (Some(bytes), Some(window)) = (limit.bytes_per_second, &limit.only_during) else {
        return (limit.bytes_per_second, None);
    };
    // Cannot fail, because settings are validated. An unreadable window would not lift the limit.
    let (Ok(from), Ok(to)) = (time_of_day(&window.from), time_of_day(&window.to)) else {
        return (Some(bytes), None);
    };
    let mut end: Option<Timestamp> = None;
    for (begins, ends) in spans(window, from, to, zone, now) {
        if begins > end.unwrap_or(now) {
            if end.is_none() {
                return (None, Some(begins));
            }
            break;
        }
        if ends > end.unwrap_or(now) {
            end = Some(ends);
        }
    }
    match end {
        None => (None, None),
        Some(end) if end.duration_since(now) > ENDLESS => (Some(bytes), None),
        Some(end) => (Some(bytes), Some(end)),
    }
}

/// Returns the periods around `now` in which the window is open, in order, with exclusive ends.
fn spans(
    window: &DailyWindow,
    from: Time,
    to: Time,
    zone: &TimeZone,
    now: Timestamp,
) -> Vec<(Timestamp, Timestamp)> {
    let today = zone.to_datetime(now).date();
    let instant = |day: jiff::civil::Date, time| {
        resolve_in(day.to_datetime(time), zone).map(|resolved| resolved.instant)
    };
    let mut spans: Vec<_> = (-DAYS_BEFORE..=DAYS_AHEAD)
        .filter_map(|offset| today.checked_add(offset.days()).ok())
        .filter(|day| window.days.contains(&day.weekday().into()))
        .filter_map(|day| {
            let last = if to <= from { day.tomorrow().ok()? } else { day };
            Some((instant(day, from)?, instant(last, to)?))
        })
        // Both ends can be the same instant when clocks go forward.
        .filter(|(begins, ends)| begins < ends)
        .collect();
    spans.sort_unstable();
    spans
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::civil::DateTime;
    use proptest::{prelude::*, sample::subsequence};

    use super::*;
    use crate::schedule::{tests::zoned_instant, zone_named};
    use slipway_core::views::Weekday;

    const BYTES: u64 = 500_000;
    const WEEK: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    fn limit(days: &[Weekday], from: &str, to: &str) -> UploadLimit {
        UploadLimit {
            bytes_per_second: Some(BYTES),
            only_during: Some(DailyWindow {
                days: days.to_vec(),
                from: from.to_owned(),
                to: to.to_owned(),
            }),
        }
    }

    /// Returns whether the limit applies in Vienna at an unambiguous local time, and the local time of its next change.
    fn in_vienna(limit: &UploadLimit, local: &str) -> (bool, Option<String>) {
        let zone = zone_named("Europe/Vienna").unwrap();
        let local: DateTime = local.parse().unwrap();
        let now = zone.to_timestamp(local).unwrap();
        let (bytes, next) = limit_at(limit, &zone, now);
        let next = next.map(|next| zone.to_datetime(next).to_string());
        (bytes.is_some(), next)
    }

    #[test]
    fn a_limit_without_window_always_applies() {
        let always = UploadLimit {
            bytes_per_second: Some(BYTES),
            only_during: None,
        };
        let none = UploadLimit {
            bytes_per_second: None,
            ..limit(&WEEK, "08:00", "20:00")
        };
        for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            assert_eq!(limit_at(&always, &TimeZone::UTC, now), (Some(BYTES), None));
            assert_eq!(limit_at(&none, &TimeZone::UTC, now), (None, None));
        }
        // The ends of the calendar do not panic.
        for now in [Timestamp::MIN, Timestamp::MAX] {
            let _ = limit_at(&limit(&WEEK, "08:00", "20:00"), &TimeZone::UTC, now);
        }
        // All day on all days.
        let endless = limit(&WEEK, "02:30", "02:30");
        assert_eq!(in_vienna(&endless, "2027-03-27T12:00:00"), (true, None));
    }

    #[test]
    fn a_window_opens_and_closes_on_its_days() {
        let weekdays = limit(&WEEK[..5], "08:00", "18:00");
        for (local, holds, next) in [
            ("2026-11-24T07:59:59", false, "2026-11-24T08:00:00"),
            ("2026-11-24T08:00:00", true, "2026-11-24T18:00:00"),
            ("2026-11-24T18:00:00", false, "2026-11-25T08:00:00"),
            // Friday to Monday.
            ("2026-11-27T18:00:00", false, "2026-11-30T08:00:00"),
        ] {
            assert_eq!(
                in_vienna(&weekdays, local),
                (holds, Some(next.to_owned())),
                "{local}"
            );
        }
    }

    #[test]
    fn a_window_over_midnight_belongs_to_its_first_day() {
        let friday = limit(&[Weekday::Friday], "22:00", "06:00");
        for (local, holds, next) in [
            ("2026-11-27T05:00:00", false, "2026-11-27T22:00:00"),
            ("2026-11-27T23:00:00", true, "2026-11-28T06:00:00"),
            ("2026-11-28T05:59:59", true, "2026-11-28T06:00:00"),
            ("2026-11-28T06:00:00", false, "2026-12-04T22:00:00"),
        ] {
            assert_eq!(
                in_vienna(&friday, local),
                (holds, Some(next.to_owned())),
                "{local}"
            );
        }
        // Adjacent windows are merged.
        let two = limit(&[Weekday::Friday, Weekday::Saturday], "22:00", "22:00");
        let end = Some("2026-11-29T22:00:00".to_owned());
        assert_eq!(in_vienna(&two, "2026-11-27T23:00:00"), (true, end));
    }

    #[test]
    fn a_skipped_window_stays_closed() {
        let sunday = limit(&[Weekday::Sunday], "02:30", "03:00");
        let next = Some("2027-04-04T02:30:00".to_owned());
        assert_eq!(in_vienna(&sunday, "2027-03-28T01:00:00"), (false, next));
    }

    /// Samoa had no Friday in the last week of 2011.
    #[test]
    fn a_skipped_gap_is_not_a_gap() {
        let days: Vec<_> = WEEK
            .into_iter()
            .filter(|day| *day != Weekday::Friday)
            .collect();
        let zone = zone_named("Pacific/Apia").unwrap();
        let at = |local: &str| {
            zone.to_timestamp(local.parse::<DateTime>().unwrap())
                .unwrap()
        };
        let (bytes, next) = limit_at(
            &limit(&days, "00:00", "00:00"),
            &zone,
            at("2011-12-24T00:00"),
        );
        assert_eq!(bytes, Some(BYTES));
        assert_eq!(next, Some(at("2012-01-06T00:00")));
    }

    proptest! {
        #[test]
        fn what_holds_lasts_until_the_next_change_and_no_longer(
            (zone, now) in zoned_instant(),
            days in subsequence(WEEK.to_vec(), 1..=7),
            from in 0..1440_i32, to in 0..1440_i32,
            probes in prop::collection::vec(0.0..1.0_f64, 8),
        ) {
            let text = |minute: i32| format!("{:02}:{:02}", minute / 60, minute % 60);
            let limit = limit(&days, &text(from), &text(to));
            let holds_at = |at| limit_at(&limit, &zone, at).0.is_some();
            let (bytes, next) = limit_at(&limit, &zone, now);
            prop_assert!(bytes.is_none_or(|bytes| bytes == BYTES));

            let far = now + Duration::from_hours(30 * 24);
            let until = next.unwrap_or(far);
            prop_assert!(until > now);
            let stretch = until.duration_since(now).as_secs_f64();
            for probe in probes {
                let at = now + SignedDuration::from_secs_f64(stretch * probe);
                prop_assert_eq!(holds_at(at), bytes.is_some(), "at {}", at);
            }
            if let Some(next) = next {
                prop_assert_eq!(holds_at(next - Duration::from_nanos(1)), bytes.is_some());
                prop_assert_eq!(holds_at(next), bytes.is_none());
            }

            // Away from clock changes the clock on the wall decides.
            let day = Duration::from_hours(50);
            let change = zone.following(now - day).next();
            if change.is_none_or(|change| change.timestamp() > now + day) {
                let local = zone.to_datetime(now);
                let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
                let on = |date: jiff::civil::Date| days.contains(&date.weekday().into());
                let (today, yesterday) = (on(local.date()), on(local.date().yesterday().unwrap()));
                let open = if from < to {
                    today && (from..to).contains(&minute)
                } else {
                    (today && minute >= from) || (yesterday && minute < to)
                };
                prop_assert_eq!(bytes.is_some(), open, "{} {}", local, limit.only_during.unwrap().from);
            }
        }
    }
}
