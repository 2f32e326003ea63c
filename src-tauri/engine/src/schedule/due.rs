//! Whether a scheduled post goes out: not yet, now, or no longer without asking.

use std::time::Duration;

use jiff::Timestamp;

/// How late a post may always be, whatever the grace period: an alarm never ends in the very instant, and where the
/// time is looked at once a minute it may be that late after the computer slept.
pub(crate) const WAKE_UP: Duration = Duration::from_mins(2);

/// What to do about a scheduled post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Its moment is still to come.
    NotYet,
    /// It goes out.
    Now,
    /// It is later than the grace period, so the creator is asked.
    Missed {
        /// How long ago its moment was.
        late_by: Duration,
    },
}

/// What to do at `now` about a post for the moment `due`, which may be late by `grace`, or by [`WAKE_UP`].
pub(crate) fn judge(due: Timestamp, now: Timestamp, grace: Duration) -> Due {
    match Duration::try_from(now.duration_since(due)) {
        Err(_) => Due::NotYet,
        Ok(late_by) if late_by <= grace.max(WAKE_UP) => Due::Now,
        Ok(late_by) => Due::Missed { late_by },
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    const DUE: Timestamp = Timestamp::constant(1_800_000_000, 0);

    #[test]
    fn a_post_goes_out_from_its_moment_until_grace_is_over() {
        let grace = Duration::from_hours(1);
        let tick = Duration::from_millis(1);
        assert_eq!(judge(DUE, DUE - tick, grace), Due::NotYet);
        assert_eq!(judge(DUE, DUE, grace), Due::Now);
        assert_eq!(judge(DUE, DUE + grace, grace), Due::Now);
        let late_by = grace + tick;
        assert_eq!(judge(DUE, DUE + late_by, grace), Due::Missed { late_by });
        assert_eq!(judge(DUE, Timestamp::MIN, grace), Due::NotYet);
        assert_eq!(judge(Timestamp::MAX, DUE, Duration::MAX), Due::NotYet);
    }

    #[test]
    fn without_grace_waking_up_is_not_missing() {
        assert_eq!(
            judge(DUE, DUE + Duration::from_millis(3), Duration::ZERO),
            Due::Now
        );
        assert_eq!(judge(DUE, DUE + WAKE_UP, Duration::ZERO), Due::Now);
        let late_by = WAKE_UP + Duration::from_millis(1);
        assert_eq!(
            judge(DUE, DUE + late_by, Duration::ZERO),
            Due::Missed { late_by }
        );
    }

    proptest! {
        /// As time goes by a post is first not due, then due, then missed, and never goes back.
        #[test]
        fn time_moves_it_one_way(
            grace in 0..700_000_u64, earlier in -100_000_i64..1_000_000, on in 0..100_000_i64,
        ) {
            let rank = |seconds: i64| {
                let now = DUE + SignedDuration::from_secs(seconds);
                match judge(DUE, now, Duration::from_secs(grace)) {
                    Due::NotYet => 0,
                    Due::Now => 1,
                    Due::Missed { late_by } => {
                        assert_eq!(i64::try_from(late_by.as_secs()).unwrap(), seconds);
                        2
                    }
                }
            };
            prop_assert!(rank(earlier) <= rank(earlier + on));
        }
    }
}
