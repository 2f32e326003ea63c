//! Limits on requests per sliding minute (`/docs/en/tiktok-api-v2-rate-limit`).

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::operation::Operation;

const WINDOW: SignedDuration = SignedDuration::from_mins(1);

/// Request times of the last minute, by token and operation.
#[derive(Debug, Default)]
pub(crate) struct RateLimiter(HashMap<(String, Operation), VecDeque<Timestamp>>);

impl RateLimiter {
    /// Counts one request of a token. If the limit is reached, returns the seconds until the next request is allowed.
    pub(crate) fn check(
        &mut self,
        token: &str,
        operation: Operation,
        now: Timestamp,
    ) -> Result<(), u64> {
        let Some(limit) = operation.requests_per_minute() else {
            return Ok(());
        };
        let times = self.0.entry((token.to_owned(), operation)).or_default();
        while times
            .front()
            .is_some_and(|at| now.duration_since(*at) >= WINDOW)
        {
            times.pop_front();
        }
        if times.len() < limit {
            times.push_back(now);
            return Ok(());
        }
        let oldest = times.front().copied().unwrap_or(now);
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
        fn no_sliding_minute_exceeds_the_limit(gaps in proptest::collection::vec(0_i64..30_000, 1..80)) {
            let mut limiter = RateLimiter::default();
            let mut now = Timestamp::UNIX_EPOCH;
            let mut accepted: Vec<Timestamp> = Vec::new();
            for gap in gaps {
                now += SignedDuration::from_millis(gap);
                let inside = accepted.iter().filter(|at| now.duration_since(**at) < WINDOW).count();
                match limiter.check("t", Operation::Init, now) {
                    Ok(()) => { prop_assert!(inside < 6); accepted.push(now); }
                    Err(wait) => {
                        prop_assert_eq!(inside, 6);
                        prop_assert!((1..=60).contains(&wait));
                        let then = now + SignedDuration::from_secs(i64::try_from(wait).unwrap());
                        prop_assert!(accepted.iter().filter(|at| then.duration_since(**at) < WINDOW).count() < 6);
                    }
                }
            }
        }
    }

    #[test]
    fn limits_apply_per_token_and_operation() {
        let mut limiter = RateLimiter::default();
        let now = Timestamp::UNIX_EPOCH;
        for _ in 0..6 {
            limiter.check("a", Operation::Init, now).unwrap();
        }
        assert_eq!(limiter.check("a", Operation::Init, now), Err(60));
        assert_eq!(limiter.check("b", Operation::Init, now), Ok(()));
        assert_eq!(limiter.check("a", Operation::InboxInit, now), Ok(()));
        assert_eq!(limiter.check("a", Operation::Upload, now), Ok(()));
    }
}
