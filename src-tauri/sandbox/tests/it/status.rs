//! Tests of the status and cancel endpoints and of the resulting posts.

use std::time::Duration;

use serde_json::json;
use tiktok_sandbox::{DEFAULT_CLIENT_SECRET, PostMode, PostState};

use crate::harness::{CANCEL, Harness, INIT, STATUS, code, direct, sha256, source, upload, video};

#[tokio::test]
async fn a_public_post_goes_through_processing_and_moderation() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let bytes = video(11_000_000, 30);
    let post = harness.init(&ada, bytes.len() as u64).await;
    harness.send_video(&post.url, &bytes).await;
    let status = harness.status(&ada, &post.publish_id).await;
    assert_eq!(
        status,
        json!({"status": "PROCESSING_UPLOAD", "uploaded_bytes": 11_000_000})
    );
    assert_eq!(harness.sandbox.posts(), []);

    harness.advance(Duration::from_secs(4));
    let status = harness.status(&ada, &post.publish_id).await;
    assert_eq!(
        status,
        json!({"status": "PUBLISH_COMPLETE", "uploaded_bytes": 11_000_000})
    );
    assert_eq!(harness.sandbox.posts()[0].state, PostState::Published);

    harness.advance(Duration::from_secs(2));
    let status = harness.status(&ada, &post.publish_id).await;
    let posts = harness.sandbox.posts();
    assert_eq!(
        status["publicaly_available_post_id"],
        json!([posts[0].post_id]),
        "the id is a number with all digits"
    );
    assert!(posts[0].post_id > 1 << 53);
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].sha256, sha256(&bytes));
    assert_eq!(
        (posts[0].creator.as_str(), posts[0].mode, posts[0].size),
        ("ada", PostMode::Direct, 11_000_000)
    );
    assert_eq!(posts[0].caption.as_deref(), Some("A caption"));
    assert_eq!(posts[0].state, PostState::PubliclyAvailable);
    harness.change_options(|options| options.correct_post_id_spelling = true);
    assert!(harness.status(&ada, &post.publish_id).await["publicly_available_post_id"].is_array());
}

#[tokio::test]
async fn the_status_includes_an_id_for_public_posts_only() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    for level in ["SELF_ONLY", "MUTUAL_FOLLOW_FRIENDS"] {
        let post = upload(&harness.json(INIT, &ada, direct(level, 1000)).await);
        harness.send_video(&post.url, &video(1000, 5)).await;
        harness.advance(Duration::from_mins(30));
        let status = harness.status(&ada, &post.publish_id).await;
        assert_eq!(
            status,
            json!({"status": "PUBLISH_COMPLETE", "uploaded_bytes": 1000}),
            "{level}"
        );
    }
}

#[tokio::test]
async fn a_draft_reaches_the_inbox() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let draft = harness.inbox(&ada, 1000).await;
    harness.send_video(&draft.url, &video(1000, 5)).await;
    harness.advance(Duration::from_mins(10));
    assert_eq!(
        harness.status(&ada, &draft.publish_id).await["status"],
        "SEND_TO_USER_INBOX"
    );
    let posts = harness.sandbox.posts();
    assert_eq!(
        (posts.len(), posts[0].mode, posts[0].state),
        (1, PostMode::Inbox, PostState::InInbox)
    );
    assert_eq!((&posts[0].caption, &posts[0].privacy), (&None, &None));
}

#[tokio::test]
async fn post_switches_combine_request_and_creator_settings() {
    let harness = Harness::new().await;
    let cleo = harness.login("cleo").await.access;
    let body = json!({
        "post_info": {"privacy_level": "SELF_ONLY", "brand_organic_toggle": true, "is_aigc": true},
        "source_info": source(1000),
    });
    let post = upload(&harness.json(INIT, &cleo, body).await);
    harness.send_video(&post.url, &video(1000, 5)).await;
    harness.advance(Duration::from_mins(1));
    let post = harness.sandbox.posts().remove(0);
    assert!(post.disable_comment && post.disable_duet && post.disable_stitch);
    assert!(post.brand_organic && post.is_aigc && !post.brand_content);
}

#[tokio::test]
async fn format_and_duration_are_checked_after_the_upload() {
    let harness = Harness::new().await;
    let (ada, dev) = (
        harness.login("ada").await.access,
        harness.login("dev").await.access,
    );
    let ok = "PUBLISH_COMPLETE";
    for (token, bytes, expected, reason) in [
        (&ada, video(1000, 600), ok, None),
        (
            &ada,
            video(1000, 601),
            "FAILED",
            Some("duration_check_failed"),
        ),
        (&dev, video(1000, 60), ok, None),
        (
            &dev,
            video(1000, 61),
            "FAILED",
            Some("duration_check_failed"),
        ),
        (
            &ada,
            b"This is a text and no video at all.".to_vec(),
            "FAILED",
            Some("file_format_check_failed"),
        ),
    ] {
        let post = harness.init(token, bytes.len() as u64).await;
        harness.send_video(&post.url, &bytes).await;
        assert_eq!(
            harness.status(token, &post.publish_id).await["status"],
            "PROCESSING_UPLOAD"
        );
        harness.advance(Duration::from_secs(4));
        let status = harness.status(token, &post.publish_id).await;
        assert_eq!(
            (status["status"].as_str(), status["fail_reason"].as_str()),
            (Some(expected), reason)
        );
    }
    assert_eq!(
        harness.sandbox.posts().len(),
        2,
        "failed publishes are not posts"
    );
    // The creator's limit does not apply to drafts, because the TikTok app can trim them.
    let draft = harness.inbox(&dev, 1000).await;
    harness.send_video(&draft.url, &video(1000, 61)).await;
    harness.advance(Duration::from_secs(4));
    assert_eq!(
        harness.status(&dev, &draft.publish_id).await["status"],
        "SEND_TO_USER_INBOX"
    );
}

#[tokio::test]
async fn status_and_cancel_refuse_invalid_requests() {
    let harness = Harness::new().await;
    let (ada, ben) = (
        harness.login("ada").await.access,
        harness.login("ben").await.access,
    );
    let basic = harness.login_with("ada", "user.info.basic").await.access;
    let publish_id = harness.init(&ada, 100).await.publish_id;
    for path in [STATUS, CANCEL] {
        for (token, body, status, error) in [
            (ada.as_str(), json!({}), 400, "invalid_param"),
            (&ada, json!({"publish_id": 5}), 400, "invalid_param"),
            (
                &ada,
                json!({"publish_id": publish_id, "x": 1}),
                400,
                "invalid_param",
            ),
            (
                &ada,
                json!({"publish_id": "v_pub_file~v2-1.1"}),
                400,
                "invalid_publish_id",
            ),
            (
                &ben,
                json!({"publish_id": publish_id}),
                400,
                "token_not_authorized_for_specified_publish_id",
            ),
            (
                &basic,
                json!({"publish_id": publish_id}),
                401,
                "scope_not_authorized",
            ),
            (
                "wrong",
                json!({"publish_id": publish_id}),
                401,
                "access_token_invalid",
            ),
        ] {
            let response = harness.json(path, token, body.clone()).await;
            assert_eq!(response.code(), code(status, error), "{path} {body}");
        }
    }
    for scope in ["video.publish", "video.upload"] {
        let token = harness.login_with("ada", scope).await.access;
        harness.status(&token, &publish_id).await;
    }
}

#[tokio::test]
async fn status_allows_30_requests_per_minute() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let publish_id = harness.init(&ada, 100).await.publish_id;
    for _ in 0..30 {
        harness.status(&ada, &publish_id).await;
    }
    let response = harness
        .json(STATUS, &ada, json!({"publish_id": publish_id}))
        .await;
    assert_eq!(response.code(), code(429, "rate_limit_exceeded"));
    harness.advance(Duration::from_mins(1));
    harness.status(&ada, &publish_id).await;
}

#[tokio::test]
async fn an_unfinished_upload_can_be_cancelled() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let post = harness.init(&ada, 1000).await;
    let cancel = async |id: &str| {
        harness
            .json(CANCEL, &ada, json!({ "publish_id": id }))
            .await
    };
    harness.change_options(|options| options.cancel_uploads = false);
    assert_eq!(
        cancel(&post.publish_id).await.code(),
        code(400, "publish_not_cancellable")
    );
    harness.change_options(|options| options.cancel_uploads = true);
    let response = cancel(&post.publish_id).await;
    assert_eq!(response.code(), code(200, "ok"));
    assert_eq!(
        response.json().get("data"),
        None,
        "cancel responses have no data"
    );
    let status = harness.status(&ada, &post.publish_id).await;
    assert_eq!(
        (status["status"].as_str(), status["fail_reason"].as_str()),
        (Some("FAILED"), Some("publish_cancelled"))
    );
    assert_eq!(
        harness
            .send(harness.chunk(&post.url, 0, 1000, video(1000, 1)))
            .await
            .status,
        404
    );
    assert_eq!(
        cancel(&post.publish_id).await.code(),
        code(400, "publish_not_cancellable")
    );

    let done = harness.init(&ada, 1000).await;
    harness.send_video(&done.url, &video(1000, 1)).await;
    assert_eq!(
        cancel(&done.publish_id).await.code(),
        code(400, "publish_not_cancellable")
    );
    harness.advance(Duration::from_mins(1));
    assert_eq!(harness.sandbox.posts().len(), 1);
}

#[tokio::test]
async fn revocation_fails_unfinished_publishes() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let (open, sent, done) = (
        harness.init(&ada, 1000).await,
        harness.init(&ada, 1000).await,
        harness.init(&ada, 1000).await,
    );
    harness.send_video(&done.url, &video(1000, 1)).await;
    harness.advance(Duration::from_mins(1));
    harness.send_video(&sent.url, &video(1000, 1)).await;
    assert_eq!(
        harness.revoke(&ada, DEFAULT_CLIENT_SECRET).await.status,
        200
    );
    assert_eq!(
        harness
            .send(harness.chunk(&open.url, 0, 1000, video(1000, 1)))
            .await
            .status,
        404
    );
    harness.advance(Duration::from_mins(1));
    let ada = harness.login("ada").await.access;
    for (publish, expected) in [
        (&open, "FAILED"),
        (&sent, "FAILED"),
        (&done, "PUBLISH_COMPLETE"),
    ] {
        let status = harness.status(&ada, &publish.publish_id).await;
        assert_eq!(status["status"], expected);
        assert!(expected != "FAILED" || status["fail_reason"] == "auth_removed");
    }
}
