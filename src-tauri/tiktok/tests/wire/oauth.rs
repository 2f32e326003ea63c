//! Code exchange, refresh and revocation.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::json;
use tiktok_api::{
    AppCredentials, Error, FailureKind, OAuthErrorCode, Operation, Pkce, Retry, Scope,
};

use crate::server::{Seen, Server, plain, refusal, secret};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn app() -> AppCredentials {
    AppCredentials {
        client_key: "awkey".into(),
        client_secret: secret("s&cret+/="),
    }
}

fn tokens() -> String {
    json!({
        "access_token": "act.one", "expires_in": 7200, "refresh_token": "rft.one",
        "refresh_expires_in": "15552000", "open_id": "open-1",
        "scope": "user.info.basic, video.publish", "token_type": "Bearer"
    })
    .to_string()
}

fn assert_is_form(request: &Seen, target: &str) {
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, target);
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(request.header("cache-control"), Some("no-cache"));
    assert_eq!(
        request.header("content-length"),
        Some(request.body.len().to_string().as_str())
    );
    assert_eq!(request.header("authorization"), None);
}

#[tokio::test]
async fn code_exchange_sends_exactly_the_documented_fields() {
    let server = Server::start([plain(200, &tokens())]).await;
    let pkce = Pkce::from_verifier(secret(VERIFIER)).unwrap();
    let grant = server
        .tiktok()
        .exchange_code(
            &app(),
            &secret("Ab+1*0!4532.e1"),
            "http://127.0.0.1:3455/callback/",
            &pkce,
        )
        .await
        .unwrap();

    let request = server.only();
    assert_is_form(&request, "/v2/oauth/token/");
    let expected = [
        ("client_key", "awkey"),
        ("client_secret", "s&cret+/="),
        ("grant_type", "authorization_code"),
        ("code", "Ab+1*0!4532.e1"),
        ("redirect_uri", "http://127.0.0.1:3455/callback/"),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(
        request.form(),
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );

    assert_eq!(grant.access_token.expose_secret(), "act.one");
    assert_eq!(grant.expires_in, Duration::from_hours(2));
    assert_eq!(grant.refresh_token.expose_secret(), "rft.one");
    assert_eq!(grant.refresh_expires_in, Duration::from_hours(180 * 24));
    assert_eq!(grant.open_id, "open-1");
    assert_eq!(grant.scopes, [Scope::UserInfoBasic, Scope::VideoPublish]);
}

#[tokio::test]
async fn refresh_returns_the_new_pair() {
    let server = Server::start([plain(200, &tokens())]).await;
    let grant = server
        .tiktok()
        .refresh(&app(), &secret("rft.zero"))
        .await
        .unwrap();
    let request = server.only();
    assert_is_form(&request, "/v2/oauth/token/");
    let expected = [
        ("client_key", "awkey"),
        ("client_secret", "s&cret+/="),
        ("grant_type", "refresh_token"),
        ("refresh_token", "rft.zero"),
    ];
    assert_eq!(
        request.form(),
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    assert_eq!(grant.refresh_token.expose_secret(), "rft.one");
}

#[tokio::test]
async fn revocation_succeeds_with_an_empty_body_or_object() {
    let server = Server::start([plain(200, ""), plain(200, "{}"), plain(503, "")]).await;
    let tiktok = server.tiktok();
    let token = secret("act.one");
    tiktok.revoke(&app(), &token).await.unwrap();
    tiktok.revoke(&app(), &token).await.unwrap();
    let error = tiktok.revoke(&app(), &token).await.unwrap_err();
    assert!(matches!(error, Error::Server { http: 503, .. }));
    assert_eq!(error.operation(), Operation::RevokeToken);

    let request = &server.seen()[0];
    assert_is_form(request, "/v2/oauth/revoke/");
    let expected = [
        ("client_key", "awkey"),
        ("client_secret", "s&cret+/="),
        ("token", "act.one"),
    ];
    assert_eq!(
        request.form(),
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[tokio::test]
async fn oauth_error_fails_with_any_status() {
    let body = |code: &str| {
        json!({"error": code, "error_description": "Refresh token is invalid.", "log_id": "L1"})
            .to_string()
    };
    for (http, code, kind) in [
        (200, "invalid_grant", FailureKind::GrantRejected),
        (400, "invalid_grant", FailureKind::GrantRejected),
        (401, "invalid_client", FailureKind::AppRejected),
        (200, "temporarily_unavailable", FailureKind::Unavailable),
    ] {
        let server = Server::start([plain(http, &body(code)), plain(http, &body(code))]).await;
        let tiktok = server.tiktok();
        let error = tiktok
            .refresh(&app(), &secret("rft.zero"))
            .await
            .unwrap_err();
        assert_eq!(error.oauth_code(), Some(&OAuthErrorCode::from(code)));
        assert_eq!(error.meaning().kind, kind);
        assert_eq!(error.log_id(), Some("L1"));
        assert!(error.to_string().contains("Refresh token is invalid."));
        assert!(tiktok.revoke(&app(), &secret("act.one")).await.is_err());
    }
}

#[tokio::test]
async fn incomplete_token_answers_are_refused() {
    let with_error = tokens().replace("\"open_id\"", "\"error\":\"server_error\",\"open_id\"");
    let empty = tokens().replace("act.one", "");
    let missing = tokens().replace("\"open_id\"", "\"other\"");
    let server = Server::start([
        plain(200, &with_error),
        plain(200, &empty),
        plain(200, &missing),
        refusal(429, "rate_limit_exceeded"),
    ])
    .await;
    let tiktok = server.tiktok();
    let (app, token) = (app(), secret("rft.zero"));
    let error = tiktok.refresh(&app, &token).await.unwrap_err();
    assert_eq!(error.oauth_code(), Some(&OAuthErrorCode::ServerError));
    for _ in 0..2 {
        let error = tiktok.refresh(&app, &token).await.unwrap_err();
        assert!(matches!(error, Error::Malformed { http: 200, .. }));
        assert!(!format!("{error} {error:?}").contains("act."));
    }
    let error = tiktok.refresh(&app, &token).await.unwrap_err();
    assert!(matches!(error.meaning().retry, Retry::After(_)));
}

#[tokio::test]
async fn token_lifetime_has_a_bound() {
    let body = tokens().replace("7200", "18446744073709551615");
    let server = Server::start([plain(200, &body)]).await;
    let grant = server
        .tiktok()
        .refresh(&app(), &secret("rft.zero"))
        .await
        .unwrap();
    assert_eq!(grant.expires_in, tiktok_api::limits::TOKEN_LIFE_MAX);
}
