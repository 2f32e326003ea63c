//! Resolves a local date and time in a zone to an instant.
//!
//! A local time that does not exist because clocks go forward is moved forward by the skipped span (02:30 becomes
//! 03:30). Of a local time that exists twice because clocks go back, the first is used. Calendars do the same (RFC 5545,
//! 3.3.5).

use std::time::Duration;

use jiff::{
    Timestamp,
    civil::{DateTime, Time},
    tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase},
};
use slipway_core::{
    clock,
    views::{ClockChange, LocalMoment, Schedule},
};

use super::ScheduleError;

/// The maximum time ahead at which a post can be scheduled: a leap year. A sign-in does not last longer without a
/// refresh (`/doc/oauth-user-access-token-management`), and clock changes are rarely announced earlier.
pub(crate) const MAX_AHEAD: Duration = Duration::from_hours(366 * 24);

/// A local time and its instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// The instant.
    pub(crate) instant: Timestamp,
    /// The effect of a clock change on the local time.
    pub(crate) change: ClockChange,
    /// The local date and time as given, even if it does not exist.
    pub(crate) civil: DateTime,
    /// The zone's IANA name.
    pub(crate) zone: String,
}

impl Resolved {
    /// Returns the local time as given.
    pub(crate) fn moment(&self) -> LocalMoment {
        LocalMoment {
            date_time: format(self.civil),
            zone: self.zone.clone(),
        }
    }

    /// Returns the view.
    pub(crate) fn view(&self) -> Schedule {
        Schedule {
            moment: self.moment(),
            at: self.instant.to_string(),
            change: self.change,
        }
    }
}

/// Resolves a local time by the rules above. [`check`] decides whether it can be scheduled.
pub(crate) fn resolve(moment: &LocalMoment) -> Result<Resolved, ScheduleError> {
    let zone = zone_named(&moment.zone)?;
    let unreadable = || ScheduleError::DateTime {
        text: moment.date_time.clone(),
    };
    let civil = parse(&moment.date_time).ok_or_else(unreadable)?;
    resolve_in(civil, &zone).ok_or_else(unreadable)
}

/// Resolves a local time in a known zone. Returns `None` at the ends of the calendar.
pub(crate) fn resolve_in(civil: DateTime, zone: &TimeZone) -> Option<Resolved> {
    let found = zone.to_ambiguous_timestamp(civil);
    let change = match found.offset() {
        AmbiguousOffset::Unambiguous { .. } => ClockChange::None,
        AmbiguousOffset::Gap { .. } => ClockChange::Skipped,
        AmbiguousOffset::Fold { .. } => ClockChange::Repeated,
    };
    Some(Resolved {
        instant: found.compatible().ok()?,
        change,
        civil,
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
    })
}

/// Checks that a post can be scheduled for `instant`: after `now`, by at most [`MAX_AHEAD`].
pub(crate) fn check(instant: Timestamp, now: Timestamp) -> Result<(), ScheduleError> {
    if instant <= now {
        Err(ScheduleError::Past)
    } else if instant > clock::after(now, MAX_AHEAD) {
        Err(ScheduleError::TooFarAhead { max: MAX_AHEAD })
    } else {
        Ok(())
    }
}

/// Returns the zone with this IANA name. Names that the system does not know come from Slipway's bundled data.
pub(crate) fn zone_named(name: &str) -> Result<TimeZone, ScheduleError> {
    TimeZone::get(name)
        .or_else(|_| TimeZoneDatabase::bundled().get(name))
        .ok()
        .filter(|zone| !zone.is_unknown() && zone.iana_name().is_some())
        .ok_or_else(|| ScheduleError::UnknownZone {
            name: name.to_owned(),
        })
}

/// Returns the system's zone, or UTC if it has none, or one without an IANA name, which cannot be stored.
pub(crate) fn system_zone() -> TimeZone {
    let zone = TimeZone::system();
    if zone.is_unknown() || zone.iana_name().is_none() {
        tracing::warn!("[Schedule] the computer's time zone has no name; UTC is used");
        return TimeZone::UTC;
    }
    zone
}

/// Returns the IANA names of all zones in the system's or Slipway's bundled data, sorted.
pub(crate) fn zone_names() -> Vec<String> {
    let mut names: Vec<String> = jiff::tz::db()
        .available()
        .chain(TimeZoneDatabase::bundled().available())
        .map(|name| name.to_string())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Parses a time of day, `HH:MM`.
pub(crate) fn time_of_day(text: &str) -> Result<Time, ScheduleError> {
    Time::strptime("%H:%M", text)
        .ok()
        // `strptime` is lenient, so that only the canonical form is accepted.
        .filter(|time| time.strftime("%H:%M").to_string() == text)
        .ok_or_else(|| ScheduleError::TimeOfDay {
            text: text.to_owned(),
        })
}

const TO_THE_MINUTE: &str = "%Y-%m-%dT%H:%M";
const TO_THE_SECOND: &str = "%Y-%m-%dT%H:%M:%S";

fn parse(text: &str) -> Option<DateTime> {
    [TO_THE_MINUTE, TO_THE_SECOND].into_iter().find_map(|form| {
        let civil = DateTime::strptime(form, text).ok()?;
        (civil.strftime(form).to_string() == text).then_some(civil)
    })
}

fn format(civil: DateTime) -> String {
    let form = if civil.second() == 0 {
        TO_THE_MINUTE
    } else {
        TO_THE_SECOND
    };
    civil.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::schedule::tests::zoned_instant;

    fn moment(date_time: &str, zone: &str) -> LocalMoment {
        LocalMoment {
            date_time: date_time.to_owned(),
            zone: zone.to_owned(),
        }
    }

    #[test]
    fn resolves_local_times_around_clock_changes() {
        use ClockChange::{None, Repeated, Skipped};
        for (said, zone, at, change) in [
            (
                "2026-10-24T18:30",
                "Europe/Vienna",
                "2026-10-24T16:30:00Z",
                None,
            ),
            (
                "2026-10-25T18:30",
                "Europe/Vienna",
                "2026-10-25T17:30:00Z",
                None,
            ),
            // Forward from 02:00 to 03:00, and back from 03:00 to 02:00.
            (
                "2027-03-28T02:30",
                "Europe/Vienna",
                "2027-03-28T01:30:00Z",
                Skipped,
            ),
            (
                "2026-10-25T02:30",
                "Europe/Vienna",
                "2026-10-25T00:30:00Z",
                Repeated,
            ),
            (
                "2026-10-25T02:30:15",
                "Europe/Vienna",
                "2026-10-25T00:30:15Z",
                Repeated,
            ),
            // By half an hour.
            (
                "2026-10-04T02:15",
                "Australia/Lord_Howe",
                "2026-10-03T15:45:00Z",
                Skipped,
            ),
            // At midnight.
            (
                "2026-09-06T00:15",
                "America/Santiago",
                "2026-09-06T04:15:00Z",
                Skipped,
            ),
            // Samoa had no 30th of December in 2011.
            (
                "2011-12-30T12:00",
                "Pacific/Apia",
                "2011-12-30T22:00:00Z",
                Skipped,
            ),
        ] {
            let resolved = resolve(&moment(said, zone)).unwrap();
            assert_eq!(resolved.instant.to_string(), at, "{said} {zone}");
            assert_eq!(resolved.change, change, "{said} {zone}");
            assert_eq!(resolved.moment(), moment(said, zone));
        }
    }

    #[test]
    fn what_is_no_date_with_a_time_of_day_is_refused() {
        for text in [
            "",
            "2026-10-25",
            "18:30",
            "2026-10-25 18:30",
            "2026-10-25T18:30Z",
            "2026-10-25T18:30+02:00",
            "2026-10-25T24:00",
            "2026-10-25T18:60",
            "2026-10-25T23:59:60",
            "2026-02-29T12:00",
            "2026-1-5T9:05",
            " 2026-10-25T18:30",
            "2026-10-25T18:30\n",
            "9999-12-31T23:59",
        ] {
            let refused = resolve(&moment(text, "America/New_York")).unwrap_err();
            assert!(
                matches!(refused, ScheduleError::DateTime { text: ref named } if named == text),
                "{text}"
            );
        }
        for text in ["", "9:30", "24:00", "18:60", "18:30:00", "+8:30", "18.30"] {
            assert!(time_of_day(text).is_err(), "{text}");
        }
        assert_eq!(
            time_of_day("18:30").unwrap(),
            jiff::civil::time(18, 30, 0, 0)
        );
    }

    #[test]
    fn a_zone_must_be_known_and_old_names_are() {
        for name in [
            "",
            "Etc/Unknown",
            "Europe/Nowhere",
            "../etc/passwd",
            "CET-1CEST",
        ] {
            let refused = resolve(&moment("2026-10-25T18:30", name)).unwrap_err();
            assert!(
                matches!(refused, ScheduleError::UnknownZone { .. }),
                "{name}"
            );
        }
        for name in ["Asia/Calcutta", "US/Pacific", "UTC"] {
            let resolved = resolve(&moment("2026-10-25T18:30", name)).unwrap();
            assert_eq!(resolved.zone, name);
        }
    }

    #[test]
    fn the_system_zone_can_be_stored() {
        let name = system_zone().iana_name().unwrap().to_owned();
        assert_eq!(zone_named(&name).unwrap().iana_name(), Some(name.as_str()));
    }

    #[test]
    fn only_the_coming_year_can_be_scheduled() {
        let now: Timestamp = "2027-03-01T12:00:00Z".parse().unwrap();
        let second = Duration::from_secs(1);
        assert!(matches!(check(now, now), Err(ScheduleError::Past)));
        assert!(check(now + second, now).is_ok());
        // The same day of the next year, a leap year.
        assert!(check("2028-03-01T12:00:00Z".parse().unwrap(), now).is_ok());
        assert!(matches!(
            check(now + MAX_AHEAD + second, now),
            Err(ScheduleError::TooFarAhead { .. })
        ));
        assert!(check(Timestamp::MAX, now).is_err());
    }

    proptest! {
        #[test]
        fn the_local_time_is_kept_unless_it_was_skipped(
            (zone, near) in zoned_instant(), shift in -90_000_i64..90_000,
        ) {
            let said = zone.to_datetime(near).checked_add(SignedDuration::from_secs(shift)).unwrap();
            let name = zone.iana_name().unwrap();
            let resolved = resolve(&moment(&format(said), name)).unwrap();
            prop_assert_eq!(&resolved, &resolve(&resolved.moment()).unwrap());

            let shown = zone.to_datetime(resolved.instant);
            let others = shows(&zone, said).into_iter().filter(|at| *at != resolved.instant);
            let others: Vec<_> = others.collect();
            match resolved.change {
                ClockChange::None => {
                    prop_assert_eq!(shown, said);
                    prop_assert!(others.is_empty());
                }
                ClockChange::Repeated => {
                    prop_assert_eq!(shown, said);
                    prop_assert_eq!(others.len(), 1);
                    prop_assert!(others[0] > resolved.instant);
                }
                ClockChange::Skipped => {
                    prop_assert!(others.is_empty());
                    // The clock change before the instant skipped the time, and moved it by its own length.
                    let just_after = resolved.instant + Duration::from_nanos(1);
                    let change = zone.preceding(just_after).next().unwrap();
                    let before = zone.to_offset(change.timestamp() - Duration::from_secs(1));
                    let skipped = before.until(change.offset());
                    prop_assert!(shown > said);
                    prop_assert_eq!(shown, said.checked_add(skipped).unwrap());
                }
            }
        }
    }

    /// Returns every instant with the local time `civil`, by trying each offset that the zone uses.
    fn shows(zone: &TimeZone, civil: DateTime) -> Vec<Timestamp> {
        let as_utc = TimeZone::UTC.to_timestamp(civil).unwrap();
        let day = Duration::from_hours(26);
        let mut found: Vec<Timestamp> = zone
            .following(as_utc - day)
            .take_while(|change| change.timestamp() <= as_utc + day)
            .map(|change| change.offset())
            .chain([zone.to_offset(as_utc - day)])
            .filter_map(|offset| offset.to_timestamp(civil).ok())
            .filter(|at| zone.to_datetime(*at) == civil)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
