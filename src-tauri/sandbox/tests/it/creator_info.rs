//! Tests of the creator info endpoint.

use std::time::Duration;

use serde_json::json;

use crate::harness::{CREATOR_INFO, Harness, code};

#[tokio::test]
async fn creator_info_returns_the_limits_of_each_creator() {
    let harness = Harness::new().await;
    let everyone = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"];
    let followers = ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"];
    for (name, levels, comment, duet, stitch, seconds) in [
        ("ada", everyone, false, false, false, 600),
        ("ben", followers, false, true, true, 600),
        ("cleo", everyone, true, true, true, 600),
        ("dev", everyone, false, false, false, 60),
    ] {
        let response = harness
            .creator_info(&harness.login(name).await.access)
            .await;
        assert_eq!(response.code(), code(200, "ok"));
        let data = response.json()["data"].clone();
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
async fn posting_limits_are_reported_with_http_200() {
    let harness = Harness::new().await;
    for (name, error) in [
        ("eve", "spam_risk_user_banned_from_posting"),
        ("finn", "spam_risk_too_many_posts"),
    ] {
        let response = harness
            .creator_info(&harness.login(name).await.access)
            .await;
        assert_eq!(response.code(), code(200, error));
        assert_eq!(response.json()["data"], json!({}));
        assert!(
            !response.json()["error"]["log_id"]
                .as_str()
                .unwrap()
                .is_empty()
        );
    }
    let (ada, ben) = (
        harness.login("ada").await.access,
        harness.login("ben").await.access,
    );
    harness.change_options(|options| options.posting_users = Some(1));
    harness.init(&ada, 100).await;
    assert_eq!(
        harness.creator_info(&ben).await.code(),
        code(200, "reached_active_user_cap")
    );
    assert_eq!(
        harness.creator_info(&ada).await.code(),
        code(200, "ok"),
        "a creator who already posted is not affected by the cap"
    );
    harness.change_options(|options| options.daily_posts = 1);
    assert_eq!(
        harness.creator_info(&ada).await.code(),
        code(200, "spam_risk_too_many_posts")
    );
    harness.advance(Duration::from_hours(1));
    assert_eq!(
        harness.creator_info(&ada).await.code(),
        code(200, "ok"),
        "an abandoned upload no longer counts"
    );
}

#[tokio::test]
async fn invalid_requests_are_refused() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let drafts = harness
        .login_with("ada", "user.info.basic,video.upload")
        .await
        .access;
    assert_eq!(
        harness.creator_info("wrong").await.code(),
        code(401, "access_token_invalid")
    );
    assert_eq!(
        harness.creator_info(&drafts).await.code(),
        code(401, "scope_not_authorized")
    );
    assert_eq!(
        harness.json(CREATOR_INFO, &ada, json!({})).await.code(),
        code(200, "ok")
    );
    assert_eq!(
        harness
            .json(CREATOR_INFO, &ada, json!({"a": 1}))
            .await
            .code(),
        code(400, "invalid_param")
    );
    assert_eq!(harness.get(CREATOR_INFO).await.status, 405);
}

#[tokio::test]
async fn creator_info_allows_20_requests_per_sliding_minute_and_token() {
    let harness = Harness::new().await;
    let (ada, again) = (
        harness.login("ada").await.access,
        harness.login("ada").await.access,
    );
    for _ in 0..20 {
        assert_eq!(harness.creator_info(&ada).await.code(), code(200, "ok"));
        harness.advance(Duration::from_secs(1));
    }
    let response = harness.creator_info(&ada).await;
    assert_eq!(response.code(), code(429, "rate_limit_exceeded"));
    assert_eq!(
        response.header("retry-after"),
        None,
        "Retry-After is not documented"
    );
    assert_eq!(harness.creator_info(&again).await.code(), code(200, "ok"));
    harness.change_options(|options| options.retry_after = true);
    let wait: u64 = harness
        .creator_info(&ada)
        .await
        .header("retry-after")
        .unwrap()
        .parse()
        .unwrap();
    harness.advance(Duration::from_secs(wait));
    assert_eq!(harness.creator_info(&ada).await.code(), code(200, "ok"));
    harness.change_options(|options| options.rate_limits = false);
    for _ in 0..25 {
        assert_eq!(harness.creator_info(&ada).await.code(), code(200, "ok"));
    }
}
