//! Tests of the user info endpoint.

use crate::harness::{Harness, Response, code};

async fn ask(harness: &Harness, token: &str, query: &str) -> Response {
    harness
        .send(
            harness
                .http
                .get(harness.url(&format!("/v2/user/info/{query}")))
                .bearer_auth(token),
        )
        .await
}

#[tokio::test]
async fn user_info_returns_the_requested_fields() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await;
    let fields = "open_id,union_id,avatar_url,display_name,bio_description,profile_deep_link,username,is_verified,\
                  follower_count,following_count,likes_count,video_count";
    let response = ask(&harness, &ada.access, &format!("?fields={fields}")).await;
    assert_eq!(response.code(), code(200, "ok"));
    let user = response.json()["data"]["user"].clone();
    assert_eq!(user.as_object().unwrap().len(), 12);
    assert_eq!(user["open_id"], ada.open_id.as_str());
    assert_eq!(
        (user["display_name"].as_str(), user["username"].as_str()),
        (Some("Ada Lindqvist"), Some("ada.makes"))
    );
    let avatar = harness.http.get(user["avatar_url"].as_str().unwrap());
    let avatar = harness.send(avatar).await;
    assert_eq!(
        (avatar.status.as_u16(), avatar.header("content-type")),
        (200, Some("image/svg+xml"))
    );
    assert!(avatar.text.starts_with("<svg"));
}

#[tokio::test]
async fn user_info_refuses_invalid_requests() {
    let harness = Harness::new().await;
    let basic = harness.login_with("ada", "user.info.basic").await.access;
    let publish = harness.login_with("ada", "video.publish").await.access;
    for (token, query, status, error) in [
        (basic.as_str(), "", 400, "invalid_params"),
        (&basic, "?fields=", 400, "invalid_params"),
        (&basic, "?fields=email", 400, "invalid_params"),
        (
            &basic,
            "?fields=open_id,%20display_name",
            400,
            "invalid_params",
        ),
        (
            &basic,
            "?fields=open_id,username",
            400,
            "scope_permission_missed",
        ),
        (
            &basic,
            "?fields=video_count",
            400,
            "scope_permission_missed",
        ),
        (&publish, "?fields=open_id", 401, "scope_not_authorized"),
        ("wrong", "?fields=open_id", 401, "access_token_invalid"),
    ] {
        let response = ask(&harness, token, query).await;
        assert_eq!(response.code(), code(status, error), "{query}");
    }
    for header in ["", "bearer x", "Basic x", "Bearer"] {
        let request = harness
            .http
            .get(harness.url("/v2/user/info/?fields=open_id"))
            .header("authorization", header);
        assert_eq!(
            harness.send(request).await.code(),
            code(401, "access_token_invalid")
        );
    }
    assert_eq!(
        harness.get("/v2/user/info/?fields=open_id").await.code(),
        code(401, "access_token_invalid")
    );
    assert_eq!(
        harness.get("/v2/user/info?fields=open_id").await.status,
        404
    );
    harness.change_options(|options| options.omit_ungranted_fields = true);
    let user = ask(&harness, &basic, "?fields=display_name,username")
        .await
        .json()["data"]["user"]
        .clone();
    assert_eq!(user, serde_json::json!({"display_name": "Ada Lindqvist"}));
}

#[tokio::test]
async fn user_info_allows_600_requests_per_minute() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    for _ in 0..600 {
        assert_eq!(ask(&harness, &ada, "?fields=open_id").await.status, 200);
    }
    assert_eq!(
        ask(&harness, &ada, "?fields=open_id").await.code(),
        code(429, "rate_limit_exceeded")
    );
}
