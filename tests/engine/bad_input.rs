//! Files that are no videos, that change or that vanish, and unusual names and captions.

use std::{fs, path::PathBuf};

use slipway_engine::{
    Explain,
    texts::{Language, Texts},
    views::{PostSettings, PostState},
};
use slipway_tests::stage::{Stage, public, sha256};

#[tokio::test(flavor = "multi_thread")]
async fn each_invalid_file_has_its_own_notice_and_the_others_are_added() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let folder = stage.folder.path();
    fs::write(
        folder.join("notes.mp4"),
        "these are only notes, no video at all",
    )
    .unwrap();
    fs::write(folder.join("empty.mp4"), "").unwrap();
    fs::write(
        folder.join("photo.jpg"),
        b"\xFF\xD8\xFF\xE0\0\x10JFIF picture",
    )
    .unwrap();
    let good = stage.video("good.mp4", 0);
    let cut = {
        let whole = fs::read(&good).unwrap();
        let path = folder.join("cut.mp4");
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        path
    };
    let files: Vec<PathBuf> = vec![
        folder.join("notes.mp4"),
        folder.join("empty.mp4"),
        folder.join("photo.jpg"),
        folder.to_owned(),
        folder.join("gone.mp4"),
        cut,
        good.clone(),
        good,
    ];
    let added = app.engine.add_files(files).await;
    let codes: Vec<_> = added
        .iter()
        .map(|file| {
            file.notice
                .as_ref()
                .map_or("added", |notice| notice.code.as_str())
        })
        .collect();
    assert_eq!(
        codes,
        [
            "file.not_a_video",
            "file.empty",
            "file.picture",
            "file.folder",
            "file.missing",
            "file.truncated",
            "added",
            "file.duplicate"
        ]
    );
    assert_eq!(app.engine.posts().await.unwrap().len(), 1);
    let texts = Texts::of(Language::English);
    for notice in added.iter().filter_map(|file| file.notice.as_ref()) {
        let words = texts.notice(notice);
        assert!(!words.happened.is_empty() && !words.slipway.is_empty() && !words.you.is_empty());
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn unusual_file_names_are_uploaded_and_unreadable_ones_are_reported() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    for name in [
        "🏺 día uno.mp4",
        "two\nlines.mp4",
        "مرحبا.mp4",
        "-rf.mp4",
        "a;b'c\"d$(e).mp4",
    ] {
        let path = stage.video(name, 0);
        let id = app.post(&ada, &path, public(name)).await;
        assert_eq!(app.published(&id).await.file_name, name);
        // One account may start six uploads a minute.
        stage.clock.advance(std::time::Duration::from_secs(20));
    }
    assert_eq!(stage.sandbox.posts().len(), 5);

    let path = stage.folder.path().join(OsStr::from_bytes(b"bad-\xFF.mp4"));
    fs::copy(stage.video("plain.mp4", 0), &path).unwrap();
    let added = app.engine.add_files(vec![path]).await;
    assert_eq!(added[0].notice.as_ref().unwrap().code, "file.name");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_before_its_upload_is_not_sent() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("a.mp4", 3_000_000);
    let draft = app.draft(&path).await;
    let settings = PostSettings {
        account_id: Some(ada.id.clone()),
        ..public("")
    };
    app.engine.update_post(&draft, &settings).await.unwrap();
    stage.video("a.mp4", 3_000_100);
    app.engine.submit_post(&draft).await.unwrap();
    let PostState::Failed { notice, .. } = app.failed(&draft).await.state else {
        unreachable!()
    };
    assert_eq!(notice.code, "post.file_changed");
    assert!(stage.sandbox.publishes().is_empty());

    let gone = stage.video("b.mp4", 0);
    let draft = app.draft(&gone).await;
    app.engine.update_post(&draft, &settings).await.unwrap();
    let kept = stage.folder.path().join("kept.mp4");
    fs::rename(&gone, &kept).unwrap();
    app.engine.submit_post(&draft).await.unwrap();
    let PostState::Failed {
        notice, can_retry, ..
    } = app.failed(&draft).await.state
    else {
        unreachable!()
    };
    assert_eq!(
        (notice.code.as_str(), can_retry),
        ("post.file_missing", true)
    );

    // The file returns, and a retry succeeds.
    fs::rename(&kept, &gone).unwrap();
    app.engine.retry_post(&draft).await.unwrap();
    app.published(&draft).await;
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&gone));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_during_its_upload_is_never_published_mixed() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("a.mp4", 120_000_000);
    let slow = tiktok_sandbox::Options {
        upload_bytes_per_sec: Some(40_000_000),
        ..stage.sandbox.options()
    };
    stage.sandbox.set_options(slow);
    let id = app.post(&ada, &path, public("")).await;
    app.until(&id, "uploading", |state| *state == PostState::Uploading)
        .await;
    fs::write(&path, "gone with the wind").unwrap();
    let PostState::Failed { notice, .. } = app.failed(&id).await.state else {
        unreachable!()
    };
    assert_eq!(notice.code, "post.file_changed");
    assert!(stage.sandbox.posts().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_settings_are_reported_before_anything_is_sent() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.draft(&stage.video("a.mp4", 0)).await;
    let direct = PostSettings {
        account_id: Some(ada.id.clone()),
        ..public("")
    };
    let cases = [
        (
            PostSettings {
                privacy: None,
                ..direct.clone()
            },
            "compose.privacy",
        ),
        (
            PostSettings {
                caption: "x".repeat(2201),
                ..direct.clone()
            },
            "compose.caption",
        ),
        (
            PostSettings {
                account_id: None,
                ..direct.clone()
            },
            "compose.account",
        ),
        (
            PostSettings {
                discloses_commercial: true,
                ..direct.clone()
            },
            "compose.disclosure",
        ),
    ];
    for (settings, code) in cases {
        app.engine.update_post(&id, &settings).await.unwrap();
        let error = app.engine.submit_post(&id).await.unwrap_err();
        assert_eq!(error.explain().code, code);
        assert_eq!(app.state(&id).await, PostState::Draft);
    }
    assert!(stage.sandbox.publishes().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_too_long_for_the_creator_is_not_sent() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let dev = app.connect("dev").await;
    let mut creator = stage
        .sandbox
        .creators()
        .into_iter()
        .find(|c| c.name == "dev")
        .unwrap();
    creator.max_video_seconds = 1;
    stage.sandbox.set_creator(creator).unwrap();
    let id = app.post(&dev, &stage.video("a.mp4", 0), public("")).await;
    let PostState::Failed { notice, .. } = app.failed(&id).await.state else {
        unreachable!()
    };
    assert_eq!(notice.code, "post.too_long");
    assert!(stage.sandbox.publishes().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_privacy_level_that_is_no_longer_offered_must_be_chosen_again() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let mut creator = stage
        .sandbox
        .creators()
        .into_iter()
        .find(|c| c.name == "ada")
        .unwrap();
    creator.private = true;
    stage.sandbox.set_creator(creator).unwrap();
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    let PostState::Failed { notice, .. } = app.failed(&id).await.state else {
        unreachable!()
    };
    assert_eq!(notice.code, "post.privacy_gone");
    assert_eq!(
        app.engine.retry_post(&id).await.unwrap().state,
        PostState::Draft
    );
}
