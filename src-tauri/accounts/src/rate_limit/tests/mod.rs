//! Tests of the limiter: TikTok's limits, the order of callers, and independent queues.

mod crowd;
mod restart;

use std::{pin::pin, sync::Arc, task::Poll, time::Duration};

use futures_util::poll;
use slipway_core::clock::test_clock::TestClock;
use tiktok_api::limits::RATE_LIMIT_WAIT;

use super::{limiter::MIN_WAIT, window::SLOT_RELEASE_DELAY, *};

const SECOND: Duration = Duration::from_secs(1);

fn stage() -> (Arc<TestClock>, RateLimiter) {
    let clock = Arc::new(TestClock::manual());
    (clock.clone(), RateLimiter::new(clock, None))
}

/// Takes every free slot.
async fn fill(limiter: &RateLimiter, account: &str, call: Call) -> Vec<RatePermit> {
    let mut turns = Vec::new();
    loop {
        match limiter.try_take(account, call).await {
            Ok(turn) => turns.push(turn),
            Err(TryTakeError::Busy { .. }) => return turns,
            Err(TryTakeError::Database(error)) => panic!("{error}"),
        }
    }
}

async fn busy_for(limiter: &RateLimiter, account: &str, call: Call) -> Duration {
    match limiter.try_take(account, call).await {
        Err(TryTakeError::Busy { wait }) => wait,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_call_has_the_documented_limit() {
    let (_, limiter) = stage();
    for call in Call::ALL {
        let Some(limit) = call.limit() else { continue };
        let turns = fill(&limiter, "a", call).await;
        assert_eq!(turns.len(), limit as usize, "{call:?}");
    }
    let mut cancels = Vec::new();
    for _ in 0..1000 {
        cancels.push(limiter.try_take("a", Call::Cancel).await.unwrap());
    }
}

#[tokio::test]
async fn a_waiter_wakes_exactly_on_time() {
    let (clock, limiter) = stage();
    let turns = fill(&limiter, "a", Call::DirectPostInit).await;
    let mut next = pin!(limiter.take("a", Call::DirectPostInit));
    assert!(poll!(&mut next).is_pending());

    // While all calls run, no slot becomes free by time.
    clock.advance(SLOT_RELEASE_DELAY * 10);
    assert!(poll!(&mut next).is_pending());

    drop(turns);
    assert_eq!(limiter.wait("b", Call::DirectPostInit), Duration::ZERO);
    assert!(poll!(&mut next).is_pending());
    clock.advance(SLOT_RELEASE_DELAY.saturating_sub(Duration::from_nanos(1)));
    assert!(poll!(&mut next).is_pending());
    clock.advance(Duration::from_nanos(1));
    assert!(poll!(&mut next).is_ready());
}

#[tokio::test]
async fn a_cancelled_caller_frees_its_position() {
    let (clock, limiter) = stage();
    drop(fill(&limiter, "a", Call::DirectPostInit).await);
    let mut first = Box::pin(limiter.take("a", Call::DirectPostInit));
    let mut second = Box::pin(limiter.take("a", Call::DirectPostInit));
    let mut third = Box::pin(limiter.take("a", Call::DirectPostInit));
    for waiter in [&mut first, &mut second, &mut third] {
        assert!(poll!(waiter).is_pending());
    }
    drop(second);
    drop(first);
    clock.advance(SLOT_RELEASE_DELAY);
    let Poll::Ready(turn) = poll!(&mut third) else {
        panic!("the third is the first now")
    };
    drop(turn);
    // Cancelled callers leave nothing behind: the five other slots are free at once.
    assert_eq!(fill(&limiter, "a", Call::DirectPostInit).await.len(), 5);
}

#[tokio::test]
async fn an_unused_permit_goes_to_the_next_caller() {
    let (_, limiter) = stage();
    let mut turns = fill(&limiter, "a", Call::DirectPostInit).await;
    let mut next = pin!(limiter.take("a", Call::DirectPostInit));
    assert!(poll!(&mut next).is_pending());
    turns.pop().unwrap().give_back();
    let Poll::Ready(turn) = poll!(&mut next) else {
        panic!("a place is free")
    };
    turn.unwrap().give_back();
    assert_eq!(fill(&limiter, "a", Call::DirectPostInit).await.len(), 1);
}

#[tokio::test]
async fn no_caller_overtakes_the_queue() {
    let (clock, limiter) = stage();
    let limit = Call::DirectPostInit.limit().unwrap();
    drop(fill(&limiter, "a", Call::DirectPostInit).await);
    let mut line: Vec<_> = (0..limit)
        .map(|_| Box::pin(limiter.take("a", Call::DirectPostInit)))
        .collect();
    for waiter in &mut line {
        assert!(poll!(waiter).is_pending());
    }
    assert_eq!(
        limiter.wait("a", Call::DirectPostInit),
        SLOT_RELEASE_DELAY * 2
    );
    clock.advance(SLOT_RELEASE_DELAY);
    // Slots are free, but they belong to earlier callers.
    assert_eq!(
        busy_for(&limiter, "a", Call::DirectPostInit).await,
        SLOT_RELEASE_DELAY,
        "a newcomer is told to wait for the second round"
    );
    for waiter in &mut line {
        assert!(poll!(waiter).is_ready());
    }
}

#[tokio::test]
async fn busy_never_returns_a_zero_wait() {
    let (clock, limiter) = stage();
    drop(fill(&limiter, "a", Call::Status).await);
    let mut first = pin!(limiter.take("a", Call::Status));
    assert!(poll!(&mut first).is_pending());
    clock.advance(SLOT_RELEASE_DELAY);
    assert_eq!(limiter.wait("a", Call::Status), Duration::ZERO);
    assert_eq!(busy_for(&limiter, "a", Call::Status).await, MIN_WAIT);
}

#[tokio::test]
async fn accounts_and_calls_have_independent_limits() {
    let (_, limiter) = stage();
    let _turns = fill(&limiter, "a", Call::DirectPostInit).await;
    limiter.hold("a", Call::DirectPostInit, Duration::from_hours(1));
    let mut stuck = pin!(limiter.take("a", Call::DirectPostInit));
    assert!(poll!(&mut stuck).is_pending());
    for (account, call) in [
        ("b", Call::DirectPostInit),
        ("a", Call::InboxInit),
        ("a", Call::Status),
        ("a", Call::Cancel),
    ] {
        assert_eq!(limiter.wait(account, call), Duration::ZERO);
        let mut take = pin!(limiter.take(account, call));
        assert!(poll!(&mut take).is_ready(), "{account} {call:?}");
    }
}

#[tokio::test]
async fn a_hold_stops_waiting_and_new_callers() {
    let (clock, limiter) = stage();
    for call in [Call::Status, Call::Cancel] {
        limiter.hold("a", call, RATE_LIMIT_WAIT);
        limiter.hold("a", call, SECOND);
        assert_eq!(limiter.wait("a", call), RATE_LIMIT_WAIT);
        assert_eq!(busy_for(&limiter, "a", call).await, RATE_LIMIT_WAIT);
        let mut waiter = pin!(limiter.take("a", call));
        assert!(poll!(&mut waiter).is_pending());
        clock.advance(RATE_LIMIT_WAIT.saturating_sub(SECOND));
        // A second hold, as if for calls that were running.
        limiter.hold("a", call, SECOND * 3);
        clock.advance(SECOND);
        assert!(poll!(&mut waiter).is_pending());
        clock.advance(SECOND * 2);
        assert!(poll!(&mut waiter).is_ready());
    }
}

#[tokio::test]
async fn setting_the_clock_changes_nothing() {
    let (clock, limiter) = stage();
    drop(fill(&limiter, "a", Call::DirectPostInit).await);
    clock.set_wrong_by(jiff::SignedDuration::from_hours(5));
    assert_eq!(
        busy_for(&limiter, "a", Call::DirectPostInit).await,
        SLOT_RELEASE_DELAY
    );
    clock.set_wrong_by(jiff::SignedDuration::from_hours(-50));
    clock.advance(SLOT_RELEASE_DELAY);
    assert_eq!(fill(&limiter, "a", Call::DirectPostInit).await.len(), 6);
}
