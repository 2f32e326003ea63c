//! Tests of codes, access tokens, refresh tokens and revocation.

use std::time::Duration;

use tiktok_sandbox::{DEFAULT_CLIENT_KEY, DEFAULT_CLIENT_SECRET};

use crate::harness::{ALL_SCOPES, Harness, REDIRECT, TOKEN, VERIFIER, code, login};

async fn creator_info(harness: &Harness, token: &str) -> (u16, String) {
    harness.creator_info(token).await.code()
}

#[tokio::test]
async fn a_code_can_be_exchanged_once() {
    let harness = Harness::new().await;
    let issued = harness.code("ada", "user.info.basic,video.publish").await;
    let response = harness.exchange(&issued).await;
    let body = response.json();
    assert_eq!(body["expires_in"], 7200);
    assert_eq!(body["refresh_expires_in"], 180 * 86400);
    assert_eq!(body["scope"], "user.info.basic,video.publish");
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(response.header("cache-control"), Some("no-store"));
    let ada = login(&response);
    assert!(ada.access.starts_with("act.") && ada.refresh.starts_with("rft."));
    assert_eq!(creator_info(&harness, &ada.access).await, code(200, "ok"));

    // A second use is refused and revokes the grant of the first.
    assert_eq!(
        harness.exchange(&issued).await.oauth(),
        code(400, "invalid_grant")
    );
    assert_eq!(
        creator_info(&harness, &ada.access).await,
        code(401, "access_token_invalid")
    );
    assert_eq!(
        harness.refresh(&ada.refresh).await.oauth(),
        code(400, "invalid_grant")
    );
}

#[tokio::test]
async fn the_open_id_identifies_the_creator() {
    let harness = Harness::new().await;
    let (one, two) = (harness.login("ada").await, harness.login("ada").await);
    assert_eq!(one.open_id, two.open_id);
    assert_ne!(one.open_id, harness.login("ben").await.open_id);
    assert_ne!(one.access, two.access);
}

#[tokio::test]
async fn codes_expire() {
    let harness = Harness::new().await;
    let issued = harness.code("ada", ALL_SCOPES).await;
    harness.advance(harness.sandbox.options().code_life);
    assert_eq!(
        harness.exchange(&issued).await.oauth(),
        code(400, "invalid_grant")
    );
}

#[tokio::test]
async fn every_field_of_the_code_grant_is_checked() {
    let harness = Harness::new().await;
    let other = "http://127.0.0.1:3456/callback/";
    let short = &VERIFIER[..42];
    let challenge = crate::harness::CHALLENGE;
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
        let issued = harness.code("ada", ALL_SCOPES).await;
        let mut fields = vec![
            ("client_key", DEFAULT_CLIENT_KEY),
            ("client_secret", DEFAULT_CLIENT_SECRET),
            ("grant_type", "authorization_code"),
            ("code", issued.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        fields.retain(|(field, _)| field != name);
        fields.extend(value.map(|value| (*name, value)));
        let response = harness.form(TOKEN, &fields).await;
        assert_eq!(response.oauth(), code(*status, error), "{name} {value:?}");
        assert!(
            response.json()["log_id"]
                .as_str()
                .is_some_and(|id| !id.is_empty())
        );
        // A wrong redirect address or verifier spends the code.
        let spent = matches!(*name, "redirect_uri" | "code_verifier") && value.is_some();
        assert_eq!(
            harness.exchange(&issued).await.status == 200,
            !spent,
            "{name} {value:?}"
        );
    }
}

#[tokio::test]
async fn the_token_endpoint_only_accepts_forms() {
    let harness = Harness::new().await;
    let json = harness
        .http
        .post(harness.url(TOKEN))
        .json(&serde_json::json!({"grant_type": "refresh_token"}));
    assert_eq!(
        harness.send(json).await.oauth(),
        code(400, "invalid_request")
    );
    let query = format!("{TOKEN}?client_key={DEFAULT_CLIENT_KEY}");
    assert_eq!(
        harness
            .form(&query, &[("grant_type", "refresh_token")])
            .await
            .oauth(),
        code(400, "invalid_request")
    );
    let twice = [
        ("grant_type", "refresh_token"),
        ("grant_type", "refresh_token"),
    ];
    assert_eq!(
        harness.form(TOKEN, &twice).await.oauth(),
        code(400, "invalid_request")
    );
    assert_eq!(harness.get(TOKEN).await.status, 405);
    assert_eq!(harness.form("/v2/oauth/token", &twice).await.status, 404);
    harness.change_options(|options| options.oauth_errors_with_200 = true);
    assert_eq!(
        harness.form(TOKEN, &twice).await.oauth(),
        code(200, "invalid_request")
    );
}

#[tokio::test]
async fn access_tokens_expire_and_refresh_tokens_rotate() {
    let harness = Harness::new().await;
    let first = harness.login("ada").await;
    harness.advance(Duration::from_hours(2) - Duration::from_secs(1));
    assert_eq!(creator_info(&harness, &first.access).await, code(200, "ok"));
    harness.advance(Duration::from_secs(1));
    assert_eq!(
        creator_info(&harness, &first.access).await,
        code(401, "access_token_invalid")
    );

    let second = login(&harness.refresh(&first.refresh).await);
    assert_ne!(second.refresh, first.refresh);
    assert_eq!(second.open_id, first.open_id);
    assert_eq!(
        creator_info(&harness, &second.access).await,
        code(200, "ok")
    );
    assert_eq!(
        harness.refresh(&first.refresh).await.oauth(),
        code(400, "invalid_grant")
    );
    // The refresh token that replaced it is still valid.
    let third = login(&harness.refresh(&second.refresh).await);
    // A refresh does not shorten the lifetime of an access token.
    assert_eq!(
        creator_info(&harness, &second.access).await,
        code(200, "ok")
    );
    harness.advance(Duration::from_hours(180 * 24));
    assert_eq!(
        harness.refresh(&third.refresh).await.oauth(),
        code(400, "invalid_grant")
    );
    assert_eq!(
        harness.refresh(&third.access).await.oauth(),
        code(400, "invalid_grant")
    );
}

#[tokio::test]
async fn revocation_ends_all_grants_of_the_creator() {
    let harness = Harness::new().await;
    let (one, two, ben) = (
        harness.login("ada").await,
        harness.login("ada").await,
        harness.login("ben").await,
    );
    let revoke = async |token: &str, secret: &str| harness.revoke(token, secret).await;
    assert_eq!(
        revoke(&one.access, "wrong").await.oauth(),
        code(401, "invalid_client")
    );
    assert_eq!(
        revoke(&one.refresh, DEFAULT_CLIENT_SECRET).await.oauth(),
        code(400, "invalid_request")
    );
    assert_eq!(
        revoke("", DEFAULT_CLIENT_SECRET).await.oauth(),
        code(400, "invalid_request")
    );
    assert_eq!(creator_info(&harness, &one.access).await, code(200, "ok"));

    let response = revoke(&one.access, DEFAULT_CLIENT_SECRET).await;
    assert_eq!(
        (response.status.as_u16(), response.text.as_str()),
        (200, "{}")
    );
    for token in [&one.access, &two.access] {
        assert_eq!(
            creator_info(&harness, token).await,
            code(401, "access_token_invalid")
        );
    }
    assert_eq!(
        harness.refresh(&two.refresh).await.oauth(),
        code(400, "invalid_grant")
    );
    assert_eq!(creator_info(&harness, &ben.access).await, code(200, "ok"));
    // A second revocation has no effect on a newer grant.
    let again = harness.login("ada").await;
    harness.change_options(|options| options.empty_revoke_answer = true);
    let response = revoke(&one.access, DEFAULT_CLIENT_SECRET).await;
    assert_eq!(
        (response.status.as_u16(), response.text.as_str()),
        (200, "")
    );
    assert_eq!(creator_info(&harness, &again.access).await, code(200, "ok"));
}
