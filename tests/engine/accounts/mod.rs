//! Accounts: tokens that expire, rotate and get lost, disconnects and reconnects.

mod access;
mod refresh;
mod refresh_points;
mod refresh_races;
mod revocation;

use std::time::Duration;

use slipway_engine::{
    EngineError, Explain,
    views::{Account, AccountState, AuditFilter, AuditKind, PostState, WaitReason},
};
use slipway_tests::{
    stage::{Running, Stage, public},
    wait::{SOON, eventually},
};
use tiktok_sandbox::{Fault, FaultKind, Operation, Options};

/// The number of requests whose token TikTok refused.
fn refused(stage: &Stage) -> usize {
    let requests = stage.sandbox.requests();
    requests
        .iter()
        .filter(|seen| seen.status == Some(401))
        .count()
}

/// The only account.
async fn only(app: &Running) -> Account {
    let mut accounts = app.engine.accounts().await.unwrap();
    assert_eq!(accounts.len(), 1, "{accounts:?}");
    accounts.remove(0)
}

/// The reason for which the only account must be connected again.
async fn reconnect_code(app: &Running) -> String {
    let account = only(app).await;
    assert_eq!(account.state, AccountState::ReconnectNeeded);
    account.reconnect.expect("it says why").code
}

/// The account's entries in the audit trail, oldest first, without refreshes.
async fn kinds(app: &Running, account: &str) -> Vec<AuditKind> {
    let filter = AuditFilter {
        account_id: Some(account.to_owned()),
        ..AuditFilter::default()
    };
    let page = app.engine.audit(&filter).await.unwrap();
    page.entries
        .iter()
        .rev()
        .map(|entry| entry.kind)
        .filter(|kind| {
            use AuditKind::{ConsentGiven, DirectPost, InboxDraft, Refreshed};
            !matches!(kind, Refreshed | ConsentGiven | DirectPost | InboxDraft)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_refreshed_before_it_expires() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    app.connect("ada").await;
    // A token lives for two hours, and is refreshed at 85 % of that at the latest.
    stage.clock.advance(Duration::from_mins(110));
    eventually("a refresh", SOON, async || {
        (stage.refreshes() > 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_refresh_answer_asks_for_a_reconnect_and_the_post_waits() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage
        .sandbox
        .add_fault(Fault::once(Operation::Token, FaultKind::LostAnswer));
    stage.clock.advance(Duration::from_hours(3));
    // The token was replaced in the lost answer, so the retry is refused permanently.
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    let post = app
        .until(&id, "waiting for the account", |state| {
            matches!(
                state,
                PostState::Waiting {
                    reason: WaitReason::Reconnect,
                    ..
                }
            )
        })
        .await;
    assert!(matches!(post.state, PostState::Waiting { until: None, .. }));
    assert_eq!(reconnect_code(&app).await, "account.answer_lost");

    // The same creator connects again: the account is the same, and its post resumes.
    let again = app.connect("ada").await;
    assert_eq!(again.id, ada.id);
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expires_during_processing_is_refreshed_and_nothing_is_sent_again() {
    let options = Options {
        processing: Duration::from_hours(3),
        ..Options::default()
    };
    let stage = Stage::with(options).await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.processing(&id).await;
    stage.clock.advance(Duration::from_mins(121));
    app.published(&id).await;
    assert_eq!(stage.count(Operation::Init), 1);
    assert_eq!(stage.count(Operation::Upload), 1);
    assert!(stage.refreshes() >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_revokes_at_tiktok_and_keeps_the_queue() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let done = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.published(&done).await;
    let draft = app.draft(&stage.video("b.mp4", 0)).await;
    app.engine.disconnect(&ada.id).await.unwrap();

    assert!(app.engine.accounts().await.unwrap().is_empty());
    eventually("TikTok has heard of it", SOON, async || {
        let pending = app.engine.revocations().await.unwrap();
        pending.is_empty().then_some(())
    })
    .await;
    let requests = stage.sandbox.requests();
    assert!(
        requests
            .iter()
            .any(|seen| seen.operation == Some(Operation::Revoke) && seen.status == Some(200))
    );
    let post = app.engine.post(&done).await.unwrap();
    assert_eq!(
        (post.state, post.account_name.as_deref()),
        (PostState::Published, Some("Ada Lindqvist"))
    );
    assert_eq!(
        app.engine.post(&draft).await.unwrap().settings.account_id,
        None
    );
    let error = app.engine.submit_post(&draft).await.unwrap_err();
    assert_eq!(error.explain().code, "compose.account");
    assert!(matches!(
        app.engine.creator(&ada.id).await,
        Err(EngineError::NoSuchAccount)
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_while_uploading_stops_the_upload_for_good() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.limit_uploads(Some(20_000_000));
    let id = app
        .post(&ada, &stage.video("a.mp4", 120_000_000), public(""))
        .await;
    app.until(&id, "uploading", |state| *state == PostState::Uploading)
        .await;
    app.engine.disconnect(&ada.id).await.unwrap();
    assert_eq!(app.state(&id).await, PostState::Cancelled);
    assert!(stage.sandbox.posts().is_empty());
}
