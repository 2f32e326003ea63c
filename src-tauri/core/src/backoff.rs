//! How long to pause between tries: twice as long each time, by chance, and bounded.

use std::time::Duration;

use rand::{Rng, RngExt as _};

/// A rule for pauses that grow.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// The longest first pause.
    pub first: Duration,
    /// The longest pause of all.
    pub most: Duration,
    /// The shortest pause: chance must not make it nothing.
    pub least: Duration,
}

/// Between tries of one post.
const POST: Backoff = Backoff {
    first: Duration::from_secs(1),
    most: Duration::from_mins(5),
    least: Duration::from_millis(500),
};

impl Backoff {
    /// The pause after `tries` that went wrong in a row before this one.
    ///
    /// Full jitter: anything between the shortest pause and the bound of this try, so that those who
    /// were stopped together do not come back together.
    pub fn pause(&self, tries: u32, rng: &mut impl Rng) -> Duration {
        self.bound(tries)
            .mul_f64(rng.random_range(0.0..=1.0))
            .max(self.least)
    }

    /// The longest pause after `tries`.
    fn bound(&self, tries: u32) -> Duration {
        1_u32
            .checked_shl(tries)
            .map_or(self.most, |times| self.first.saturating_mul(times))
            .min(self.most)
    }
}

/// The pause before a post is tried again, after `tries` that went wrong in a row before.
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
    fn the_whole_range_is_used() {
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
