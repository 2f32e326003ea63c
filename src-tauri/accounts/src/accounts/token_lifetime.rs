//! Access token lifetimes: refresh times and expiry, by time of day and by uptime.

use std::time::Duration;

use jiff::Timestamp;
use rand::{Rng, RngExt as _};
use slipway_core::clock;

use super::account_row::AccountRow;

/// The time before a refresh token expires at which the creator is warned for the first time.
pub(super) const FIRST_EXPIRY_WARNING: Duration = Duration::from_hours(24 * 14);

/// The range of the token's lifetime in which its refresh is due. The random point keeps accounts that were connected
/// together from being refreshed together.
const REFRESH_FROM: f64 = 0.75;
const REFRESH_TO: f64 = 0.85;

/// The time in which a new token counts as valid, whatever its stated lifetime: a lifetime of zero must not cause a
/// refresh for each call.
pub(super) const NEW_TOKEN: Duration = Duration::from_secs(30);

/// When to refresh an access token that was requested at `asked_at` and lives for `lifetime`.
pub(super) fn refresh_due(
    asked_at: Timestamp,
    lifetime: Duration,
    rng: &mut impl Rng,
) -> Timestamp {
    clock::after(
        asked_at,
        lifetime.mul_f64(rng.random_range(REFRESH_FROM..=REFRESH_TO)),
    )
}

/// The age of an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenAge {
    /// Valid.
    Fresh,
    /// Valid, and due for a refresh.
    Due,
    /// Expired.
    Expired,
}

/// Both clocks at one moment. The time of day may be set; uptime stops while the computer sleeps.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClockReading {
    pub(super) now: Timestamp,
    pub(super) uptime: Duration,
}

impl ClockReading {
    /// Reads both clocks.
    pub(super) fn of(clock: &dyn clock::Clock) -> Self {
        Self {
            now: clock.now(),
            uptime: clock.uptime(),
        }
    }

    /// Whether less than `span` passed since an earlier reading, by both clocks.
    fn is_within(self, span: Duration, earlier: Self) -> bool {
        let end = clock::after(earlier.now, span);
        self.uptime.saturating_sub(earlier.uptime) < span
            && self.now >= earlier.now
            && self.now < end
    }
}

/// The lifetime of one access token in terms of uptime, fixed when this process first saw it: a clock that is set back
/// does not extend it.
#[derive(Debug, Clone)]
pub(super) struct TokenLifetime {
    /// The token as it is stored.
    token: String,
    due: Duration,
    end: Duration,
    /// When this process got the token from TikTok, if it did.
    issued: Option<ClockReading>,
}

impl TokenLifetime {
    /// The lifetime of a stored token.
    pub(super) fn seen(row: &AccountRow, at: ClockReading) -> Self {
        let left = |millis| clock::until(at.now, clock::from_millis(millis));
        let due = if is_in_the_future(row, at.now) {
            Duration::ZERO
        } else {
            left(row.refresh_due_at)
        };
        Self {
            token: row.access_token.clone(),
            due: at.uptime.saturating_add(due),
            end: at.uptime.saturating_add(left(row.access_expires_at)),
            issued: None,
        }
    }

    /// The lifetime of a token that TikTok issued just now.
    pub(super) fn issued(row: &AccountRow, at: ClockReading) -> Self {
        Self {
            issued: Some(at),
            ..Self::seen(row, at)
        }
    }

    /// Whether this is the lifetime of the account's present token.
    pub(super) fn is_of(&self, row: &AccountRow) -> bool {
        self.token == row.access_token
    }

    /// The age of the token. Either clock can expire it.
    pub(super) fn age(&self, row: &AccountRow, at: ClockReading) -> TokenAge {
        let now = at.now.as_millisecond();
        if self.is_new(at) {
            TokenAge::Fresh
        } else if row.access_expires_at <= now || self.end <= at.uptime {
            TokenAge::Expired
        } else if row.refresh_due_at <= now || self.due <= at.uptime {
            TokenAge::Due
        } else {
            TokenAge::Fresh
        }
    }

    /// Whether TikTok issued the token within [`NEW_TOKEN`]. It counts as valid, whatever its stated lifetime.
    pub(super) fn is_new(&self, at: ClockReading) -> bool {
        self.issued
            .is_some_and(|issued| at.is_within(NEW_TOKEN, issued))
    }

    /// The time until the refresh is due by uptime, at least `least` after the token was issued.
    pub(super) fn due_in(&self, at: ClockReading, least: Duration) -> Duration {
        let soonest = self
            .issued
            .map_or(Duration::ZERO, |issued| issued.uptime.saturating_add(least));
        self.due.max(soonest).saturating_sub(at.uptime)
    }

    /// The time until a refresh is allowed, even if the time of day says that it is due.
    pub(super) fn too_soon_for(&self, at: ClockReading, least: Duration) -> Duration {
        self.issued.map_or(Duration::ZERO, |issued| {
            issued
                .uptime
                .saturating_add(least)
                .saturating_sub(at.uptime)
        })
    }
}

/// Whether even the earliest possible issue time is in the future: the clock was ahead when the times were stored, or
/// was set back since.
fn is_in_the_future(row: &AccountRow, now: Timestamp) -> bool {
    let (due, end) = (
        clock::from_millis(row.refresh_due_at),
        clock::from_millis(row.access_expires_at),
    );
    let rest = clock::until(due, end);
    let longest = Duration::try_from_secs_f64(rest.as_secs_f64() / (1.0 - REFRESH_TO))
        .unwrap_or(Duration::MAX);
    // Clock synchronisation moves the time back by short amounts.
    now < clock::before(clock::before(end, longest), NEW_TOKEN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{SeedableRng as _, rngs::StdRng};
    use tiktok_api::limits::TOKEN_LIFE_MAX;

    use super::*;

    const MADE: i64 = 1_790_000_000_000;

    fn moment(millis: i64, uptime: u64) -> ClockReading {
        ClockReading {
            now: clock::from_millis(millis),
            uptime: Duration::from_millis(uptime),
        }
    }

    /// An account whose token was issued at [`MADE`] and lives for `lifetime` milliseconds.
    fn account(lifetime: u64, seed: u64) -> AccountRow {
        let (asked_at, lifetime) = (clock::from_millis(MADE), Duration::from_millis(lifetime));
        AccountRow {
            access_token: "sealed".into(),
            access_expires_at: clock::after(asked_at, lifetime).as_millisecond(),
            refresh_due_at: refresh_due(asked_at, lifetime, &mut StdRng::seed_from_u64(seed))
                .as_millisecond(),
            ..AccountRow::default()
        }
    }

    #[test]
    fn refresh_times_are_spread() {
        let due: std::collections::BTreeSet<i64> = (0..100)
            .map(|seed| account(7_200_000, seed).refresh_due_at / 1000)
            .collect();
        assert!(due.len() > 80, "{} seconds for 100 accounts", due.len());
    }

    #[test]
    fn setting_the_clock_back_does_not_extend_a_token() {
        let row = account(7_200_000, 1);
        let lifetime = TokenLifetime::issued(&row, moment(MADE, 0));
        let day = 86_400_000;
        assert_eq!(
            lifetime.age(&row, moment(MADE + 60_000, 60_000)),
            TokenAge::Fresh
        );
        assert_eq!(
            lifetime.age(&row, moment(MADE - day, 60_000)),
            TokenAge::Fresh
        );
        assert_eq!(
            lifetime.age(&row, moment(MADE - day, 6_500_000)),
            TokenAge::Due
        );
        assert_eq!(
            lifetime.age(&row, moment(MADE - day, 7_200_000)),
            TokenAge::Expired
        );
    }

    #[test]
    fn sleep_and_a_clock_set_forward_expire_a_token() {
        let row = account(7_200_000, 1);
        let lifetime = TokenLifetime::issued(&row, moment(MADE, 0));
        assert_eq!(
            lifetime.age(&row, moment(MADE + 6_500_000, 60_000)),
            TokenAge::Due
        );
        assert_eq!(
            lifetime.age(&row, moment(MADE + 7_200_000, 1_000)),
            TokenAge::Expired
        );
    }

    #[test]
    fn a_token_from_the_future_is_refreshed_after_a_start() {
        let row = account(7_200_000, 1);
        let day = 86_400_000;
        let lifetime = TokenLifetime::seen(&row, moment(MADE - day, 0));
        assert_eq!(lifetime.age(&row, moment(MADE - day, 0)), TokenAge::Due);
        let lifetime = TokenLifetime::seen(&row, moment(MADE + 60_000, 0));
        assert_eq!(
            lifetime.age(&row, moment(MADE + 60_000, 0)),
            TokenAge::Fresh
        );
    }

    #[test]
    fn a_lifetime_of_zero_does_not_refresh_with_each_call() {
        for lifetime in [0, 1, 1_000] {
            let row = account(lifetime, 1);
            let lifetime = TokenLifetime::issued(&row, moment(MADE, 5));
            assert_eq!(
                lifetime.age(&row, moment(MADE + 29_000, 29_000)),
                TokenAge::Fresh
            );
            assert_eq!(
                lifetime.age(&row, moment(MADE + 31_000, 31_000)),
                TokenAge::Expired
            );
            // The computer slept in between.
            assert_eq!(
                lifetime.age(&row, moment(MADE + 31_000, 100)),
                TokenAge::Expired
            );
            let least = Duration::from_mins(15);
            assert_eq!(lifetime.due_in(moment(MADE, 5), least), least);
        }
    }

    proptest! {
        #[test]
        fn a_refresh_is_due_between_75_and_85_percent_of_the_lifetime(
            lifetime in 0..=TOKEN_LIFE_MAX.as_millis(),
            seed in any::<u64>(),
        ) {
            let lifetime = u64::try_from(lifetime).unwrap();
            let row = account(lifetime, seed);
            let due = u64::try_from(row.refresh_due_at - MADE).unwrap();
            // A part of a millisecond more or less.
            prop_assert!(due + 2 >= lifetime / 4 * 3 && due <= lifetime / 20 * 17 + 17, "{} of {}", due, lifetime);
        }

        #[test]
        fn either_clock_expires_a_token(
            lifetime in 31_000..1_000_000_000_u64,
            jump in -2_000_000_000..2_000_000_000_i64,
            passed in 0..2_000_000_000_u64,
        ) {
            let row = account(lifetime, 3);
            let known = TokenLifetime::issued(&row, moment(MADE, 0));
            let at = moment(MADE + jump + passed.cast_signed(), passed);
            let over = passed >= lifetime || jump + passed.cast_signed() >= lifetime.cast_signed();
            prop_assert_eq!(known.age(&row, at) == TokenAge::Expired, over);
        }
    }
}
