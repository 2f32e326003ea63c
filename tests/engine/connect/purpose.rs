//! Connecting an account again: the same creator resumes, and another creator is a choice that changes nothing before
//! it is made.

use std::time::Duration;

use slipway_engine::{
    EngineError, Explain,
    views::{Account, AccountState, ConnectOutcome, ConnectPurpose, PostState, WaitReason},
};
use slipway_tests::{
    stage::{ALL_SCOPES, Running, Stage, consent, public},
    wait::{SOON, eventually},
};
use tiktok_sandbox::{Operation, Options};

use super::{agree, asked, begin_for, code_of, get, is_closed, outcome, port_of, refusals};

fn reconnect(account: &Account) -> ConnectPurpose {
    ConnectPurpose::Reconnect {
        account_id: account.id.clone(),
    }
}

fn grant_more(account: &Account) -> ConnectPurpose {
    ConnectPurpose::GrantMore {
        account_id: account.id.clone(),
    }
}

/// Answers as another creator when `account` is to be connected again. Returns the attempt.
async fn another_agrees(app: &Running, account: &Account, other: &str) -> String {
    let (id, url) = begin_for(app, reconnect(account)).await;
    let (status, page) = get(&agree(&url, other).await).await;
    assert_eq!(status, 200);
    assert!(page.contains("Nothing was changed"), "{page}");
    assert!(is_closed(port_of(&url)).await);
    id
}

async fn names(app: &Running) -> Vec<String> {
    let accounts = app.engine.accounts().await.unwrap();
    accounts
        .into_iter()
        .map(|account| account.display_name)
        .collect()
}

async fn is_revoked(stage: &Stage) {
    eventually("the tokens are revoked", SOON, async || {
        (asked(stage, Operation::Revoke) == 1).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_account_cannot_be_connected_again() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let nobody = ConnectPurpose::GrantMore {
        account_id: "nobody".into(),
    };
    let error = app.engine.begin_connect(nobody).await.unwrap_err();
    assert!(matches!(error, EngineError::NoSuchAccount), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn reconnecting_the_same_creator_resumes_the_posts() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    assert!(stage.sandbox.remove_access("ada").unwrap());
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.until(&id, "waiting for the account", |state| {
        matches!(
            state,
            PostState::Waiting {
                reason: WaitReason::Reconnect,
                ..
            }
        )
    })
    .await;
    // Another creator does not release it.
    let attempt = another_agrees(&app, &ada, "ben").await;
    let ConnectOutcome::AnotherCreator { .. } = outcome(&app).await else {
        panic!("not a choice")
    };
    app.engine.cancel_connect(&attempt);
    assert!(matches!(app.state(&id).await, PostState::Waiting { .. }));

    let (_, url) = begin_for(&app, reconnect(&ada)).await;
    assert_eq!(get(&agree(&url, "ada").await).await.0, 200);
    app.published(&id).await;
    let accounts = app.engine.accounts().await.unwrap();
    assert_eq!((accounts.len(), &accounts[0].id), (1, &ada.id));
    assert_eq!(accounts[0].state, AccountState::Connected);
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn declining_another_creator_revokes_the_tokens_and_changes_nothing() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let before = app.engine.accounts().await.unwrap();
    let id = another_agrees(&app, &ada, "ben").await;
    let ConnectOutcome::AnotherCreator {
        expected,
        agreed,
        connected_already,
    } = outcome(&app).await
    else {
        panic!("not a choice")
    };
    assert_eq!(expected, ada.display_name);
    assert_ne!(agreed, ada.display_name);
    assert!(!connected_already);
    assert_eq!(app.engine.accounts().await.unwrap(), before);
    assert!(app.engine.authorize_url(&id).is_err());
    assert_eq!(asked(&stage, Operation::Revoke), 0);

    app.engine.cancel_connect(&id);
    assert_eq!(outcome(&app).await, ConnectOutcome::Cancelled);
    is_revoked(&stage).await;
    let error = app.engine.keep_other_creator(&id).await.unwrap_err();
    assert_eq!(error.explain().code, "connect.expired");
    assert_eq!(app.engine.accounts().await.unwrap(), before);
    assert!(app.engine.creator(&ada.id).await.is_ok());
    eventually("the trail says so", SOON, async || {
        (refusals(&app).await == ["another_creator"]).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_creator_can_be_added_as_a_separate_account() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = another_agrees(&app, &ada, "ben").await;
    outcome(&app).await;
    // Less than the ten minutes. The tokens' lives start when TikTok issued them.
    stage.clock.advance(Duration::from_mins(9));
    let ben = app.engine.keep_other_creator(&id).await.unwrap();
    assert_ne!(ben.id, ada.id);
    assert_eq!(ben.state, AccountState::Connected);
    assert_eq!(names(&app).await.len(), 2);
    assert!(app.engine.creator(&ben.id).await.is_ok());
    assert!(app.engine.creator(&ada.id).await.is_ok());
    // Once only.
    assert!(app.engine.keep_other_creator(&id).await.is_err());
    app.engine.cancel_connect(&id);
    assert_eq!(asked(&stage, Operation::Revoke), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn declining_a_creator_who_is_already_connected_ends_no_account() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let ben = app.connect("ben").await;
    let id = another_agrees(&app, &ada, "ben").await;
    assert!(matches!(
        outcome(&app).await,
        ConnectOutcome::AnotherCreator {
            connected_already: true,
            ..
        }
    ));
    app.engine.cancel_connect(&id);
    eventually("the refusal is written down", SOON, async || {
        (refusals(&app).await.len() == 1).then_some(())
    })
    .await;
    assert!(app.engine.creator(&ben.id).await.is_ok());
    // Tokens of a kept account are refreshed.
    let id = another_agrees(&app, &ada, "ben").await;
    outcome(&app).await;
    let kept = app.engine.keep_other_creator(&id).await.unwrap();
    assert_eq!(kept.id, ben.id);
    assert_eq!(names(&app).await.len(), 2);
    assert!(app.engine.creator(&ben.id).await.is_ok());
    assert_eq!(asked(&stage, Operation::Revoke), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_choice_expires_after_ten_minutes() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = another_agrees(&app, &ada, "ben").await;
    outcome(&app).await;
    stage.clock.advance(Duration::from_secs(602));
    assert_eq!(code_of(outcome(&app).await), "connect.expired");
    is_revoked(&stage).await;
    assert!(app.engine.keep_other_creator(&id).await.is_err());
    assert_eq!(names(&app).await, [ada.display_name]);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_slipway_ends_an_open_choice() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    another_agrees(&app, &ada, "ben").await;
    outcome(&app).await;
    app.engine.close().await;
    assert_eq!(asked(&stage, Operation::Revoke), 1);
    let app = stage.engine().await;
    assert_eq!(names(&app).await, [ada.display_name]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_shared_by_two_choices_are_revoked_with_the_last() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let first = another_agrees(&app, &ada, "ben").await;
    outcome(&app).await;
    let second = another_agrees(&app, &ada, "ben").await;
    outcome(&app).await;
    app.engine.cancel_connect(&first);
    eventually("the refusal is written down", SOON, async || {
        (refusals(&app).await.len() == 1).then_some(())
    })
    .await;
    let ben = app.engine.keep_other_creator(&second).await.unwrap();
    assert!(app.engine.creator(&ben.id).await.is_ok());
    assert_eq!(asked(&stage, Operation::Revoke), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reconnect_can_add_scopes_and_reports_missing_ones() {
    let stage = Stage::with(Options::default()).await;
    let app = stage.engine().await;
    let (_, url) = begin_for(&app, ConnectPurpose::New).await;
    consent(url.as_str(), "ada", &["user.info.basic", "video.upload"]).await;
    outcome(&app).await;
    let ada = app.engine.accounts().await.unwrap().remove(0);
    assert!(!ada.can_direct_post && ada.can_inbox);

    let (_, url) = begin_for(&app, grant_more(&ada)).await;
    let asked_for = super::parameter(&url, "scope");
    assert_eq!(asked_for.split(',').count(), ALL_SCOPES.len());
    assert_eq!(super::parameter(&url, "disable_auto_auth"), "1");
    let page = consent(url.as_str(), "ada", &ALL_SCOPES).await;
    assert!(!page.text().await.unwrap().contains("You left out"));
    outcome(&app).await;
    let ada = app.engine.accounts().await.unwrap().remove(0);
    assert!(ada.can_direct_post && ada.can_inbox && ada.missing.is_empty());

    let (_, url) = begin_for(&app, grant_more(&ada)).await;
    let page = consent(url.as_str(), "ada", &["video.upload"]).await;
    let page = page.text().await.unwrap();
    assert!(page.contains("You left out some permissions"), "{page}");
    outcome(&app).await;
    let less = app.engine.accounts().await.unwrap().remove(0);
    // The name is still known.
    assert_eq!(less.display_name, ada.display_name);
    let missing: Vec<_> = less.missing.iter().map(|one| one.scope.as_str()).collect();
    assert!(missing.contains(&"video.publish"), "{missing:?}");

    // An answer without useful scopes changes nothing.
    let (_, url) = begin_for(&app, grant_more(&less)).await;
    consent(url.as_str(), "ada", &["user.info.basic"]).await;
    assert_eq!(code_of(outcome(&app).await), "connect.nothing_granted");
    let after = app.engine.accounts().await.unwrap().remove(0);
    assert_eq!((after.state, after.scopes), (less.state, less.scopes));
    assert_eq!(asked(&stage, Operation::Revoke), 0);
}
