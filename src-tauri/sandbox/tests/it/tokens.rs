//! Codes, access tokens, refresh tokens and their ends.

use std::time::Duration;

use tiktok_sandbox::{DEFAULT_CLIENT_KEY, DEFAULT_CLIENT_SECRET};

use crate::stage::{ALL_SCOPES, CREATOR_INFO, REDIRECT, REVOKE, Stage, TOKEN, VERIFIER, login};

fn refused(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}

async fn creator_info(stage: &Stage, token: &str) -> (u16, String) {
    stage
        .send(stage.http.post(stage.url(CREATOR_INFO)).bearer_auth(token))
        .await
        .code()
}

#[tokio::test]
async fn a_code_gives_tokens_once() {
    let stage = Stage::new().await;
    let code = stage.code("ada", "user.info.basic,video.publish").await;
    let answer = stage.exchange(&code).await;
    let body = answer.json();
    assert_eq!(body["expires_in"], 7200);
    assert_eq!(body["refresh_expires_in"], 180 * 86400);
    assert_eq!(body["scope"], "user.info.basic,video.publish");
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let ada = login(&answer);
    assert!(ada.access.starts_with("act.") && ada.refresh.starts_with("rft."));
    assert_eq!(creator_info(&stage, &ada.access).await, refused(200, "ok"));

    // Used again: refused, and what it gave is dead.
    assert_eq!(
        stage.exchange(&code).await.oauth(),
        refused(400, "invalid_grant")
    );
    assert_eq!(
        creator_info(&stage, &ada.access).await,
        refused(401, "access_token_invalid")
    );
    assert_eq!(
        stage.refresh(&ada.refresh).await.oauth(),
        refused(400, "invalid_grant")
    );
}

#[tokio::test]
async fn open_ids_belong_to_creators() {
    let stage = Stage::new().await;
    let (one, two) = (stage.login("ada").await, stage.login("ada").await);
    assert_eq!(one.open_id, two.open_id);
    assert_ne!(one.open_id, stage.login("ben").await.open_id);
    assert_ne!(one.access, two.access);
}

#[tokio::test]
async fn codes_expire() {
    let stage = Stage::new().await;
    let code = stage.code("ada", ALL_SCOPES).await;
    stage.advance(stage.sandbox.options().code_life);
    assert_eq!(
        stage.exchange(&code).await.oauth(),
        refused(400, "invalid_grant")
    );
}

#[tokio::test]
async fn every_field_of_the_code_grant_is_checked() {
    let stage = Stage::new().await;
    let other = "http://127.0.0.1:3456/callback/";
    let short = &VERIFIER[..42];
    let challenge = crate::stage::CHALLENGE;
    let table: &[(&str, Option<&str>, u16, &str)] = &[
        ("client_key", None, 400, "invalid_request"),
        ("client_key", Some("sbother"), 401, "invalid_client"),
        ("client_secret", None, 400, "invalid_request"),
        ("client_secret", Some("wrong"), 401, "invalid_client"),
        ("grant_type", None, 400, "invalid_request"),
        (
            "grant_type",
            Some("password"),
            400,
            "unsupported_grant_type",
        ),
        ("code", None, 400, "invalid_request"),
        ("code", Some("wrong"), 400, "invalid_grant"),
        ("redirect_uri", None, 400, "invalid_request"),
        ("redirect_uri", Some(other), 400, "invalid_request"),
        ("code_verifier", None, 400, "invalid_request"),
        ("code_verifier", Some(short), 400, "invalid_request"),
        ("code_verifier", Some(challenge), 400, "invalid_request"),
    ];
    for (name, value, status, error) in table {
        let code = stage.code("ada", ALL_SCOPES).await;
        let mut fields = vec![
            ("client_key", DEFAULT_CLIENT_KEY),
            ("client_secret", DEFAULT_CLIENT_SECRET),
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        fields.retain(|(field, _)| field != name);
        fields.extend(value.map(|value| (*name, value)));
        let answer = stage.form(TOKEN, &fields).await;
        assert_eq!(answer.oauth(), refused(*status, error), "{name} {value:?}");
        assert!(
            answer.json()["log_id"]
                .as_str()
                .is_some_and(|id| !id.is_empty())
        );
        // A refusal that says something about the code has spent it.
        let spent = matches!(*name, "redirect_uri" | "code_verifier") && value.is_some();
        assert_eq!(
            stage.exchange(&code).await.status == 200,
            !spent,
            "{name} {value:?}"
        );
    }
}

#[tokio::test]
async fn only_forms_are_read() {
    let stage = Stage::new().await;
    let json = stage
        .http
        .post(stage.url(TOKEN))
        .json(&serde_json::json!({"grant_type": "refresh_token"}));
    assert_eq!(
        stage.send(json).await.oauth(),
        refused(400, "invalid_request")
    );
    let query = format!("{TOKEN}?client_key={DEFAULT_CLIENT_KEY}");
    assert_eq!(
        stage
            .form(&query, &[("grant_type", "refresh_token")])
            .await
            .oauth(),
        refused(400, "invalid_request")
    );
    let twice = [
        ("grant_type", "refresh_token"),
        ("grant_type", "refresh_token"),
    ];
    assert_eq!(
        stage.form(TOKEN, &twice).await.oauth(),
        refused(400, "invalid_request")
    );
    assert_eq!(stage.get(TOKEN).await.status, 405);
    assert_eq!(stage.form("/v2/oauth/token", &twice).await.status, 404);
    stage.change_options(|options| options.oauth_errors_with_200 = true);
    assert_eq!(
        stage.form(TOKEN, &twice).await.oauth(),
        refused(200, "invalid_request")
    );
}

#[tokio::test]
async fn access_tokens_expire_and_refreshing_rotates() {
    let stage = Stage::new().await;
    let first = stage.login("ada").await;
    stage.advance(Duration::from_hours(2) - Duration::from_secs(1));
    assert_eq!(
        creator_info(&stage, &first.access).await,
        refused(200, "ok")
    );
    stage.advance(Duration::from_secs(1));
    assert_eq!(
        creator_info(&stage, &first.access).await,
        refused(401, "access_token_invalid")
    );

    let second = login(&stage.refresh(&first.refresh).await);
    assert_ne!(second.refresh, first.refresh);
    assert_eq!(second.open_id, first.open_id);
    assert_eq!(
        creator_info(&stage, &second.access).await,
        refused(200, "ok")
    );
    assert_eq!(
        stage.refresh(&first.refresh).await.oauth(),
        refused(400, "invalid_grant")
    );
    // The one that replaced it still works, once.
    let third = login(&stage.refresh(&second.refresh).await);
    // An access token lives its own time, whatever was refreshed since.
    assert_eq!(
        creator_info(&stage, &second.access).await,
        refused(200, "ok")
    );
    stage.advance(Duration::from_hours(180 * 24));
    assert_eq!(
        stage.refresh(&third.refresh).await.oauth(),
        refused(400, "invalid_grant")
    );
    assert_eq!(
        stage.refresh(&third.access).await.oauth(),
        refused(400, "invalid_grant")
    );
}

#[tokio::test]
async fn revoking_ends_every_consent_of_the_creator() {
    let stage = Stage::new().await;
    let (one, two, ben) = (
        stage.login("ada").await,
        stage.login("ada").await,
        stage.login("ben").await,
    );
    let revoke = async |token: &str, secret: &str| {
        let fields = [
            ("client_key", DEFAULT_CLIENT_KEY),
            ("client_secret", secret),
            ("token", token),
        ];
        stage.form(REVOKE, &fields).await
    };
    assert_eq!(
        revoke(&one.access, "wrong").await.oauth(),
        refused(401, "invalid_client")
    );
    assert_eq!(
        revoke(&one.refresh, DEFAULT_CLIENT_SECRET).await.oauth(),
        refused(400, "invalid_request")
    );
    assert_eq!(
        revoke("", DEFAULT_CLIENT_SECRET).await.oauth(),
        refused(400, "invalid_request")
    );
    assert_eq!(creator_info(&stage, &one.access).await, refused(200, "ok"));

    let answer = revoke(&one.access, DEFAULT_CLIENT_SECRET).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "{}"));
    for token in [&one.access, &two.access] {
        assert_eq!(
            creator_info(&stage, token).await,
            refused(401, "access_token_invalid")
        );
    }
    assert_eq!(
        stage.refresh(&two.refresh).await.oauth(),
        refused(400, "invalid_grant")
    );
    assert_eq!(creator_info(&stage, &ben.access).await, refused(200, "ok"));
    // A second time changes nothing; nor does it touch a consent given since.
    let again = stage.login("ada").await;
    stage.change_options(|options| options.empty_revoke_answer = true);
    let answer = revoke(&one.access, DEFAULT_CLIENT_SECRET).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
    assert_eq!(
        creator_info(&stage, &again.access).await,
        refused(200, "ok")
    );
}
