//! Decides whether a scheduled post is due, not yet due, or missed.

use std::time::Duration;

use jiff::Timestamp;

/// The delay that is always accepted, whatever the grace period. Timers are late, and where the clock is polled once a
/// minute, a wake-up from sleep is noticed that late.
pub(crate) const WAKE_UP: Duration = Duration::from_mins(2);

/// The decision about a scheduled post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Its time is in the future.
    NotYet,
    /// It is sent now.
    Now,
    /// The grace period expired, so that the creator has to decide.
    Missed {
        /// The time since it was due.
        late_by: Duration,
    },
}

/// Decides at `now` about a post that was due at `due` and may be late by `grace` or [`WAKE_UP`].
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
    fn a_post_is_due_until_the_grace_period_expires() {
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
    fn a_late_wake_up_is_accepted_without_grace() {
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
        /// With time, a post is first not due, then due, then missed, and never goes back.
        #[test]
        fn states_follow_in_order(
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
