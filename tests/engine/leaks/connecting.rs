//! Failed sign-ins: refused, forged, replayed, late, and cancelled.

use std::time::Duration;

use secrecy::ExposeSecret;
use slipway_engine::views::ConnectPurpose;
use slipway_tests::{
    leaks::Secret,
    stage::{ALL_SCOPES, consent},
};
use tiktok_sandbox::Options;
use url::Url;

use super::tapped::Tapped;

#[tokio::test(flavor = "multi_thread")]
async fn the_creator_refuses() {
    let tapped = Tapped::new("refused").await;
    let (attempt, url) = begin(&tapped).await;
    let form = [("creator", "ada"), ("decision", "deny")];
    let sent = reqwest::Client::new().post(url).form(&form).send().await;
    tapped.say(sent.unwrap().text().await.unwrap());
    assert_eq!(tapped.outcome(&attempt).await, None);
    tapped.end(Vec::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_code() {
    let tapped = Tapped::new("ended code").await;
    let options = Options {
        code_life: Duration::ZERO,
        ..tapped.stage.sandbox.options()
    };
    tapped.stage.sandbox.set_options(options);
    assert_eq!(tapped.connect("ada").await, None);
    let exchanged = tapped.secrets().iter().any(|one| one.name() == "code");
    assert!(exchanged, "the code went to TikTok");
    tapped.end(Vec::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_and_replayed_answers() {
    const CODE: &str = "a-forged-code-of-forty-letters-and-not-one-less";
    const STATE: &str = "a-forged-state-of-forty-letters-and-no-more";
    let tapped = Tapped::new("forged").await;
    let (attempt, url) = begin(&tapped).await;
    let callback = parameter(&url, "redirect_uri");
    for query in [
        format!("code={CODE}&state={STATE}"),
        format!("code={CODE}"),
        format!("state={STATE}&error={CODE}&error_description={CODE}"),
        format!("code={CODE}&code={CODE}&state={STATE}"),
        format!("code={CODE}%FF&state={STATE}"),
    ] {
        get(&tapped, &format!("{callback}?{query}")).await;
        get(&tapped, &format!("{callback}{CODE}?{query}")).await;
    }
    // The right answer, then the same again. The port may be closed by then.
    let page = consent(url.as_str(), "ada", &ALL_SCOPES).await;
    let answer = page.url().clone();
    tapped.say(page.text().await.unwrap());
    assert!(tapped.outcome(&attempt).await.is_some());
    get(&tapped, answer.as_str()).await;
    let forged = [
        Secret::new("forged code", CODE),
        Secret::new("forged state", STATE),
    ];
    tapped.end(forged.into()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unanswered_attempts() {
    let tapped = Tapped::new("late").await;
    let (given_up, _) = begin(&tapped).await;
    tapped.app.engine.cancel_connect(&given_up);
    assert_eq!(tapped.outcome(&given_up).await, None);
    let (late, url) = begin(&tapped).await;
    tapped.stage.clock.advance(Duration::from_mins(11));
    assert_eq!(tapped.outcome(&late).await, None);
    let callback = parameter(&url, "redirect_uri");
    let code = "a-code-that-comes-after-all-of-ten-minutes";
    let state = parameter(&url, "state");
    get(&tapped, &format!("{callback}?code={code}&state={state}")).await;
    tapped.end(vec![Secret::new("late code", code)]).await;
}

async fn begin(tapped: &Tapped) -> (String, Url) {
    let attempt = tapped
        .app
        .engine
        .begin_connect(ConnectPurpose::New)
        .await
        .unwrap();
    let url = tapped.app.engine.authorize_url(&attempt.id).unwrap();
    let url = Url::parse(url.expose_secret()).unwrap();
    tapped.secret(Secret::new("state", parameter(&url, "state")));
    (attempt.id, url)
}

fn parameter(url: &Url, name: &str) -> String {
    let mut pairs = url.query_pairs();
    pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
}

/// Requests a page as a browser does, and records the answer.
async fn get(tapped: &Tapped, address: &str) {
    if let Ok(answer) = reqwest::get(address).await {
        let headers = format!("{:?}", answer.headers());
        tapped.say(headers);
        tapped.say(answer.text().await.unwrap_or_default());
    }
}
