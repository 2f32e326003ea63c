//! Token refreshes that meet a stop, a pause or a computer that sleeps.

use std::time::Duration;

use slipway_engine::views::AccountState;
use slipway_tests::stage::{Stage, public};
use tiktok_sandbox::{Fault, FaultKind, Operation};

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_in_flight_is_stored_before_the_engine_closes() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let refreshes = stage.count(Operation::Token);
    stage.sandbox.add_fault(Fault::once(
        Operation::Token,
        FaultKind::LateAnswer { ms: 800 },
    ));
    // The refresh scheduler refreshes. TikTok has already replaced the tokens when its delayed answer arrives.
    stage.clock.advance(Duration::from_mins(110));
    stage.requested(Operation::Token, refreshes + 1).await;
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
async fn a_refresh_for_a_post_is_stored_when_the_post_is_paused() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("a.mp4", 0);
    let id = app.draft_with(&ada.id, &path, public("")).await;
    app.engine.close().await;
    stage.clock.advance(3 * HOUR);
    let refreshes = stage.count(Operation::Token);
    stage.sandbox.add_fault(Fault::once(
        Operation::Token,
        FaultKind::LateAnswer { ms: 800 },
    ));
    let app = stage.engine().await;
    app.engine.submit_post(&id).await.unwrap();
    stage.requested(Operation::Token, refreshes + 1).await;
    app.engine.pause_post(&id).await.unwrap();
    app.engine.resume_post(&id).await.unwrap();
    app.published(&id).await;
    assert_eq!(stage.count(Operation::Token), refreshes + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sleep_during_a_refresh_disconnects_no_account() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let refreshes = stage.count(Operation::Token);
    let late = Fault::once(Operation::Token, FaultKind::LateAnswer { ms: 600 });
    stage.sandbox.add_fault(late.times(2));
    // The computer falls asleep while an answer is in flight, and wakes hours later.
    let sleeping = async {
        for times in 1..=2 {
            stage.requested(Operation::Token, refreshes + times).await;
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
