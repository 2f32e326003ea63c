//! Pausing and resuming a post, and everything.

use std::time::Duration;

use slipway_engine::views::{PostState, WaitReason};
use slipway_tests::stage::{Running, Stage, public, sha256};
use tiktok_sandbox::{Fault, FaultKind, Operation};

const HOUR: Duration = Duration::from_hours(1);

/// Sends a post whose bytes TikTok has, while the answer to the last of them is delayed.
async fn with_delayed_answer(stage: &Stage, app: &Running) -> String {
    let ada = app.connect("ada").await;
    stage.sandbox.add_fault(Fault::once(
        Operation::Upload,
        FaultKind::LateAnswer { ms: 20_000 },
    ));
    let path = stage.video("a.mp4", 3_000_000);
    let id = app.post(&ada, &path, public("")).await;
    stage.uploaded(3_000_000).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_post_resumes_its_upload_after_a_restart() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("big.mp4", 150_000_000);
    stage.limit_uploads(Some(60_000_000));
    let id = app.post(&ada, &path, public("")).await;
    stage.uploaded(30_000_000).await;
    let paused = app.engine.pause_post(&id).await.unwrap();
    assert_eq!(paused.state, PostState::Paused { notice: None });
    let puts = stage.count(Operation::Upload);
    // It stays paused after a restart.
    app.engine.close().await;
    let app = stage.engine().await;
    assert_eq!(app.state(&id).await, PostState::Paused { notice: None });
    assert_eq!(stage.count(Operation::Upload), puts);

    stage.limit_uploads(None);
    app.engine.resume_post(&id).await.unwrap();
    app.published(&id).await;
    assert_eq!(
        stage.sandbox.publishes().len(),
        1,
        "the same upload went on"
    );
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
}

#[tokio::test(flavor = "multi_thread")]
async fn pausing_everything_stops_uploads_and_survives_a_restart() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("big.mp4", 100_000_000);
    stage.limit_uploads(Some(60_000_000));
    let first = app.post(&ada, &path, public("")).await;
    let second = app
        .post(&ada, &stage.video("small.mp4", 0), public(""))
        .await;
    stage.uploaded(10_000_000).await;
    app.engine.pause_all().await.unwrap();
    app.waits(&first, WaitReason::Paused).await;
    assert_eq!(app.state(&second).await, PostState::Queued);
    assert!(app.engine.status().paused);
    app.engine.close().await;

    let app = stage.engine().await;
    assert!(app.engine.status().paused);
    assert!(stage.sandbox.posts().is_empty());
    stage.limit_uploads(None);
    app.engine.resume_all().await.unwrap();
    app.published(&first).await;
    app.published(&second).await;
    assert_eq!(stage.sandbox.posts().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_upload_that_is_rescheduled_and_submitted_resumes() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("big.mp4", 150_000_000);
    stage.limit_uploads(Some(60_000_000));
    let id = app.post(&ada, &path, public("")).await;
    stage.uploaded(30_000_000).await;
    app.engine.pause_post(&id).await.unwrap();
    stage.limit_uploads(None);
    let later = stage.moment_in(5 * HOUR);
    app.engine.schedule_post(&id, &later).await.unwrap();
    app.engine.submit_post(&id).await.unwrap();
    app.published(&id).await;
    assert_eq!(stage.sandbox.publishes().len(), 1, "the same upload");
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_after_the_last_byte_is_refused_and_the_post_is_published() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let id = with_delayed_answer(&stage, &app).await;
    // It is too late for a pause: the creator gets an error.
    assert!(app.engine.pause_post(&id).await.is_err());
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_upload_is_published_while_everything_is_paused() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let id = with_delayed_answer(&stage, &app).await;
    app.engine.pause_all().await.unwrap();
    app.published(&id).await;
    assert!(app.engine.status().paused);
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incomplete_upload_waits_while_everything_is_paused() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    // The upload has one chunk, so only TikTok knows if it is complete.
    stage.limit_uploads(Some(10_000_000));
    let path = stage.video("a.mp4", 30_000_000);
    let id = app.post(&ada, &path, public("")).await;
    stage.requested(Operation::Upload, 1).await;
    app.engine.pause_all().await.unwrap();
    app.waits(&id, WaitReason::Paused).await;
    let asked = stage.count(Operation::Status);
    stage.limit_uploads(None);
    stage.clock.advance(20 * Duration::from_mins(1));
    app.idle().await;
    assert!(
        stage.count(Operation::Status) <= asked + 1,
        "the status is not polled while uploads are paused"
    );
    assert_eq!(stage.count(Operation::Upload), 1);
    app.engine.resume_all().await.unwrap();
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
}
