//! Tests of the direct-post and inbox init endpoints.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Harness, INBOX, INIT, code, direct, source};

async fn unlimited() -> Harness {
    let harness = Harness::new().await;
    harness.change_options(|options| {
        options.rate_limits = false;
        options.daily_posts = 1000;
        options.pending_drafts = 1000;
    });
    harness
}

/// Returns a valid direct post with one value added or replaced.
fn with(pointer: &str, value: &Value) -> Value {
    let mut body = direct("PUBLIC_TO_EVERYONE", 100);
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    parent.insert(name.to_owned(), value.clone());
    body
}

#[tokio::test]
async fn a_valid_init_returns_publish_id_and_upload_address() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let post = harness.init(&ada, 100).await;
    let draft = harness.inbox(&ada, 100).await;
    assert!(post.publish_id.starts_with("v_pub_file~") && post.publish_id.len() <= 64);
    assert!(draft.publish_id.starts_with("v_inbox_file~") && draft.publish_id.len() <= 64);
    assert!(post.url.starts_with(&harness.sandbox.url()) && post.url.len() <= 256);
    assert!(post.url.contains("upload_token="));
    let response = harness
        .json(INIT, &ada, direct("SELF_ONLY", 64_000_001))
        .await;
    assert_eq!(response.code(), code(200, "ok"));
    assert_eq!(
        harness.sandbox.posts(),
        [],
        "an init alone does not create a post"
    );
    assert_eq!(harness.sandbox.publishes().len(), 3);
}

#[tokio::test]
async fn valid_field_values_are_accepted() {
    let harness = unlimited().await;
    let ada = harness.login("ada").await.access;
    let longest = "é".repeat(2200);
    let emoji = "🚀".repeat(1100);
    for value in [json!(longest), json!(emoji), json!("")] {
        assert_eq!(
            harness
                .json(INIT, &ada, with("/post_info/title", &value))
                .await
                .code(),
            code(200, "ok")
        );
    }
    for pointer in [
        "/post_info/disable_comment",
        "/post_info/disable_duet",
        "/post_info/disable_stitch",
        "/post_info/brand_content_toggle",
        "/post_info/brand_organic_toggle",
        "/post_info/is_aigc",
    ] {
        assert_eq!(
            harness
                .json(INIT, &ada, with(pointer, &json!(true)))
                .await
                .code(),
            code(200, "ok"),
            "{pointer}"
        );
        for wrong in [json!("true"), json!(1), Value::Null] {
            let response = harness.json(INIT, &ada, with(pointer, &wrong)).await;
            assert_eq!(
                response.code(),
                code(400, "invalid_param"),
                "{pointer} {wrong}"
            );
        }
    }
}

#[tokio::test]
async fn invalid_field_values_are_refused() {
    let harness = unlimited().await;
    let ada = harness.login("ada").await.access;
    for (pointer, value) in [
        ("/post_info/title", json!("a".repeat(2201))),
        ("/post_info/title", json!(format!("{}a", "🚀".repeat(1100)))),
        ("/post_info/title", json!(5)),
        ("/post_info/privacy_level", json!(5)),
        ("/post_info/video_cover_timestamp_ms", json!(1.5)),
        ("/post_info/video_cover_timestamp_ms", json!("1")),
        (
            "/post_info/video_cover_timestamp_ms",
            json!(3_000_000_000_u64),
        ),
        ("/post_info/descripton", json!("misspelt")),
        ("/source_info/video_cover_timestamp_ms", json!(1)),
        ("/post_mode", json!("DIRECT_POST")),
        ("/post_info", json!("text")),
        ("/source_info", json!([])),
        ("/source_info/source", json!("FTP")),
        ("/source_info/source", Value::Null),
        ("/source_info/video_size", json!("100")),
        ("/source_info/video_size", json!(100.0)),
        ("/source_info/video_size", json!(0)),
        ("/source_info/video_size", json!(101)),
        ("/source_info/chunk_size", json!(99)),
        ("/source_info/chunk_size", json!(-100)),
        ("/source_info/total_chunk_count", json!(2)),
        ("/source_info/total_chunk_count", json!(0)),
    ] {
        let response = harness.json(INIT, &ada, with(pointer, &value)).await;
        assert_eq!(
            response.code(),
            code(400, "invalid_param"),
            "{pointer} {value}"
        );
    }
    for pointer in [
        "/post_info",
        "/source_info",
        "/source_info/source",
        "/source_info/video_size",
        "/source_info/chunk_size",
        "/source_info/total_chunk_count",
    ] {
        let mut body = direct("PUBLIC_TO_EVERYONE", 100);
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove(name);
        assert_eq!(
            harness.json(INIT, &ada, body).await.code(),
            code(400, "invalid_param"),
            "without {pointer}"
        );
    }
    let cover = with("/post_info/video_cover_timestamp_ms", &json!(-5));
    assert_eq!(
        harness.json(INIT, &ada, cover).await.code(),
        code(200, "ok"),
        "an invalid cover frame selects the first frame"
    );
    harness.change_options(|options| options.ignore_unknown_fields = true);
    assert_eq!(
        harness
            .json(INIT, &ada, with("/post_info/x", &json!(1)))
            .await
            .code(),
        code(200, "ok")
    );
}

#[tokio::test]
async fn invalid_chunk_plans_are_refused_with_tiktoks_messages() {
    let harness = unlimited().await;
    let ada = harness.login("ada").await.access;
    for (size, chunk, count, message) in [
        (
            121_000_000_u64,
            64_000_000_u64,
            1,
            "The chunk size is invalid",
        ),
        (
            64_000_001,
            10_000_000,
            7,
            "The total chunk count is invalid",
        ),
        (67_108_865, 67_108_865, 1, "The chunk size is invalid"),
        (
            4_294_967_297,
            10_000_000,
            429,
            "The video size is over 4 GB",
        ),
    ] {
        let source = json!({"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk, "total_chunk_count": count});
        for (path, body) in [
            (INIT, with("/source_info", &source)),
            (INBOX, json!({ "source_info": source })),
        ] {
            let response = harness.json(path, &ada, body).await;
            assert_eq!(response.code(), code(400, "invalid_param"));
            assert_eq!(response.json()["error"]["message"], message);
        }
    }
    let pull = |url: &str| json!({"source": "PULL_FROM_URL", "video_url": url});
    let body = with("/source_info", &pull("https://example.com/a.mp4"));
    assert_eq!(
        harness.json(INIT, &ada, body).await.code(),
        code(403, "url_ownership_unverified")
    );
    let body = with("/source_info", &pull("http://example.com/a.mp4"));
    assert_eq!(
        harness.json(INIT, &ada, body).await.code(),
        code(400, "invalid_param")
    );
}

#[tokio::test]
async fn bodies_must_be_json_with_a_json_content_type() {
    let harness = unlimited().await;
    let ada = harness.login("ada").await.access;
    let valid = direct("SELF_ONLY", 100).to_string();
    for (content_type, body, expected) in [
        (
            "application/json; charset=UTF-8",
            valid.as_str(),
            code(200, "ok"),
        ),
        ("application/json", &valid, code(200, "ok")),
        (
            "application/json; charset=latin-1",
            &valid,
            code(400, "invalid_param"),
        ),
        ("text/plain", &valid, code(400, "invalid_param")),
        (
            "application/x-www-form-urlencoded",
            &valid,
            code(400, "invalid_param"),
        ),
        ("application/json", "", code(400, "invalid_param")),
        ("application/json", "[]", code(400, "invalid_param")),
        ("application/json", "{", code(400, "invalid_param")),
    ] {
        let request = harness
            .http
            .post(harness.url(INIT))
            .bearer_auth(&ada)
            .header("content-type", content_type);
        assert_eq!(
            harness.send(request.body(body.to_owned())).await.code(),
            expected,
            "{content_type} {body}"
        );
    }
    let request = harness
        .http
        .post(harness.url(INIT))
        .bearer_auth(&ada)
        .body(valid);
    assert_eq!(
        harness.send(request).await.code(),
        code(400, "invalid_param"),
        "the content type is missing"
    );
    assert_eq!(
        harness
            .json("/v2/post/publish/video/init", &ada, json!({}))
            .await
            .status,
        404
    );
    harness.change_options(|options| options.plural_invalid_params = true);
    assert_eq!(
        harness.json(INIT, &ada, json!({})).await.code(),
        code(400, "invalid_params")
    );
    harness.change_options(|options| options.bare_errors = true);
    assert_eq!(
        harness.json(INIT, &ada, json!({})).await.json()["code"],
        "invalid_params"
    );
}

#[tokio::test]
async fn inits_require_a_token_with_the_right_scope() {
    let harness = unlimited().await;
    let publish = harness.login_with("ada", "video.publish").await.access;
    let upload = harness.login_with("ada", "video.upload").await.access;
    let draft = json!({ "source_info": source(100) });
    for (path, token, body, expected) in [
        (
            INIT,
            publish.as_str(),
            direct("SELF_ONLY", 100),
            code(200, "ok"),
        ),
        (
            INIT,
            &upload,
            direct("SELF_ONLY", 100),
            code(401, "scope_not_authorized"),
        ),
        (
            INBOX,
            &publish,
            draft.clone(),
            code(401, "scope_not_authorized"),
        ),
        (INBOX, &upload, draft.clone(), code(200, "ok")),
        (
            INIT,
            "wrong",
            direct("SELF_ONLY", 100),
            code(401, "access_token_invalid"),
        ),
        (INBOX, "wrong", draft, code(401, "access_token_invalid")),
    ] {
        assert_eq!(harness.json(path, token, body).await.code(), expected);
    }
    let body = json!({"post_info": {"title": "lost"}, "source_info": source(100)});
    assert_eq!(
        harness.json(INBOX, &upload, body).await.code(),
        code(400, "invalid_param"),
        "drafts have no post_info"
    );
}

#[tokio::test]
async fn banned_and_capped_creators_are_refused() {
    let harness = unlimited().await;
    let draft = json!({ "source_info": source(100) });
    for (name, posting, drafting) in [
        ("ada", code(200, "ok"), code(200, "ok")),
        (
            "eve",
            code(403, "spam_risk_user_banned_from_posting"),
            code(403, "spam_risk_user_banned_from_posting"),
        ),
        (
            "finn",
            code(403, "spam_risk_too_many_posts"),
            code(200, "ok"),
        ),
    ] {
        let token = harness.login(name).await.access;
        assert_eq!(
            harness
                .json(INIT, &token, direct("SELF_ONLY", 100))
                .await
                .code(),
            posting,
            "{name}"
        );
        assert_eq!(
            harness.json(INBOX, &token, draft.clone()).await.code(),
            drafting,
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_privacy_level_must_be_a_current_option() {
    let harness = unlimited().await;
    let (ada, ben) = (
        harness.login("ada").await.access,
        harness.login("ben").await.access,
    );
    let mismatch = || code(403, "privacy_level_option_mismatch");
    for (token, level, expected) in [
        (&ada, json!("PUBLIC_TO_EVERYONE"), code(200, "ok")),
        (&ada, json!("FOLLOWER_OF_CREATOR"), mismatch()),
        (&ada, json!("public_to_everyone"), mismatch()),
        (&ada, json!(""), mismatch()),
        (&ben, json!("PUBLIC_TO_EVERYONE"), mismatch()),
        (&ben, json!("FOLLOWER_OF_CREATOR"), code(200, "ok")),
    ] {
        assert_eq!(
            harness
                .json(INIT, token, with("/post_info/privacy_level", &level))
                .await
                .code(),
            expected,
            "{level}"
        );
    }
    let missing = json!({"post_info": {"title": "x"}, "source_info": source(100)});
    assert_eq!(harness.json(INIT, &ada, missing).await.code(), mismatch());
    // The account becomes private.
    let mut creator = harness
        .sandbox
        .creators()
        .into_iter()
        .find(|creator| creator.name == "ada")
        .unwrap();
    creator.private = true;
    harness.sandbox.set_creator(creator).unwrap();
    assert_eq!(
        harness
            .json(INIT, &ada, direct("PUBLIC_TO_EVERYONE", 100))
            .await
            .code(),
        mismatch()
    );
}

#[tokio::test]
async fn unaudited_apps_can_only_post_privately_from_private_accounts() {
    let harness = unlimited().await;
    harness.change_options(|options| options.audited = false);
    let (ada, ben) = (
        harness.login("ada").await.access,
        harness.login("ben").await.access,
    );
    let refused = || code(403, "unaudited_client_can_only_post_to_private_accounts");
    for (token, level, expected) in [
        (&ada, "PUBLIC_TO_EVERYONE", refused()),
        (&ada, "SELF_ONLY", refused()),
        (&ben, "FOLLOWER_OF_CREATOR", refused()),
        (&ben, "SELF_ONLY", code(200, "ok")),
    ] {
        assert_eq!(
            harness.json(INIT, token, direct(level, 100)).await.code(),
            expected,
            "{level}"
        );
    }
    let draft = json!({ "source_info": source(100) });
    assert_eq!(
        harness.json(INBOX, &ada, draft).await.code(),
        code(200, "ok"),
        "the rule does not apply to drafts"
    );
}

#[tokio::test]
async fn private_branded_content_is_refused_by_option() {
    let harness = unlimited().await;
    let ada = harness.login("ada").await.access;
    let mut body = direct("SELF_ONLY", 100);
    body["post_info"]["brand_content_toggle"] = json!(true);
    assert_eq!(
        harness.json(INIT, &ada, body.clone()).await.code(),
        code(200, "ok")
    );
    harness.change_options(|options| options.refuse_private_branded_content = true);
    assert_eq!(
        harness.json(INIT, &ada, body).await.code(),
        code(400, "invalid_param")
    );
}

#[tokio::test]
async fn inits_are_limited_to_6_per_minute_and_15_posts_per_day() {
    let harness = Harness::new().await;
    harness.change_options(|options| {
        options.abandoned_inits_count = true;
        options.access_token_life = Duration::from_hours(48);
    });
    let ada = harness.login("ada").await.access;
    let post = || harness.json(INIT, &ada, direct("SELF_ONLY", 100));
    for count in 0..15 {
        if count > 0 && count % 6 == 0 {
            assert_eq!(post().await.code(), code(429, "rate_limit_exceeded"));
            harness.advance(Duration::from_mins(1));
        }
        assert_eq!(post().await.code(), code(200, "ok"), "{count}");
    }
    harness.advance(Duration::from_mins(1));
    assert_eq!(post().await.code(), code(403, "spam_risk_too_many_posts"));
    harness.advance(Duration::from_secs(24 * 3600 - 3 * 60 - 1));
    assert_eq!(post().await.code(), code(403, "spam_risk_too_many_posts"));
    harness.advance(Duration::from_secs(1));
    assert_eq!(post().await.code(), code(200, "ok"), "the window slides");
}

#[tokio::test]
async fn pending_drafts_are_limited_to_5_per_day() {
    let harness = Harness::new().await;
    harness.change_options(|options| options.access_token_life = Duration::from_hours(48));
    let ada = harness.login("ada").await.access;
    let draft = || harness.json(INBOX, &ada, json!({ "source_info": source(100) }));
    for _ in 0..5 {
        assert_eq!(draft().await.code(), code(200, "ok"));
    }
    assert_eq!(
        draft().await.code(),
        code(403, "spam_risk_too_many_pending_share")
    );
    harness.advance(Duration::from_hours(1));
    assert_eq!(
        draft().await.code(),
        code(200, "ok"),
        "abandoned uploads no longer count"
    );
    harness.change_options(|options| options.abandoned_inits_count = true);
    assert_eq!(
        draft().await.code(),
        code(403, "spam_risk_too_many_pending_share")
    );
    harness.advance(Duration::from_hours(23));
    assert_eq!(draft().await.code(), code(200, "ok"));
}

#[tokio::test]
async fn the_cap_on_posting_users_counts_creators() {
    let harness = unlimited().await;
    harness.change_options(|options| options.posting_users = Some(2));
    let mut tokens = Vec::new();
    for name in ["ada", "cleo", "dev"] {
        tokens.push(harness.login(name).await.access);
    }
    let post = async |index: usize| {
        harness
            .json(INIT, &tokens[index], direct("SELF_ONLY", 100))
            .await
            .code()
    };
    assert_eq!(post(0).await, code(200, "ok"));
    assert_eq!(post(1).await, code(200, "ok"));
    assert_eq!(post(2).await, code(403, "reached_active_user_cap"));
    assert_eq!(post(0).await, code(200, "ok"));
}
