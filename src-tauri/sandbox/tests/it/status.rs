//! What becomes of an upload, as status, cancel and the list of posts tell it.

use std::time::Duration;

use serde_json::json;
use tiktok_sandbox::{DEFAULT_CLIENT_KEY, DEFAULT_CLIENT_SECRET, PostMode, PostState};

use crate::stage::{CANCEL, INIT, REVOKE, STATUS, Stage, direct, sha256, source, upload, video};

#[tokio::test]
async fn a_public_post_goes_through_processing_and_moderation() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let bytes = video(11_000_000, 30);
    let post = stage.init(&ada, bytes.len() as u64).await;
    stage.send_video(&post.url, &bytes).await;
    let status = stage.status(&ada, &post.publish_id).await;
    assert_eq!(
        status,
        json!({"status": "PROCESSING_UPLOAD", "uploaded_bytes": 11_000_000})
    );
    assert_eq!(stage.sandbox.posts(), []);

    stage.advance(Duration::from_secs(4));
    let status = stage.status(&ada, &post.publish_id).await;
    assert_eq!(
        status,
        json!({"status": "PUBLISH_COMPLETE", "uploaded_bytes": 11_000_000})
    );
    assert_eq!(stage.sandbox.posts()[0].state, PostState::Published);

    stage.advance(Duration::from_secs(2));
    let status = stage.status(&ada, &post.publish_id).await;
    let posts = stage.sandbox.posts();
    assert_eq!(
        status["publicaly_available_post_id"],
        json!([posts[0].post_id]),
        "a number, all digits kept"
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
    stage.change_options(|options| options.correct_post_id_spelling = true);
    assert!(stage.status(&ada, &post.publish_id).await["publicly_available_post_id"].is_array());
}

#[tokio::test]
async fn only_public_posts_show_an_id() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    for level in ["SELF_ONLY", "MUTUAL_FOLLOW_FRIENDS"] {
        let post = upload(&stage.json(INIT, &ada, direct(level, 1000)).await);
        stage.send_video(&post.url, &video(1000, 5)).await;
        stage.advance(Duration::from_mins(30));
        let status = stage.status(&ada, &post.publish_id).await;
        assert_eq!(
            status,
            json!({"status": "PUBLISH_COMPLETE", "uploaded_bytes": 1000}),
            "{level}"
        );
    }
}

#[tokio::test]
async fn a_draft_ends_in_the_inbox() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let draft = stage.inbox(&ada, 1000).await;
    stage.send_video(&draft.url, &video(1000, 5)).await;
    stage.advance(Duration::from_mins(10));
    assert_eq!(
        stage.status(&ada, &draft.publish_id).await["status"],
        "SEND_TO_USER_INBOX"
    );
    let posts = stage.sandbox.posts();
    assert_eq!(
        (posts.len(), posts[0].mode, posts[0].state),
        (1, PostMode::Inbox, PostState::InInbox)
    );
    assert_eq!((&posts[0].caption, &posts[0].privacy), (&None, &None));
}

#[tokio::test]
async fn switches_are_the_clients_or_the_creators() {
    let stage = Stage::new().await;
    let cleo = stage.login("cleo").await.access;
    let body = json!({
        "post_info": {"privacy_level": "SELF_ONLY", "brand_organic_toggle": true, "is_aigc": true},
        "source_info": source(1000),
    });
    let post = upload(&stage.json(INIT, &cleo, body).await);
    stage.send_video(&post.url, &video(1000, 5)).await;
    stage.advance(Duration::from_mins(1));
    let post = stage.sandbox.posts().remove(0);
    assert!(post.disable_comment && post.disable_duet && post.disable_stitch);
    assert!(post.brand_organic && post.is_aigc && !post.brand_content);
}

#[tokio::test]
async fn files_are_looked_at_after_the_upload() {
    let stage = Stage::new().await;
    let (ada, dev) = (
        stage.login("ada").await.access,
        stage.login("dev").await.access,
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
        let post = stage.init(token, bytes.len() as u64).await;
        stage.send_video(&post.url, &bytes).await;
        assert_eq!(
            stage.status(token, &post.publish_id).await["status"],
            "PROCESSING_UPLOAD"
        );
        stage.advance(Duration::from_secs(4));
        let status = stage.status(token, &post.publish_id).await;
        assert_eq!(
            (status["status"].as_str(), status["fail_reason"].as_str()),
            (Some(expected), reason)
        );
    }
    assert_eq!(stage.sandbox.posts().len(), 2, "what failed is no post");
    // A draft can be trimmed in the app: the creator's own limit is not its limit.
    let draft = stage.inbox(&dev, 1000).await;
    stage.send_video(&draft.url, &video(1000, 61)).await;
    stage.advance(Duration::from_secs(4));
    assert_eq!(
        stage.status(&dev, &draft.publish_id).await["status"],
        "SEND_TO_USER_INBOX"
    );
}

#[tokio::test]
async fn asking_is_refused_like_on_the_page() {
    let stage = Stage::new().await;
    let (ada, ben) = (
        stage.login("ada").await.access,
        stage.login("ben").await.access,
    );
    let basic = stage.login_with("ada", "user.info.basic").await.access;
    let publish_id = stage.init(&ada, 100).await.publish_id;
    for path in [STATUS, CANCEL] {
        for (token, body, status, code) in [
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
            let answer = stage.json(path, token, body.clone()).await;
            assert_eq!(answer.code(), (status, code.to_owned()), "{path} {body}");
        }
    }
    for scope in ["video.publish", "video.upload"] {
        let token = stage.login_with("ada", scope).await.access;
        stage.status(&token, &publish_id).await;
    }
}

#[tokio::test]
async fn thirty_questions_a_minute() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let publish_id = stage.init(&ada, 100).await.publish_id;
    for _ in 0..30 {
        stage.status(&ada, &publish_id).await;
    }
    let answer = stage
        .json(STATUS, &ada, json!({"publish_id": publish_id}))
        .await;
    assert_eq!(answer.code(), (429, "rate_limit_exceeded".to_owned()));
    stage.advance(Duration::from_mins(1));
    stage.status(&ada, &publish_id).await;
}

#[tokio::test]
async fn an_unfinished_upload_can_be_cancelled() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let post = stage.init(&ada, 1000).await;
    let cancel = async |id: &str| stage.json(CANCEL, &ada, json!({ "publish_id": id })).await;
    stage.change_options(|options| options.cancel_uploads = false);
    assert_eq!(
        cancel(&post.publish_id).await.code(),
        (400, "publish_not_cancellable".to_owned())
    );
    stage.change_options(|options| options.cancel_uploads = true);
    let answer = cancel(&post.publish_id).await;
    assert_eq!(answer.code(), (200, "ok".to_owned()));
    assert_eq!(
        answer.json().get("data"),
        None,
        "cancel answers have no data"
    );
    let status = stage.status(&ada, &post.publish_id).await;
    assert_eq!(
        (status["status"].as_str(), status["fail_reason"].as_str()),
        (Some("FAILED"), Some("publish_cancelled"))
    );
    assert_eq!(
        stage
            .send(stage.chunk(&post.url, 0, 1000, video(1000, 1)))
            .await
            .status,
        404
    );
    assert_eq!(
        cancel(&post.publish_id).await.code(),
        (400, "publish_not_cancellable".to_owned())
    );

    let done = stage.init(&ada, 1000).await;
    stage.send_video(&done.url, &video(1000, 1)).await;
    assert_eq!(
        cancel(&done.publish_id).await.code(),
        (400, "publish_not_cancellable".to_owned())
    );
    stage.advance(Duration::from_mins(1));
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test]
async fn revoking_stops_what_is_on_its_way() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let (open, sent, done) = (
        stage.init(&ada, 1000).await,
        stage.init(&ada, 1000).await,
        stage.init(&ada, 1000).await,
    );
    stage.send_video(&done.url, &video(1000, 1)).await;
    stage.advance(Duration::from_mins(1));
    stage.send_video(&sent.url, &video(1000, 1)).await;
    let fields = [
        ("client_key", DEFAULT_CLIENT_KEY),
        ("client_secret", DEFAULT_CLIENT_SECRET),
        ("token", ada.as_str()),
    ];
    assert_eq!(stage.form(REVOKE, &fields).await.status, 200);
    assert_eq!(
        stage
            .send(stage.chunk(&open.url, 0, 1000, video(1000, 1)))
            .await
            .status,
        404
    );
    stage.advance(Duration::from_mins(1));
    let ada = stage.login("ada").await.access;
    for (publish, expected) in [
        (&open, "FAILED"),
        (&sent, "FAILED"),
        (&done, "PUBLISH_COMPLETE"),
    ] {
        let status = stage.status(&ada, &publish.publish_id).await;
        assert_eq!(status["status"], expected);
        assert!(expected != "FAILED" || status["fail_reason"] == "auth_removed");
    }
}
