//! Tests of the profile pages, video playback and the control page.

use std::time::Duration;

use crate::harness::{Harness, INIT, direct, sha256, upload, video};

#[tokio::test]
async fn a_profile_shows_posts_and_serves_their_videos() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let bytes = video(20_000, 5);
    let mut body = direct("PUBLIC_TO_EVERYONE", 20_000);
    body["post_info"]["title"] = "<b>Tea</b> & \u{1f375}\nsecond line".into();
    let post = upload(&harness.json(INIT, &ada, body).await);
    harness.send_video(&post.url, &bytes).await;
    let draft = harness.inbox(&ada, 1000).await;
    harness.send_video(&draft.url, &video(1000, 1)).await;
    harness.advance(Duration::from_mins(1));

    let page = harness.get("/@ada.makes").await;
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
    assert!(!page.text.contains("<b>Tea"), "captions are escaped");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));

    let file = format!("/sandbox/videos/{}", post.publish_id);
    let whole = harness.send(harness.http.get(harness.url(&file))).await;
    assert_eq!(
        (whole.status.as_u16(), whole.header("content-type")),
        (200, Some("video/mp4"))
    );
    let part = harness
        .http
        .get(harness.url(&file))
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
    let beyond = harness
        .http
        .get(harness.url(&file))
        .header("range", "bytes=20000-");
    assert_eq!(harness.send(beyond).await.status, 416);

    let id = harness.sandbox.posts()[0].post_id;
    assert!(
        harness
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
        assert_eq!(harness.get(missing).await.status, 404, "{missing}");
    }
    assert_eq!(
        harness.get(&format!("/@benokafor/video/{id}")).await.status,
        404,
        "another creator's post"
    );
    assert_eq!(
        harness.get("/sandbox/videos/v_pub_file~1").await.status,
        404
    );
    assert_eq!(harness.get("/sandbox/avatars/nobody.svg").await.status, 404);
}

#[tokio::test]
async fn an_unfinished_upload_has_no_video() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let post = harness.init(&ada, 11_000_000).await;
    harness
        .send(harness.chunk(&post.url, 0, 11_000_000, video(5_000_000, 1)))
        .await;
    assert_eq!(
        harness
            .get(&format!("/sandbox/videos/{}", post.publish_id))
            .await
            .status,
        404
    );
    assert!(
        harness
            .get("/@ada.makes")
            .await
            .text
            .contains("5.0\u{a0}MB of 11.0\u{a0}MB")
    );
}

#[tokio::test]
async fn the_control_page_shows_creators_faults_requests_and_options() {
    let harness = Harness::new().await;
    harness.login("ada").await;
    let fault = tiktok_sandbox::FaultKind::CutAfter { bytes: 77 };
    harness.sandbox.add_fault(tiktok_sandbox::Fault::forever(
        tiktok_sandbox::Operation::Upload,
        fault,
    ));
    let page = harness.get("/sandbox").await;
    assert_eq!(page.status, 200);
    for text in [
        "/@finn.halloran",
        "disconnect after 77 bytes",
        "/v2/oauth/token/",
        "upload_url_life_ms",
        "sbslipwaydemo",
    ] {
        assert!(page.text.contains(text), "{text}");
    }
    for name in ["/sandbox/style.css", "/sandbox/icon.svg"] {
        assert_eq!(harness.get(name).await.status, 200);
    }
    assert_eq!(
        harness.sandbox.requests().len(),
        2,
        "requests for the sandbox's own pages are not recorded"
    );
}
