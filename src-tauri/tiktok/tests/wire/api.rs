//! User info, creator info, inits, status, cancel and avatars.

use std::time::Duration;

use axum::{body::Body, http::Response};
use serde_json::json;
use tiktok_api::{
    AvatarError, ChunkPlan, Error, ErrorCode, FailReason, FailureKind, Operation, PostInfo,
    PrivacyLevel, PublishId, PublishState, Retry, Scope, UploadUrlError, limits,
};

use crate::server::{Seen, Server, data, plain, refusal, secret, with_header};

fn assert_is_call(request: &Seen, method: &str, target: &str) {
    assert_eq!(request.method, method);
    assert_eq!(request.target, target);
    assert_eq!(request.header("authorization"), Some("Bearer act.one"));
    assert_eq!(request.header("transfer-encoding"), None);
    if method == "POST" {
        assert_eq!(
            request.header("content-type"),
            Some("application/json; charset=UTF-8")
        );
        assert_eq!(
            request.header("content-length"),
            Some(request.body.len().to_string().as_str())
        );
    }
}

fn post() -> PostInfo {
    PostInfo {
        title: Some("Größe 🎬 #tag @you".into()),
        privacy_level: PrivacyLevel::SelfOnly,
        disable_comment: true,
        disable_duet: false,
        disable_stitch: true,
        video_cover_timestamp_ms: Some(1500),
        brand_content_toggle: false,
        brand_organic_toggle: true,
        is_aigc: true,
    }
}

#[tokio::test]
async fn user_info_requests_granted_fields() {
    let user = json!({"user": {
        "open_id": "open-1", "union_id": "union-1", "display_name": "Ada", "avatar_url": "",
        "username": "ada", "is_verified": true, "follower_count": "12", "likes_count": 7
    }});
    let server = Server::start([data(&user), refusal(400, "scope_permission_missed")]).await;
    let tiktok = server.tiktok();
    let scopes = [Scope::UserInfoBasic, Scope::UserInfoProfile];
    let user = tiktok.user_info(&secret("act.one"), &scopes).await.unwrap();
    assert_is_call(
        &server.only(),
        "GET",
        "/v2/user/info/?fields=open_id,union_id,avatar_url,avatar_large_url,display_name,\
         username,bio_description,profile_deep_link,is_verified",
    );
    assert_eq!(user.open_id, "open-1");
    assert_eq!(user.display_name, "Ada");
    assert_eq!(user.avatar_url, None);
    assert_eq!(user.username.as_deref(), Some("ada"));
    assert_eq!((user.follower_count, user.likes_count), (Some(12), Some(7)));

    let error = tiktok.user_info(&secret("act.one"), &[]).await.unwrap_err();
    assert_eq!(error.meaning().kind, FailureKind::MissingScope);
    assert_eq!(server.seen()[1].target, "/v2/user/info/?fields=open_id");
}

#[tokio::test]
async fn creator_info_has_no_body() {
    let info = json!({
        "creator_avatar_url": "https://p16.tiktokcdn.com/a.webp", "creator_username": "ada",
        "creator_nickname": "Ada L.", "comment_disabled": false, "duet_disabled": true,
        "privacy_level_options": ["PUBLIC_TO_EVERYONE", "SELF_ONLY", "CLOSE_FRIENDS"],
        "stitch_disabled": false, "max_video_post_duration_sec": 300
    });
    let server = Server::start([data(&info)]).await;
    let info = server
        .tiktok()
        .creator_info(&secret("act.one"))
        .await
        .unwrap();
    let request = server.only();
    assert_is_call(&request, "POST", "/v2/post/publish/creator_info/query/");
    assert!(request.body.is_empty());
    assert_eq!(info.nickname, "Ada L.");
    assert_eq!(
        info.privacy_level_options,
        [
            PrivacyLevel::PublicToEveryone,
            PrivacyLevel::SelfOnly,
            PrivacyLevel::Other("CLOSE_FRIENDS".into())
        ]
    );
    assert!(info.duet_disabled && !info.stitch_disabled && !info.comment_disabled);
    assert_eq!(info.max_video_post_duration, Duration::from_mins(5));
}

#[tokio::test]
async fn creator_who_cannot_post_is_refused_with_200_or_403() {
    for http in [200, 403] {
        for (code, kind, retry) in [
            (
                "spam_risk_too_many_posts",
                FailureKind::PostCap,
                Retry::WhenCapFrees {
                    at_most: limits::CAP_WAIT,
                },
            ),
            (
                "spam_risk_user_banned_from_posting",
                FailureKind::Banned,
                Retry::Never,
            ),
            (
                "reached_active_user_cap",
                FailureKind::PostCap,
                Retry::After(limits::CAP_WAIT),
            ),
        ] {
            let server = Server::start([refusal(http, code)]).await;
            let error = server
                .tiktok()
                .creator_info(&secret("act.one"))
                .await
                .unwrap_err();
            assert_eq!(error.code(), Some(&ErrorCode::from(code)));
            assert_eq!((error.meaning().kind, error.meaning().retry), (kind, retry));
            assert_eq!(error.log_id(), Some("2026"));
            assert_eq!(error.operation(), Operation::CreatorInfo);
        }
    }
}

#[tokio::test]
async fn direct_post_sends_every_field() {
    let server = Server::start([Response::default(), Response::default()]).await;
    let plan = ChunkPlan::new(77_360_899).unwrap();
    let tiktok = server.tiktok();
    // Only the requests matter here, not the answers.
    let _ = tiktok
        .init_direct_post(&secret("act.one"), &post(), &plan)
        .await;
    let bare = PostInfo {
        title: None,
        video_cover_timestamp_ms: None,
        ..post()
    };
    let _ = tiktok
        .init_direct_post(&secret("act.one"), &bare, &plan)
        .await;

    let seen = server.seen();
    assert_is_call(&seen[0], "POST", "/v2/post/publish/video/init/");
    let source = json!({
        "source": "FILE_UPLOAD", "video_size": 77_360_899, "chunk_size": 10_000_000,
        "total_chunk_count": 7
    });
    assert_eq!(
        seen[0].json(),
        json!({
            "post_info": {
                "title": "Größe 🎬 #tag @you", "privacy_level": "SELF_ONLY",
                "disable_comment": true, "disable_duet": false, "disable_stitch": true,
                "video_cover_timestamp_ms": 1500, "brand_content_toggle": false,
                "brand_organic_toggle": true, "is_aigc": true
            },
            "source_info": source
        })
    );
    assert_eq!(
        seen[1].json(),
        json!({
            "post_info": {
                "privacy_level": "SELF_ONLY", "disable_comment": true, "disable_duet": false,
                "disable_stitch": true, "brand_content_toggle": false,
                "brand_organic_toggle": true, "is_aigc": true
            },
            "source_info": source
        })
    );
}

#[tokio::test]
async fn draft_has_neither_caption_nor_settings() {
    let address = "https://upload.us.tiktokapis.com/video/?upload_id=1&upload_token=a%2Fb";
    let server = Server::start([data(&json!({
        "publish_id": "v_inbox_file~v2.123", "upload_url": address
    }))])
    .await;
    let ticket = server
        .tiktok()
        .init_inbox(&secret("act.one"), &ChunkPlan::new(5).unwrap())
        .await
        .unwrap();
    let request = server.only();
    assert_is_call(&request, "POST", "/v2/post/publish/inbox/video/init/");
    assert_eq!(
        request.json(),
        json!({"source_info": {
            "source": "FILE_UPLOAD", "video_size": 5, "chunk_size": 5, "total_chunk_count": 1
        }})
    );
    assert_eq!(ticket.publish_id.as_str(), "v_inbox_file~v2.123");
    assert_eq!(ticket.upload_url.expose(), address);
    assert!(!format!("{ticket:?}").contains("upload_token"));
}

#[tokio::test]
async fn incomplete_or_unsafe_tickets_are_refused() {
    let ticket = |url: &str| data(&json!({"publish_id": "p", "upload_url": url}));
    let server = Server::start([
        ticket("https://tiktokapis.com.evil.org/video/?upload_token=hush"),
        ticket(""),
        data(&json!({"publish_id": "", "upload_url": "https://upload.tiktokapis.com/"})),
        data(&json!({"publish_id": "p"})),
    ])
    .await;
    let tiktok = server.tiktok();
    let plan = ChunkPlan::new(5).unwrap();
    let token = secret("act.one");
    let error = tiktok.init_inbox(&token, &plan).await.unwrap_err();
    assert!(matches!(
        error,
        Error::BadUploadUrl {
            operation: Operation::InitInbox,
            source: UploadUrlError::ForeignHost
        }
    ));
    let said = format!("{error} {error:?}");
    assert!(!said.contains("evil") && !said.contains("hush"), "{said}");
    for _ in 0..3 {
        let error = tiktok.init_direct_post(&token, &post(), &plan).await;
        assert!(matches!(error, Err(Error::Malformed { http: 200, .. })));
    }
}

#[tokio::test]
async fn init_refusals_keep_code_status_and_retry_after() {
    let limited = Response::builder()
        .status(429)
        .header("retry-after", "12")
        .body(Body::from(
            r#"{"error":{"code":"rate_limit_exceeded","message":"","logid":"L2"}}"#,
        ))
        .unwrap();
    let server = Server::start([
        refusal(403, "unaudited_client_can_only_post_to_private_accounts"),
        limited,
        plain(502, "<html>Bad gateway</html>"),
        plain(
            401,
            r#"{"code":"access_token_invalid","message":"","log_id":""}"#,
        ),
    ])
    .await;
    let tiktok = server.tiktok();
    let (plan, token) = (ChunkPlan::new(5).unwrap(), secret("act.one"));
    let mut retries = Vec::new();
    for _ in 0..4 {
        let error = tiktok
            .init_direct_post(&token, &post(), &plan)
            .await
            .unwrap_err();
        retries.push((error.meaning().retry, error.retry_after()));
    }
    let wait = Duration::from_secs(12);
    assert_eq!(
        retries,
        [
            (Retry::Never, None),
            (Retry::After(wait), Some(wait)),
            (Retry::Backoff, None),
            (Retry::AfterRefresh, None),
        ]
    );
    assert_eq!(server.seen().len(), 4, "nothing is repeated by itself");
}

#[tokio::test]
async fn status_keeps_large_ids() {
    let server = Server::start([
        plain(
            200,
            r#"{"data":{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[7301234567890123457,"18446744073709551615"],"uploaded_bytes":70000000},"error":{"code":"ok","message":"","log_id":"L"}}"#,
        ),
        data(&json!({"status": "FAILED", "fail_reason": "picture_size_check_failed"})),
        refusal(400, "invalid_publish_id"),
    ])
    .await;
    let tiktok = server.tiktok();
    let (token, id) = (secret("act.one"), PublishId::from("v_pub_file~v2-1.9"));
    let status = tiktok.status(&token, &id).await.unwrap();
    let request = server.only();
    assert_is_call(&request, "POST", "/v2/post/publish/status/fetch/");
    assert_eq!(request.json(), json!({"publish_id": "v_pub_file~v2-1.9"}));
    assert_eq!(status.state, PublishState::Complete);
    assert_eq!(status.post_ids, [7_301_234_567_890_123_457, u64::MAX]);
    assert_eq!(status.uploaded_bytes, Some(70_000_000));

    let status = tiktok.status(&token, &id).await.unwrap();
    assert_eq!(status.fail_reason, Some(FailReason::PictureSizeCheckFailed));
    let error = tiktok.status(&token, &id).await.unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::InvalidPublishId));
}

#[tokio::test]
async fn cancel_needs_no_data() {
    let server = Server::start([
        plain(200, r#"{"error":{"code":"ok","message":"","log_id":"L"}}"#),
        refusal(400, "publish_not_cancellable"),
    ])
    .await;
    let tiktok = server.tiktok();
    let (token, id) = (secret("act.one"), PublishId::from("p".to_owned()));
    tiktok.cancel(&token, &id).await.unwrap();
    let request = server.only();
    assert_is_call(&request, "POST", "/v2/post/publish/cancel/");
    assert_eq!(request.json(), json!({"publish_id": "p"}));
    let error = tiktok.cancel(&token, &id).await.unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::PublishNotCancellable));
}

fn picture(kind: &str, size: usize) -> Response<Body> {
    Response::builder()
        .header("content-type", kind)
        .body(Body::from(vec![7; size]))
        .unwrap()
}

#[tokio::test]
async fn avatar_is_fetched_without_a_token_and_within_bounds() {
    let endless = Response::builder()
        .header("content-type", "image/png")
        .body(Body::from_stream(futures_util::stream::repeat_with(|| {
            Ok::<_, std::io::Error>(vec![7_u8; 64 * 1024])
        })))
        .unwrap();
    let server = Server::start([
        picture("Image/PNG; charset=binary", 2 * 1024 * 1024),
        picture("image/png", 2 * 1024 * 1024 + 1),
        endless,
        picture("text/html", 5),
        plain(200, "no type"),
        plain(404, ""),
        with_header(302, "location", "/elsewhere.png"),
    ])
    .await;
    let tiktok = server.tiktok();
    let address = format!("{}/avatar.png?x=1", server.origin);
    let avatar = tiktok.fetch_avatar(&address).await.unwrap();
    assert_eq!(avatar.content_type, "image/png");
    assert_eq!(avatar.bytes.len(), 2 * 1024 * 1024);
    let request = server.only();
    assert_eq!(request.target, "/avatar.png?x=1");
    assert_eq!(request.header("authorization"), None);

    let mut reasons = Vec::new();
    for _ in 0..6 {
        match tiktok.fetch_avatar(&address).await {
            Err(Error::Avatar(reason)) => reasons.push(reason),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        reasons,
        [
            AvatarError::TooLarge,
            AvatarError::TooLarge,
            AvatarError::NotAnImage,
            AvatarError::NotAnImage,
            AvatarError::Status(404),
            AvatarError::Status(302),
        ]
    );
    assert_eq!(server.seen().len(), 7, "the redirect was not followed");
    for address in ["http://example.org/a.png", "file:///etc/passwd", "a.png"] {
        assert!(matches!(
            tiktok.fetch_avatar(address).await,
            Err(Error::Avatar(AvatarError::Address))
        ));
    }
}
