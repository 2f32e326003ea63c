//! Revoked access, missing scopes, expiring sign-ins, and names of accounts.

use std::time::Duration;

use slipway_engine::{
    Explain,
    views::{
        AccountColour, AccountState, AuditKind, ConnectOutcome, ConnectPurpose, Event, PostState,
        WaitReason,
    },
};
use slipway_tests::{
    stage::{Running, Stage, consent, inbox, public},
    wait::{SOON, eventually},
};
use tiktok_sandbox::{Fault, FaultKind, Operation, Options};

use super::{kinds, only, reconnect_code};

const MEGABYTE: u64 = 1_000_000;

fn waits_for_reconnect(state: &PostState) -> bool {
    matches!(
        state,
        PostState::Waiting {
            reason: WaitReason::Reconnect,
            until: None,
            ..
        }
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creator_who_revokes_access_is_asked_to_reconnect() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    assert!(stage.sandbox.remove_access("ada").unwrap());
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.until(&id, "waiting for the account", waits_for_reconnect)
        .await;
    assert_eq!(reconnect_code(&app).await, "account.refused");
    app.connect("ada").await;
    app.published(&id).await;
    let account = only(&app).await;
    assert_eq!(
        (account.state, account.reconnect),
        (AccountState::Connected, None)
    );
    assert_eq!(
        kinds(&app, &ada.id).await,
        [
            AuditKind::Connected,
            AuditKind::RefreshRefused,
            AuditKind::Reconnected
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_whose_access_was_revoked_restarts_after_a_reconnect() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.sandbox.set_options(Options {
        upload_bytes_per_sec: Some(30 * MEGABYTE),
        ..stage.sandbox.options()
    });
    let file = stage.video("a.mp4", 70 * MEGABYTE);
    let id = app.post(&ada, &file, public("")).await;
    app.until(&id, "uploading", |state| *state == PostState::Uploading)
        .await;
    assert!(stage.sandbox.remove_access("ada").unwrap());
    app.until(&id, "waiting for the account", waits_for_reconnect)
        .await;
    app.connect("ada").await;
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
    assert_eq!(
        stage.sandbox.posts()[0].sha256,
        slipway_tests::stage::sha256(&file)
    );
}

/// Connects with these scopes only.
async fn connect_with(app: &Running, creator: &str, scopes: &[&str]) {
    let attempt = app.engine.begin_connect(ConnectPurpose::New).await.unwrap();
    let url = app.engine.authorize_url(&attempt.id).unwrap();
    let url = secrecy::ExposeSecret::expose_secret(&url).to_owned();
    consent(&url, creator, scopes).await;
    app.event("connected", |event| match event {
        Event::ConnectFinished {
            outcome: ConnectOutcome::Connected { .. },
            ..
        } => Some(()),
        Event::ConnectFinished { outcome, .. } => panic!("{outcome:?}"),
        _ => None,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_scope_names_the_features_that_it_disables() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    connect_with(&app, "ada", &["video.upload"]).await;
    let account = only(&app).await;
    let missing: Vec<_> = account
        .missing
        .iter()
        .map(|one| one.scope.as_str())
        .collect();
    assert_eq!(missing, ["user.info.basic", "video.publish"]);
    let mut missing = account.missing.iter();
    assert!(missing.all(|one| one.disables.code.starts_with("scope.")));
    assert!(account.can_inbox && !account.can_direct_post);
    // More scopes are granted: none is missing.
    app.connect("ada").await;
    let account = only(&app).await;
    assert!(account.missing.is_empty() && account.can_direct_post);
    assert_eq!(account.display_name, "Ada Lindqvist");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_profile_scope_drafts_can_be_sent_after_a_lost_answer() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    connect_with(&app, "ada", &["video.upload"]).await;
    let account = only(&app).await;
    stage
        .sandbox
        .add_fault(Fault::once(Operation::InboxInit, FaultKind::LostAnswer));
    let id = app.post(&account, &stage.video("a.mp4", 0), inbox()).await;
    app.delivered(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_tiktok_refuses_counts_as_missing_until_it_is_granted() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let refuse = FaultKind::Status {
        http: 401,
        code: Some("scope_not_authorized".into()),
        message: None,
    };
    stage
        .sandbox
        .add_fault(Fault::forever(Operation::Init, refuse));
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    let post = app.failed(&id).await;
    let PostState::Failed {
        notice, can_retry, ..
    } = post.state
    else {
        panic!("{:?}", post.state);
    };
    assert_eq!(
        (notice.code.as_str(), can_retry),
        ("tiktok.scope_not_authorized", true)
    );
    let account = only(&app).await;
    assert_eq!(account.state, AccountState::Connected);
    assert!(!account.can_direct_post && account.can_inbox);
    assert_eq!(account.missing[0].scope, "video.publish");
    // Another direct post does not even start.
    let draft = app.draft(&stage.video("b.mp4", 0)).await;
    let settings = slipway_engine::views::PostSettings {
        account_id: Some(ada.id.clone()),
        ..public("")
    };
    app.engine.update_post(&draft, &settings).await.unwrap();
    let error = app.engine.submit_post(&draft).await.unwrap_err();
    assert_eq!(error.explain().code, "compose.scope");
    let inits = stage.count(Operation::Init);

    stage.sandbox.clear_faults();
    app.connect("ada").await;
    assert!(only(&app).await.missing.is_empty());
    app.engine.retry_post(&id).await.unwrap();
    app.published(&id).await;
    assert_eq!(inits, 1, "a refused scope is not asked for again and again");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_warnings_precede_the_end_of_a_sign_in_and_each_can_be_dismissed() {
    let stage = Stage::with(Options {
        refresh_token_life: Duration::from_hours(24 * 20),
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    assert_eq!(ada.ending, None);
    let down = FaultKind::Status {
        http: 503,
        code: None,
        message: None,
    };
    stage
        .sandbox
        .add_fault(Fault::forever(Operation::Token, down));
    let warning = |days: u32| format!("account.ending.{days}.{}", ada.id);
    let reported = async |app: &Running, code: String| {
        eventually(&code, SOON, async || {
            let notices = app.engine.status().notices;
            notices
                .iter()
                .any(|notice| notice.code == code)
                .then_some(())
        })
        .await;
    };
    let silent = |app: &Running| {
        let notices = app.engine.status().notices;
        !notices
            .iter()
            .any(|notice| notice.code.starts_with("account.ending"))
    };
    assert!(silent(&app));
    stage.clock.advance(Duration::from_hours(24 * 7));
    reported(&app, warning(14)).await;
    assert_eq!(only(&app).await.ending.unwrap().code, "account.ending");
    app.engine.dismiss_notice(&warning(14)).await.unwrap();
    assert!(silent(&app));
    app.engine.close().await;

    // The notice stays dismissed after a restart, and the second warning still comes.
    let app = stage.engine().await;
    stage.clock.advance(Duration::from_hours(24 * 11));
    reported(&app, warning(3)).await;
    assert!(
        !app.engine
            .status()
            .notices
            .iter()
            .any(|notice| notice.code == warning(14))
    );
    assert_eq!(only(&app).await.state, AccountState::Connected);

    // TikTok prolongs the sign-in: no warning is left.
    stage.sandbox.clear_faults();
    stage.clock.advance(Duration::from_mins(30));
    eventually("the warning is gone", SOON, async || {
        silent(&app).then_some(())
    })
    .await;
    assert_eq!(only(&app).await.ending, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_sign_in_asks_for_a_reconnect() {
    let stage = Stage::with(Options {
        refresh_token_life: Duration::from_hours(24),
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    app.connect("ada").await;
    app.engine.close().await;
    stage.clock.advance(Duration::from_hours(48));
    let app = stage.engine().await;
    eventually("the account is lost", SOON, async || {
        (only(&app).await.state == AccountState::ReconnectNeeded).then_some(())
    })
    .await;
    assert_eq!(reconnect_code(&app).await, "account.ended");
    app.connect("ada").await;
    assert_eq!(only(&app).await.state, AccountState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_have_labels_and_colours() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let change =
        async |label: Option<&str>, colour| app.engine.update_account(&ada.id, label, colour).await;
    let account = change(Some("  Main channel "), Some(AccountColour::Teal))
        .await
        .unwrap();
    assert_eq!(account.label.as_deref(), Some("Main channel"));
    assert_eq!(account.colour, Some(AccountColour::Teal));
    for (label, code) in [
        ("x".repeat(41), "account.label_long"),
        ("a\nb".to_owned(), "account.label_control"),
    ] {
        let error = change(Some(&label), None).await.unwrap_err();
        assert_eq!(error.explain().code, code);
    }
    // A reconnect keeps both, and so does a restart.
    app.connect("ada").await;
    app.engine.close().await;
    let app = stage.engine().await;
    assert_eq!(only(&app).await.label.as_deref(), Some("Main channel"));
    assert_eq!(only(&app).await.colour, Some(AccountColour::Teal));
    let account = app.engine.update_account(&ada.id, Some(" "), None).await;
    let account = account.unwrap();
    assert_eq!((account.label, account.colour), (None, None));
    let error = app.engine.update_account("nobody", None, None).await;
    assert_eq!(error.unwrap_err().explain().code, "account.gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_display_name_is_stored() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let creators = stage.sandbox.creators();
    let creator = creators.into_iter().find(|one| one.name == "ada").unwrap();
    stage
        .sandbox
        .set_creator(tiktok_sandbox::Creator {
            nickname: "Ada & friends".into(),
            ..creator
        })
        .unwrap();
    app.engine.creator(&ada.id).await.unwrap();
    let account = only(&app).await;
    assert_eq!(account.display_name, "Ada & friends");
    assert!(account.avatar.is_some());
}
