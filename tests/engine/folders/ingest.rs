//! Ingesting files: existing ones, those that arrive while Slipway is closed, and those on removable drives.

use std::fs;

use slipway_engine::views::{
    AfterPosting, FolderAction, FolderFileState, FolderSettings, FolderState, PostMode, PostState,
};
use slipway_tests::wait::{SOON, eventually};
use tiktok_sandbox::PostMode as OnTikTok;

use super::stage::{FolderStage, at_rest, choose, exists, files, posts, skipped, taken, video};

#[tokio::test(flavor = "multi_thread")]
async fn existing_files_are_offered_and_new_ones_become_drafts() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.put("before.mp4", 1);
    stage.put("leave me.mp4", 2);
    fs::write(stage.at("notes.txt"), "x").unwrap();
    let settings = choose(&ada.id, FolderAction::Approve);
    let preview = app.engine.preview_folder(&stage.exports(), &settings).await;
    let preview = preview.unwrap();
    assert_eq!((preview.videos, preview.other_files), (2, 1));
    let folder = stage.watch(&app, &settings).await;
    assert_eq!(folder.counts.offered, 2);

    stage.put("glaze_day.mp4", 3);
    let post = taken(&app, &folder, "glaze_day.mp4").await;
    assert_eq!(post.state, PostState::Draft);
    assert_eq!(post.settings.caption, "glaze day");
    assert_eq!(
        (post.settings.mode, &post.settings.privacy),
        (PostMode::Direct, &None)
    );
    let from = post.folder.unwrap();
    assert!(from.approval && from.notice.is_none());
    assert_eq!(
        (from.id.as_str(), from.name.as_str()),
        (folder.id.as_str(), "exports")
    );
    assert_eq!(
        app.engine.posts().await.unwrap().len(),
        1,
        "the others are offered"
    );

    // Ingested by hand.
    let paths = ["before.mp4".to_owned(), "../data/slipway.db".to_owned()];
    let hand = app
        .engine
        .take_files(&folder.id, &paths, false)
        .await
        .unwrap();
    assert_eq!(hand[0].post_ids.len(), 1, "{hand:?}");
    assert_eq!(hand[1].notice.as_ref().unwrap().code, "folder.file.gone");
    app.engine
        .dismiss_files(&folder.id, &["leave me.mp4".into()])
        .await
        .unwrap();
    assert_eq!(
        skipped(&app, &folder, "leave me.mp4").await,
        "folder.file.dismissed"
    );
    let counts = app.engine.folder(&folder.id).await.unwrap().counts;
    assert_eq!(
        (
            counts.offered,
            counts.taken,
            counts.skipped,
            counts.approval
        ),
        (0, 2, 1, 2)
    );
    assert_eq!(counts.ignored, 1);

    // The creator chooses the audience and approves.
    let id = &post.id;
    let refused = app.engine.approve_post(id).await.unwrap_err();
    assert_eq!(
        slipway_engine::Explain::explain(&refused).code,
        "compose.privacy"
    );
    let chosen = slipway_engine::views::PostSettings {
        privacy: Some("SELF_ONLY".into()),
        ..post.settings
    };
    app.engine.update_post(id, &chosen).await.unwrap();
    app.engine.approve_post(id).await.unwrap();
    app.published(id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivered_file_is_archived() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let settings = FolderSettings {
        after: AfterPosting::MoveToPosted,
        ..choose(&ada.id, FolderAction::Inbox)
    };
    let folder = stage.watch(&app, &settings).await;
    fs::create_dir(stage.at("Posted")).unwrap();
    fs::write(stage.at("Posted/kiln.mp4"), "another").unwrap();
    fs::write(stage.at("kiln.txt"), "its notes").unwrap();
    stage.put("kiln.mp4", 1);
    let post = taken(&app, &folder, "kiln.mp4").await;
    app.delivered(&post.id).await;
    let seen = stage.sandbox.posts();
    assert_eq!((seen.len(), seen[0].mode), (1, OnTikTok::Inbox));

    let moved = stage.at("Posted/kiln (2).mp4");
    eventually("moved", SOON, async || exists(&moved).then_some(())).await;
    eventually("told where it is", SOON, async || {
        let post = app.engine.post(&post.id).await.unwrap();
        (post.path == moved.canonicalize().unwrap()).then_some(())
    })
    .await;
    assert!(!exists(&stage.at("kiln.mp4")));
    assert_eq!(fs::read(&moved).unwrap(), video(1));
    assert_eq!(fs::read(stage.at("Posted/kiln.mp4")).unwrap(), b"another");
    assert_eq!(
        fs::read(stage.at("Posted/kiln (2).txt")).unwrap(),
        b"its notes"
    );
    at_rest(&app, &folder).await;
    assert_eq!(app.engine.posts().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_attribute_records_when_a_video_was_posted() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let settings = FolderSettings {
        after: AfterPosting::Tag,
        ..choose(&ada.id, FolderAction::Inbox)
    };
    let folder = stage.watch(&app, &settings).await;
    stage.put("kiln.mp4", 1);
    let post = taken(&app, &folder, "kiln.mp4").await;
    app.delivered(&post.id).await;
    let file = stage.at("kiln.mp4");
    // On a file system without attributes, the creator gets a notice instead.
    eventually("a tag or a notice", SOON, async || {
        let tag = xattr::get(&file, "user.slipway.posted").ok().flatten();
        let tag = tag.map(|tag| String::from_utf8(tag).unwrap());
        let reported = app.engine.status().notices;
        tag.is_some_and(|tag| tag.parse::<jiff::Timestamp>().is_ok())
            .then_some(())
            .or(reported
                .iter()
                .any(|one| one.code == "folder.not_tagged")
                .then_some(()))
    })
    .await;
    at_rest(&app, &folder).await;
    assert_eq!(app.engine.posts().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_arrived_while_closed_or_paused_are_ingested_later() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let settings = choose(&ada.id, FolderAction::Approve);
    let folder = stage.watch(&app, &settings).await;
    app.engine.close().await;
    stage.put("closed.mp4", 1);

    let app = stage.engine().await;
    taken(&app, &folder, "closed.mp4").await;
    let paused = app.engine.pause_folder(&folder.id).await.unwrap();
    assert_eq!(paused.state, FolderState::Paused);
    stage.put("paused.mp4", 2);
    // A file in another folder shows that the time has passed for this folder as well.
    let other = stage.folder.path().join("other");
    fs::create_dir(&other).unwrap();
    let second = app
        .engine
        .add_folder(&other, &settings, false)
        .await
        .unwrap();
    fs::write(other.join("later.mp4"), video(3)).unwrap();
    taken(&app, &second, "later.mp4").await;
    assert_eq!(app.engine.posts().await.unwrap().len(), 2);
    app.engine.resume_folder(&folder.id).await.unwrap();
    taken(&app, &folder, "paused.mp4").await;

    // After the folder is removed, its posts remain.
    app.engine.remove_folder(&folder.id).await.unwrap();
    let posts = app.engine.posts().await.unwrap();
    assert_eq!(posts.len(), 3);
    assert_eq!(posts.iter().filter(|post| post.folder.is_none()).count(), 2);
    assert!(app.engine.folder(&folder.id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drive_that_is_unplugged_and_plugged_in_ingests_nothing_twice() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.put("before.mp4", 1);
    let settings = choose(&ada.id, FolderAction::Approve);
    let folder = stage.watch(&app, &settings).await;
    stage.put("first.mp4", 2);
    taken(&app, &folder, "first.mp4").await;

    let elsewhere = stage.folder.path().join("elsewhere");
    fs::rename(stage.exports(), &elsewhere).unwrap();
    eventually("away", SOON, async || {
        let folder = app.engine.folder(&folder.id).await.unwrap();
        matches!(folder.state, FolderState::Away { .. }).then_some(())
    })
    .await;
    fs::write(elsewhere.join("second.mp4"), video(3)).unwrap();
    fs::rename(&elsewhere, stage.exports()).unwrap();
    taken(&app, &folder, "second.mp4").await;
    at_rest(&app, &folder).await;
    assert_eq!(posts(&app, 2).await.len(), 2);
    let before = files(&app, &folder).await;
    let before = before
        .iter()
        .find(|file| file.path == "before.mp4")
        .unwrap();
    assert_eq!(before.state, FolderFileState::Offered);
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_files_and_links_are_skipped_and_checked_again_when_they_change() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let settings = choose(&ada.id, FolderAction::Approve);
    let folder = stage.watch(&app, &settings).await;
    fs::write(stage.at("text.mp4"), "no video").unwrap();
    fs::write(stage.at("picture.mov"), b"\xFF\xD8\xFF\xE0 a jpeg").unwrap();
    fs::write(stage.folder.path().join("outside.mp4"), video(9)).unwrap();
    std::os::unix::fs::symlink(
        stage.folder.path().join("outside.mp4"),
        stage.at("link.mp4"),
    )
    .unwrap();
    assert_eq!(
        skipped(&app, &folder, "text.mp4").await,
        "folder.file.not_a_video"
    );
    assert_eq!(
        skipped(&app, &folder, "picture.mov").await,
        "folder.file.picture"
    );
    assert_eq!(skipped(&app, &folder, "link.mp4").await, "folder.file.link");
    // A truncated file settles until the limit is reached.
    let whole = video(1);
    fs::write(stage.at("cut.mp4"), &whole[..whole.len() / 2]).unwrap();
    assert_eq!(skipped(&app, &folder, "cut.mp4").await, "folder.file.cut");
    assert!(app.engine.posts().await.unwrap().is_empty());
    fs::write(stage.at("cut.mp4"), &whole).unwrap();
    taken(&app, &folder, "cut.mp4").await;
    stage.put("text.mp4", 2);
    taken(&app, &folder, "text.mp4").await;
}
