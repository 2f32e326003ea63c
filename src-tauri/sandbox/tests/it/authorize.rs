//! Tests of authorize requests and the consent form.

use crate::harness::{ALL_SCOPES, Harness, REDIRECT};

#[tokio::test]
async fn an_invalid_parameter_is_reported_without_a_redirect() {
    let harness = Harness::new().await;
    let upper = crate::harness::CHALLENGE.to_uppercase();
    let long = format!("http://127.0.0.1:1/{}/", "a".repeat(500));
    let table: &[(&str, Option<&str>)] = &[
        ("client_key", None),
        ("client_key", Some("")),
        ("client_key", Some("sbother")),
        ("response_type", None),
        ("response_type", Some("token")),
        ("scope", None),
        ("scope", Some("user.info.basic video.publish")),
        ("scope", Some("user.info.basic, video.publish")),
        ("scope", Some("user.info.basic,video.fly")),
        ("scope", Some("user.info.basic,")),
        ("scope", Some("video.publish,video.publish")),
        ("redirect_uri", None),
        ("redirect_uri", Some("http://127.0.0.1:1/other/")),
        ("redirect_uri", Some("http://127.0.0.1:1/callback")),
        ("redirect_uri", Some("http://127.0.0.1/callback/")),
        ("redirect_uri", Some("http://127.0.0.1:1/callback/?a=b")),
        ("redirect_uri", Some("http://127.0.0.1:1/callback/#a")),
        ("redirect_uri", Some("http://[::1]:1/callback/")),
        ("redirect_uri", Some("https://example.com:443/callback/")),
        ("redirect_uri", Some("slipway://oauth/callback")),
        ("redirect_uri", Some(&long)),
        ("state", None),
        ("state", Some("")),
        ("code_challenge", None),
        (
            "code_challenge",
            Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ),
        ("code_challenge", Some(&upper)),
        ("code_challenge_method", None),
        ("code_challenge_method", Some("plain")),
        ("disable_auto_auth", Some("yes")),
    ];
    for (name, value) in table {
        let url = harness.authorize_url(&[(name, *value)]);
        for request in [
            harness.http.get(&url),
            harness
                .http
                .post(&url)
                .form(&[("creator", "ada"), ("decision", "authorize")]),
        ] {
            let response = harness.send(request).await;
            assert_eq!(response.status, 400, "{name} {value:?}");
            assert_eq!(response.header("location"), None);
            assert!(
                response.text.contains(&format!("<code>{name}</code>")),
                "{name} {value:?}: {}",
                response.text
            );
        }
    }
    let twice = format!("{}&state=again", harness.authorize_url(&[]));
    assert!(
        harness
            .send(harness.http.get(twice))
            .await
            .text
            .contains("<code>state</code>")
    );
}

#[tokio::test]
async fn the_consent_page_lists_creators_and_requested_scopes() {
    let harness = Harness::new().await;
    for extra in [None, Some("0"), Some("1")] {
        let url = harness.authorize_url(&[
            ("disable_auto_auth", extra),
            ("scope", Some("user.info.basic,video.upload")),
        ]);
        let page = harness.send(harness.http.get(url)).await;
        assert_eq!(page.status, 200);
        for text in [
            "Ada Lindqvist",
            "@benokafor",
            "video.upload",
            ">Authorize<",
            ">Cancel<",
            "Slipway practice app",
            "127.0.0.1:3455",
        ] {
            assert!(page.text.contains(text), "{text}");
        }
        assert!(
            !page.text.contains("video.publish"),
            "only requested scopes are listed"
        );
    }
}

#[tokio::test]
async fn consent_returns_code_scopes_and_state() {
    let harness = Harness::new().await;
    let back = harness
        .consent("ada", ALL_SCOPES, "authorize")
        .await
        .callback();
    assert_eq!(back["state"], "st/te +1");
    assert_eq!(back["scopes"], ALL_SCOPES);
    assert!(
        back["code"].contains('+') && back["code"].contains('%'),
        "a second decoding must change the code"
    );
    let back = harness
        .consent("ada", "video.publish,user.info.basic", "authorize")
        .await
        .callback();
    assert_eq!(back["scopes"], "user.info.basic,video.publish");
    // A scope that was not requested cannot be granted.
    let url = harness.authorize_url(&[("scope", Some("user.info.basic"))]);
    let form = [
        ("creator", "ada"),
        ("scope", "user.info.basic"),
        ("scope", "video.publish"),
        ("decision", "authorize"),
    ];
    assert_eq!(
        harness
            .send(harness.http.post(url).form(&form))
            .await
            .callback()["scopes"],
        "user.info.basic"
    );
}

#[tokio::test]
async fn denied_consent_returns_access_denied() {
    let harness = Harness::new().await;
    for decision in ["cancel", "", "nonsense"] {
        let back = harness
            .consent("ada", ALL_SCOPES, decision)
            .await
            .callback();
        assert_eq!(
            (back["error"].as_str(), back["state"].as_str()),
            ("access_denied", "st/te +1")
        );
        assert!(!back.contains_key("code") && !back.contains_key("error_type"));
    }
    let back = harness
        .consent("gus", ALL_SCOPES, "authorize")
        .await
        .callback();
    assert_eq!(
        (back["error"].as_str(), back["error_type"].as_str()),
        ("access_denied", "non_sandbox_target")
    );
    harness.change_options(|options| options.state_on_refusal = false);
    assert!(
        !harness
            .consent("ada", ALL_SCOPES, "cancel")
            .await
            .callback()
            .contains_key("state")
    );
}

#[tokio::test]
async fn an_incomplete_form_shows_the_consent_page_again() {
    let harness = Harness::new().await;
    for (creator, scopes) in [
        ("", ALL_SCOPES),
        ("nobody", ALL_SCOPES),
        ("ada", ""),
        ("ada", "video.fly"),
    ] {
        let response = harness.consent(creator, scopes, "authorize").await;
        assert_eq!(response.status, 422, "{creator} {scopes}");
        assert!(response.text.contains(r#"role="alert""#));
    }
}

#[tokio::test]
async fn consent_from_another_origin_is_refused() {
    let harness = Harness::new().await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let request = harness
            .http
            .post(harness.authorize_url(&[]))
            .header(name, value);
        let form = [
            ("creator", "ada"),
            ("scope", "video.publish"),
            ("decision", "authorize"),
        ];
        let response = harness.send(request.form(&form)).await;
        assert_eq!(
            (response.status.as_u16(), response.header("location")),
            (403, None)
        );
    }
    let own = harness
        .http
        .post(harness.authorize_url(&[]))
        .header("origin", harness.sandbox.url());
    let form = [
        ("creator", "ada"),
        ("scope", "video.publish"),
        ("decision", "authorize"),
    ];
    assert!(
        harness
            .send(own.form(&form))
            .await
            .callback()
            .contains_key("code")
    );
}

#[tokio::test]
async fn redirect_addresses_can_be_changed() {
    let harness = Harness::new().await;
    harness.change_options(|options| {
        options.redirect_uris = vec!["https://localhost:9/in/".to_owned()];
    });
    assert_eq!(
        harness
            .send(harness.http.get(harness.authorize_url(&[])))
            .await
            .status,
        400
    );
    let url = harness.authorize_url(&[("redirect_uri", Some("https://localhost:9/in/"))]);
    assert_eq!(harness.send(harness.http.get(url)).await.status, 200);
    harness.change_options(|options| options.redirect_uris = vec![REDIRECT.to_owned()]);
    assert_eq!(
        harness
            .send(harness.http.get(harness.authorize_url(&[])))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn web_redirect_addresses_work_once_registered() {
    const PAGE: &str = "https://ada.example/slipway/";
    let harness = Harness::new().await;
    let url = harness.authorize_url(&[("redirect_uri", Some(PAGE))]);
    assert_eq!(harness.send(harness.http.get(&url)).await.status, 400);
    harness.change_options(|options| options.web_redirect_uris = vec![PAGE.to_owned()]);
    let page = harness.send(harness.http.get(&url)).await;
    assert!(page.status.is_success() && page.text.contains("<code>ada.example</code>"));

    let form = [
        ("creator", "ada"),
        ("scope", "video.upload"),
        ("decision", "authorize"),
    ];
    let response = harness.send(harness.http.post(&url).form(&form)).await;
    let address = response.header("location").unwrap();
    let query = address.strip_prefix(PAGE).unwrap().strip_prefix('?');
    let code = url::form_urlencoded::parse(query.unwrap().as_bytes())
        .find_map(|(name, value)| (name == "code").then(|| value.into_owned()))
        .unwrap();
    let response = harness.exchange_at(&code, PAGE).await;
    assert_eq!(response.json()["scope"], "video.upload");
}
