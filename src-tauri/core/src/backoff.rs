//! Exponential backoff with full jitter.

use std::time::Duration;

use rand::{Rng, RngExt as _};

/// The bounds of a growing pause.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// The upper bound of the first pause.
    pub first: Duration,
    /// The upper bound of all pauses.
    pub most: Duration,
    /// The lower bound of all pauses, which jitter must not undercut.
    pub least: Duration,
}

/// Backoff between attempts of one post.
const POST: Backoff = Backoff {
    first: Duration::from_secs(1),
    most: Duration::from_mins(5),
    least: Duration::from_millis(500),
};

impl Backoff {
    /// The pause after a failure that `tries` failures preceded.
    ///
    /// Full jitter: a random pause between the lower bound and the bound of this attempt, so that callers that failed
    /// together do not retry together.
    pub fn pause(&self, tries: u32, rng: &mut impl Rng) -> Duration {
        self.bound(tries)
            .mul_f64(rng.random_range(0.0..=1.0))
            .max(self.least)
    }

    /// The upper bound after `tries` earlier failures.
    fn bound(&self, tries: u32) -> Duration {
        1_u32
            .checked_shl(tries)
            .map_or(self.most, |times| self.first.saturating_mul(times))
            .min(self.most)
    }
}

/// The pause before the next attempt of a post, after a failure that `tries` failures preceded.
pub fn backoff(tries: i64) -> Duration {
    POST.pause(
        u32::try_from(tries.max(0)).unwrap_or(u32::MAX),
        &mut rand::rng(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    #[test]
    fn pauses_of_a_post_grow_and_stay_bounded() {
        for tries in (-3..100).chain([i64::MIN, i64::MAX]) {
            let pause = backoff(tries);
            assert!(pause >= POST.least && pause <= POST.most, "{tries}");
        }
        assert!(backoff(0) <= POST.first);
        assert_eq!(POST.bound(0), Duration::from_secs(1));
        assert_eq!(POST.bound(8), Duration::from_secs(256));
        assert_eq!(POST.bound(9), POST.most);
    }

    #[test]
    fn jitter_uses_the_whole_range() {
        let mut rng = StdRng::seed_from_u64(7);
        let pauses: Vec<_> = (0..1000).map(|_| POST.pause(6, &mut rng)).collect();
        for quarter in 0..4 {
            let range = POST.bound(6) / 4 * quarter..POST.bound(6) / 4 * (quarter + 1);
            let hits = pauses.iter().filter(|pause| range.contains(pause)).count();
            assert!((150..350).contains(&hits), "{hits} in {range:?}");
        }
    }

    proptest! {
        #[test]
        fn no_pause_leaves_its_bounds(
            first in 1_u64..100_000,
            most in 1_u64..1_000_000,
            tries in any::<u32>(),
            seed in any::<u64>(),
        ) {
            let rule = Backoff {
                first: Duration::from_millis(first),
                most: Duration::from_millis(most),
                least: Duration::from_millis(1),
            };
            let pause = rule.pause(tries, &mut StdRng::seed_from_u64(seed));
            prop_assert!(pause >= rule.least && pause <= rule.most);
            prop_assert!(rule.bound(tries) <= rule.bound(tries.saturating_add(1)));
        }
    }
}
