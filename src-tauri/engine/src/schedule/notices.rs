//! Why a moment or a slot cannot be used, and that a planned post comes near one of TikTok's limits.

use slipway_core::{
    notice::{Explain, notice},
    views::Notice,
};

use crate::schedule::{NearLimit, ScheduleError, days};

impl Explain for ScheduleError {
    fn explain(&self) -> Notice {
        const NOTHING: &str = "Slipway changed nothing.";
        match self {
            Self::DateTime { text } => notice(
                "schedule.date_time",
                format!("“{text}” is not a date with a time of day."),
                NOTHING,
                "Choose the date and the time again.",
            ),
            Self::TimeOfDay { text } => notice(
                "schedule.time_of_day",
                format!("“{text}” is not a time of day."),
                NOTHING,
                "Give hours and minutes, such as 18:30.",
            ),
            Self::UnknownZone { name } => notice(
                "schedule.unknown_zone",
                format!("Slipway does not know the time zone “{name}”."),
                NOTHING,
                "Choose a zone by a large city in it, such as Europe/Vienna.",
            ),
            Self::Past => notice(
                "schedule.past",
                "This moment has passed.",
                NOTHING,
                "Choose a later one, or post now.",
            ),
            Self::TooFarAhead { max } => notice(
                "schedule.too_far_ahead",
                format!("This moment is more than {} days ahead.", days(*max)),
                NOTHING,
                "Choose a moment within the coming year.",
            ),
            Self::NoSlots => notice(
                "schedule.no_slots",
                "This account has no weekly slots yet.",
                NOTHING,
                "Add the times of the week at which you like to post, or choose a moment.",
            ),
            Self::Store(_) => notice(
                "schedule.store",
                "The schedule could not be saved.",
                NOTHING,
                "Check that your disk has space, then try again.",
            ),
        }
    }
}

impl Explain for NearLimit {
    fn explain(&self) -> Notice {
        match self {
            Self::DirectPosts { count, typical } => notice(
                "forecast.direct_posts",
                format!(
                    "This is direct post number {count} of this account within 24 hours. TikTok typically allows about {typical}. The number differs by creator, and posts through other apps count too."
                ),
                "Slipway sends it at its moment all the same. If TikTok says that it is one too many, Slipway waits and tries again by itself.",
                "Choose a later moment if it must go out on time.",
            ),
            Self::PendingDrafts { count, max } => notice(
                "forecast.pending_drafts",
                format!(
                    "This is draft number {count} for this creator’s TikTok inbox within 24 hours. TikTok lets {max} be pending. Drafts from other apps count too, and when TikTok stops counting one may differ by creator."
                ),
                "Slipway sends it at its moment all the same. If TikTok says that it is one too many, Slipway waits and tries again by itself.",
                "Finish or discard drafts in the TikTok app before then, or choose a later moment.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, time::Duration};

    use super::*;

    #[test]
    fn every_error_has_a_text_of_its_own_in_three_parts() {
        let text = || "31:61".to_owned();
        let errors = [
            ScheduleError::DateTime { text: text() },
            ScheduleError::TimeOfDay { text: text() },
            ScheduleError::UnknownZone { name: text() },
            ScheduleError::Past,
            ScheduleError::TooFarAhead {
                max: Duration::from_hours(366 * 24),
            },
            ScheduleError::NoSlots,
            ScheduleError::Store(sqlx::Error::PoolClosed),
        ];
        let mut codes = BTreeSet::new();
        for error in &errors {
            let notice = error.explain();
            assert!(
                !notice.slipway.is_empty() && !notice.you.is_empty(),
                "{error}"
            );
            let named = notice.happened.contains("31:61");
            assert_eq!(named, error.to_string().contains("31:61"), "{error}");
            assert!(codes.insert(notice.code), "{error}");
        }
        assert!(errors[4].explain().happened.contains("366 days"));
    }

    #[test]
    fn a_forecast_names_its_numbers_and_that_other_apps_count() {
        let direct = NearLimit::DirectPosts {
            count: 16,
            typical: 15,
        };
        let drafts = NearLimit::PendingDrafts { count: 5, max: 5 };
        for (near, numbers) in [(direct, ["16", "15"]), (drafts, ["number 5", "lets 5"])] {
            let notice = near.explain();
            for number in numbers {
                assert!(notice.happened.contains(number), "{}", notice.happened);
            }
            assert!(notice.happened.contains("other apps"));
            assert!(!notice.slipway.is_empty() && !notice.you.is_empty());
        }
    }
}
