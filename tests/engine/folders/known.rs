//! Known videos are not ingested again: under another name, in another folder, after a restart, and after their post
//! was removed.

use std::fs;

use slipway_engine::{
    texts::{Language, Texts},
    views::{
        AfterPosting, Event, FolderAction, FolderFileState, FolderSettings, KnownState,
        PostSettings, PostState, TranscodeChoice, TranscodeOutcome,
    },
};
use slipway_tests::stage::{public, write_video};
use slipway_tests::wait::{SOON, eventually};

use super::stage::{FolderStage, choose, clip, exists, skipped, taken, until, video};

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_or_copied_video_is_known_across_folders_restarts_and_removed_posts() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let settings = choose(&ada.id, FolderAction::Inbox);
    let folder = stage.watch(&app, &settings).await;
    stage.put("kiln.mp4", 1);
    let post = taken(&app, &folder, "kiln.mp4").await;
    assert!(post.known.is_empty());
    app.delivered(&post.id).await;

    fs::rename(stage.at("kiln.mp4"), stage.at("renamed.mp4")).unwrap();
    assert_eq!(taken(&app, &folder, "renamed.mp4").await.id, post.id);
    stage.put("copy.mp4", 1);
    assert_eq!(
        skipped(&app, &folder, "copy.mp4").await,
        "folder.file.known"
    );
    app.engine.remove_post(&post.id).await.unwrap();
    app.engine.close().await;

    let app = stage.engine().await;
    let other = stage.folder.path().join("other");
    fs::create_dir(&other).unwrap();
    let second = app
        .engine
        .add_folder(&other, &settings, false)
        .await
        .unwrap();
    fs::write(other.join("copy.mp4"), video(1)).unwrap();
    assert_eq!(
        skipped(&app, &second, "copy.mp4").await,
        "folder.file.known"
    );
    let (text, again) = until(&app, &second, "copy.mp4", |file| match &file.state {
        FolderFileState::Skipped { notice, again } => {
            Some((Texts::of(Language::English).notice(notice).happened, *again))
        }
        _ => None,
    })
    .await;
    assert!(again && text.contains("posted to Ada"), "{text}");
    assert!(app.engine.posts().await.unwrap().is_empty());

    // By hand nothing is refused, and the earlier post is shown.
    let paths = ["copy.mp4".to_owned()];
    let hand = app
        .engine
        .take_files(&second.id, &paths, false)
        .await
        .unwrap();
    assert_eq!(hand[0].notice.as_ref().unwrap().code, "folder.file.known");
    let hand = app
        .engine
        .take_files(&second.id, &paths, true)
        .await
        .unwrap();
    let again = app.engine.post(&hand[0].post_ids[0]).await.unwrap();
    assert_eq!(again.known.len(), 1);
    assert_eq!(
        (again.known[0].state, &again.known[0].post_id),
        (KnownState::Posted, &None)
    );
    app.delivered(&again.id).await;
    assert_eq!(stage.sandbox.posts().len(), 2);
    let dropped = app.draft(&stage.at("renamed.mp4")).await;
    let dropped = app.engine.post(&dropped).await.unwrap();
    assert_eq!((dropped.state, dropped.known.len()), (PostState::Draft, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_and_removed_posts_do_not_count_and_creators_are_separate() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let (ada, cleo) = (app.connect("ada").await, app.connect("cleo").await);
    let settings = choose(&ada.id, FolderAction::Approve);
    let folder = stage.watch(&app, &settings).await;
    stage.put("kiln.mp4", 1);
    let post = taken(&app, &folder, "kiln.mp4").await;
    app.engine.remove_post(&post.id).await.unwrap();
    stage.put("again.mp4", 1);
    assert_eq!(
        skipped(&app, &folder, "again.mp4").await,
        "folder.file.copy"
    );
    let paths = ["again.mp4".to_owned()];
    let hand = app.engine.take_files(&folder.id, &paths, false).await;
    let post = app
        .engine
        .post(&hand.unwrap()[0].post_ids[0])
        .await
        .unwrap();
    assert!(post.known.is_empty(), "it was never sent");

    // In a folder for two accounts, only the one without the video gets a post.
    let both = FolderSettings {
        accounts: vec![ada.id.clone(), cleo.id.clone()],
        ..settings
    };
    let other = stage.folder.path().join("other");
    fs::create_dir(&other).unwrap();
    let folder = app.engine.add_folder(&other, &both, false).await.unwrap();
    fs::write(other.join("both.mp4"), video(1)).unwrap();
    let post = taken(&app, &folder, "both.mp4").await;
    assert_eq!(post.settings.account_id.as_deref(), Some(cleo.id.as_str()));
    assert_eq!(
        (post.known.len(), post.known[0].state),
        (1, KnownState::Planned)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_big_video_is_distinguished_from_a_similar_export() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let settings = choose(&ada.id, FolderAction::Inbox);
    let folder = stage.watch(&app, &settings).await;
    let big = stage.folder.path().join("big.mp4");
    write_video(&big, 12_000_000);
    fs::rename(&big, stage.at("big.mp4")).unwrap();
    let post = taken(&app, &folder, "big.mp4").await;
    app.delivered(&post.id).await;
    // Its hash was computed during the upload, so the file is no longer needed.
    let mut other = fs::read(stage.at("big.mp4")).unwrap();
    fs::remove_file(stage.at("big.mp4")).unwrap();
    fs::write(&big, &other).unwrap();
    fs::rename(&big, stage.at("same.mp4")).unwrap();
    // It counts as moved.
    assert_eq!(taken(&app, &folder, "same.mp4").await.id, post.id);
    // Between two of the places that the fingerprint covers.
    let gap = (12_000_000 - 65_536) / 63;
    other[30 * gap + 100_000] ^= 1;
    fs::write(&big, &other).unwrap();
    fs::rename(&big, stage.at("other.mp4")).unwrap();
    let post = taken(&app, &folder, "other.mp4").await;
    assert!(post.known.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_converted_file_is_not_ingested_and_its_original_counts_as_posted() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let (ada, cleo) = (app.connect("ada").await, app.connect("cleo").await);
    let settings = FolderSettings {
        accounts: vec![ada.id.clone(), cleo.id.clone()],
        after: AfterPosting::MoveToPosted,
        ..choose(&ada.id, FolderAction::Approve)
    };
    let folder = stage.watch(&app, &settings).await;
    // TikTok requires at least 23 frames a second.
    let slow = stage.folder.path().join("slow.mp4");
    fs::write(&slow, clip(12)).unwrap();
    fs::copy(&slow, stage.at("slow.mp4")).unwrap();
    let ids = until(&app, &folder, "slow.mp4", |file| match &file.state {
        FolderFileState::Taken { posts, .. } => Some(posts.clone()),
        _ => None,
    })
    .await;
    let mut hers = None;
    for id in ids {
        let post = app.engine.post(&id).await.unwrap();
        if post.settings.account_id.as_deref() == Some(&ada.id) {
            hers = Some(id);
        }
    }
    let id = hers.unwrap();
    app.engine
        .transcode(&id, &TranscodeChoice::default())
        .await
        .unwrap();
    let outcome = app
        .event("the end of making it fit", |event| match event {
            Event::TranscodeEnded { post_id, outcome } if *post_id == id => Some(outcome.clone()),
            _ => None,
        })
        .await;
    let TranscodeOutcome::Fits { file_name } = outcome else {
        panic!("{outcome:?}");
    };
    // Nor for the other account, whose draft has the original.
    assert_eq!(skipped(&app, &folder, &file_name).await, "folder.file.made");
    assert_eq!(app.engine.posts().await.unwrap().len(), 2);

    let settings = PostSettings {
        account_id: Some(ada.id.clone()),
        ..public("made to fit")
    };
    app.engine.update_post(&id, &settings).await.unwrap();
    app.engine.submit_post(&id).await.unwrap();
    let out = |state: &PostState| *state == PostState::Published;
    app.until(&id, "published", out).await;
    fs::copy(&slow, stage.at("slow once more.mp4")).unwrap();
    assert_eq!(
        skipped(&app, &folder, "slow once more.mp4").await,
        "folder.file.known"
    );
    let other = app.engine.posts().await.unwrap();
    let other = other.iter().find(|post| post.id != id).unwrap();
    assert_eq!(other.known.len(), 1);
    assert_eq!(other.known[0].state, KnownState::Posted);
    // It can still be ingested by hand.
    let paths = [file_name];
    let taken = app
        .engine
        .take_files(&folder.id, &paths, true)
        .await
        .unwrap();
    assert_eq!(taken[0].post_ids.len(), 2);
    for id in &taken[0].post_ids {
        app.engine.remove_post(id).await.unwrap();
    }

    // Once no post needs them, both files are archived.
    app.engine.remove_post(&other.id).await.unwrap();
    let moved = stage.at("Posted/slow (fits).mp4");
    eventually("told where it is", SOON, async || {
        let post = app.engine.post(&id).await.unwrap();
        (post.path == moved).then_some(())
    })
    .await;
    assert!(exists(&moved) && exists(&stage.at("Posted/slow.mp4")));
    assert!(!exists(&stage.at("slow.mp4")) && !exists(&stage.at("slow (fits).mp4")));
}
