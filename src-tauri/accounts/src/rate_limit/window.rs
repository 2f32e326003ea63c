//! The slots of one account and one kind of call in TikTok's sliding minute. It reads no clock and does not wait.

use std::{collections::VecDeque, time::Duration};

use tiktok_api::limits::RATE_WINDOW;

/// The time for which a slot stays occupied after its call ended.
///
/// TikTok received the call between its sending and its answer, so the minute counts from the answer. One more second
/// covers a TikTok that counts in whole seconds, and clock drift.
pub(super) const SLOT_RELEASE_DELAY: Duration = RATE_WINDOW.saturating_add(Duration::from_secs(1));

/// The slots of one account and one kind of call. Times are [`Clock::uptime`](slipway_core::clock::Clock::uptime).
#[derive(Debug)]
pub(super) struct Window {
    /// The number of slots; `None` means unlimited.
    limit: Option<usize>,
    /// Slots of running calls.
    under_way: usize,
    /// When each occupied slot becomes free, soonest first.
    releases: VecDeque<Duration>,
    /// No slot is issued before this time.
    held_until: Duration,
    /// The number of waiting callers.
    waiting: usize,
}

/// Why no slot is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// The next slot becomes free at this time.
    Until(Duration),
    /// All slots belong to running calls.
    UnderWay,
}

impl Window {
    pub(super) fn new(limit: Option<u32>) -> Self {
        Self {
            // A limit beyond the address space is no limit.
            limit: limit.and_then(|limit| usize::try_from(limit).ok()),
            under_way: 0,
            releases: VecDeque::new(),
            held_until: Duration::ZERO,
            waiting: 0,
        }
    }

    /// Takes a slot for a call that is about to be sent.
    pub(super) fn take(&mut self, now: Duration) -> Result<(), Full> {
        if now < self.held_until {
            return Err(Full::Until(self.held_until));
        }
        let Some(limit) = self.limit else {
            return Ok(());
        };
        while self.releases.front().is_some_and(|free| *free <= now) {
            self.releases.pop_front();
        }
        if self.under_way + self.releases.len() < limit {
            self.under_way += 1;
            return Ok(());
        }
        Err(match self.releases.front() {
            Some(free) => Full::Until(*free),
            None => Full::UnderWay,
        })
    }

    /// Records the end of a call. Its slot stays occupied for [`SLOT_RELEASE_DELAY`].
    pub(super) fn ended(&mut self, now: Duration) {
        if self.limit.is_some() {
            self.under_way = self.under_way.saturating_sub(1);
            self.occupy_until(now.saturating_add(SLOT_RELEASE_DELAY));
        }
    }

    /// Returns the slot of a call that was not sent.
    pub(super) fn give_back(&mut self) {
        if self.limit.is_some() {
            self.under_way = self.under_way.saturating_sub(1);
        }
    }

    /// Occupies a slot until `free`, for a call of an earlier run.
    pub(super) fn occupy_until(&mut self, free: Duration) {
        let at = self.releases.partition_point(|other| *other <= free);
        self.releases.insert(at, free);
    }

    /// Issues no slot before `until`, unless an earlier hold lasts longer.
    pub(super) fn hold(&mut self, until: Duration) {
        self.held_until = self.held_until.max(until);
    }

    /// Adds a waiting caller.
    pub(super) fn join(&mut self) {
        self.waiting += 1;
    }

    /// Removes a waiting caller, with a slot or without.
    pub(super) fn leave(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// Whether a caller waits.
    pub(super) fn has_waiters(&self) -> bool {
        self.waiting > 0
    }

    /// The wait of a new caller if every call is answered at once. The real wait is never shorter, unless a waiting
    /// caller leaves.
    pub(super) fn wait(&self, now: Duration) -> Duration {
        let start = self.held_until.max(now);
        let free = match self.limit {
            None => start,
            Some(0) => Duration::MAX,
            Some(limit) => {
                // Each slot serves every `limit`th caller, one rest apart.
                let place = self.waiting % limit;
                let rounds = u32::try_from(self.waiting / limit).unwrap_or(u32::MAX);
                self.free_at(limit, place, now)
                    .max(start)
                    .saturating_add(SLOT_RELEASE_DELAY.saturating_mul(rounds))
            }
        };
        free.saturating_sub(now)
    }

    /// When the slot with this index becomes free, soonest first.
    fn free_at(&self, limit: usize, place: usize, now: Duration) -> Duration {
        let busy = self.under_way + self.releases.len();
        // More slots than the limit can be occupied if an earlier run had another limit.
        let Some(place) = (place + busy).checked_sub(limit) else {
            return now;
        };
        self.releases
            .get(place)
            .copied()
            .unwrap_or_else(|| now.saturating_add(SLOT_RELEASE_DELAY))
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
        /// Compares the window with a model that remembers the beginning and end of every call. TikTok may receive a
        /// call at any time between them, so two calls can fall into one minute if less than a minute lies between the
        /// end of the earlier and the beginning of the later.
        #[test]
        fn no_minute_holds_more_calls_than_the_limit(
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
                        let occupied = under_way + ends.iter().filter(|end| now < **end + SLOT_RELEASE_DELAY).count();
                        match window.take(now) {
                            Ok(()) => {
                                prop_assert!(counted < places);
                                prop_assert!(now >= held);
                                under_way += 1;
                            }
                            Err(Full::Until(at)) => {
                                prop_assert!(at > now);
                                prop_assert!(now < held || occupied == places);
                                prop_assert!(at == held || ends.iter().any(|end| *end + SLOT_RELEASE_DELAY == at));
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

        /// The predicted wait is exact if every call is answered at once.
        #[test]
        fn the_predicted_wait_is_exact(
            limit in 1_u32..8,
            ends in proptest::collection::vec(0_u64..60_000, 0..8),
            hold in proptest::option::of(0_u64..200_000),
            line in 0_usize..40,
        ) {
            let now = seconds(100);
            let mut window = Window::new(Some(limit));
            for end in ends.iter().take(limit as usize) {
                window.occupy_until(now + Duration::from_millis(*end));
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
    fn a_slot_is_occupied_until_a_minute_after_its_call() {
        let mut window = Window::new(Some(1));
        assert_eq!(window.take(seconds(10)), Ok(()));
        assert_eq!(window.take(seconds(11)), Err(Full::UnderWay));
        window.ended(seconds(40));
        assert_eq!(
            window.take(seconds(41)),
            Err(Full::Until(seconds(40) + SLOT_RELEASE_DELAY))
        );
        assert_eq!(window.wait(seconds(41)) + seconds(1), SLOT_RELEASE_DELAY);
        assert_eq!(window.take(seconds(40) + SLOT_RELEASE_DELAY), Ok(()));
    }

    #[test]
    fn an_unsent_call_does_not_count() {
        let mut window = Window::new(Some(1));
        assert_eq!(window.take(seconds(10)), Ok(()));
        window.give_back();
        assert_eq!(window.take(seconds(10)), Ok(()));
    }

    #[test]
    fn a_hold_also_stops_unlimited_calls() {
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
    fn waiting_callers_are_served_in_rounds_of_the_limit() {
        let mut window = Window::new(Some(2));
        for line in 0..6_u32 {
            assert_eq!(
                window.wait(seconds(5)),
                SLOT_RELEASE_DELAY * (line / 2),
                "{line} in line"
            );
            window.join();
        }
        assert!(window.has_waiters());
        for _ in 0..6 {
            window.leave();
        }
        assert!(!window.has_waiters());
    }

    #[test]
    fn excess_calls_of_an_earlier_run_delay_the_next_call() {
        let mut window = Window::new(Some(1));
        window.occupy_until(seconds(30));
        window.occupy_until(seconds(20));
        assert_eq!(window.wait(seconds(10)), seconds(20));
        assert_eq!(window.take(seconds(20)), Err(Full::Until(seconds(30))));
        assert_eq!(window.take(seconds(30)), Ok(()));
    }
}
