//! The places of one account and one call in TikTok's sliding minute: who has one, and when one is
//! free again. It reads no clock and waits for nothing.

use std::{collections::VecDeque, time::Duration};

use tiktok_api::limits::RATE_WINDOW;

/// How long a place rests after its call has ended.
///
/// TikTok saw the call somewhere between its sending and its answer, so the minute is counted from the
/// answer: whatever the way took, it is over at TikTok too. The second on top is for a TikTok that counts
/// in whole seconds, and for two clocks that do not run at quite the same speed.
pub(super) const REST: Duration = RATE_WINDOW.saturating_add(Duration::from_secs(1));

/// The places of one account and one call. Times are [`Clock::uptime`](slipway_core::clock::Clock::uptime).
#[derive(Debug)]
pub(super) struct Window {
    /// How many places there are; no bound when it is not set.
    limit: Option<usize>,
    /// Places whose call is under way.
    under_way: usize,
    /// When each resting place is free again, the soonest first.
    resting: VecDeque<Duration>,
    /// Nobody gets a place before this.
    held_until: Duration,
    /// How many stand in line.
    waiting: usize,
}

/// Why there is no place now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// The next one is free at this time.
    Until(Duration),
    /// The next one begins to rest only when a call that is under way ends.
    UnderWay,
}

impl Window {
    pub(super) fn new(limit: Option<u32>) -> Self {
        Self {
            // A limit that no memory could hold is none.
            limit: limit.and_then(|limit| usize::try_from(limit).ok()),
            under_way: 0,
            resting: VecDeque::new(),
            held_until: Duration::ZERO,
            waiting: 0,
        }
    }

    /// Takes a place for a call that is about to leave.
    pub(super) fn take(&mut self, now: Duration) -> Result<(), Full> {
        if now < self.held_until {
            return Err(Full::Until(self.held_until));
        }
        let Some(limit) = self.limit else {
            return Ok(());
        };
        while self.resting.front().is_some_and(|free| *free <= now) {
            self.resting.pop_front();
        }
        if self.under_way + self.resting.len() < limit {
            self.under_way += 1;
            return Ok(());
        }
        Err(match self.resting.front() {
            Some(free) => Full::Until(*free),
            None => Full::UnderWay,
        })
    }

    /// The call has ended: its place rests.
    pub(super) fn ended(&mut self, now: Duration) {
        if self.limit.is_some() {
            self.under_way = self.under_way.saturating_sub(1);
            self.rest_until(now.saturating_add(REST));
        }
    }

    /// The call never left: its place is free at once.
    pub(super) fn give_back(&mut self) {
        if self.limit.is_some() {
            self.under_way = self.under_way.saturating_sub(1);
        }
    }

    /// A place rests until `free`, for a call that an earlier run made.
    pub(super) fn rest_until(&mut self, free: Duration) {
        let at = self.resting.partition_point(|other| *other <= free);
        self.resting.insert(at, free);
    }

    /// Nobody gets a place before `until`; an earlier, longer hold stands.
    pub(super) fn hold(&mut self, until: Duration) {
        self.held_until = self.held_until.max(until);
    }

    /// Somebody joins the line.
    pub(super) fn join(&mut self) {
        self.waiting += 1;
    }

    /// Somebody leaves the line, with a place or without.
    pub(super) fn leave(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// Whether somebody stands in line.
    pub(super) fn has_line(&self) -> bool {
        self.waiting > 0
    }

    /// How long somebody who joins the line now waits if every call is answered at once: never longer
    /// than it will really be, unless somebody leaves the line.
    pub(super) fn wait(&self, now: Duration) -> Duration {
        let start = self.held_until.max(now);
        let free = match self.limit {
            None => start,
            Some(0) => Duration::MAX,
            Some(limit) => {
                // Each place goes round: to one in line, then to rest, then to the one `limit` places behind.
                let place = self.waiting % limit;
                let rounds = u32::try_from(self.waiting / limit).unwrap_or(u32::MAX);
                self.free_at(limit, place, now)
                    .max(start)
                    .saturating_add(REST.saturating_mul(rounds))
            }
        };
        free.saturating_sub(now)
    }

    /// When the `place`th of all places is free, the soonest first.
    fn free_at(&self, limit: usize, place: usize, now: Duration) -> Duration {
        let busy = self.under_way + self.resting.len();
        // More than the limit can rest when an earlier run knew another limit: the soonest do not help then.
        let Some(place) = (place + busy).checked_sub(limit) else {
            return now;
        };
        self.resting
            .get(place)
            .copied()
            .unwrap_or_else(|| now.saturating_add(REST))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[derive(Debug, Clone)]
    enum Step {
        Pass(u64),
        Take,
        End,
        GiveBack,
        Hold(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (0_u64..40_000).prop_map(Step::Pass),
            6 => Just(Step::Take),
            5 => Just(Step::End),
            1 => Just(Step::GiveBack),
            1 => (0_u64..90_000).prop_map(Step::Hold),
        ]
    }

    proptest! {
        /// Beside the window stands a model that only remembers every call's beginning and end. A call may
        /// be seen by TikTok at any moment between them, so two calls can fall into one minute if the
        /// earlier one's end and the later one's beginning are less than a minute apart.
        #[test]
        fn no_minute_can_hold_more_than_the_limit(
            limit in 1_u32..8,
            steps in proptest::collection::vec(step(), 1..300),
        ) {
            let mut window = Window::new(Some(limit));
            let places = limit as usize;
            let mut now = Duration::ZERO;
            let mut held = Duration::ZERO;
            let mut under_way = 0_usize;
            let mut ends: Vec<Duration> = Vec::new();
            for step in steps {
                match step {
                    Step::Pass(millis) => now += Duration::from_millis(millis),
                    Step::Take => {
                        let counted = under_way + ends.iter().filter(|end| now < **end + RATE_WINDOW).count();
                        let resting = under_way + ends.iter().filter(|end| now < **end + REST).count();
                        match window.take(now) {
                            Ok(()) => {
                                prop_assert!(counted < places);
                                prop_assert!(now >= held);
                                under_way += 1;
                            }
                            Err(Full::Until(at)) => {
                                prop_assert!(at > now);
                                prop_assert!(now < held || resting == places);
                                prop_assert!(at == held || ends.iter().any(|end| *end + REST == at));
                            }
                            Err(Full::UnderWay) => prop_assert_eq!(under_way, places),
                        }
                    }
                    Step::End if under_way > 0 => {
                        window.ended(now);
                        under_way -= 1;
                        ends.push(now);
                    }
                    Step::GiveBack if under_way > 0 => {
                        window.give_back();
                        under_way -= 1;
                    }
                    Step::End | Step::GiveBack => {}
                    Step::Hold(millis) => {
                        let until = now + Duration::from_millis(millis);
                        window.hold(until);
                        held = held.max(until);
                    }
                }
            }
        }

        /// The forecast is what comes true when every call is answered at once.
        #[test]
        fn the_forecast_comes_true(
            limit in 1_u32..8,
            ends in proptest::collection::vec(0_u64..60_000, 0..8),
            hold in proptest::option::of(0_u64..200_000),
            line in 0_usize..40,
        ) {
            let now = seconds(100);
            let mut window = Window::new(Some(limit));
            for end in ends.iter().take(limit as usize) {
                window.rest_until(now + Duration::from_millis(*end));
            }
            if let Some(hold) = hold {
                window.hold(now + Duration::from_millis(hold));
            }
            for _ in 0..line {
                window.join();
            }
            let forecast = now + window.wait(now);
            let mut time = now;
            for _ in 0..=line {
                while let Err(full) = window.take(time) {
                    let Full::Until(at) = full else { panic!("no call is under way") };
                    time = at;
                }
                window.ended(time);
            }
            prop_assert_eq!(time, forecast);
        }
    }

    #[test]
    fn a_place_rests_from_the_end_of_its_call() {
        let mut window = Window::new(Some(1));
        assert_eq!(window.take(seconds(10)), Ok(()));
        assert_eq!(window.take(seconds(11)), Err(Full::UnderWay));
        window.ended(seconds(40));
        assert_eq!(
            window.take(seconds(41)),
            Err(Full::Until(seconds(40) + REST))
        );
        assert_eq!(window.wait(seconds(41)) + seconds(1), REST);
        assert_eq!(window.take(seconds(40) + REST), Ok(()));
    }

    #[test]
    fn a_call_that_never_left_costs_nothing() {
        let mut window = Window::new(Some(1));
        assert_eq!(window.take(seconds(10)), Ok(()));
        window.give_back();
        assert_eq!(window.take(seconds(10)), Ok(()));
    }

    #[test]
    fn a_hold_stops_calls_without_a_limit_too() {
        let mut window = Window::new(None);
        assert_eq!(window.take(seconds(10)), Ok(()));
        window.hold(seconds(30));
        window.hold(seconds(20));
        assert_eq!(window.wait(seconds(12)), seconds(18));
        assert_eq!(window.take(seconds(29)), Err(Full::Until(seconds(30))));
        assert_eq!(window.take(seconds(30)), Ok(()));
        window.ended(seconds(31));
        assert_eq!(window.wait(seconds(31)), Duration::ZERO);
    }

    #[test]
    fn a_line_is_counted_in_rounds_of_the_limit() {
        let mut window = Window::new(Some(2));
        for line in 0..6_u32 {
            assert_eq!(window.wait(seconds(5)), REST * (line / 2), "{line} in line");
            window.join();
        }
        assert!(window.has_line());
        for _ in 0..6 {
            window.leave();
        }
        assert!(!window.has_line());
    }

    #[test]
    fn more_than_the_limit_from_an_earlier_run_lets_nobody_in_too_early() {
        let mut window = Window::new(Some(1));
        window.rest_until(seconds(30));
        window.rest_until(seconds(20));
        assert_eq!(window.wait(seconds(10)), seconds(20));
        assert_eq!(window.take(seconds(20)), Err(Full::Until(seconds(30))));
        assert_eq!(window.take(seconds(30)), Ok(()));
    }
}
