//! One account's failures never block another account or a later attempt.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use slipway_engine::{
    EngineConfig,
    clock::SystemClock,
    views::{Event, WaitReason},
};
use slipway_tests::stage::{Running, Stage, inbox, public};
use tiktok_sandbox::{Fault, FaultKind, Operation};

#[tokio::test(flavor = "multi_thread")]
async fn accounts_with_unreadable_tokens_do_not_block_another_account() {
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
    let file = stage.data().join("slipway.db");
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
    // On the computer's own clock, a pause after a fault takes real time.
    let config = EngineConfig {
        clock: Arc::new(SystemClock),
        ..stage.config()
    };
    let app = Running::open(config).await;
    let began = Instant::now();
    app.engine.resume_all().await.unwrap();
    app.delivered(&ids[2]).await;
    assert!(
        began.elapsed() < Duration::from_secs(25),
        "only the other two pause"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_lost_its_authorization_resumes_when_the_account_is_connected() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let reason = "auth_removed".into();
    let removed = Fault::once(Operation::Init, FaultKind::FailWith { reason });
    stage.sandbox.add_fault(removed);
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    // TikTok reports the lost authorization after the account was connected: no later event resumes the post.
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn spacing_ignores_a_failed_attempt_of_the_same_post() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    app.set_spacing(120).await;
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
    app.waits(&next, WaitReason::Spacing).await;
    // With a shorter spacing, the post no longer waits.
    app.set_spacing(0).await;
    app.published(&next).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_service_is_reported_and_blocks_only_its_account() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (ada, ben) = (app.connect("ada").await, app.connect("ben").await);
    let down = FaultKind::Status {
        http: 503,
        code: None,
        message: None,
    };
    stage
        .sandbox
        .add_fault(Fault::forever(Operation::CreatorInfo, down));
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    let service = app
        .event("a service that is left alone", |event| match event {
            Event::StatusChanged { status } => status.services.first().cloned(),
            _ => None,
        })
        .await;
    assert_eq!(service.account_id.as_deref(), Some(ada.id.as_str()));
    assert!(service.notice.code.starts_with("service.") && !service.next_try.is_empty());
    // Another account continues.
    let other = app.post(&ben, &stage.video("b.mp4", 0), inbox()).await;
    app.delivered(&other).await;
    stage.sandbox.clear_faults();
    app.published(&id).await;
    assert_eq!(app.engine.status().services, []);
    assert_eq!(stage.sandbox.posts().len(), 2);
}
