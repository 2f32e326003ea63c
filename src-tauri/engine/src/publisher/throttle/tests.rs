//! Tests the limit in simulated time: its rate, its fairness and its changes.

use proptest::prelude::*;
use slipway_core::clock::test_clock::TestClock;
use tokio::{task::JoinSet, time::Instant};

use super::*;

/// Size of the pieces in which an upload reads.
const PIECE: usize = 128 * 1024;

fn throttle() -> (Throttle, Arc<TestClock>) {
    let clock = Arc::new(TestClock::running());
    (Throttle::new(clock.clone()), clock)
}

fn simulated<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(test)
}

/// The times and sizes of the reads.
type Reads = Vec<(Duration, u64)>;

/// Reads from `count` endless readers for `time`.
async fn read_for(
    throttle: &Throttle,
    clock: &Arc<TestClock>,
    count: usize,
    time: Duration,
) -> Vec<Reads> {
    let until = Instant::now() + time;
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let (mut reader, clock) = (throttle.wrap(tokio::io::repeat(7)), clock.clone());
        tasks.spawn(async move {
            let (mut reads, mut piece) = (Reads::new(), vec![0; PIECE]);
            while let Ok(read) = tokio::time::timeout_at(until, reader.read(&mut piece)).await {
                reads.push((clock.uptime(), read.unwrap() as u64));
            }
            reads
        });
    }
    tasks.join_all().await
}

fn total(reads: &[(Duration, u64)]) -> u64 {
    reads.iter().map(|(_, bytes)| bytes).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_window_holds_more_than_the_limit_and_a_quarter_second(
        limit in prop_oneof![1..100_u64, 1_000..20_000_000_u64],
        readers in 1..4_usize,
        idle in (0..9_u64).prop_map(Duration::from_secs),
    ) {
        simulated(async {
            let (throttle, clock) = throttle();
            throttle.set(Some(limit));
            let mut reads: Reads = read_for(&throttle, &clock, readers, Duration::from_secs(6)).await.concat();
            // Unused bytes do not accumulate.
            tokio::time::sleep(idle).await;
            reads.extend(read_for(&throttle, &clock, readers, Duration::from_secs(2)).await.concat());
            reads.sort_unstable();
            let burst = (limit / 4).max(1);
            for (from, (begin, _)) in reads.iter().enumerate() {
                let mut sum = 0;
                for (at, bytes) in &reads[from..] {
                    sum += bytes;
                    let allowed = u128::from(limit) * at.saturating_sub(*begin).as_nanos() / SECOND + u128::from(burst);
                    assert!(u128::from(sum) <= allowed, "{sum} bytes from {begin:?} to {at:?}, {allowed} are allowed");
                }
            }
            // The readers use the limit up.
            assert!(total(&reads) >= limit * 7, "{} of {}", total(&reads), limit * 8);
        });
    }

    #[test]
    fn bytes_pass_unchanged_to_the_end(
        bytes in prop::collection::vec(any::<u8>(), 0..3000),
        limits in prop::collection::vec(prop::option::of(1..5_000_u64), 1..6),
        room in 1..700_usize,
    ) {
        simulated(async {
            let (throttle, _) = throttle();
            let mut reader = throttle.wrap(&bytes[..]);
            let (mut got, mut piece) = (Vec::new(), vec![0; room]);
            for limit in limits.iter().cycle() {
                throttle.set(*limit);
                match reader.read(&mut piece).await.unwrap() {
                    0 => break,
                    read => got.extend_from_slice(&piece[..read]),
                }
            }
            assert_eq!(got, bytes);
        });
    }
}

#[test]
fn two_readers_get_half_each() {
    simulated(async {
        let (throttle, clock) = throttle();
        throttle.set(Some(1_000_000));
        let reads = read_for(&throttle, &clock, 2, Duration::from_secs(20)).await;
        let (one, other) = (total(&reads[0]), total(&reads[1]));
        assert!(one.abs_diff(other) <= 1_000_000 / TURN, "{one} and {other}");
    });
}

#[test]
fn no_reader_waits_longer_than_three_seconds() {
    for limit in [1, 10, 50_000] {
        simulated(async {
            let (throttle, clock) = throttle();
            throttle.set(Some(limit));
            let minutes = Duration::from_mins(4);
            for reads in read_for(&throttle, &clock, 2, minutes).await {
                assert!(reads.len() > 100);
                for pair in reads.windows(2) {
                    // The uploader times out after a minute.
                    let silence = pair[1].0.saturating_sub(pair[0].0);
                    assert!(silence < Duration::from_secs(3), "{pair:?}");
                }
            }
        });
    }
}

#[test]
fn a_change_wakes_waiting_readers() {
    for change in [Some(10_000_000), None] {
        simulated(async {
            let (throttle, clock) = throttle();
            throttle.set(Some(1));
            let read = tokio::spawn({
                let mut reader = throttle.wrap(tokio::io::repeat(7));
                async move { reader.read(&mut [0; 100]).await.unwrap() }
            });
            tokio::time::sleep(Duration::from_millis(10)).await;
            let before = clock.uptime();
            throttle.set(change);
            assert_eq!(read.await.unwrap(), 100);
            let waited = clock.uptime().saturating_sub(before);
            assert!(waited <= Duration::from_millis(1), "{waited:?}");
        });
    }
}

#[test]
fn a_lower_limit_applies_from_the_next_byte() {
    simulated(async {
        let (throttle, clock) = throttle();
        throttle.set(Some(1_000_000));
        let fast = read_for(&throttle, &clock, 2, Duration::from_secs(2)).await;
        throttle.set(Some(1_000));
        let slow = read_for(&throttle, &clock, 2, Duration::from_secs(10)).await;
        assert!(total(&fast.concat()) > 1_900_000);
        let slow = total(&slow.concat());
        assert!((9_500..=10_250).contains(&slow), "{slow}");
    });
}

#[test]
fn a_new_limit_applies_from_the_next_byte() {
    simulated(async {
        let (throttle, clock) = throttle();
        let mut reader = throttle.wrap(tokio::io::repeat(7));
        let mut piece = vec![0; PIECE];
        assert_eq!(reader.read(&mut piece).await.unwrap(), PIECE);
        throttle.set(Some(1_000));
        reader.read_exact(&mut piece[..5_000]).await.unwrap();
        let took = clock.uptime();
        assert!(
            (Duration::from_millis(4_750)..Duration::from_millis(5_100)).contains(&took),
            "{took:?}"
        );
    });
}

#[test]
fn without_a_limit_reads_never_wait() {
    simulated(async {
        let (throttle, clock) = throttle();
        let mut reader = throttle.wrap(tokio::io::repeat(7));
        let mut piece = vec![0; PIECE];
        for _ in 0..1000 {
            assert_eq!(reader.read(&mut piece).await.unwrap(), PIECE);
        }
        assert!(reader.turn.is_none());
        assert_eq!(clock.uptime(), Duration::ZERO);
    });
}

#[test]
fn a_reader_dropped_while_waiting_does_not_block_others() {
    simulated(async {
        let (throttle, clock) = throttle();
        throttle.set(Some(1_000));
        for _ in 0..10 {
            let mut reader = throttle.wrap(tokio::io::repeat(7));
            let mut piece = [0; 100];
            let wait = Duration::from_millis(1);
            assert!(
                tokio::time::timeout(wait, reader.read(&mut piece))
                    .await
                    .is_err()
            );
        }
        let before = clock.uptime();
        let mut reader = throttle.wrap(tokio::io::repeat(7));
        reader.read_exact(&mut [0; 500]).await.unwrap();
        let waited = clock.uptime().saturating_sub(before);
        assert!(waited <= Duration::from_millis(550), "{waited:?}");
    });
}
