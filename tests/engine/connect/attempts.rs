//! Attempts to connect expire after ten minutes, count once, do not affect each other, and leave no trace.

use std::time::Duration;

use jiff::SignedDuration;
use slipway_engine::{Engine, views::ConnectOutcome};
use slipway_tests::{
    stage::{Running, Stage},
    wait::{SOON, eventually},
};
use tiktok_sandbox::{Fault, FaultKind, Operation};

use super::{
    agree, asked, begin, code_of, get, is_closed, outcome, outcome_of, parameter, port_of, refusals,
};

/// Delays the next exchange of a code, so that a test can act during it.
fn hold_exchange(stage: &Stage, ms: u64) {
    let latency = FaultKind::Latency { ms };
    stage
        .sandbox
        .add_fault(Fault::once(Operation::Token, latency));
}

/// Waits until TikTok got the request to exchange a code.
async fn exchange_is_under_way(stage: &Stage) {
    eventually("the code is being exchanged", SOON, async || {
        (asked(stage, Operation::Token) > 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_works_once_and_then_the_port_is_closed() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (id, url) = begin(&app).await;
    let callback = agree(&url, "ada").await;
    let (status, page) = get(&callback).await;
    assert_eq!(status, 200, "{page}");
    // Before the page has arrived.
    assert!(is_closed(port_of(&url)).await);
    assert!(reqwest::get(&callback).await.is_err());
    assert!(app.engine.authorize_url(&id).is_err());
    assert_eq!(app.engine.accounts().await.unwrap().len(), 1);
    assert_eq!(asked(&stage, Operation::Token), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_answer_during_the_code_exchange_is_reported() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (_, url) = begin(&app).await;
    let callback = agree(&url, "ada").await;
    hold_exchange(&stage, 1500);
    let first = tokio::spawn({
        let callback = callback.clone();
        async move { get(&callback).await }
    });
    exchange_is_under_way(&stage).await;
    let (status, page) = get(&callback).await;
    assert_eq!(status, 400);
    assert!(page.contains("already used"), "{page}");
    let (status, page) = first.await.unwrap();
    assert_eq!(status, 200, "{page}");
    assert_eq!(asked(&stage, Operation::Token), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_nobody_answers_ends_after_ten_minutes() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (id, url) = begin(&app).await;
    stage.clock.advance(Duration::from_secs(590));
    assert!(app.engine.authorize_url(&id).is_ok());
    stage.clock.advance(Duration::from_secs(12));
    assert_eq!(code_of(outcome(&app).await), "connect.expired");
    assert!(app.engine.authorize_url(&id).is_err());
    eventually("the port is closed", SOON, async || {
        is_closed(port_of(&url)).await.then_some(())
    })
    .await;
    assert!(refusals(&app).await.is_empty(), "nobody refused anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_too_late_is_not_used() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (_, url) = begin(&app).await;
    let callback = agree(&url, "ada").await;
    // The attempt has expired but was not yet ended.
    stage.clock.advance(Duration::from_mins(10));
    let (status, page) = get(&callback).await;
    assert_eq!(status, 400);
    assert!(page.contains("has expired"), "{page}");
    assert_eq!(code_of(outcome(&app).await), "connect.expired");
    assert_eq!(asked(&stage, Operation::Token), 0);
    assert!(app.engine.accounts().await.unwrap().is_empty());
    assert_eq!(refusals(&app).await, ["expired"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn setting_the_clock_does_not_prolong_an_attempt() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (slept, _) = begin(&app).await;
    // As after a night of sleep.
    stage.clock.set_wrong_by(SignedDuration::from_hours(8));
    assert_eq!(code_of(outcome_of(&app, &slept).await), "connect.expired");
    let (_, url) = begin(&app).await;
    let callback = agree(&url, "ada").await;
    stage.clock.set_wrong_by(SignedDuration::from_hours(-8));
    stage.clock.advance(Duration::from_mins(10));
    assert_eq!(get(&callback).await.0, 400);
    assert_eq!(code_of(outcome(&app).await), "connect.expired");
    assert!(app.engine.accounts().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_attempts_do_not_mix() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (first, first_url) = begin(&app).await;
    let (second, second_url) = begin(&app).await;
    for name in ["redirect_uri", "state", "code_challenge"] {
        assert_ne!(parameter(&first_url, name), parameter(&second_url, name));
    }
    let for_first = agree(&first_url, "ada").await;
    let for_second = agree(&second_url, "ben").await;
    // Each answer goes to the other attempt's port.
    let (one, other) = (port_of(&first_url), port_of(&second_url));
    for (callback, own, wrong) in [(&for_first, one, other), (&for_second, other, one)] {
        let crossed = callback.replace(&format!(":{own}/"), &format!(":{wrong}/"));
        let (status, page) = get(&crossed).await;
        assert_eq!(status, 400);
        assert!(page.contains("does not belong"), "{page}");
    }
    let (second_page, first_page) = tokio::join!(get(&for_second), get(&for_first));
    assert_eq!((second_page.0, first_page.0), (200, 200));
    let mut names = Vec::new();
    for _ in 0..2 {
        let connected = app.event("connected", |event| match event {
            slipway_engine::views::Event::ConnectFinished {
                attempt_id,
                outcome: ConnectOutcome::Connected { display_name, .. },
            } => Some((attempt_id.clone(), display_name.clone())),
            _ => None,
        });
        names.push(connected.await);
    }
    names.sort_by_key(|(_, name)| name.clone());
    assert_eq!(names[0], (first, "Ada Lindqvist".to_owned()));
    assert_eq!(names[1].0, second);
    assert_eq!(asked(&stage, Operation::Token), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ninth_attempt_ends_the_oldest_with_a_notice() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let mut attempts = Vec::new();
    for _ in 0..9 {
        attempts.push(begin(&app).await);
    }
    let (oldest, oldest_url) = attempts.remove(0);
    assert_eq!(code_of(outcome_of(&app, &oldest).await), "connect.too_many");
    assert!(app.engine.authorize_url(&oldest).is_err());
    eventually("its port is closed", SOON, async || {
        is_closed(port_of(&oldest_url)).await.then_some(())
    })
    .await;
    for (_, url) in &attempts {
        assert!(!is_closed(port_of(url)).await);
    }
    let (_, newest_url) = attempts.pop().unwrap();
    assert_eq!(get(&agree(&newest_url, "ada").await).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_attempt_closes_its_port_and_others_stay_open() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (first, first_url) = begin(&app).await;
    let (_, second_url) = begin(&app).await;
    app.engine.cancel_connect(&first);
    assert_eq!(outcome(&app).await, ConnectOutcome::Cancelled);
    assert!(app.engine.authorize_url(&first).is_err());
    eventually("the port is closed", SOON, async || {
        is_closed(port_of(&first_url)).await.then_some(())
    })
    .await;
    assert_eq!(get(&agree(&second_url, "ada").await).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_during_the_code_exchange_connects_no_account() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (id, url) = begin(&app).await;
    let callback = agree(&url, "ada").await;
    hold_exchange(&stage, 1500);
    let page = tokio::spawn(async move { get(&callback).await });
    exchange_is_under_way(&stage).await;
    app.engine.cancel_connect(&id);
    assert_eq!(outcome(&app).await, ConnectOutcome::Cancelled);
    let (status, page) = page.await.unwrap();
    assert_eq!(status, 400);
    assert!(page.contains("was cancelled"), "{page}");
    // The tokens that TikTok issued nevertheless are revoked.
    eventually("the tokens are revoked", SOON, async || {
        (asked(&stage, Operation::Revoke) == 1).then_some(())
    })
    .await;
    assert!(app.engine.accounts().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_browser_or_a_closed_slipway_loses_no_account() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (_, url) = begin(&app).await;
    let callback = agree(&url, "ada").await;
    hold_exchange(&stage, 1500);
    let page = tokio::spawn(async move { get(&callback).await });
    exchange_is_under_way(&stage).await;
    page.abort();
    let Running { engine, .. } = app;
    engine.close().await;
    let engine = Engine::open(stage.config()).await.unwrap();
    let accounts = engine.accounts().await.unwrap();
    assert_eq!(accounts.len(), 1);
    assert!(engine.creator(&accounts[0].id).await.is_ok());
}
