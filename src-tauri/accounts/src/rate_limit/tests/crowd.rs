//! Tests with ten thousand concurrent callers, on simulated time and on real threads.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use slipway_core::clock::Clock;
use tiktok_api::limits::RATE_WINDOW;
use tokio::task::JoinSet;

use super::{Call, RateLimiter, SLOT_RELEASE_DELAY, TestClock, TryTakeError};

const CALLERS: u64 = 10_000;
const ACCOUNTS: [&str; 4] = ["ada", "bob", "cem", "dee"];

/// The record of one account and one kind of call.
#[derive(Debug, Default)]
struct Record {
    /// The number of callers that joined the queue.
    came: usize,
    /// Cancelled callers, by order of arrival.
    gave_up: Vec<usize>,
    /// Callers with a permit, in order, and when they got it.
    served: Vec<(usize, Duration)>,
    /// When TikTok received their requests.
    seen: Vec<Duration>,
    /// The times during which TikTok held the calls.
    holds: Vec<(Duration, Duration)>,
}

type Records = Arc<Mutex<HashMap<(&'static str, Call), Record>>>;

/// The duration of a call: mostly short, sometimes until the client's timeout.
fn latency(rng: &mut StdRng) -> Duration {
    Duration::from_millis(match rng.random_range(0..100) {
        0..80 => rng.random_range(5..500),
        80..95 => rng.random_range(500..5_000),
        _ => rng.random_range(5_000..30_000),
    })
}

async fn caller(limiter: Arc<RateLimiter>, clock: Arc<TestClock>, records: Records, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let key = (
        ACCOUNTS[rng.random_range(0..ACCOUNTS.len())],
        Call::ALL[rng.random_range(0..Call::ALL.len())],
    );
    let with = |change: &mut dyn FnMut(&mut Record)| {
        change(records.lock().entry(key).or_default());
    };
    clock
        .sleep(Duration::from_millis(rng.random_range(0..120_000)))
        .await;

    let mut number = 0;
    with(&mut |record| {
        number = record.came;
        record.came += 1;
    });
    let timeout = if rng.random_bool(0.1) {
        Duration::from_millis(rng.random_range(0..600_000))
    } else {
        Duration::from_hours(24 * 365)
    };
    let Ok(turn) = tokio::time::timeout(timeout, limiter.take(key.0, key.1)).await else {
        with(&mut |record| record.gave_up.push(number));
        return;
    };
    let turn = turn.unwrap();
    with(&mut |record| record.served.push((number, clock.uptime())));

    let way = latency(&mut rng);
    let there = way.mul_f64(rng.random_range(0.0..=1.0));
    clock.sleep(there).await;
    with(&mut |record| record.seen.push(clock.uptime()));
    clock.sleep(way.saturating_sub(there)).await;
    if rng.random_bool(0.002) {
        let quiet = Duration::from_secs(rng.random_range(1..90));
        with(&mut |record| {
            record.holds.push((clock.uptime(), clock.uptime() + quiet));
        });
        limiter.hold(key.0, key.1, quiet);
    }
    drop(turn);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_callers_keep_the_limits_and_their_order() {
    let clock = Arc::new(TestClock::running());
    let limiter = Arc::new(RateLimiter::new(clock.clone(), None));
    let records = Records::default();
    let mut callers = JoinSet::new();
    for seed in 0..CALLERS {
        callers.spawn(caller(
            limiter.clone(),
            clock.clone(),
            records.clone(),
            seed,
        ));
    }
    while let Some(ended) = callers.join_next().await {
        ended.unwrap();
    }

    let mut records = std::mem::take(&mut *records.lock());
    assert_eq!(records.len(), ACCOUNTS.len() * Call::ALL.len());
    let mut came = 0;
    let mut full_windows = 0;
    for ((account, call), record) in &mut records {
        came += record.came;
        assert_eq!(record.served.len() + record.gave_up.len(), record.came);
        assert!(
            record.served.is_sorted_by(|a, b| a.0 < b.0),
            "{account} {call:?}: not in the order in which they came"
        );
        for (from, until) in &record.holds {
            assert!(
                !record.served.iter().any(|(_, at)| from < at && at < until),
                "{account} {call:?}: somebody went out although TikTok wanted quiet"
            );
        }
        let Some(limit) = call.limit() else { continue };
        let limit = limit as usize;
        record.seen.sort_unstable();
        for minute in record.seen.windows(limit + 1) {
            let apart = minute[limit].saturating_sub(minute[0]);
            assert!(
                apart >= RATE_WINDOW,
                "{account} {call:?}: {} in {apart:?}",
                limit + 1
            );
            // Slow calls occupy their slots for longer; quick calls use all slots in turn.
            full_windows += usize::from(apart < SLOT_RELEASE_DELAY * 2);
        }
    }
    assert_eq!(came as u64, CALLERS);
    assert!(
        full_windows > 1000,
        "the limits were hardly met: {full_windows}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn ten_thousand_callers_on_real_threads_get_exactly_the_limit() {
    let clock = Arc::new(TestClock::manual());
    let limiter = Arc::new(RateLimiter::new(clock.clone(), None));
    for _round in 0..3 {
        let mut callers = JoinSet::new();
        for caller in 0..CALLERS {
            let limiter = limiter.clone();
            let account = ACCOUNTS[usize::try_from(caller).unwrap() % ACCOUNTS.len()];
            callers.spawn(async move {
                match limiter.try_take(account, Call::Status).await {
                    Ok(turn) => Some((account, turn)),
                    Err(TryTakeError::Busy { .. }) => None,
                    Err(TryTakeError::Database(error)) => panic!("{error}"),
                }
            });
        }
        let mut turns: HashMap<_, Vec<_>> = HashMap::new();
        while let Some(ended) = callers.join_next().await {
            if let Some((account, turn)) = ended.unwrap() {
                turns.entry(account).or_default().push(turn);
            }
        }
        for account in ACCOUNTS {
            assert_eq!(turns[account].len(), Call::Status.limit().unwrap() as usize);
        }
        drop(turns);
        clock.advance(SLOT_RELEASE_DELAY);
    }
}
