//! The creator's own page in place of a port: the answer comes as a link, and any program can open links.

use slipway_engine::{
    Explain,
    views::{ConnectOutcome, ConnectPurpose, Settings},
};
use slipway_tests::{
    stage::{Running, Stage},
    wait::{SOON, eventually},
};
use tiktok_sandbox::{Operation, Options};

use super::{agree, answer, asked, begin, begin_for, code_of, outcome, outcome_of, parameter};

const PAGE: &str = "https://ada.example/slipway/";
const LINK: &str = "slipway://oauth/callback";

/// A TikTok app of the web platform, and a Slipway with its page's address.
async fn hosted() -> (Stage, Running) {
    let stage = Stage::with(Options {
        redirect_uris: Vec::new(),
        web_redirect_uris: vec![PAGE.to_owned()],
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    set_page(&app, Some(PAGE)).await;
    (stage, app)
}

async fn set_page(app: &Running, page: Option<&str>) {
    let settings = Settings {
        hosted_page: page.map(str::to_owned),
        ..app.engine.settings()
    };
    app.engine.update_settings(&settings).await.unwrap();
}

/// The link that the page makes from the address to which TikTok redirected.
fn forwarded(address: &str) -> String {
    let query = address.strip_prefix(PAGE).expect("the creator's page");
    format!("{LINK}{query}")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_connected_through_the_hosted_page() {
    let (stage, app) = hosted().await;
    assert_eq!(app.engine.setup().redirect_uri, PAGE);
    let (id, url) = begin(&app).await;
    assert_eq!(parameter(&url, "redirect_uri"), PAGE);
    assert_eq!(parameter(&url, "code_challenge_method"), "S256");
    let link = forwarded(&agree(&url, "ada").await);
    app.engine.receive_link(&link);
    assert!(matches!(
        outcome_of(&app, &id).await,
        ConnectOutcome::Connected { .. }
    ));
    let account = app.engine.accounts().await.unwrap().remove(0);
    assert!(app.engine.creator(&account.id).await.is_ok());

    // Without a page, a port is used again.
    set_page(&app, None).await;
    assert_eq!(
        app.engine.setup().redirect_uri,
        slipway_engine::REDIRECT_PATTERN
    );
    let (_, url) = begin(&app).await;
    assert!(parameter(&url, "redirect_uri").starts_with("http://127.0.0.1:"));
    drop(stage);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_opened_twice_counts_once() {
    let (stage, app) = hosted().await;
    let (_, url) = begin(&app).await;
    let link = forwarded(&agree(&url, "ada").await);
    for _ in 0..3 {
        app.engine.receive_link(&link);
    }
    assert!(matches!(
        outcome(&app).await,
        ConnectOutcome::Connected { .. }
    ));
    app.engine.receive_link(&link);
    assert_eq!(asked(&stage, Operation::Token), 1);
    assert_eq!(app.engine.accounts().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_find_their_own_attempt() {
    let (_stage, app) = hosted().await;
    let (first, first_url) = begin(&app).await;
    let (second, second_url) = begin(&app).await;
    app.engine
        .receive_link(&forwarded(&agree(&second_url, "ben").await));
    assert!(matches!(
        outcome_of(&app, &second).await,
        ConnectOutcome::Connected { .. }
    ));
    app.engine
        .receive_link(&forwarded(&agree(&first_url, "ada").await));
    let ConnectOutcome::Connected { display_name, .. } = outcome_of(&app, &first).await else {
        panic!("not connected")
    };
    assert_eq!(display_name, "Ada Lindqvist");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_links_change_nothing() {
    let (stage, app) = hosted().await;
    let (id, url) = begin(&app).await;
    let state = parameter(&url, "state");
    for link in [
        String::new(),
        "slipway://open".to_owned(),
        format!("{LINK}?code=c"),
        format!("{LINK}?code=c&state=wrong"),
        format!("{LINK}?code=c&state={state}x"),
        format!("{LINK}?code=c&state={}", &state[1..]),
        format!("{LINK}?state={state}"),
        format!("{LINK}/?code=c&state={state}"),
        format!("{LINK}?code=c&code=d&state={state}"),
        format!("{LINK}?code=c&state={state}&state={state}"),
        format!("{LINK}?code=c&state={state}#x"),
        format!("slipway://u@oauth/callback?code=c&state={state}"),
        format!("https://oauth/callback?code=c&state={state}"),
        format!("{LINK}?code={}&state={state}", "c".repeat(10_000)),
        // Any page can open this link, so it ends no attempt.
        format!("{LINK}?error=access_denied"),
        format!("{LINK}?error=access_denied&state=wrong"),
    ] {
        app.engine.receive_link(&link);
    }
    assert!(app.engine.authorize_url(&id).is_ok(), "it still waits");
    assert_eq!(asked(&stage, Operation::Token), 0);
    app.engine
        .receive_link(&forwarded(&agree(&url, "ada").await));
    assert!(matches!(
        outcome_of(&app, &id).await,
        ConnectOutcome::Connected { .. }
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_accepts_answers_only_by_its_own_way() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (id, url) = begin(&app).await;
    let callback = agree(&url, "ada").await;
    let (_, query) = callback.split_once('?').unwrap();
    app.engine.receive_link(&format!("{LINK}?{query}"));
    assert!(app.engine.authorize_url(&id).is_ok(), "it still waits");
    assert_eq!(asked(&stage, Operation::Token), 0);
    assert_eq!(super::get(&callback).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_with_its_state_ends_the_attempt() {
    let (_stage, app) = hosted().await;
    let (id, url) = begin(&app).await;
    let link = forwarded(&answer(&url, &[("decision", "cancel")]).await);
    app.engine.receive_link(&link);
    assert_eq!(code_of(outcome_of(&app, &id).await), "connect.denied");
    assert_eq!(super::refusals(&app).await, ["access_denied"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hosted_page_also_offers_the_choice_for_another_creator() {
    let (stage, app) = hosted().await;
    let (_, url) = begin(&app).await;
    app.engine
        .receive_link(&forwarded(&agree(&url, "ada").await));
    let ConnectOutcome::Connected { account_id, .. } = outcome(&app).await else {
        panic!("not connected")
    };
    let (id, url) = begin_for(&app, ConnectPurpose::Reconnect { account_id }).await;
    let link = forwarded(&agree(&url, "ben").await);
    app.engine.receive_link(&link);
    app.engine.receive_link(&link);
    assert!(matches!(
        outcome_of(&app, &id).await,
        ConnectOutcome::AnotherCreator { .. }
    ));
    app.engine.cancel_connect(&id);
    assert_eq!(outcome_of(&app, &id).await, ConnectOutcome::Cancelled);
    eventually("the tokens are revoked", SOON, async || {
        (asked(&stage, Operation::Revoke) == 1).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn page_addresses_that_tiktok_refuses_are_not_stored() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let long = format!("https://ada.example/{}", "a".repeat(500));
    for page in [
        "",
        "ada.example/slipway/",
        "http://ada.example/slipway/",
        "https://ada.example/?a=b",
        "https://ada.example/#a",
        "https://ada:word@ada.example/",
        "slipway://oauth/callback",
        "javascript:alert(1)",
        &long,
    ] {
        let settings = Settings {
            hosted_page: Some(page.to_owned()),
            ..Settings::default()
        };
        let error = app.engine.update_settings(&settings).await.unwrap_err();
        assert_eq!(error.explain().code, "settings.hosted_page", "{page}");
        assert_eq!(app.engine.settings().hosted_page, None);
    }
    // With a TikTok on this computer, the page may be here as well.
    set_page(&app, Some("http://127.0.0.1:8000/connect/")).await;
    assert_eq!(
        app.engine.setup().redirect_uri,
        "http://127.0.0.1:8000/connect/"
    );
}
