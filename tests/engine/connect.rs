//! Sign-in answers of every kind: each gets its own words, and nothing else is disturbed.

use secrecy::ExposeSecret;
use slipway_engine::{
    Engine, EngineConfig, Explain,
    views::{ConnectOutcome, ConnectPurpose, Event},
};
use tiktok_sandbox::Options;
use url::Url;

use slipway_tests::stage::{ALL_SCOPES, Running, Stage, consent};

async fn begin(app: &Running) -> (String, Url) {
    let attempt = app.engine.begin_connect(ConnectPurpose::New).await.unwrap();
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

async fn get(url: &str) -> (u16, String) {
    let answer = reqwest::get(url).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn outcome(app: &Running) -> ConnectOutcome {
    app.event("the end of the connect", |event| match event {
        Event::ConnectFinished { outcome, .. } => Some(outcome.clone()),
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

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_or_missing_state_is_refused_and_the_attempt_goes_on() {
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
async fn an_answer_works_once() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (_, url) = begin(&app).await;
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build();
    let form = [
        ("creator", "ada"),
        ("decision", "authorize"),
        ("scope", "video.upload"),
    ];
    let answer = client
        .unwrap()
        .post(url.as_str())
        .form(&form)
        .send()
        .await
        .unwrap();
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(get(&location).await.0, 200);
    let (status, page) = get(&location).await;
    assert_eq!(status, 400);
    assert!(page.contains("already used"), "{page}");
    assert_eq!(app.engine.accounts().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_attempt_says_so() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (_, url) = begin(&app).await;
    stage.clock.advance(std::time::Duration::from_secs(601));
    let answer = consent(url.as_str(), "ada", &ALL_SCOPES).await;
    assert_eq!(answer.status(), 400);
    assert_eq!(code_of(outcome(&app).await), "connect.expired");
    assert!(app.engine.accounts().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_apart_with_and_without_state() {
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
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unticked_scopes_leave_what_remains() {
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
    let closed = parameter(&first_url, "redirect_uri");
    let began = std::time::Instant::now();
    while reqwest::get(&closed).await.is_ok() {
        assert!(began.elapsed().as_secs() < 10, "the port stays open");
    }
    assert!(
        consent(second_url.as_str(), "ada", &ALL_SCOPES)
            .await
            .status()
            .is_success()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_host_name_does_not_reach_the_port() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (_, url) = begin(&app).await;
    let answer = reqwest::Client::new()
        .get(parameter(&url, "redirect_uri"))
        .header("Host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 421);
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
async fn a_wrong_secret_is_named() {
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
