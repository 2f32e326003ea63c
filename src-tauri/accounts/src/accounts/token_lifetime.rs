//! How long an access token lives: when its refresh is due, and whether it is still good, by time of day and by uptime.

use std::time::Duration;

use jiff::Timestamp;
use rand::{Rng, RngExt as _};
use slipway_core::clock;

use super::account_row::AccountRow;

/// How long before a refresh token expires the creator is warned for the first time.
pub(super) const FIRST_EXPIRY_WARNING: Duration = Duration::from_hours(24 * 14);

/// The part of an access token's life after which it is refreshed: any part in between, so that accounts that were
/// connected together are not refreshed together.
const REFRESH_FROM: f64 = 0.75;
const REFRESH_TO: f64 = 0.85;

/// How long a new token is used whatever its life is said to be: a life of no seconds must not become a refresh for
/// each call.
pub(super) const NEW_TOKEN: Duration = Duration::from_secs(30);

/// When an access token that TikTok was asked for at `asked_at`, and that lives for `life`, is due for its refresh.
pub(super) fn refresh_due(asked_at: Timestamp, life: Duration, rng: &mut impl Rng) -> Timestamp {
    clock::after(
        asked_at,
        life.mul_f64(rng.random_range(REFRESH_FROM..=REFRESH_TO)),
    )
}

/// How far an access token's life is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenAge {
    /// Good.
    Fresh,
    /// Good for a while, and due for its refresh.
    Due,
    /// Over.
    Expired,
}

/// The two clocks at one moment. The time of day may be set; uptime stands still while the computer sleeps.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClockReading {
    pub(super) now: Timestamp,
    pub(super) uptime: Duration,
}

impl ClockReading {
    pub(super) fn of(clock: &dyn clock::Clock) -> Self {
        Self {
            now: clock.now(),
            uptime: clock.uptime(),
        }
    }

    /// Whether less than `span` passed since an earlier moment, by both clocks.
    fn is_within(self, span: Duration, earlier: Self) -> bool {
        let end = clock::after(earlier.now, span);
        self.uptime.saturating_sub(earlier.uptime) < span
            && self.now >= earlier.now
            && self.now < end
    }
}

/// The life of one access token, as seen from this run of Slipway: what the stored times of day stood for in uptime
/// when they were first looked at. A clock that is set back since then makes no token live longer.
#[derive(Debug, Clone)]
pub(super) struct TokenLifetime {
    /// The token as it is stored.
    token: String,
    due: Duration,
    end: Duration,
    /// When this run of Slipway got it from TikTok, if it did.
    made: Option<ClockReading>,
}

impl TokenLifetime {
    /// The life of an account's token as it looks now.
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
            made: None,
        }
    }

    /// The same for a token that TikTok gave just now.
    pub(super) fn made(row: &AccountRow, at: ClockReading) -> Self {
        Self {
            made: Some(at),
            ..Self::seen(row, at)
        }
    }

    pub(super) fn is_of(&self, row: &AccountRow) -> bool {
        self.token == row.access_token
    }

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

    /// Whether TikTok gave it a moment ago. It cannot have ended since, whatever is said of its life.
    pub(super) fn is_new(&self, at: ClockReading) -> bool {
        self.made.is_some_and(|made| at.is_within(NEW_TOKEN, made))
    }

    /// How long it is until the refresh is due by uptime, and not sooner than `least` after the token was made.
    pub(super) fn due_in(&self, at: ClockReading, least: Duration) -> Duration {
        let soonest = self
            .made
            .map_or(Duration::ZERO, |made| made.uptime.saturating_add(least));
        self.due.max(soonest).saturating_sub(at.uptime)
    }

    /// How long the refresh has to wait although the time of day may say that it is due.
    pub(super) fn too_soon_for(&self, at: ClockReading, least: Duration) -> Duration {
        self.made.map_or(Duration::ZERO, |made| {
            made.uptime.saturating_add(least).saturating_sub(at.uptime)
        })
    }
}

/// Whether the stored times cannot be those of a token that exists already: the clock was ahead when they were
/// stored, or was set back since. Even the earliest moment at which the token can have been made lies ahead then.
fn is_in_the_future(row: &AccountRow, now: Timestamp) -> bool {
    let (due, end) = (
        clock::from_millis(row.refresh_due_at),
        clock::from_millis(row.access_expires_at),
    );
    let rest = clock::until(due, end);
    let longest = Duration::try_from_secs_f64(rest.as_secs_f64() / (1.0 - REFRESH_TO))
        .unwrap_or(Duration::MAX);
    // A clock that is kept right goes back by moments.
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

    /// An account whose token was made at [`MADE`] and lives for `life` milliseconds.
    fn account(life: u64, seed: u64) -> AccountRow {
        let (asked_at, life) = (clock::from_millis(MADE), Duration::from_millis(life));
        AccountRow {
            access_token: "sealed".into(),
            access_expires_at: clock::after(asked_at, life).as_millisecond(),
            refresh_due_at: refresh_due(asked_at, life, &mut StdRng::seed_from_u64(seed))
                .as_millisecond(),
            ..AccountRow::default()
        }
    }

    #[test]
    fn accounts_that_were_connected_together_are_not_due_together() {
        let due: std::collections::BTreeSet<i64> = (0..100)
            .map(|seed| account(7_200_000, seed).refresh_due_at / 1000)
            .collect();
        assert!(due.len() > 80, "{} seconds for 100 accounts", due.len());
    }

    #[test]
    fn a_clock_that_is_set_back_lets_no_token_live_longer() {
        let row = account(7_200_000, 1);
        let life = TokenLifetime::made(&row, moment(MADE, 0));
        let day = 86_400_000;
        assert_eq!(
            life.age(&row, moment(MADE + 60_000, 60_000)),
            TokenAge::Fresh
        );
        assert_eq!(life.age(&row, moment(MADE - day, 60_000)), TokenAge::Fresh);
        assert_eq!(life.age(&row, moment(MADE - day, 6_500_000)), TokenAge::Due);
        assert_eq!(
            life.age(&row, moment(MADE - day, 7_200_000)),
            TokenAge::Expired
        );
    }

    #[test]
    fn sleep_and_a_clock_that_is_set_forward_end_a_token_by_the_time_of_day() {
        let row = account(7_200_000, 1);
        let life = TokenLifetime::made(&row, moment(MADE, 0));
        assert_eq!(
            life.age(&row, moment(MADE + 6_500_000, 60_000)),
            TokenAge::Due
        );
        assert_eq!(
            life.age(&row, moment(MADE + 7_200_000, 1_000)),
            TokenAge::Expired
        );
    }

    #[test]
    fn times_that_lie_ahead_are_not_believed_after_a_start() {
        let row = account(7_200_000, 1);
        let day = 86_400_000;
        let life = TokenLifetime::seen(&row, moment(MADE - day, 0));
        assert_eq!(life.age(&row, moment(MADE - day, 0)), TokenAge::Due);
        let life = TokenLifetime::seen(&row, moment(MADE + 60_000, 0));
        assert_eq!(life.age(&row, moment(MADE + 60_000, 0)), TokenAge::Fresh);
    }

    #[test]
    fn a_life_of_no_time_is_no_reason_to_refresh_with_each_call() {
        for life in [0, 1, 1_000] {
            let row = account(life, 1);
            let life = TokenLifetime::made(&row, moment(MADE, 5));
            assert_eq!(
                life.age(&row, moment(MADE + 29_000, 29_000)),
                TokenAge::Fresh
            );
            assert_eq!(
                life.age(&row, moment(MADE + 31_000, 31_000)),
                TokenAge::Expired
            );
            // The computer slept in between.
            assert_eq!(
                life.age(&row, moment(MADE + 31_000, 100)),
                TokenAge::Expired
            );
            let least = Duration::from_mins(15);
            assert_eq!(life.due_in(moment(MADE, 5), least), least);
        }
    }

    proptest! {
        #[test]
        fn a_refresh_is_due_late_in_life_and_before_its_end(
            life in 0..=TOKEN_LIFE_MAX.as_millis(),
            seed in any::<u64>(),
        ) {
            let life = u64::try_from(life).unwrap();
            let row = account(life, seed);
            let due = u64::try_from(row.refresh_due_at - MADE).unwrap();
            // A part of a millisecond more or less.
            prop_assert!(due + 2 >= life / 4 * 3 && due <= life / 20 * 17 + 17, "{} of {}", due, life);
        }

        #[test]
        fn no_token_is_fresh_beyond_its_life_by_either_clock(
            life in 31_000..1_000_000_000_u64,
            jump in -2_000_000_000..2_000_000_000_i64,
            passed in 0..2_000_000_000_u64,
        ) {
            let row = account(life, 3);
            let known = TokenLifetime::made(&row, moment(MADE, 0));
            let at = moment(MADE + jump + passed.cast_signed(), passed);
            let over = passed >= life || jump + passed.cast_signed() >= life.cast_signed();
            prop_assert_eq!(known.age(&row, at) == TokenAge::Expired, over);
        }
    }
}
