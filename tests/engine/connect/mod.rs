//! Answers to a sign-in: each kind gets its own notice and affects nothing else.

use secrecy::ExposeSecret;
use slipway_engine::{
    Engine, EngineConfig, Explain,
    views::{AuditFilter, AuditKind, ConnectOutcome, ConnectPurpose, Event},
};
use slipway_tests::{
    stage::{ALL_SCOPES, Running, Stage, consent},
    wait::{SOON, eventually},
};
use tiktok_sandbox::{Operation, Options};
use url::Url;

mod attempts;
mod hosted;
mod port;
mod purpose;

/// Begins to connect an account. Returns the attempt's id and the consent page's address.
async fn begin(app: &Running) -> (String, Url) {
    begin_for(app, ConnectPurpose::New).await
}

async fn begin_for(app: &Running, purpose: ConnectPurpose) -> (String, Url) {
    let attempt = app.engine.begin_connect(purpose).await.unwrap();
    let url = app.engine.authorize_url(&attempt.id).unwrap();
    (attempt.id, Url::parse(url.expose_secret()).unwrap())
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .unwrap()
        .1
        .into_owned()
}

/// The address to which TikTok's answer goes.
fn port_of(url: &Url) -> u16 {
    let callback = Url::parse(&parameter(url, "redirect_uri")).unwrap();
    callback.port().unwrap()
}

/// Answers the consent page and returns the address to which it redirects the browser.
async fn agree(url: &Url, creator: &str) -> String {
    let mut form = vec![("creator", creator), ("decision", "authorize")];
    form.extend(ALL_SCOPES.map(|scope| ("scope", scope)));
    answer(url, &form).await
}

async fn answer(url: &Url, form: &[(&str, &str)]) -> String {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let answer = client.post(url.as_str()).form(form).send().await.unwrap();
    answer.headers()["location"].to_str().unwrap().to_owned()
}

async fn get(url: &str) -> (u16, String) {
    let answer = reqwest::get(url).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Waits for the outcome of the next attempt.
async fn outcome(app: &Running) -> ConnectOutcome {
    app.event("the end of the connect", |event| match event {
        Event::ConnectFinished { outcome, .. } => Some(outcome.clone()),
        _ => None,
    })
    .await
}

/// Waits for the outcome of this attempt.
async fn outcome_of(app: &Running, id: &str) -> ConnectOutcome {
    app.event("the end of this connect", |event| match event {
        Event::ConnectFinished {
            attempt_id,
            outcome,
        } if attempt_id == id => Some(outcome.clone()),
        _ => None,
    })
    .await
}

fn code_of(outcome: ConnectOutcome) -> String {
    match outcome {
        ConnectOutcome::Failed { notice } => notice.code,
        other => panic!("{other:?}"),
    }
}

/// The number of requests that TikTok got for this operation.
fn asked(stage: &Stage, operation: Operation) -> usize {
    let requests = stage.sandbox.requests();
    let matching = requests
        .iter()
        .filter(|seen| seen.operation == Some(operation));
    matching.count()
}

/// Returns whether nothing listens on this port.
async fn is_closed(port: u16) -> bool {
    tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .is_err()
}

/// The reasons of refused attempts in the audit trail, newest first.
async fn refusals(app: &Running) -> Vec<String> {
    let filter = AuditFilter {
        kinds: vec![AuditKind::ConnectRefused],
        ..AuditFilter::default()
    };
    let page = app.engine.audit(&filter).await.unwrap();
    page.entries
        .into_iter()
        .map(|entry| entry.details["reason"].clone())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_or_missing_state_is_refused_and_the_attempt_stays_open() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (_, url) = begin(&app).await;
    let callback = parameter(&url, "redirect_uri");
    for query in [
        "code=abc",
        "code=abc&state=wrong",
        "",
        "code=abc&state=",
        "code=%FF&state=x",
    ] {
        let (status, page) = get(&format!("{callback}?{query}")).await;
        assert_eq!(status, 400, "{query}");
        assert!(page.contains("Not connected"), "{query}: {page}");
    }
    let answer = consent(url.as_str(), "ada", &ALL_SCOPES).await;
    assert!(
        answer
            .text()
            .await
            .unwrap()
            .contains("Ada Lindqvist is connected")
    );
    assert!(matches!(
        outcome(&app).await,
        ConnectOutcome::Connected { .. }
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_distinguished_with_and_without_state() {
    for state_on_refusal in [true, false] {
        let options = Options {
            state_on_refusal,
            ..Options::default()
        };
        let stage = Stage::with(options).await;
        let app = stage.engine().await;
        let (_, url) = begin(&app).await;
        let form = [("decision", "cancel")];
        reqwest::Client::new()
            .post(url.as_str())
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(code_of(outcome(&app).await), "connect.denied");

        let (_, url) = begin(&app).await;
        consent(url.as_str(), "gus", &ALL_SCOPES).await;
        assert_eq!(code_of(outcome(&app).await), "connect.not_a_target_user");
        assert_eq!(
            refusals(&app).await,
            ["non_sandbox_target", "access_denied"]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn declined_scopes_disable_only_their_features() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (_, url) = begin(&app).await;
    consent(url.as_str(), "ada", &["user.info.basic", "video.upload"]).await;
    outcome(&app).await;
    let account = app.engine.accounts().await.unwrap().remove(0);
    assert!(account.can_inbox && !account.can_direct_post);
    assert!(account.avatar.unwrap().starts_with("data:image/"));

    let (_, url) = begin(&app).await;
    consent(url.as_str(), "ben", &["user.info.basic"]).await;
    assert_eq!(code_of(outcome(&app).await), "connect.nothing_granted");
    assert_eq!(refusals(&app).await, ["nothing_granted"]);
    // Tokens without any useful scope are revoked.
    eventually("the tokens are revoked", SOON, async || {
        (asked(&stage, Operation::Revoke) == 1).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_needed_stored_and_forgotten() {
    let stage = Stage::new().await;
    let config = || EngineConfig {
        credentials: None,
        ..stage.config()
    };
    let engine = Engine::open(config()).await.unwrap();
    assert!(!engine.setup().has_secret);
    let error = engine.begin_connect(ConnectPurpose::New).await.unwrap_err();
    assert_eq!(error.explain().code, "connect.credentials_missing");
    for (key, secret) in [
        ("", "x"),
        ("x", " "),
        ("two words", "x"),
        ("x", "line\nbreak"),
    ] {
        let error = engine
            .save_tiktok_app(key, &secret.into())
            .await
            .unwrap_err();
        assert_eq!(error.explain().code, "setup.malformed");
    }
    let setup = engine
        .save_tiktok_app(" key ", &" secret ".into())
        .await
        .unwrap();
    assert_eq!(
        (setup.client_key.as_deref(), setup.has_secret),
        (Some("key"), true)
    );
    engine.close().await;
    let engine = Engine::open(config()).await.unwrap();
    assert_eq!(engine.setup().client_key.as_deref(), Some("key"));
    assert!(!engine.forget_tiktok_app().await.unwrap().has_secret);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_client_secret_is_reported() {
    let stage = Stage::new().await;
    let engine = Engine::open(EngineConfig {
        credentials: None,
        ..stage.config()
    })
    .await
    .unwrap();
    let key = tiktok_sandbox::DEFAULT_CLIENT_KEY;
    engine.save_tiktok_app(key, &"wrong".into()).await.unwrap();
    let app = Running::new(engine);
    let (_, url) = begin(&app).await;
    consent(url.as_str(), "ada", &ALL_SCOPES).await;
    assert_eq!(code_of(outcome(&app).await), "tiktok.invalid_client");
}
