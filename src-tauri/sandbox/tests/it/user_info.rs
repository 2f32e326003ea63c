//! `/v2/user/info/`.

use crate::stage::{Answer, Stage};

async fn ask(stage: &Stage, token: &str, query: &str) -> Answer {
    stage
        .send(
            stage
                .http
                .get(stage.url(&format!("/v2/user/info/{query}")))
                .bearer_auth(token),
        )
        .await
}

#[tokio::test]
async fn gives_the_fields_that_were_asked_for() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await;
    let fields = "open_id,union_id,avatar_url,display_name,bio_description,profile_deep_link,username,is_verified,\
                  follower_count,following_count,likes_count,video_count";
    let answer = ask(&stage, &ada.access, &format!("?fields={fields}")).await;
    assert_eq!(answer.code(), (200, "ok".to_owned()));
    let user = answer.json()["data"]["user"].clone();
    assert_eq!(user.as_object().unwrap().len(), 12);
    assert_eq!(user["open_id"], ada.open_id.as_str());
    assert_eq!(
        (user["display_name"].as_str(), user["username"].as_str()),
        (Some("Ada Lindqvist"), Some("ada.makes"))
    );
    let avatar = stage.http.get(user["avatar_url"].as_str().unwrap());
    let avatar = stage.send(avatar).await;
    assert_eq!(
        (avatar.status.as_u16(), avatar.header("content-type")),
        (200, Some("image/svg+xml"))
    );
    assert!(avatar.text.starts_with("<svg"));
}

#[tokio::test]
async fn refuses_what_the_page_refuses() {
    let stage = Stage::new().await;
    let basic = stage.login_with("ada", "user.info.basic").await.access;
    let publish = stage.login_with("ada", "video.publish").await.access;
    for (token, query, status, code) in [
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
        let answer = ask(&stage, token, query).await;
        assert_eq!(answer.code(), (status, code.to_owned()), "{query}");
    }
    for header in ["", "bearer x", "Basic x", "Bearer"] {
        let request = stage
            .http
            .get(stage.url("/v2/user/info/?fields=open_id"))
            .header("authorization", header);
        assert_eq!(
            stage.send(request).await.code(),
            (401, "access_token_invalid".to_owned())
        );
    }
    assert_eq!(
        stage.get("/v2/user/info/?fields=open_id").await.code(),
        (401, "access_token_invalid".to_owned())
    );
    assert_eq!(stage.get("/v2/user/info?fields=open_id").await.status, 404);
    stage.change_options(|options| options.omit_ungranted_fields = true);
    let user = ask(&stage, &basic, "?fields=display_name,username")
        .await
        .json()["data"]["user"]
        .clone();
    assert_eq!(user, serde_json::json!({"display_name": "Ada Lindqvist"}));
}

#[tokio::test]
async fn six_hundred_a_minute() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    for _ in 0..600 {
        assert_eq!(ask(&stage, &ada, "?fields=open_id").await.status, 200);
    }
    assert_eq!(
        ask(&stage, &ada, "?fields=open_id").await.code(),
        (429, "rate_limit_exceeded".to_owned())
    );
}
