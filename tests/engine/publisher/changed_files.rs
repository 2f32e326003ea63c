//! Files that change before or during their upload.

use std::time::{Duration, SystemTime};

use slipway_engine::views::PostState;
use slipway_tests::stage::{Stage, public, sha256, write_video};
use tiktok_sandbox::Operation;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_changed_during_its_upload_is_sent_only_on_request() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("big.mp4", 100_000_000);
    stage.limit_uploads(Some(60_000_000));
    let id = app.post(&ada, &path, public("the right one")).await;
    stage.uploaded(20_000_000).await;
    // Another export with the same length and time: only the content differs.
    let time = std::fs::metadata(&path).unwrap().modified().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(7);
    std::fs::write(&path, &bytes).unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(time).unwrap();
    stage.limit_uploads(None);

    let post = app.failed(&id).await;
    let PostState::Failed { file_changed, .. } = post.state else {
        unreachable!()
    };
    assert!(file_changed);
    assert!(
        stage.sandbox.posts().is_empty(),
        "TikTok never got the last byte"
    );

    let draft = app.engine.use_changed_file(&id).await.unwrap();
    assert_eq!(
        (draft.state, draft.settings.caption.as_str()),
        (PostState::Draft, "the right one")
    );
    app.engine.submit_post(&id).await.unwrap();
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_changed_before_its_upload_fails_without_a_request() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    app.engine.pause_all().await.unwrap();
    let path = stage.video("a.mp4", 3_000_000);
    let id = app.post(&ada, &path, public("")).await;
    write_video(&path, 4_000_000);
    app.engine.resume_all().await.unwrap();
    app.failed(&id).await;
    assert_eq!(stage.count(Operation::Init), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_post_goes_out_although_its_file_has_a_new_time() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    app.engine.pause_all().await.unwrap();
    let mut posts = Vec::new();
    for (name, size) in [("small.mp4", 3_000_000), ("big.mp4", 9_000_000)] {
        let path = stage.video(name, size);
        posts.push((app.post(&ada, &path, public(name)).await, path));
    }
    for (_, path) in &posts {
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() + Duration::from_hours(1))
            .unwrap();
    }
    app.engine.resume_all().await.unwrap();
    for (id, path) in &posts {
        app.published(id).await;
        let sent = stage.sandbox.posts();
        assert!(sent.iter().any(|post| post.sha256 == sha256(path)));
    }
    assert_eq!(stage.sandbox.posts().len(), posts.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_with_a_new_time_during_its_upload_is_not_mixed() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("big.mp4", 100_000_000);
    stage.limit_uploads(Some(60_000_000));
    let id = app.post(&ada, &path, public("")).await;
    stage.uploaded(20_000_000).await;
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_hours(1))
        .unwrap();
    stage.limit_uploads(None);
    app.failed(&id).await;
    assert!(stage.sandbox.posts().is_empty());
}
