//! What happens at the same time: stops, pauses and a creator's hand right between two steps, and clocks that jump.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use slipway_engine::{
    Engine, EngineConfig,
    clock::{Clock, SystemClock, Wait},
    views::{AccountState, LocalMoment, Post, PostSettings, PostState, Settings, WaitReason},
};
use slipway_tests::{
    stage::{Running, Stage, TestClock, inbox, public, sha256},
    wait::{SOON, UPLOAD, eventually},
};
use tiktok_sandbox::{Fault, FaultKind, Operation, Options};
use tokio::sync::Notify;

const HOUR: Duration = Duration::from_hours(1);

fn slow(stage: &Stage, upload_bytes_per_sec: Option<u64>) {
    stage.sandbox.set_options(Options {
        upload_bytes_per_sec,
        ..stage.sandbox.options()
    });
}

fn seen(stage: &Stage, operation: Operation) -> usize {
    let requests = stage.sandbox.requests();
    requests
        .iter()
        .filter(|seen| seen.operation == Some(operation))
        .count()
}

async fn until_seen(stage: &Stage, operation: Operation, times: usize) {
    eventually(&format!("{times} × {operation:?}"), SOON, async || {
        (seen(stage, operation) >= times).then_some(())
    })
    .await;
}

async fn uploaded(stage: &Stage, bytes: u64) {
    eventually("bytes at TikTok", UPLOAD, async || {
        let publishes = stage.sandbox.publishes();
        publishes
            .iter()
            .any(|publish| publish.uploaded >= bytes)
            .then_some(())
    })
    .await;
}

async fn state(app: &Running, id: &str) -> PostState {
    app.engine.post(id).await.unwrap().state
}

async fn waits(app: &Running, id: &str, wanted: WaitReason) -> Post {
    app.until(
        id,
        &format!("waiting for {wanted:?}"),
        |state| matches!(state, PostState::Waiting { reason, .. } if *reason == wanted),
    )
    .await
}

fn moment_in(clock: &dyn Clock, ahead: Duration) -> LocalMoment {
    let at = clock.now().checked_add(ahead).unwrap();
    LocalMoment {
        date_time: at
            .to_zoned_datetime(TimeZone::UTC)
            .strftime("%Y-%m-%dT%H:%M:%S")
            .to_string(),
        zone: "UTC".into(),
    }
}

async fn draft(app: &Running, stage: &Stage, account: &str, name: &str) -> String {
    let id = app.draft(&stage.video(name, 0)).await;
    let settings = PostSettings {
        account_id: Some(account.to_owned()),
        ..public("")
    };
    app.engine.update_post(&id, &settings).await.unwrap();
    id
}

async fn spacing(app: &Running, minutes: u32) {
    let settings = Settings {
        spacing_minutes: minutes,
        ..app.engine.settings()
    };
    app.engine.update_settings(&settings).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_being_refreshed_outlive_a_stop() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let refreshes = seen(&stage, Operation::Token);
    stage.sandbox.add_fault(Fault::once(
        Operation::Token,
        FaultKind::LateAnswer { ms: 800 },
    ));
    // The keeper refreshes; TikTok has replaced the tokens already and says so late.
    stage.clock.advance(Duration::from_mins(110));
    until_seen(&stage, Operation::Token, refreshes + 1).await;
    app.engine.close().await;

    let app = stage.engine().await;
    stage.clock.advance(3 * HOUR);
    app.engine.creator(&ada.id).await.unwrap();
    assert_eq!(
        app.engine.accounts().await.unwrap()[0].state,
        AccountState::Connected
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_a_post_refreshes_outlive_its_pause() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = draft(&app, &stage, &ada.id, "a.mp4").await;
    app.engine.close().await;
    stage.clock.advance(3 * HOUR);
    let refreshes = seen(&stage, Operation::Token);
    stage.sandbox.add_fault(Fault::once(
        Operation::Token,
        FaultKind::LateAnswer { ms: 800 },
    ));
    let app = stage.engine().await;
    app.engine.submit_post(&id).await.unwrap();
    until_seen(&stage, Operation::Token, refreshes + 1).await;
    app.engine.pause_post(&id).await.unwrap();
    app.engine.resume_post(&id).await.unwrap();
    app.published(&id).await;
    assert_eq!(seen(&stage, Operation::Token), refreshes + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_end_while_the_computer_sleeps_between_two_calls_lose_no_account() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let refreshes = seen(&stage, Operation::Token);
    let late = Fault::once(Operation::Token, FaultKind::LateAnswer { ms: 600 });
    stage.sandbox.add_fault(late.times(2));
    // It falls asleep while each of the answers is on its way, and wakes hours later.
    let sleeping = async {
        for times in 1..=2 {
            until_seen(&stage, Operation::Token, refreshes + times).await;
            stage.clock.advance(3 * HOUR);
        }
    };
    stage.clock.advance(3 * HOUR);
    let _ = tokio::join!(app.engine.creator(&ada.id), sleeping);
    app.engine.creator(&ada.id).await.unwrap();
    assert_eq!(
        app.engine.accounts().await.unwrap()[0].state,
        AccountState::Connected
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_was_put_off_and_is_sent_now_after_all_goes_on() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("big.mp4", 150_000_000);
    slow(&stage, Some(60_000_000));
    let id = app.post(&ada, &path, public("")).await;
    uploaded(&stage, 30_000_000).await;
    app.engine.pause_post(&id).await.unwrap();
    slow(&stage, None);
    let later = moment_in(&stage.clock, 5 * HOUR);
    app.engine.schedule_post(&id, &later).await.unwrap();
    app.engine.submit_post(&id).await.unwrap();
    app.published(&id).await;
    assert_eq!(stage.sandbox.publishes().len(), 1, "the same upload");
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_spaced_from_others_and_not_from_its_own_first_try() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    spacing(&app, 120).await;
    let fail = |reason: &str| {
        let reason = reason.into();
        Fault::once(Operation::Init, FaultKind::FailWith { reason })
    };
    stage.sandbox.add_fault(fail("frame_rate_check_failed"));
    let refused = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.failed(&refused).await;
    stage.sandbox.add_fault(fail("internal"));
    let id = app.post(&ada, &stage.video("b.mp4", 0), public("")).await;
    app.published(&id).await;
    let next = app.post(&ada, &stage.video("c.mp4", 0), public("")).await;
    waits(&app, &next, WaitReason::Spacing).await;
    // With less of it, the post need not wait for what is no longer wanted.
    spacing(&app, 0).await;
    app.published(&next).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_while_slipway_was_closed_for_days_is_asked_for_and_not_given_up() {
    let stage = Stage::with(Options {
        processing: 20 * HOUR,
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.until(&id, "processing", |state| *state == PostState::Processing)
        .await;
    app.engine.close().await;
    stage.clock.advance(72 * HOUR);
    let app = stage.engine().await;
    app.published(&id).await;
    let history = app.history(&id).await;
    assert!(!history.contains("has not said whether"), "{history}");
}

/// An engine whose post TikTok has whole, and whose last answer is still on its way.
async fn answer_on_its_way(stage: &Stage, app: &Running) -> String {
    let ada = app.connect("ada").await;
    stage.sandbox.add_fault(Fault::once(
        Operation::Upload,
        FaultKind::LateAnswer { ms: 20_000 },
    ));
    let path = stage.video("a.mp4", 3_000_000);
    let id = app.post(&ada, &path, public("")).await;
    uploaded(stage, 3_000_000).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_comes_after_the_last_byte_does_not_hide_that_it_is_published() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let id = answer_on_its_way(&stage, &app).await;
    // Too late to pause, which the creator is told.
    assert!(app.engine.pause_post(&id).await.is_err());
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_whole_at_tiktok_is_watched_while_everything_is_paused() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let id = answer_on_its_way(&stage, &app).await;
    app.engine.pause_all().await.unwrap();
    app.published(&id).await;
    assert!(app.engine.standing().paused);
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_whole_stays_where_it_is_while_everything_is_paused() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    // One chunk: whether it is whole, only TikTok knows.
    slow(&stage, Some(10_000_000));
    let path = stage.video("a.mp4", 30_000_000);
    let id = app.post(&ada, &path, public("")).await;
    until_seen(&stage, Operation::Upload, 1).await;
    app.engine.pause_all().await.unwrap();
    waits(&app, &id, WaitReason::Paused).await;
    let asked = seen(&stage, Operation::Status);
    slow(&stage, None);
    stage.clock.advance(20 * Duration::from_mins(1));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(
        seen(&stage, Operation::Status) <= asked + 1,
        "it is not asked in a circle"
    );
    assert_eq!(seen(&stage, Operation::Upload), 1);
    app.engine.resume_all().await.unwrap();
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_is_being_cancelled_is_in_nobody_elses_hands() {
    let stage = Stage::with(Options {
        cancel_uploads: false,
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    slow(&stage, Some(60_000_000));
    let path = stage.video("big.mp4", 150_000_000);
    let id = app.post(&ada, &path, public("")).await;
    uploaded(&stage, 30_000_000).await;
    stage.sandbox.add_fault(Fault::once(
        Operation::Cancel,
        FaultKind::Latency { ms: 700 },
    ));
    let meanwhile = async {
        until_seen(&stage, Operation::Cancel, 1).await;
        slow(&stage, Some(100_000_000));
        let _ = app.engine.pause_post(&id).await;
        let _ = app.engine.resume_post(&id).await;
    };
    let (cancelled, ()) = tokio::join!(app.engine.cancel_post(&id), meanwhile);
    assert_eq!(cancelled.unwrap().state, PostState::Cancelled);
    slow(&stage, None);
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(state(&app, &id).await, PostState::Cancelled);
    assert!(stage.sandbox.posts().is_empty(), "cancelled is cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_that_is_moved_at_the_last_moment_is_moved() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = draft(&app, &stage, &ada.id, "a.mp4").await;
    let soon = moment_in(&stage.clock, HOUR);
    app.engine.schedule_post(&id, &soon).await.unwrap();
    let scenario = fail::FailScenario::setup();
    fail::cfg("line.due.before", "1*sleep(600)").unwrap();
    stage.clock.advance(HOUR + Duration::from_secs(2));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let later = moment_in(&stage.clock, 20 * HOUR);
    app.engine.schedule_post(&id, &later).await.unwrap();
    tokio::time::sleep(Duration::from_millis(900)).await;
    scenario.teardown();
    assert_eq!(state(&app, &id).await, PostState::Scheduled);
    assert!(stage.sandbox.posts().is_empty(), "not before its moment");
    stage.clock.advance(20 * HOUR);
    app.published(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pausing_and_going_on_again_and_again_leaves_nothing_behind() {
    let stage = Stage::with(Options {
        rate_limits: false,
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let mut ids = vec![];
    for n in 0..5 {
        let path = stage.video(&format!("{n}.mp4"), 0);
        ids.push(app.post(&ada, &path, inbox()).await);
        for _ in 0..30 {
            app.engine.pause_all().await.unwrap();
            tokio::time::sleep(Duration::from_micros(300 * n)).await;
            app.engine.resume_all().await.unwrap();
        }
    }
    for id in &ids {
        app.until(id, "delivered", |state| {
            *state == PostState::DeliveredToInbox
        })
        .await;
    }
    let publishes = stage.sandbox.publishes().len();
    assert_eq!(publishes, 5, "no upload was asked for and forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_whose_tokens_are_unreadable_hold_no_third_one_up() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let mut accounts = vec![];
    for name in ["ada", "ben", "cleo"] {
        accounts.push(app.connect(name).await);
    }
    app.engine.pause_all().await.unwrap();
    let mut ids = vec![];
    for account in &accounts {
        let path = stage.video(&format!("{}.mp4", account.display_name), 0);
        ids.push(app.post(account, &path, inbox()).await);
    }
    app.engine.close().await;
    let file = stage.folder.path().join("data").join("slipway.db");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    for account in &accounts[..2] {
        sqlx::query("UPDATE accounts SET access_token = 'damaged' WHERE id = ?")
            .bind(&account.id)
            .execute(&pool)
            .await
            .unwrap();
    }
    pool.close().await;
    // The computer's own clock: whoever rests after a fault rests for real.
    let config = EngineConfig {
        clock: Arc::new(SystemClock),
        ..stage.config()
    };
    let app = Running::new(Engine::open(config).await.unwrap());
    let began = std::time::Instant::now();
    app.engine.resume_all().await.unwrap();
    app.until(&ids[2], "delivered", |state| {
        *state == PostState::DeliveredToInbox
    })
    .await;
    assert!(began.elapsed() < Duration::from_secs(25), "the others rest");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_ended_with_an_authorization_goes_on_when_the_creator_is_back_already() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let reason = "auth_removed".into();
    let removed = Fault::once(Operation::Init, FaultKind::FailWith { reason });
    stage.sandbox.add_fault(removed);
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    // The news of it comes after the creator has connected again: nobody will tell once more that she is back.
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_creator_and_the_publisher_at_the_same_post_at_the_same_time() {
    let stage = Stage::with(Options {
        rate_limits: false,
        daily_posts: 1000,
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let (ada, ben) = (app.connect("ada").await, app.connect("ben").await);
    let private = PostSettings {
        privacy: Some("SELF_ONLY".into()),
        ..public("")
    };
    let mut ids = vec![];
    for (n, account) in (0..).zip([&ada, &ben, &ada, &ben]) {
        let path = stage.video(&format!("{n}.mp4"), 20_000_000 + 1000 * n);
        ids.push(app.post(account, &path, private.clone()).await);
    }
    let fiddle = async |id: &String, step: u64| {
        for turn in 0..40_u64 {
            let done = match (turn * 7 + step) % 5 {
                0 => app.engine.pause_post(id).await,
                1 | 2 => app.engine.resume_post(id).await,
                3 => app.engine.retry_post(id).await,
                _ => app.engine.submit_post(id).await,
            };
            // Refused, for most states: what counts is what is left at the end.
            drop(done);
            tokio::time::sleep(Duration::from_millis((turn * step) % 7)).await;
        }
    };
    let hands = ids
        .iter()
        .flat_map(|id| (1..=3).map(move |step| (id, step)))
        .map(|(id, step)| fiddle(id, step));
    futures_util::future::join_all(hands).await;
    for id in &ids {
        let _ = app.engine.resume_post(id).await;
        app.published(id).await;
    }
    let mut sent: Vec<_> = stage
        .sandbox
        .posts()
        .into_iter()
        .map(|post| post.sha256)
        .collect();
    sent.sort();
    sent.dedup();
    assert_eq!(
        (sent.len(), stage.sandbox.posts().len()),
        (4, 4),
        "each once"
    );
}

/// The stage's clock on a computer whose time of day can be set.
#[derive(Debug, Clone)]
struct SetClock {
    inner: TestClock,
    ahead_ms: Arc<AtomicI64>,
    set: Arc<Notify>,
}

impl SetClock {
    fn new(inner: &TestClock) -> Self {
        Self {
            inner: inner.clone(),
            ahead_ms: Arc::default(),
            set: Arc::default(),
        }
    }

    fn set(&self, by: SignedDuration) {
        let by = i64::try_from(by.as_millis()).unwrap();
        self.ahead_ms.fetch_add(by, Ordering::SeqCst);
        self.set.notify_waiters();
    }

    fn ahead(&self) -> SignedDuration {
        SignedDuration::from_millis(self.ahead_ms.load(Ordering::SeqCst))
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.inner.now() + self.ahead()
    }

    fn uptime(&self) -> Duration {
        self.inner.uptime()
    }

    fn sleep_until(&self, instant: Timestamp) -> Wait {
        let clock = self.clone();
        Box::pin(async move {
            while clock.now() < instant {
                let set = clock.set.notified();
                let until = instant.checked_sub(clock.ahead()).unwrap_or(Timestamp::MAX);
                tokio::select! {
                    () = clock.inner.sleep_until(until) => {}
                    () = set => {}
                }
            }
        })
    }

    fn sleep(&self, duration: Duration) -> Wait {
        self.inner.sleep(duration)
    }
}

async fn on(stage: &Stage, clock: &SetClock) -> Running {
    let config = EngineConfig {
        clock: Arc::new(clock.clone()),
        ..stage.config()
    };
    Running::new(Engine::open(config).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_makes_no_wait_longer() {
    let stage = Stage::new().await;
    let clock = SetClock::new(&stage.clock);
    let app = on(&stage, &clock).await;
    let ada = app.connect("ada").await;
    let busy = FaultKind::RateLimit {
        retry_after: Some(1800),
    };
    stage
        .sandbox
        .add_fault(Fault::once(Operation::CreatorInfo, busy));
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    waits(&app, &id, WaitReason::Quota).await;
    clock.set(SignedDuration::from_hours(-24));
    tokio::time::sleep(Duration::from_millis(100)).await;
    stage.clock.advance(Duration::from_mins(31));
    app.published(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_forward_gives_nothing_up() {
    let stage = Stage::with(Options {
        processing: 2 * HOUR,
        ..Options::default()
    })
    .await;
    let clock = SetClock::new(&stage.clock);
    let app = on(&stage, &clock).await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.until(&id, "processing", |state| *state == PostState::Processing)
        .await;
    until_seen(&stage, Operation::Status, 1).await;
    clock.set(SignedDuration::from_hours(48));
    app.published(&id).await;
    let history = app.history(&id).await;
    assert!(!history.contains("has not said whether"), "{history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_keeps_spacing_within_its_length() {
    let stage = Stage::new().await;
    let clock = SetClock::new(&stage.clock);
    let app = on(&stage, &clock).await;
    let ada = app.connect("ada").await;
    spacing(&app, 60).await;
    let first = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.published(&first).await;
    let second = app.post(&ada, &stage.video("b.mp4", 0), public("")).await;
    waits(&app, &second, WaitReason::Spacing).await;
    clock.set(SignedDuration::from_hours(-24));
    tokio::time::sleep(Duration::from_millis(100)).await;
    stage.clock.advance(HOUR + Duration::from_mins(1));
    app.published(&second).await;
}
