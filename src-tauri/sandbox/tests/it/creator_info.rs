//! `/v2/post/publish/creator_info/query/`.

use std::time::Duration;

use serde_json::json;

use crate::stage::{Answer, CREATOR_INFO, Stage};

async fn ask(stage: &Stage, token: &str) -> Answer {
    stage
        .send(stage.http.post(stage.url(CREATOR_INFO)).bearer_auth(token))
        .await
}

#[tokio::test]
async fn tells_each_creators_own_limits() {
    let stage = Stage::new().await;
    let everyone = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"];
    let followers = ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"];
    for (name, levels, comment, duet, stitch, seconds) in [
        ("ada", everyone, false, false, false, 600),
        ("ben", followers, false, true, true, 600),
        ("cleo", everyone, true, true, true, 600),
        ("dev", everyone, false, false, false, 60),
    ] {
        let answer = ask(&stage, &stage.login(name).await.access).await;
        assert_eq!(answer.code(), (200, "ok".to_owned()));
        let data = answer.json()["data"].clone();
        assert_eq!(data["privacy_level_options"], json!(levels), "{name}");
        assert_eq!(data["comment_disabled"], comment, "{name}");
        assert_eq!(data["duet_disabled"], duet, "{name}");
        assert_eq!(data["stitch_disabled"], stitch, "{name}");
        assert_eq!(data["max_video_post_duration_sec"], seconds, "{name}");
        for field in ["creator_avatar_url", "creator_username", "creator_nickname"] {
            assert!(
                data[field].as_str().is_some_and(|text| !text.is_empty()),
                "{name} {field}"
            );
        }
    }
}

#[tokio::test]
async fn cannot_post_now_comes_with_http_200() {
    let stage = Stage::new().await;
    for (name, code) in [
        ("eve", "spam_risk_user_banned_from_posting"),
        ("finn", "spam_risk_too_many_posts"),
    ] {
        let answer = ask(&stage, &stage.login(name).await.access).await;
        assert_eq!(answer.code(), (200, code.to_owned()));
        assert_eq!(answer.json()["data"], json!({}));
        assert!(
            !answer.json()["error"]["log_id"]
                .as_str()
                .unwrap()
                .is_empty()
        );
    }
    let (ada, ben) = (
        stage.login("ada").await.access,
        stage.login("ben").await.access,
    );
    stage.change_options(|options| options.posting_users = Some(1));
    stage.init(&ada, 100).await;
    assert_eq!(
        ask(&stage, &ben).await.code(),
        (200, "reached_active_user_cap".to_owned())
    );
    assert_eq!(
        ask(&stage, &ada).await.code(),
        (200, "ok".to_owned()),
        "who posted already keeps the slot"
    );
    stage.change_options(|options| options.daily_posts = 1);
    assert_eq!(
        ask(&stage, &ada).await.code(),
        (200, "spam_risk_too_many_posts".to_owned())
    );
    stage.advance(Duration::from_hours(1));
    assert_eq!(
        ask(&stage, &ada).await.code(),
        (200, "ok".to_owned()),
        "the abandoned upload frees its place"
    );
}

#[tokio::test]
async fn other_refusals() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let drafts = stage
        .login_with("ada", "user.info.basic,video.upload")
        .await
        .access;
    assert_eq!(
        ask(&stage, "wrong").await.code(),
        (401, "access_token_invalid".to_owned())
    );
    assert_eq!(
        ask(&stage, &drafts).await.code(),
        (401, "scope_not_authorized".to_owned())
    );
    assert_eq!(
        stage.json(CREATOR_INFO, &ada, json!({})).await.code(),
        (200, "ok".to_owned())
    );
    assert_eq!(
        stage.json(CREATOR_INFO, &ada, json!({"a": 1})).await.code(),
        (400, "invalid_param".to_owned())
    );
    assert_eq!(stage.get(CREATOR_INFO).await.status, 405);
}

#[tokio::test]
async fn twenty_a_sliding_minute_for_each_token() {
    let stage = Stage::new().await;
    let (ada, again) = (
        stage.login("ada").await.access,
        stage.login("ada").await.access,
    );
    for _ in 0..20 {
        assert_eq!(ask(&stage, &ada).await.code(), (200, "ok".to_owned()));
        stage.advance(Duration::from_secs(1));
    }
    let answer = ask(&stage, &ada).await;
    assert_eq!(answer.code(), (429, "rate_limit_exceeded".to_owned()));
    assert_eq!(
        answer.header("retry-after"),
        None,
        "not documented, so not there"
    );
    assert_eq!(ask(&stage, &again).await.code(), (200, "ok".to_owned()));
    stage.change_options(|options| options.retry_after = true);
    let wait: u64 = ask(&stage, &ada)
        .await
        .header("retry-after")
        .unwrap()
        .parse()
        .unwrap();
    stage.advance(Duration::from_secs(wait));
    assert_eq!(ask(&stage, &ada).await.code(), (200, "ok".to_owned()));
    stage.change_options(|options| options.rate_limits = false);
    for _ in 0..25 {
        assert_eq!(ask(&stage, &ada).await.code(), (200, "ok".to_owned()));
    }
}
