//! Forecasts TikTok's daily limits from an account's own history and plans. An estimate: TikTok counts all apps.

use jiff::{SignedDuration, Timestamp};
use slipway_core::{
    notice::Explain,
    views::{Forecast, PostMode},
};
use tiktok_api::limits::{DIRECT_POSTS_PER_DAY, PENDING_DRAFTS};

/// TikTok counts over a sliding window of 24 hours (`/doc/content-sharing-guidelines`).
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// A planned post reaches one of TikTok's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NearLimit {
    /// The number of direct posts that creators typically have in 24 hours is reached or exceeded.
    DirectPosts {
        /// The number of posts, including the planned one.
        count: u32,
        /// The typical number.
        typical: u32,
    },
    /// The largest number of pending drafts is reached or exceeded.
    PendingDrafts {
        /// The number of posts, including the planned one.
        count: u32,
        /// The largest number.
        max: u32,
    },
}

/// Forecasts the limits for one more post in `mode` at `moment`.
///
/// `others` are the account's other sent and planned posts, each with the instant at which it was or will be sent. The
/// result includes the planned post.
pub(crate) fn forecast(
    others: &[(Timestamp, PostMode)],
    mode: PostMode,
    moment: Timestamp,
) -> Forecast {
    let count = |counted: PostMode| {
        let near = others.iter().filter(|(at, mode)| {
            let age = moment.duration_since(*at);
            *mode == counted && !age.is_negative() && age < WINDOW
        });
        u32::try_from(near.count())
            .unwrap_or(u32::MAX)
            .saturating_add(u32::from(mode == counted))
    };
    let (direct, drafts) = (count(PostMode::Direct), count(PostMode::Inbox));
    let near = match mode {
        PostMode::Direct if direct >= DIRECT_POSTS_PER_DAY => Some(NearLimit::DirectPosts {
            count: direct,
            typical: DIRECT_POSTS_PER_DAY,
        }),
        PostMode::Inbox if drafts >= PENDING_DRAFTS => Some(NearLimit::PendingDrafts {
            count: drafts,
            max: PENDING_DRAFTS,
        }),
        PostMode::Direct | PostMode::Inbox => None,
    };
    Forecast {
        direct_posts: direct,
        direct_posts_typical: DIRECT_POSTS_PER_DAY,
        pending_drafts: drafts,
        pending_drafts_max: PENDING_DRAFTS,
        notice: near.map(|near| near.explain()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    const NOON: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn hours_before(hours: i64, mode: PostMode) -> (Timestamp, PostMode) {
        (NOON - SignedDuration::from_hours(hours), mode)
    }

    #[test]
    fn reports_the_typical_number_of_direct_posts() {
        let mut others: Vec<_> = (0..13)
            .map(|hour| hours_before(hour, PostMode::Direct))
            .collect();
        let below = forecast(&others, PostMode::Direct, NOON);
        assert_eq!((below.direct_posts, below.notice), (14, None));

        others.push(hours_before(23, PostMode::Direct));
        let at = forecast(&others, PostMode::Direct, NOON);
        assert_eq!(at.direct_posts, at.direct_posts_typical);
        assert_eq!(at.notice.unwrap().code, "forecast.direct_posts");

        // Drafts and direct posts are counted separately.
        let draft = forecast(&others, PostMode::Inbox, NOON);
        assert_eq!((draft.direct_posts, draft.pending_drafts), (14, 1));
        assert_eq!(draft.notice, None);
    }

    #[test]
    fn reports_the_fifth_draft() {
        let others: Vec<_> = (1..=4)
            .map(|hour| hours_before(hour, PostMode::Inbox))
            .collect();
        let below = forecast(&others[1..], PostMode::Inbox, NOON);
        assert_eq!((below.pending_drafts, below.notice), (4, None));
        let at = forecast(&others, PostMode::Inbox, NOON);
        assert_eq!(at.pending_drafts, at.pending_drafts_max);
        assert_eq!(at.notice.unwrap().code, "forecast.pending_drafts");
    }

    #[test]
    fn the_window_slides_and_includes_the_instant() {
        let second = SignedDuration::from_secs(1);
        for (at, counts) in [
            (NOON, true),
            (NOON + second, false),
            (NOON - WINDOW, false),
            (NOON - WINDOW + second, true),
            (Timestamp::MAX, false),
            (Timestamp::MIN, false),
        ] {
            let expected = 1 + u32::from(counts);
            let found = forecast(&[(at, PostMode::Direct)], PostMode::Direct, NOON);
            assert_eq!(found.direct_posts, expected, "{at}");
        }
    }

    proptest! {
        #[test]
        fn each_post_counts_for_a_day_and_its_mode(
            posts in vec((-200_000_i64..200_000, any::<bool>()), 0..60), direct in any::<bool>(),
        ) {
            let mode = |direct| if direct { PostMode::Direct } else { PostMode::Inbox };
            let others: Vec<_> = posts
                .iter()
                .map(|(off, direct)| (NOON + SignedDuration::from_secs(*off), mode(*direct)))
                .collect();
            let found = forecast(&others, mode(direct), NOON);
            let inside = |off: i64| (-86_399..=0).contains(&off);
            let expected = |counted: bool| {
                let others = posts.iter().filter(|(off, direct)| *direct == counted && inside(*off));
                u32::try_from(others.count()).unwrap() + u32::from(direct == counted)
            };
            prop_assert_eq!(found.direct_posts, expected(true));
            prop_assert_eq!(found.pending_drafts, expected(false));
            let full = if direct {
                found.direct_posts >= found.direct_posts_typical
            } else {
                found.pending_drafts >= found.pending_drafts_max
            };
            prop_assert_eq!(found.notice.is_some(), full);
        }
    }
}
