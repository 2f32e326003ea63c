//! Direct-post and inbox inits: what they take, what they refuse.

use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::{INBOX, INIT, Stage, direct, source};

fn code(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

async fn unlimited() -> Stage {
    let stage = Stage::new().await;
    stage.change_options(|options| {
        options.rate_limits = false;
        options.daily_posts = 1000;
        options.pending_drafts = 1000;
    });
    stage
}

/// A valid direct post with one value put somewhere else.
fn with(pointer: &str, value: &Value) -> Value {
    let mut body = direct("PUBLIC_TO_EVERYONE", 100);
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    parent.insert(name.to_owned(), value.clone());
    body
}

#[tokio::test]
async fn a_valid_init_gives_an_id_and_an_address() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let post = stage.init(&ada, 100).await;
    let draft = stage.inbox(&ada, 100).await;
    assert!(post.publish_id.starts_with("v_pub_file~") && post.publish_id.len() <= 64);
    assert!(draft.publish_id.starts_with("v_inbox_file~") && draft.publish_id.len() <= 64);
    assert!(post.url.starts_with(&stage.sandbox.url()) && post.url.len() <= 256);
    assert!(post.url.contains("upload_token="));
    let answer = stage
        .json(INIT, &ada, direct("SELF_ONLY", 64_000_001))
        .await;
    assert_eq!(answer.code(), code(200, "ok"));
    assert_eq!(stage.sandbox.posts(), [], "an init alone is no post");
    assert_eq!(stage.sandbox.publishes().len(), 3);
}

#[tokio::test]
async fn every_field_takes_what_it_is_for() {
    let stage = unlimited().await;
    let ada = stage.login("ada").await.access;
    let longest = "é".repeat(2200);
    let emoji = "🚀".repeat(1100);
    for value in [json!(longest), json!(emoji), json!("")] {
        assert_eq!(
            stage
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
            stage
                .json(INIT, &ada, with(pointer, &json!(true)))
                .await
                .code(),
            code(200, "ok"),
            "{pointer}"
        );
        for wrong in [json!("true"), json!(1), Value::Null] {
            let answer = stage.json(INIT, &ada, with(pointer, &wrong)).await;
            assert_eq!(
                answer.code(),
                code(400, "invalid_param"),
                "{pointer} {wrong}"
            );
        }
    }
}

#[tokio::test]
async fn every_field_is_checked() {
    let stage = unlimited().await;
    let ada = stage.login("ada").await.access;
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
        let answer = stage.json(INIT, &ada, with(pointer, &value)).await;
        assert_eq!(
            answer.code(),
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
            stage.json(INIT, &ada, body).await.code(),
            code(400, "invalid_param"),
            "without {pointer}"
        );
    }
    let cover = with("/post_info/video_cover_timestamp_ms", &json!(-5));
    assert_eq!(
        stage.json(INIT, &ada, cover).await.code(),
        code(200, "ok"),
        "an invalid frame is the first one"
    );
    stage.change_options(|options| options.ignore_unknown_fields = true);
    assert_eq!(
        stage
            .json(INIT, &ada, with("/post_info/x", &json!(1)))
            .await
            .code(),
        code(200, "ok")
    );
}

#[tokio::test]
async fn chunk_plans_are_refused_in_tiktoks_words() {
    let stage = unlimited().await;
    let ada = stage.login("ada").await.access;
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
            let answer = stage.json(path, &ada, body).await;
            assert_eq!(answer.code(), code(400, "invalid_param"));
            assert_eq!(answer.json()["error"]["message"], message);
        }
    }
    let pull = |url: &str| json!({"source": "PULL_FROM_URL", "video_url": url});
    let body = with("/source_info", &pull("https://example.com/a.mp4"));
    assert_eq!(
        stage.json(INIT, &ada, body).await.code(),
        code(403, "url_ownership_unverified")
    );
    let body = with("/source_info", &pull("http://example.com/a.mp4"));
    assert_eq!(
        stage.json(INIT, &ada, body).await.code(),
        code(400, "invalid_param")
    );
}

#[tokio::test]
async fn bodies_must_be_json_and_say_so() {
    let stage = unlimited().await;
    let ada = stage.login("ada").await.access;
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
        let request = stage
            .http
            .post(stage.url(INIT))
            .bearer_auth(&ada)
            .header("content-type", content_type);
        assert_eq!(
            stage.send(request.body(body.to_owned())).await.code(),
            expected,
            "{content_type} {body}"
        );
    }
    let request = stage
        .http
        .post(stage.url(INIT))
        .bearer_auth(&ada)
        .body(valid);
    assert_eq!(
        stage.send(request).await.code(),
        code(400, "invalid_param"),
        "no content type at all"
    );
    assert_eq!(
        stage
            .json("/v2/post/publish/video/init", &ada, json!({}))
            .await
            .status,
        404
    );
    stage.change_options(|options| options.plural_invalid_params = true);
    assert_eq!(
        stage.json(INIT, &ada, json!({})).await.code(),
        code(400, "invalid_params")
    );
    stage.change_options(|options| options.bare_errors = true);
    assert_eq!(
        stage.json(INIT, &ada, json!({})).await.json()["code"],
        "invalid_params"
    );
}

#[tokio::test]
async fn tokens_and_scopes() {
    let stage = unlimited().await;
    let publish = stage.login_with("ada", "video.publish").await.access;
    let upload = stage.login_with("ada", "video.upload").await.access;
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
        assert_eq!(stage.json(path, token, body).await.code(), expected);
    }
    let body = json!({"post_info": {"title": "lost"}, "source_info": source(100)});
    assert_eq!(
        stage.json(INBOX, &upload, body).await.code(),
        code(400, "invalid_param"),
        "drafts take no post_info"
    );
}

#[tokio::test]
async fn creators_who_may_not_post() {
    let stage = unlimited().await;
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
        let token = stage.login(name).await.access;
        assert_eq!(
            stage
                .json(INIT, &token, direct("SELF_ONLY", 100))
                .await
                .code(),
            posting,
            "{name}"
        );
        assert_eq!(
            stage.json(INBOX, &token, draft.clone()).await.code(),
            drafting,
            "{name}"
        );
    }
}

#[tokio::test]
async fn privacy_must_be_one_of_the_fresh_options() {
    let stage = unlimited().await;
    let (ada, ben) = (
        stage.login("ada").await.access,
        stage.login("ben").await.access,
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
            stage
                .json(INIT, token, with("/post_info/privacy_level", &level))
                .await
                .code(),
            expected,
            "{level}"
        );
    }
    let missing = json!({"post_info": {"title": "x"}, "source_info": source(100)});
    assert_eq!(stage.json(INIT, &ada, missing).await.code(), mismatch());
    // The account turns private meanwhile.
    let mut creator = stage
        .sandbox
        .creators()
        .into_iter()
        .find(|creator| creator.name == "ada")
        .unwrap();
    creator.private = true;
    stage.sandbox.set_creator(creator).unwrap();
    assert_eq!(
        stage
            .json(INIT, &ada, direct("PUBLIC_TO_EVERYONE", 100))
            .await
            .code(),
        mismatch()
    );
}

#[tokio::test]
async fn unaudited_apps_post_privately_from_private_accounts() {
    let stage = unlimited().await;
    stage.change_options(|options| options.audited = false);
    let (ada, ben) = (
        stage.login("ada").await.access,
        stage.login("ben").await.access,
    );
    let refused = || code(403, "unaudited_client_can_only_post_to_private_accounts");
    for (token, level, expected) in [
        (&ada, "PUBLIC_TO_EVERYONE", refused()),
        (&ada, "SELF_ONLY", refused()),
        (&ben, "FOLLOWER_OF_CREATOR", refused()),
        (&ben, "SELF_ONLY", code(200, "ok")),
    ] {
        assert_eq!(
            stage.json(INIT, token, direct(level, 100)).await.code(),
            expected,
            "{level}"
        );
    }
    let draft = json!({ "source_info": source(100) });
    assert_eq!(
        stage.json(INBOX, &ada, draft).await.code(),
        code(200, "ok"),
        "drafts are free of the rule"
    );
}

#[tokio::test]
async fn branded_content_may_be_kept_from_being_private() {
    let stage = unlimited().await;
    let ada = stage.login("ada").await.access;
    let mut body = direct("SELF_ONLY", 100);
    body["post_info"]["brand_content_toggle"] = json!(true);
    assert_eq!(
        stage.json(INIT, &ada, body.clone()).await.code(),
        code(200, "ok")
    );
    stage.change_options(|options| options.refuse_private_branded_content = true);
    assert_eq!(
        stage.json(INIT, &ada, body).await.code(),
        code(400, "invalid_param")
    );
}

#[tokio::test]
async fn six_inits_a_minute_and_fifteen_posts_a_day() {
    let stage = Stage::new().await;
    stage.change_options(|options| {
        options.abandoned_inits_count = true;
        options.access_token_life = Duration::from_hours(48);
    });
    let ada = stage.login("ada").await.access;
    let post = || stage.json(INIT, &ada, direct("SELF_ONLY", 100));
    for count in 0..15 {
        if count > 0 && count % 6 == 0 {
            assert_eq!(post().await.code(), code(429, "rate_limit_exceeded"));
            stage.advance(Duration::from_mins(1));
        }
        assert_eq!(post().await.code(), code(200, "ok"), "{count}");
    }
    stage.advance(Duration::from_mins(1));
    assert_eq!(post().await.code(), code(403, "spam_risk_too_many_posts"));
    stage.advance(Duration::from_secs(24 * 3600 - 3 * 60 - 1));
    assert_eq!(post().await.code(), code(403, "spam_risk_too_many_posts"));
    stage.advance(Duration::from_secs(1));
    assert_eq!(post().await.code(), code(200, "ok"), "the window slides");
}

#[tokio::test]
async fn five_pending_drafts_a_day() {
    let stage = Stage::new().await;
    stage.change_options(|options| options.access_token_life = Duration::from_hours(48));
    let ada = stage.login("ada").await.access;
    let draft = || stage.json(INBOX, &ada, json!({ "source_info": source(100) }));
    for _ in 0..5 {
        assert_eq!(draft().await.code(), code(200, "ok"));
    }
    assert_eq!(
        draft().await.code(),
        code(403, "spam_risk_too_many_pending_share")
    );
    stage.advance(Duration::from_hours(1));
    assert_eq!(
        draft().await.code(),
        code(200, "ok"),
        "uploads that never came free their places"
    );
    stage.change_options(|options| options.abandoned_inits_count = true);
    assert_eq!(
        draft().await.code(),
        code(403, "spam_risk_too_many_pending_share")
    );
    stage.advance(Duration::from_hours(23));
    assert_eq!(draft().await.code(), code(200, "ok"));
}

#[tokio::test]
async fn the_cap_on_posting_users_counts_creators() {
    let stage = unlimited().await;
    stage.change_options(|options| options.posting_users = Some(2));
    let mut tokens = Vec::new();
    for name in ["ada", "cleo", "dev"] {
        tokens.push(stage.login(name).await.access);
    }
    let post = async |index: usize| {
        stage
            .json(INIT, &tokens[index], direct("SELF_ONLY", 100))
            .await
            .code()
    };
    assert_eq!(post(0).await, code(200, "ok"));
    assert_eq!(post(1).await, code(200, "ok"));
    assert_eq!(post(2).await, code(403, "reached_active_user_cap"));
    assert_eq!(post(0).await, code(200, "ok"));
}
