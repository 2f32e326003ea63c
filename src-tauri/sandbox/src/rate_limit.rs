//! Requests per sliding minute, as `/docs/en/tiktok-api-v2-rate-limit` counts them.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::operation::Operation;

const WINDOW: SignedDuration = SignedDuration::from_mins(1);

/// When each token did what, within the last minute.
#[derive(Debug, Default)]
pub(crate) struct Rates(HashMap<(String, Operation), VecDeque<Timestamp>>);

impl Rates {
    /// Counts one request of a token, or says in how many seconds there is room again.
    pub(crate) fn admit(
        &mut self,
        token: &str,
        operation: Operation,
        now: Timestamp,
    ) -> Result<(), u64> {
        let Some(limit) = operation.per_minute() else {
            return Ok(());
        };
        let seen = self.0.entry((token.to_owned(), operation)).or_default();
        while seen
            .front()
            .is_some_and(|at| now.duration_since(*at) >= WINDOW)
        {
            seen.pop_front();
        }
        if seen.len() < limit {
            seen.push_back(now);
            return Ok(());
        }
        let oldest = seen.front().copied().unwrap_or(now);
        let wait = WINDOW - now.duration_since(oldest);
        Err(u64::try_from(wait.as_millis().div_euclid(1000) + 1)
            .unwrap_or(60)
            .min(60))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_window_of_a_minute_holds_more_than_the_limit(gaps in proptest::collection::vec(0_i64..30_000, 1..80)) {
            let mut rates = Rates::default();
            let mut now = Timestamp::UNIX_EPOCH;
            let mut let_in: Vec<Timestamp> = Vec::new();
            for gap in gaps {
                now += SignedDuration::from_millis(gap);
                let inside = let_in.iter().filter(|at| now.duration_since(**at) < WINDOW).count();
                match rates.admit("t", Operation::Init, now) {
                    Ok(()) => { prop_assert!(inside < 6); let_in.push(now); }
                    Err(wait) => {
                        prop_assert_eq!(inside, 6);
                        prop_assert!((1..=60).contains(&wait));
                        let then = now + SignedDuration::from_secs(i64::try_from(wait).unwrap());
                        prop_assert!(let_in.iter().filter(|at| then.duration_since(**at) < WINDOW).count() < 6);
                    }
                }
            }
        }
    }

    #[test]
    fn tokens_and_operations_do_not_share() {
        let mut rates = Rates::default();
        let now = Timestamp::UNIX_EPOCH;
        for _ in 0..6 {
            rates.admit("a", Operation::Init, now).unwrap();
        }
        assert_eq!(rates.admit("a", Operation::Init, now), Err(60));
        assert_eq!(rates.admit("b", Operation::Init, now), Ok(()));
        assert_eq!(rates.admit("a", Operation::InboxInit, now), Ok(()));
        assert_eq!(rates.admit("a", Operation::Upload, now), Ok(()));
    }
}
