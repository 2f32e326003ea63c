//! Profiles, playback and the control page.

use std::time::Duration;

use crate::stage::{INIT, Stage, direct, sha256, upload, video};

#[tokio::test]
async fn a_profile_shows_and_plays_what_was_posted() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let bytes = video(20_000, 5);
    let mut body = direct("PUBLIC_TO_EVERYONE", 20_000);
    body["post_info"]["title"] = "<b>Tea</b> & \u{1f375}\nsecond line".into();
    let post = upload(&stage.json(INIT, &ada, body).await);
    stage.send_video(&post.url, &bytes).await;
    let draft = stage.inbox(&ada, 1000).await;
    stage.send_video(&draft.url, &video(1000, 1)).await;
    stage.advance(Duration::from_mins(1));

    let page = stage.get("/@ada.makes").await;
    assert_eq!(page.status, 200);
    for text in [
        "Ada Lindqvist",
        "&lt;b&gt;Tea&lt;/b&gt; &amp; \u{1f375}",
        &sha256(&bytes),
        "Everyone",
        "<video controls",
        "Post this draft",
    ] {
        assert!(page.text.contains(text), "{text}");
    }
    assert!(!page.text.contains("<b>Tea"), "captions are text");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));

    let file = format!("/sandbox/videos/{}", post.publish_id);
    let whole = stage.send(stage.http.get(stage.url(&file))).await;
    assert_eq!(
        (whole.status.as_u16(), whole.header("content-type")),
        (200, Some("video/mp4"))
    );
    let part = stage
        .http
        .get(stage.url(&file))
        .header("range", "bytes=100-199")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            part.status().as_u16(),
            part.headers()["content-range"].to_str().unwrap()
        ),
        (206, "bytes 100-199/20000")
    );
    assert_eq!(part.bytes().await.unwrap(), &bytes[100..200]);
    let beyond = stage
        .http
        .get(stage.url(&file))
        .header("range", "bytes=20000-");
    assert_eq!(stage.send(beyond).await.status, 416);

    let id = stage.sandbox.posts()[0].post_id;
    assert!(
        stage
            .get(&format!("/@ada.makes/video/{id}"))
            .await
            .text
            .contains("<video controls")
    );
    for missing in [
        "/@nobody",
        "/ada.makes",
        "/@ada.makes/video/1",
        "/@benokafor/video/1",
        "/v2/nothing/",
        "/",
    ] {
        assert_eq!(stage.get(missing).await.status, 404, "{missing}");
    }
    assert_eq!(
        stage.get(&format!("/@benokafor/video/{id}")).await.status,
        404,
        "another creator's post"
    );
    assert_eq!(stage.get("/sandbox/videos/v_pub_file~1").await.status, 404);
    assert_eq!(stage.get("/sandbox/avatars/nobody.svg").await.status, 404);
}

#[tokio::test]
async fn an_unfinished_upload_plays_nothing() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let post = stage.init(&ada, 11_000_000).await;
    stage
        .send(stage.chunk(&post.url, 0, 11_000_000, video(5_000_000, 1)))
        .await;
    assert_eq!(
        stage
            .get(&format!("/sandbox/videos/{}", post.publish_id))
            .await
            .status,
        404
    );
    assert!(
        stage
            .get("/@ada.makes")
            .await
            .text
            .contains("5.0 MB of 11.0 MB")
    );
}

#[tokio::test]
async fn the_control_page_shows_creators_faults_requests_and_options() {
    let stage = Stage::new().await;
    stage.login("ada").await;
    let fault = tiktok_sandbox::FaultKind::CutAfter { bytes: 77 };
    stage.sandbox.add_fault(tiktok_sandbox::Fault::forever(
        tiktok_sandbox::Operation::Upload,
        fault,
    ));
    let page = stage.get("/sandbox").await;
    assert_eq!(page.status, 200);
    for text in [
        "/@finn.halloran",
        "cut after 77 bytes",
        "/v2/oauth/token/",
        "upload_url_life_ms",
        "sbslipwaydemo",
    ] {
        assert!(page.text.contains(text), "{text}");
    }
    for name in ["/sandbox/style.css", "/sandbox/icon.svg"] {
        assert_eq!(stage.get(name).await.status, 200);
    }
    assert_eq!(
        stage.sandbox.requests().len(),
        2,
        "looking at the sandbox's own pages leaves no trace"
    );
}
