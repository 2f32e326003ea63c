//! Disconnects: immediate in Slipway, sent to TikTok as soon as it is reachable, and never against a newer connection.

use std::time::Duration;

use secrecy::SecretString;
use slipway_engine::{
    EngineConfig,
    views::{AccountState, AuditFilter, AuditKind, PostState},
};
use slipway_tests::{
    stage::{Running, Stage, public},
    wait::{SOON, eventually},
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tiktok_sandbox::{Fault, FaultKind, Operation};

use super::{kinds, only, reconnect_code};

/// Makes TikTok unreachable for revocations.
fn unreachable() -> Fault {
    Fault::forever(Operation::Revoke, FaultKind::CutAfter { bytes: 0 })
}

fn revoked(stage: &Stage) -> usize {
    let requests = stage.sandbox.requests();
    requests
        .iter()
        .filter(|seen| seen.operation == Some(Operation::Revoke) && seen.status == Some(200))
        .count()
}

async fn settled(app: &Running) {
    eventually("nothing is left to revoke", SOON, async || {
        app.engine
            .revocations()
            .await
            .unwrap()
            .is_empty()
            .then_some(())
    })
    .await;
}

/// The result of the newest revocation, from the audit trail.
async fn outcome(app: &Running) -> String {
    let filter = AuditFilter {
        kinds: vec![AuditKind::Revoked],
        ..AuditFilter::default()
    };
    let page = app.engine.audit(&filter).await.unwrap();
    page.entries[0].details["outcome"].clone()
}

/// Changes the database of a closed engine.
async fn tamper(stage: &Stage, sql: &'static str) {
    let file = stage.folder.path().join("data/slipway.db");
    let options = SqliteConnectOptions::new().filename(file);
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query(sql).execute(&mut database).await.unwrap();
    database.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_while_offline_is_sent_later_and_after_a_restart() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let draft = app.draft(&stage.video("a.mp4", 0)).await;
    stage.sandbox.add_fault(unreachable());
    app.engine.disconnect(&ada.id).await.unwrap();
    assert!(app.engine.accounts().await.unwrap().is_empty());
    let pending = app.engine.revocations().await.unwrap();
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0].account_name, "Ada Lindqvist");
    let post = app.engine.post(&draft).await.unwrap();
    assert_eq!(
        (post.state, post.settings.account_id),
        (PostState::Draft, None)
    );
    app.engine.close().await;

    let app = stage.engine().await;
    assert_eq!(app.engine.revocations().await.unwrap(), pending);
    assert_eq!(revoked(&stage), 0);
    stage.sandbox.clear_faults();
    stage.clock.advance(Duration::from_hours(2));
    settled(&app).await;
    assert_eq!(revoked(&stage), 1);
    assert_eq!(outcome(&app).await, "revoked");
    assert_eq!(
        kinds(&app, &ada.id).await,
        [
            AuditKind::Connected,
            AuditKind::Disconnected,
            AuditKind::Revoked
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_refreshed_to_be_revoked() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.sandbox.add_fault(unreachable());
    app.engine.disconnect(&ada.id).await.unwrap();
    app.engine.close().await;
    stage.clock.advance(Duration::from_hours(24));
    stage.sandbox.clear_faults();
    let app = stage.engine().await;
    settled(&app).await;
    assert_eq!((stage.refreshes(), revoked(&stage)), (1, 1));
    assert_eq!(outcome(&app).await, "revoked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_of_an_invalid_token_is_not_retried_forever() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.sandbox.add_fault(unreachable());
    app.engine.disconnect(&ada.id).await.unwrap();
    app.engine.close().await;
    // The tokens expire, so they are of no use any more.
    stage.clock.advance(Duration::from_hours(24 * 200));
    let app = stage.engine().await;
    settled(&app).await;
    assert_eq!((stage.refreshes(), revoked(&stage)), (0, 0));
    assert_eq!(outcome(&app).await, "ended");

    stage.sandbox.clear_faults();
    let ben = app.connect("ben").await;
    stage.sandbox.add_fault(unreachable());
    app.engine.disconnect(&ben.id).await.unwrap();
    app.engine.close().await;
    stage.sandbox.clear_faults();
    assert!(stage.sandbox.remove_access("ben").unwrap());
    stage.clock.advance(Duration::from_hours(24));
    let app = stage.engine().await;
    settled(&app).await;
    assert_eq!(outcome(&app).await, "already_gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_connected_again_is_not_revoked() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let ben = app.connect("ben").await;
    stage.sandbox.add_fault(unreachable());
    app.engine.disconnect(&ada.id).await.unwrap();
    app.engine.disconnect(&ben.id).await.unwrap();
    assert_eq!(app.engine.revocations().await.unwrap().len(), 2);
    let ada = app.connect("ada").await;
    let pending = app.engine.revocations().await.unwrap();
    assert_eq!(pending.len(), 1, "{pending:?}");
    assert_eq!(outcome(&app).await, "connected_again");
    assert_eq!(pending[0].account_name, ben.display_name);
    stage.sandbox.clear_faults();
    stage.clock.advance(Duration::from_hours(2));
    settled(&app).await;
    assert_eq!(revoked(&stage), 1);
    assert_eq!(outcome(&app).await, "revoked");
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.published(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_in_flight_does_not_end_a_later_connection() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    // TikTok gets the revocation, and carries it out later.
    stage.sandbox.add_fault(Fault::once(
        Operation::Revoke,
        FaultKind::Latency { ms: 1500 },
    ));
    app.engine.disconnect(&ada.id).await.unwrap();
    eventually("TikTok has it", SOON, async || {
        (stage.count(Operation::Revoke) > 0).then_some(())
    })
    .await;
    assert_eq!(revoked(&stage), 0);
    let ada = app.connect("ada").await;
    assert_eq!(
        revoked(&stage),
        1,
        "the new grant came after the end of the old one"
    );
    app.engine.creator(&ada.id).await.unwrap();
    assert!(app.engine.revocations().await.unwrap().is_empty());
    assert_eq!(only(&app).await.state, AccountState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_does_not_wait_for_tiktok() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    for operation in [Operation::Revoke, Operation::Init] {
        stage
            .sandbox
            .add_fault(Fault::forever(operation, FaultKind::Latency { ms: 60_000 }));
    }
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    eventually("TikTok is asked for an upload", SOON, async || {
        (stage.count(Operation::Init) > 0).then_some(())
    })
    .await;
    let disconnect = app.engine.disconnect(&ada.id);
    tokio::time::timeout(Duration::from_secs(10), disconnect)
        .await
        .expect("it waits")
        .unwrap();
    assert!(app.engine.accounts().await.unwrap().is_empty());
    let state = app.state(&id).await;
    assert!(
        matches!(state, PostState::Checking | PostState::Failed { .. }),
        "{state:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_without_an_app_waits_for_one() {
    let stage = Stage::new().await;
    let config = EngineConfig {
        credentials: None,
        ..stage.config()
    };
    let app = Running::open(config).await;
    let secret = SecretString::from(tiktok_sandbox::DEFAULT_CLIENT_SECRET);
    let key = tiktok_sandbox::DEFAULT_CLIENT_KEY;
    app.engine.save_tiktok_app(key, &secret).await.unwrap();
    let ada = app.connect("ada").await;
    app.engine.forget_tiktok_app().await.unwrap();
    app.engine.disconnect(&ada.id).await.unwrap();
    assert_eq!(app.engine.revocations().await.unwrap().len(), 1);
    assert_eq!(stage.count(Operation::Revoke), 0);
    app.engine.save_tiktok_app(key, &secret).await.unwrap();
    settled(&app).await;
    assert_eq!(revoked(&stage), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_tokens_ask_for_a_reconnect_and_can_be_disconnected() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    app.engine.close().await;
    tamper(
        &stage,
        "UPDATE accounts SET access_token = 'gAAAAA', refresh_token = 'gAAAAA'",
    )
    .await;
    let app = stage.engine().await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.until(&id, "waiting for the account", |state| {
        matches!(state, PostState::Waiting { until: None, .. })
    })
    .await;
    assert_eq!(reconnect_code(&app).await, "account.unreadable");
    app.engine.disconnect(&ada.id).await.unwrap();
    settled(&app).await;
    assert_eq!(outcome(&app).await, "unreadable");
    assert!(app.engine.accounts().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_access_token_is_refreshed() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    app.engine.close().await;
    tamper(&stage, "UPDATE accounts SET access_token = 'gAAAAA'").await;
    let app = stage.engine().await;
    app.engine.creator(&ada.id).await.unwrap();
    assert_eq!(stage.refreshes(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn forgotten_tokens_leave_nothing_to_revoke() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    app.engine.close().await;
    tamper(
        &stage,
        "UPDATE accounts SET access_token = '', refresh_token = '', state = 'reconnect_needed',
                lost = 'forgotten'",
    )
    .await;
    let app = stage.engine().await;
    assert_eq!(reconnect_code(&app).await, "account.forgotten");
    app.engine.disconnect(&ada.id).await.unwrap();
    assert!(app.engine.revocations().await.unwrap().is_empty());
    assert_eq!(stage.count(Operation::Revoke), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_a_refresh_in_flight_are_revoked_by_a_disconnect() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    // TikTok replaces the tokens at once, and answers late.
    stage.sandbox.add_fault(Fault::once(
        Operation::Token,
        FaultKind::LateAnswer { ms: 1500 },
    ));
    stage.clock.advance(Duration::from_hours(3));
    eventually("TikTok is asked", SOON, async || {
        (stage.refreshes() > 0).then_some(())
    })
    .await;
    app.engine.disconnect(&ada.id).await.unwrap();
    settled(&app).await;
    assert_eq!(outcome(&app).await, "revoked");
    assert_eq!((stage.refreshes(), revoked(&stage)), (1, 1));
}
