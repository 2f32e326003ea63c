//! The main use: a queued post is published once, with every byte and its settings.

use slipway_engine::views::{Event, PostSettings, PostState};
use slipway_tests::stage::{Stage, inbox, public, sha256};
use tiktok_sandbox::{PostMode, PostState as OnTikTok};

#[tokio::test(flavor = "multi_thread")]
async fn a_video_of_many_chunks_is_published_once_with_every_byte() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("big.mp4", 150_000_001);
    let settings = PostSettings {
        allow_comment: true,
        is_aigc: true,
        discloses_commercial: true,
        brand_organic: true,
        cover_ms: Some(1500),
        ..public("Glaze day 🏺 #ceramics")
    };
    let id = app.post(&ada, &path, settings).await;
    let post = app.published(&id).await;

    let posts = stage.sandbox.posts();
    assert_eq!(posts.len(), 1);
    let seen = &posts[0];
    assert_eq!(
        (seen.creator.as_str(), seen.mode),
        ("ada", PostMode::Direct)
    );
    assert_eq!(seen.sha256, sha256(&path));
    assert_eq!(seen.caption.as_deref(), Some("Glaze day 🏺 #ceramics"));
    assert_eq!(seen.privacy.as_deref(), Some("PUBLIC_TO_EVERYONE"));
    assert!(!seen.disable_comment && seen.disable_duet && seen.disable_stitch);
    assert!(seen.brand_organic && !seen.brand_content && seen.is_aigc);
    assert!(post.link.unwrap().contains("/@ada.makes"));

    let history = app.history(&id).await;
    for line in [
        "Added",
        "Queued",
        "Checking",
        "Uploading",
        "processing",
        "Published",
    ] {
        assert!(history.contains(line), "{line} is missing in:\n{history}");
    }
    let heard = app.heard.lock();
    let reported: Vec<u64> = heard
        .iter()
        .filter_map(|event| match event {
            Event::Progress { progress, .. } => Some(progress.sent_bytes),
            _ => None,
        })
        .collect();
    assert!(reported.is_sorted(), "{reported:?}");
    assert_eq!(reported.last(), Some(&150_000_001));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_id_above_2_to_the_53_is_exact_in_the_link() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.published(&id).await;
    let link = app
        .event("the link with the id", |event| match event {
            Event::PostChanged { post } if post.id == id => {
                post.link.clone().filter(|link| link.contains("/video/"))
            }
            _ => None,
        })
        .await;
    let post_id = stage.sandbox.posts()[0].post_id;
    assert!(post_id > 1 << 53);
    assert!(
        link.ends_with(&format!("/@ada.makes/video/{post_id}")),
        "{link}"
    );
    assert_eq!(stage.sandbox.posts()[0].state, OnTikTok::PubliclyAvailable);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_goes_to_the_inbox() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), inbox()).await;
    app.delivered(&id).await;
    let posts = stage.sandbox.posts();
    assert_eq!((posts.len(), posts[0].mode), (1, PostMode::Inbox));
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_of_several_accounts_are_each_published_once() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (ada, cleo) = (app.connect("ada").await, app.connect("cleo").await);
    let mut ids = Vec::new();
    for number in 0..3 {
        let path = stage.video(&format!("ada-{number}.mp4"), 3_000_000 + number);
        ids.push(app.post(&ada, &path, public("a")).await);
        let path = stage.video(&format!("cleo-{number}.mp4"), 3_100_000 + number);
        ids.push(app.post(&cleo, &path, public("c")).await);
    }
    for id in &ids {
        app.published(id).await;
    }
    let posts = stage.sandbox.posts();
    assert_eq!(posts.len(), 6);
    let mut hashes: Vec<_> = posts.iter().map(|post| &post.sha256).collect();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_upload_never_appears() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let options = tiktok_sandbox::Options {
        upload_bytes_per_sec: Some(20_000_000),
        ..stage.sandbox.options()
    };
    stage.sandbox.set_options(options);
    let id = app
        .post(&ada, &stage.video("big.mp4", 120_000_000), public(""))
        .await;
    app.until(&id, "uploading", |state| *state == PostState::Uploading)
        .await;
    let post = app.engine.cancel_post(&id).await.unwrap();
    assert_eq!(post.state, PostState::Cancelled);
    assert!(stage.sandbox.posts().is_empty());
    app.engine.remove_post(&id).await.unwrap();
    assert!(app.engine.posts().await.unwrap().is_empty());
}
