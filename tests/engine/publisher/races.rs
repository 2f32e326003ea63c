//! Commands of the creator between two steps of the publisher.

use std::{
    sync::mpsc::{self, Sender},
    time::Duration,
};

use parking_lot::Mutex;
use slipway_engine::views::{PostSettings, PostState};
use slipway_tests::stage::{Stage, inbox, public};
use tiktok_sandbox::{Fault, FaultKind, Operation, Options};
use tokio::sync::oneshot::{self, Receiver};

const HOUR: Duration = Duration::from_hours(1);

/// Stops the first task that reaches a fault point. Returns a receiver for its arrival and a sender that lets it
/// continue.
fn stop_once_at(point: &str) -> (Receiver<()>, Sender<()>) {
    let (reached, is_reached) = oneshot::channel();
    let (go_on, goes_on) = mpsc::channel();
    let stop = Mutex::new(Some((reached, goes_on)));
    fail::cfg_callback(point, move || {
        let first = stop.lock().take();
        if let Some((reached, goes_on)) = first {
            reached.send(()).unwrap();
            goes_on.recv().unwrap();
        }
    })
    .unwrap();
    (is_reached, go_on)
}

/// Yields to other tasks `times` times, so that callers meet them at different steps.
async fn yield_times(times: u64) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_is_being_cancelled_cannot_be_resumed() {
    let stage = Stage::with(Options {
        cancel_uploads: false,
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.limit_uploads(Some(60_000_000));
    let path = stage.video("big.mp4", 150_000_000);
    let id = app.post(&ada, &path, public("")).await;
    stage.uploaded(30_000_000).await;
    stage.sandbox.add_fault(Fault::once(
        Operation::Cancel,
        FaultKind::Latency { ms: 700 },
    ));
    let meanwhile = async {
        stage.requested(Operation::Cancel, 1).await;
        stage.limit_uploads(Some(100_000_000));
        let _ = app.engine.pause_post(&id).await;
        let _ = app.engine.resume_post(&id).await;
    };
    let (cancelled, ()) = tokio::join!(app.engine.cancel_post(&id), meanwhile);
    assert_eq!(cancelled.unwrap().state, PostState::Cancelled);
    stage.limit_uploads(None);
    app.idle().await;
    assert_eq!(app.state(&id).await, PostState::Cancelled);
    assert!(stage.sandbox.posts().is_empty(), "cancelled is cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_rescheduled_while_it_becomes_due_keeps_the_new_moment() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("a.mp4", 0);
    let id = app.draft_with(&ada.id, &path, public("")).await;
    let soon = stage.moment_in(HOUR);
    app.engine.schedule_post(&id, &soon).await.unwrap();
    let scenario = fail::FailScenario::setup();
    let (reached, go_on) = stop_once_at("line.due.before");
    stage.clock.advance(HOUR + Duration::from_secs(2));
    reached.await.unwrap();
    let later = stage.moment_in(20 * HOUR);
    app.engine.schedule_post(&id, &later).await.unwrap();
    go_on.send(()).unwrap();
    app.idle().await;
    scenario.teardown();
    assert_eq!(app.state(&id).await, PostState::Scheduled);
    assert!(stage.sandbox.posts().is_empty(), "not before its moment");
    stage.clock.advance(20 * HOUR);
    app.published(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_pauses_start_each_upload_once() {
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
            yield_times(400 * n).await;
            app.engine.resume_all().await.unwrap();
        }
    }
    for id in &ids {
        app.delivered(id).await;
    }
    let publishes = stage.sandbox.publishes().len();
    assert_eq!(publishes, 5, "no upload was started and then abandoned");
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_commands_on_a_post_publish_it_once() {
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
    let command = async |id: &String, step: u64| {
        for turn in 0..40_u64 {
            let done = match (turn * 7 + step) % 5 {
                0 => app.engine.pause_post(id).await,
                1 | 2 => app.engine.resume_post(id).await,
                3 => app.engine.retry_post(id).await,
                _ => app.engine.submit_post(id).await,
            };
            // Most states refuse most commands. Only the end counts.
            drop(done);
            yield_times(300 * ((turn * step) % 7)).await;
        }
    };
    let commands = ids
        .iter()
        .flat_map(|id| (1..=3).map(move |step| (id, step)))
        .map(|(id, step)| command(id, step));
    futures_util::future::join_all(commands).await;
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
