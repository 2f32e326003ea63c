//! The consent page: what it refuses to show, and what a decision leads to.

use crate::stage::{ALL_SCOPES, REDIRECT, Stage};

#[tokio::test]
async fn a_wrong_parameter_is_named_on_a_page_and_never_redirected() {
    let stage = Stage::new().await;
    let upper = crate::stage::CHALLENGE.to_uppercase();
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
        let url = stage.authorize_url(&[(name, *value)]);
        for request in [
            stage.http.get(&url),
            stage
                .http
                .post(&url)
                .form(&[("creator", "ada"), ("decision", "authorize")]),
        ] {
            let answer = stage.send(request).await;
            assert_eq!(answer.status, 400, "{name} {value:?}");
            assert_eq!(answer.header("location"), None);
            assert!(
                answer.text.contains(&format!("<code>{name}</code>")),
                "{name} {value:?}: {}",
                answer.text
            );
        }
    }
    let twice = format!("{}&state=again", stage.authorize_url(&[]));
    assert!(
        stage
            .send(stage.http.get(twice))
            .await
            .text
            .contains("<code>state</code>")
    );
}

#[tokio::test]
async fn the_page_offers_creators_and_scopes() {
    let stage = Stage::new().await;
    for extra in [None, Some("0"), Some("1")] {
        let url = stage.authorize_url(&[
            ("disable_auto_auth", extra),
            ("scope", Some("user.info.basic,video.upload")),
        ]);
        let page = stage.send(stage.http.get(url)).await;
        assert_eq!(page.status, 200);
        for text in [
            "Ada Lindqvist",
            "@benokafor",
            "video.upload",
            ">Authorize<",
            ">Cancel<",
            "127.0.0.1:3455",
        ] {
            assert!(page.text.contains(text), "{text}");
        }
        assert!(
            !page.text.contains("video.publish"),
            "only what was asked for"
        );
    }
}

#[tokio::test]
async fn agreeing_gives_a_code_the_granted_scopes_and_the_state() {
    let stage = Stage::new().await;
    let back = stage
        .consent("ada", ALL_SCOPES, "authorize")
        .await
        .callback();
    assert_eq!(back["state"], "st/te +1");
    assert_eq!(back["scopes"], ALL_SCOPES);
    assert!(
        back["code"].contains('+') && back["code"].contains('%'),
        "a second decoding must break it"
    );
    let back = stage
        .consent("ada", "video.publish,user.info.basic", "authorize")
        .await
        .callback();
    assert_eq!(back["scopes"], "user.info.basic,video.publish");
    // What was not asked for cannot be granted.
    let url = stage.authorize_url(&[("scope", Some("user.info.basic"))]);
    let form = [
        ("creator", "ada"),
        ("scope", "user.info.basic"),
        ("scope", "video.publish"),
        ("decision", "authorize"),
    ];
    assert_eq!(
        stage
            .send(stage.http.post(url).form(&form))
            .await
            .callback()["scopes"],
        "user.info.basic"
    );
}

#[tokio::test]
async fn refusing_comes_back_as_access_denied() {
    let stage = Stage::new().await;
    for decision in ["cancel", "", "nonsense"] {
        let back = stage.consent("ada", ALL_SCOPES, decision).await.callback();
        assert_eq!(
            (back["error"].as_str(), back["state"].as_str()),
            ("access_denied", "st/te +1")
        );
        assert!(!back.contains_key("code") && !back.contains_key("error_type"));
    }
    let back = stage
        .consent("gus", ALL_SCOPES, "authorize")
        .await
        .callback();
    assert_eq!(
        (back["error"].as_str(), back["error_type"].as_str()),
        ("access_denied", "non_sandbox_target")
    );
    stage.change_options(|options| options.state_on_refusal = false);
    assert!(
        !stage
            .consent("ada", ALL_SCOPES, "cancel")
            .await
            .callback()
            .contains_key("state")
    );
}

#[tokio::test]
async fn an_incomplete_decision_shows_the_page_again() {
    let stage = Stage::new().await;
    for (creator, scopes) in [
        ("", ALL_SCOPES),
        ("nobody", ALL_SCOPES),
        ("ada", ""),
        ("ada", "video.fly"),
    ] {
        let answer = stage.consent(creator, scopes, "authorize").await;
        assert_eq!(answer.status, 422, "{creator} {scopes}");
        assert!(answer.text.contains(r#"role="alert""#));
    }
}

#[tokio::test]
async fn another_website_cannot_answer_for_the_creator() {
    let stage = Stage::new().await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let request = stage
            .http
            .post(stage.authorize_url(&[]))
            .header(name, value);
        let form = [
            ("creator", "ada"),
            ("scope", "video.publish"),
            ("decision", "authorize"),
        ];
        let answer = stage.send(request.form(&form)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (403, None)
        );
    }
    let own = stage
        .http
        .post(stage.authorize_url(&[]))
        .header("origin", stage.sandbox.url());
    let form = [
        ("creator", "ada"),
        ("scope", "video.publish"),
        ("decision", "authorize"),
    ];
    assert!(
        stage
            .send(own.form(&form))
            .await
            .callback()
            .contains_key("code")
    );
}

#[tokio::test]
async fn registered_addresses_can_be_changed() {
    let stage = Stage::new().await;
    stage.change_options(|options| {
        options.redirect_uris = vec!["https://localhost:9/in/".to_owned()];
    });
    assert_eq!(
        stage
            .send(stage.http.get(stage.authorize_url(&[])))
            .await
            .status,
        400
    );
    let url = stage.authorize_url(&[("redirect_uri", Some("https://localhost:9/in/"))]);
    assert_eq!(stage.send(stage.http.get(url)).await.status, 200);
    stage.change_options(|options| options.redirect_uris = vec![REDIRECT.to_owned()]);
    assert_eq!(
        stage
            .send(stage.http.get(stage.authorize_url(&[])))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_page_of_the_web_platform_gets_the_answer_once_it_is_registered() {
    const PAGE: &str = "https://ada.example/slipway/";
    let stage = Stage::new().await;
    let url = stage.authorize_url(&[("redirect_uri", Some(PAGE))]);
    assert_eq!(stage.send(stage.http.get(&url)).await.status, 400);
    stage.change_options(|options| options.web_redirect_uris = vec![PAGE.to_owned()]);
    let page = stage.send(stage.http.get(&url)).await;
    assert!(page.status.is_success() && page.text.contains("<code>ada.example</code>"));

    let form = [
        ("creator", "ada"),
        ("scope", "video.upload"),
        ("decision", "authorize"),
    ];
    let answer = stage.send(stage.http.post(&url).form(&form)).await;
    let address = answer.header("location").unwrap();
    let query = address.strip_prefix(PAGE).unwrap().strip_prefix('?');
    let code = url::form_urlencoded::parse(query.unwrap().as_bytes())
        .find_map(|(name, value)| (name == "code").then(|| value.into_owned()))
        .unwrap();
    let exchange = |redirect_uri: &'static str| {
        let fields = [
            ("client_key", tiktok_sandbox::DEFAULT_CLIENT_KEY),
            ("client_secret", tiktok_sandbox::DEFAULT_CLIENT_SECRET),
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", redirect_uri),
            ("code_verifier", crate::stage::VERIFIER),
        ];
        let request = stage
            .http
            .post(format!("{}{}", stage.sandbox.url(), crate::stage::TOKEN));
        stage.send(request.form(&fields))
    };
    assert_eq!(exchange(PAGE).await.json()["scope"], "video.upload");
}
