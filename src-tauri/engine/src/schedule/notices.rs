//! Notices about times and slots, and about TikTok's limits that a planned post comes near.

use slipway_core::{notice::Explain, views::Notice};

use super::{NearLimit, ScheduleError, days};

pub(crate) mod text {
    //! The texts about planning.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice date_time = "schedule.date_time" (text: text);
        notice time_of_day = "schedule.time_of_day" (text: text, context: text);
        notice unknown_zone = "schedule.unknown_zone" (name: text, context: text);
        notice past = "schedule.past";
        notice too_far_ahead = "schedule.too_far_ahead" (days: number);
        notice no_slots = "schedule.no_slots";
        notice store = "schedule.store";
        notice direct_posts = "forecast.direct_posts" (count: number, typical: number);
        notice pending_drafts = "forecast.pending_drafts" (count: number, max: number);
    }
}

impl Explain for ScheduleError {
    fn explain(&self) -> Notice {
        explain(self, "schedule")
    }
}

/// Explains an error in `schedule`, or in `settings`.
pub(crate) fn explain(error: &ScheduleError, context: &'static str) -> Notice {
    match error {
        ScheduleError::DateTime { text } => text::date_time(text),
        ScheduleError::TimeOfDay { text } => text::time_of_day(text, context),
        ScheduleError::UnknownZone { name } => text::unknown_zone(name, context),
        ScheduleError::Past => text::past(),
        ScheduleError::TooFarAhead { max } => text::too_far_ahead(days(*max)),
        ScheduleError::NoSlots => text::no_slots(),
        ScheduleError::Store(_) => text::store(),
    }
}

impl Explain for NearLimit {
    fn explain(&self) -> Notice {
        match self {
            Self::DirectPosts { count, typical } => text::direct_posts(*count, *typical),
            Self::PendingDrafts { count, max } => text::pending_drafts(*count, *max),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, time::Duration};

    use super::*;
    use slipway_core::texts::{Language, Texts};

    #[test]
    fn every_error_has_a_text_of_its_own_in_three_parts() {
        let texts = Texts::of(Language::English);
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
            let words = texts.notice(&notice);
            assert!(
                !words.slipway.is_empty() && !words.you.is_empty(),
                "{error}"
            );
            let named = words.happened.contains("31:61");
            assert_eq!(named, error.to_string().contains("31:61"), "{error}");
            assert!(codes.insert(notice.code), "{error}");
        }
        let far = texts.notice(&errors[4].explain());
        assert!(far.happened.contains("366 days"));
    }

    #[test]
    fn a_forecast_names_its_numbers_and_that_other_apps_count() {
        let texts = Texts::of(Language::English);
        let direct = NearLimit::DirectPosts {
            count: 16,
            typical: 15,
        };
        let drafts = NearLimit::PendingDrafts { count: 5, max: 5 };
        for (near, numbers) in [
            (direct, ["post 16", "about 15"]),
            (drafts, ["draft 5", "allows 5"]),
        ] {
            let words = texts.notice(&near.explain());
            for number in numbers {
                assert!(words.happened.contains(number), "{}", words.happened);
            }
            assert!(words.happened.contains("other apps"));
            assert!(!words.slipway.is_empty() && !words.you.is_empty());
        }
    }
}
