//! Token refreshes: one at a time, before the token expires, under wrong clocks, odd lifetimes and failures of TikTok.

use std::time::Duration;

use jiff::SignedDuration;
use secrecy::SecretString;
use slipway_engine::{
    EngineConfig, EngineError, Explain,
    views::{AccountState, PostState, WaitReason},
};
use slipway_tests::{
    stage::{Running, Stage, inbox, public, sha256},
    wait::{SOON, UPLOAD, eventually},
};
use tiktok_sandbox::{Fault, FaultKind, Operation, Options};

use super::{only, reconnect_code, refused};

/// Longer than the life of the sandbox's access tokens.
const OVER: Duration = Duration::from_hours(3);
const MEGABYTE: u64 = 1_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_with_an_expired_token_make_one_refresh() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let mut drafts = Vec::new();
    for number in 0..3 {
        drafts.push(app.draft(&stage.video(&format!("{number}.mp4"), 0)).await);
    }
    stage.clock.advance(OVER);
    let calls = (0..1000).map(|_| app.engine.creator(&ada.id));
    let sends = drafts.iter().map(|id| async {
        let settings = slipway_engine::views::PostSettings {
            account_id: Some(ada.id.clone()),
            ..inbox()
        };
        app.engine.update_post(id, &settings).await.unwrap();
        app.engine.submit_post(id).await.unwrap();
    });
    let (answers, _) = tokio::join!(
        futures_util::future::join_all(calls),
        futures_util::future::join_all(sends)
    );
    let mut answered = 0;
    for creator in answers {
        match creator {
            Ok(creator) => {
                assert_eq!(creator.username, "ada.makes");
                answered += 1;
            }
            Err(error) => assert!(matches!(error, EngineError::Busy { .. }), "{error}"),
        }
    }
    assert_eq!(answered, 20, "as many as TikTok takes in a minute");
    for id in &drafts {
        app.delivered(id).await;
    }
    assert_eq!(stage.refreshes(), 1);
    assert_eq!(refused(&stage), 0, "no call went out with an ended token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_does_not_delay_a_refresh() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage
        .clock
        .set_wrong_by(SignedDuration::from_hours(-24 * 30));
    stage.clock.advance(OVER);
    app.engine.creator(&ada.id).await.unwrap();
    assert_eq!((stage.refreshes(), refused(&stage)), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn expiry_times_stored_under_a_wrong_clock_are_ignored() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    stage
        .clock
        .set_wrong_by(SignedDuration::from_hours(24 * 365));
    let ada = app.connect("ada").await;
    stage.clock.set_wrong_by(SignedDuration::ZERO);
    app.engine.close().await;
    // By the stored times, the token is valid for another year.
    let app = stage.engine().await;
    eventually("refreshed", SOON, async || {
        (stage.refreshes() > 0).then_some(())
    })
    .await;
    app.engine.creator(&ada.id).await.unwrap();
    assert_eq!((stage.refreshes(), refused(&stage)), (1, 0));
    assert_eq!(only(&app).await.state, AccountState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_forward_causes_one_refresh() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage
        .clock
        .set_wrong_by(SignedDuration::from_hours(24 * 365 * 3));
    app.engine.creator(&ada.id).await.unwrap();
    assert_eq!(only(&app).await.state, AccountState::Connected);
    assert_eq!((stage.refreshes(), refused(&stage)), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn short_lived_tokens_are_not_refreshed_in_a_loop() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let short = Options {
        access_token_life: Duration::from_secs(6),
        ..stage.sandbox.options()
    };
    stage.sandbox.set_options(short);
    stage.clock.advance(OVER);
    for _ in 0..10 {
        app.engine.creator(&ada.id).await.unwrap();
    }
    assert_eq!(stage.refreshes(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_invalid_on_arrival_ask_for_a_reconnect() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let dead = Options {
        access_token_life: Duration::ZERO,
        ..stage.sandbox.options()
    };
    stage.sandbox.set_options(dead.clone());
    stage.clock.advance(OVER);
    let error = app.engine.creator(&ada.id).await.unwrap_err();
    assert!(matches!(error, EngineError::ReconnectNeeded), "{error}");
    assert!(stage.refreshes() <= 3, "{} refreshes", stage.refreshes());
    assert_eq!(reconnect_code(&app).await, "account.refused");

    // An excessive lifetime does no harm either.
    stage.sandbox.set_options(Options {
        access_token_life: Duration::from_secs(u64::MAX / 1_000_000),
        refresh_token_life: Duration::from_secs(u64::MAX / 1_000_000),
        ..dead
    });
    app.connect("ada").await;
    app.engine.creator(&ada.id).await.unwrap();
    stage.clock.advance(Duration::from_hours(24 * 365));
    app.engine.creator(&ada.id).await.unwrap();
    assert_eq!(only(&app).await.state, AccountState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_app_disconnects_no_account() {
    let stage = Stage::new().await;
    let config = EngineConfig {
        credentials: None,
        ..stage.config()
    };
    let app = Running::open(config).await;
    let enter = async || {
        let secret = SecretString::from(tiktok_sandbox::DEFAULT_CLIENT_SECRET);
        let key = tiktok_sandbox::DEFAULT_CLIENT_KEY;
        app.engine.save_tiktok_app(key, &secret).await.unwrap();
    };
    enter().await;
    let ada = app.connect("ada").await;
    let refuse = FaultKind::Status {
        http: 401,
        code: Some("invalid_client".into()),
        message: None,
    };
    stage
        .sandbox
        .add_fault(Fault::forever(Operation::Token, refuse));
    stage.clock.advance(OVER);
    let calls = (0..100).map(|_| app.engine.creator(&ada.id));
    for answer in futures_util::future::join_all(calls).await {
        let error = answer.unwrap_err();
        assert_eq!(error.explain().code, "post.credentials_refused");
    }
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.until(&id, "waiting for the app", |state| {
        matches!(
            state,
            PostState::Waiting {
                reason: WaitReason::Reconnect,
                until: None,
                ..
            }
        )
    })
    .await;
    assert!(stage.refreshes() < 20, "{} tries", stage.refreshes());
    assert_eq!(only(&app).await.state, AccountState::Connected);
    let reported = |app: &Running| {
        let notices = app.engine.status().notices;
        notices
            .iter()
            .any(|notice| notice.code == "account.app_refused")
    };
    eventually("the creator is told", SOON, async || {
        reported(&app).then_some(())
    })
    .await;

    stage.sandbox.clear_faults();
    enter().await;
    app.published(&id).await;
    eventually("that is over", SOON, async || {
        (!reported(&app)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_stays_connected_while_tiktok_is_down() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let down = FaultKind::Status {
        http: 503,
        code: None,
        message: None,
    };
    stage
        .sandbox
        .add_fault(Fault::forever(Operation::Token, down));
    stage.clock.advance(OVER);
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.until(&id, "waiting for TikTok", |state| {
        matches!(
            state,
            PostState::Waiting {
                reason: WaitReason::TikTokDown,
                ..
            }
        )
    })
    .await;
    assert_eq!(only(&app).await.state, AccountState::Connected);
    stage.sandbox.clear_faults();
    stage.clock.advance(Duration::from_mins(20));
    app.published(&id).await;
    assert_eq!(only(&app).await.state, AccountState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_never_reached_tiktok_is_retried() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.sandbox.add_fault(Fault::once(
        Operation::Token,
        FaultKind::CutAfter { bytes: 0 },
    ));
    stage.clock.advance(OVER);
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.published(&id).await;
    assert_eq!(only(&app).await.state, AccountState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_continues_after_its_account_was_lost() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let slow = Options {
        upload_bytes_per_sec: Some(20 * MEGABYTE),
        access_token_life: Duration::from_mins(15),
        ..stage.sandbox.options()
    };
    stage.sandbox.set_options(slow);
    app.connect("ada").await;
    let file = stage.video("a.mp4", 80 * MEGABYTE);
    let id = app.post(&ada, &file, public("")).await;
    app.until(&id, "uploading", |state| *state == PostState::Uploading)
        .await;
    let refuse = FaultKind::Status {
        http: 400,
        code: Some("invalid_grant".into()),
        message: None,
    };
    stage
        .sandbox
        .add_fault(Fault::forever(Operation::Token, refuse));
    stage.clock.advance(Duration::from_mins(20));
    eventually("the account is lost", SOON, async || {
        (only(&app).await.state == AccountState::ReconnectNeeded).then_some(())
    })
    .await;
    assert_eq!(
        app.state(&id).await,
        PostState::Uploading,
        "bytes need no token"
    );
    eventually("it waits for the account", UPLOAD, async || {
        matches!(
            app.state(&id).await,
            PostState::Waiting {
                reason: WaitReason::Reconnect,
                until: None,
                ..
            }
        )
        .then_some(())
    })
    .await;
    let publish = stage.sandbox.publishes().pop().unwrap();
    assert_eq!(publish.sha256.as_deref(), Some(sha256(&file).as_str()));

    stage.sandbox.clear_faults();
    app.connect("ada").await;
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
    assert_eq!(stage.count(Operation::Init), 1);
}
