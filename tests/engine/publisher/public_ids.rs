//! Public ids that TikTok gives hours after it published a post, or never.

use std::time::Duration;

use slipway_tests::stage::{Running, Stage, public};
use tiktok_sandbox::{Operation, Options};

const HOUR: Duration = Duration::from_hours(1);

async fn link(app: &Running, id: &str) -> String {
    app.engine.post(id).await.unwrap().link.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_id_that_comes_hours_later_is_found_after_a_restart() {
    let stage = Stage::with(Options {
        moderation: 7 * HOUR,
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    let post = app.published(&id).await;
    assert!(post.link.unwrap().ends_with("/@ada.makes"), "the profile");
    // Slipway polls for the id, less often each time.
    stage.requested(Operation::Status, 5).await;
    app.engine.close().await;
    stage.clock.advance(3 * HOUR);
    let app = stage.engine().await;
    assert!(!link(&app, &id).await.contains("/video/"));
    let before = stage.count(Operation::Status);
    for _ in 0..6 {
        stage.clock.advance(HOUR);
        app.idle().await;
    }
    let post_id = stage.sandbox.posts()[0].post_id;
    assert!(
        link(&app, &id)
            .await
            .ends_with(&format!("/video/{post_id}"))
    );
    let after = stage.count(Operation::Status);
    assert!((1..=20).contains(&(after - before)), "{}", after - before);
    // Once the id is known, the polling ends.
    stage.clock.advance(24 * HOUR);
    app.idle().await;
    assert_eq!(stage.count(Operation::Status), after);
    assert_eq!(app.history(&id).await.matches("Visible").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn polling_for_a_missing_public_id_ends_after_two_days() {
    let stage = Stage::with(Options {
        moderation: 1000 * HOUR,
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.published(&id).await;
    for _ in 0..60 {
        stage.clock.advance(HOUR);
        app.idle().await;
    }
    let asked = stage.count(Operation::Status);
    assert!(asked < 110, "{asked}");
    stage.clock.advance(30 * HOUR);
    app.idle().await;
    assert!(stage.count(Operation::Status) <= asked + 1);
    let asked = stage.count(Operation::Status);
    stage.clock.advance(30 * HOUR);
    app.idle().await;
    assert_eq!(stage.count(Operation::Status), asked, "never again");
    let next = app.post(&ada, &stage.video("b.mp4", 0), public("")).await;
    app.published(&next).await;
}
