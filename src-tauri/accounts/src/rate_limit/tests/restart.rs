//! Tests of the call journal across restarts.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use slipway_core::clock::Clock as _;
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use tempfile::TempDir;

use super::{
    Call, RateLimiter, SECOND, SLOT_RELEASE_DELAY, TestClock, TryTakeError, busy_for, fill,
};

struct Disk {
    pool: SqlitePool,
    _folder: TempDir,
}

async fn disk() -> Disk {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("slipway.db"))
        .create_if_missing(true);
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(options)
        .await
        .unwrap();
    slipway_store::database::MIGRATIONS
        .run(&pool)
        .await
        .unwrap();
    Disk {
        pool,
        _folder: folder,
    }
}

async fn open(clock: &Arc<TestClock>, disk: &Disk) -> RateLimiter {
    RateLimiter::open(clock.clone(), disk.pool.clone())
        .await
        .unwrap()
}

async fn rows(disk: &Disk) -> Vec<i64> {
    sqlx::query_scalar("SELECT at FROM recent_calls ORDER BY at")
        .fetch_all(&disk.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_call_is_stored_before_it_is_sent() {
    let disk = disk().await;
    let clock = Arc::new(TestClock::manual());
    let limiter = open(&clock, &disk).await;
    let turn = limiter.take("a", Call::DirectPostInit).await.unwrap();
    assert_eq!(rows(&disk).await, [clock.now().as_millisecond()]);
    // Killed during the call.
    std::mem::forget(turn);
    let clock = Arc::new(clock.restarted());
    let limiter = open(&clock, &disk).await;
    let turns = fill(&limiter, "a", Call::DirectPostInit).await;
    assert_eq!(turns.len(), 5);
    assert_eq!(
        busy_for(&limiter, "a", Call::DirectPostInit).await,
        SLOT_RELEASE_DELAY
    );
    assert_eq!(limiter.wait("b", Call::DirectPostInit), Duration::ZERO);
    assert_eq!(limiter.wait("a", Call::InboxInit), Duration::ZERO);
}

#[tokio::test]
async fn a_call_of_an_earlier_run_counts_with_the_longest_duration() {
    let disk = disk().await;
    let clock = Arc::new(TestClock::manual());
    let limiter = open(&clock, &disk).await;
    drop(fill(&limiter, "a", Call::DirectPostInit).await);
    let left = clock.now();
    // TikTok may have received the requests up to half a minute after they were sent.
    for (later, wait) in [
        (0, SLOT_RELEASE_DELAY),
        (10, SLOT_RELEASE_DELAY),
        (30, SLOT_RELEASE_DELAY),
        (31, SECOND * 60),
        (60, SECOND * 31),
        (90, SECOND),
        (91, Duration::ZERO),
        (1000, Duration::ZERO),
    ] {
        let restarted = clock.restarted();
        restarted.advance(SECOND * later);
        let limiter = open(&Arc::new(restarted), &disk).await;
        assert_eq!(
            limiter.wait("a", Call::DirectPostInit),
            wait,
            "{later} s after {left}"
        );
    }
}

#[tokio::test]
async fn calls_from_the_future_count_as_new_and_expire() {
    let disk = disk().await;
    let clock = Arc::new(TestClock::manual());
    drop(fill(&open(&clock, &disk).await, "a", Call::DirectPostInit).await);
    clock.advance(SECOND * 20);
    clock.set_wrong_by(SignedDuration::from_hours(-3));

    let clock = Arc::new(clock.restarted());
    let limiter = open(&clock, &disk).await;
    assert_eq!(
        busy_for(&limiter, "a", Call::DirectPostInit).await,
        SLOT_RELEASE_DELAY
    );
    clock.advance(SLOT_RELEASE_DELAY);
    assert_eq!(fill(&limiter, "a", Call::DirectPostInit).await.len(), 6);

    // The next prunes delete the old rows: none is from the future, none older than the retention.
    for _ in 0..3 {
        clock.advance(SLOT_RELEASE_DELAY);
        drop(limiter.take("a", Call::Status).await.unwrap());
    }
    let now = clock.now().as_millisecond();
    let kept = rows(&disk).await;
    assert!(kept.iter().all(|at| (now - 91_000..=now).contains(at)));
    assert_eq!(kept.len(), 2, "of three status calls, the last two");
}

#[tokio::test]
async fn old_rows_are_deleted() {
    let disk = disk().await;
    let clock = Arc::new(TestClock::manual());
    let limiter = open(&clock, &disk).await;
    for _ in 0..50 {
        drop(limiter.take("a", Call::Status).await.unwrap());
        clock.advance(SECOND * 10);
    }
    // The rows of the retention time, and those since the last prune.
    assert!(rows(&disk).await.len() <= 17);
}

#[tokio::test]
async fn unlimited_and_unknown_calls_are_not_counted() {
    let disk = disk().await;
    let clock = Arc::new(TestClock::manual());
    let limiter = open(&clock, &disk).await;
    drop(limiter.take("a", Call::Cancel).await.unwrap());
    assert!(rows(&disk).await.is_empty());
    let now = clock.now().as_millisecond();
    sqlx::query(
        "INSERT INTO recent_calls (account_id, call, at) VALUES ('a', 'of a newer version', ?)",
    )
    .bind(now)
    .execute(&disk.pool)
    .await
    .unwrap();
    let limiter = open(&clock, &disk).await;
    for call in Call::ALL {
        assert_eq!(limiter.wait("a", call), Duration::ZERO);
    }
}

#[tokio::test]
async fn a_call_that_cannot_be_stored_is_not_permitted() {
    let disk = disk().await;
    let clock = Arc::new(TestClock::manual());
    let limiter = open(&clock, &disk).await;
    sqlx::query("ALTER TABLE recent_calls RENAME TO gone")
        .execute(&disk.pool)
        .await
        .unwrap();
    for _ in 0..20 {
        assert!(limiter.take("a", Call::DirectPostInit).await.is_err());
        assert!(matches!(
            limiter.try_take("a", Call::DirectPostInit).await,
            Err(TryTakeError::Database(_))
        ));
    }
    sqlx::query("ALTER TABLE gone RENAME TO recent_calls")
        .execute(&disk.pool)
        .await
        .unwrap();
    assert_eq!(fill(&limiter, "a", Call::DirectPostInit).await.len(), 6);
}
