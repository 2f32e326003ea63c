//! The computer's clock is set back or forward while posts wait.

use std::time::Duration;

use jiff::SignedDuration;
use slipway_engine::views::WaitReason;
use slipway_tests::stage::{Stage, public};
use tiktok_sandbox::{Fault, FaultKind, Operation, Options};

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_does_not_lengthen_a_wait() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let busy = FaultKind::RateLimit {
        retry_after: Some(1800),
    };
    stage
        .sandbox
        .add_fault(Fault::once(Operation::CreatorInfo, busy));
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.waits(&id, WaitReason::Quota).await;
    app.idle().await;
    stage.clock.set_wrong_by(SignedDuration::from_hours(-24));
    stage.clock.advance(Duration::from_mins(31));
    app.published(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_forward_does_not_end_status_polling() {
    let stage = Stage::with(Options {
        processing: 2 * HOUR,
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.processing(&id).await;
    stage.requested(Operation::Status, 1).await;
    stage.clock.set_wrong_by(SignedDuration::from_hours(48));
    app.published(&id).await;
    let history = app.history(&id).await;
    assert!(!history.contains("has not said whether"), "{history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_does_not_lengthen_the_spacing() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    app.set_spacing(60).await;
    let first = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.published(&first).await;
    let second = app.post(&ada, &stage.video("b.mp4", 0), public("")).await;
    app.waits(&second, WaitReason::Spacing).await;
    app.idle().await;
    stage.clock.set_wrong_by(SignedDuration::from_hours(-24));
    stage.clock.advance(HOUR + Duration::from_mins(1));
    app.published(&second).await;
}
