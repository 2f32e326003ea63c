//! Never the same video twice: under whatever name, in whichever folder, after a restart, and when a post is long gone.

use std::fs;

use slipway_engine::{
    texts::{Language, Texts},
    views::{
        AfterPosting, Event, FitChoice, FitOutcome, FolderAction, FolderFileState, FolderSettings,
        KnownState, PostSettings, PostState,
    },
};
use slipway_tests::stage::{public, write_video};
use slipway_tests::wait::{SOON, eventually};

use super::scene::{Scene, choose, clip, delivered, exists, skipped, taken, until, video};

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_or_copied_video_is_known_across_folders_restarts_and_removed_posts() {
    let scene = Scene::new().await;
    let app = scene.engine().await;
    let ada = app.connect("ada").await;
    let settings = choose(&ada.id, FolderAction::Inbox);
    let folder = scene.watch(&app, &settings).await;
    scene.put("kiln.mp4", 1);
    let post = taken(&app, &folder, "kiln.mp4").await;
    assert!(post.known.is_empty());
    delivered(&app, &post.id).await;

    fs::rename(scene.at("kiln.mp4"), scene.at("renamed.mp4")).unwrap();
    assert_eq!(
        skipped(&app, &folder, "renamed.mp4").await,
        "folder.file.known"
    );
    app.engine.remove_post(&post.id).await.unwrap();
    app.engine.close().await;

    let app = scene.engine().await;
    let other = scene.folder.path().join("other");
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
        FolderFileState::Skipped { notice, again } => Some((
            Texts::new(Language::English).notice(notice).happened,
            *again,
        )),
        _ => None,
    })
    .await;
    assert!(again && text.contains("posted to Ada"), "{text}");
    assert!(app.engine.posts().await.unwrap().is_empty());

    // By hand nothing is refused, and it is told what is known.
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
    delivered(&app, &again.id).await;
    assert_eq!(scene.sandbox.posts().len(), 2);
    let dropped = app.draft(&scene.at("renamed.mp4")).await;
    let dropped = app.engine.post(&dropped).await.unwrap();
    assert_eq!((dropped.state, dropped.known.len()), (PostState::Draft, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_or_was_taken_back_does_not_count_and_another_creator_has_not_got_it() {
    let scene = Scene::new().await;
    let app = scene.engine().await;
    let (ada, cleo) = (app.connect("ada").await, app.connect("cleo").await);
    let settings = choose(&ada.id, FolderAction::Approve);
    let folder = scene.watch(&app, &settings).await;
    scene.put("kiln.mp4", 1);
    let post = taken(&app, &folder, "kiln.mp4").await;
    app.engine.remove_post(&post.id).await.unwrap();
    scene.put("again.mp4", 1);
    let post = taken(&app, &folder, "again.mp4").await;
    assert!(post.known.is_empty(), "it was never sent");

    // For both: only the one who has not got it.
    let both = FolderSettings {
        accounts: vec![ada.id.clone(), cleo.id.clone()],
        ..settings
    };
    app.engine
        .update_folder(&folder.id, &both, false)
        .await
        .unwrap();
    scene.put("both.mp4", 1);
    let post = taken(&app, &folder, "both.mp4").await;
    assert_eq!(post.settings.account_id.as_deref(), Some(cleo.id.as_str()));
    assert_eq!(
        (post.known.len(), post.known[0].state),
        (1, KnownState::Planned)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_big_video_is_told_from_another_export_that_only_looks_like_it() {
    let scene = Scene::new().await;
    let app = scene.engine().await;
    let ada = app.connect("ada").await;
    let settings = choose(&ada.id, FolderAction::Inbox);
    let folder = scene.watch(&app, &settings).await;
    let big = scene.folder.path().join("big.mp4");
    write_video(&big, 12_000_000);
    fs::rename(&big, scene.at("big.mp4")).unwrap();
    let post = taken(&app, &folder, "big.mp4").await;
    delivered(&app, &post.id).await;
    // Its hash was taken while it went out, so the file is not needed any more.
    let mut other = fs::read(scene.at("big.mp4")).unwrap();
    fs::remove_file(scene.at("big.mp4")).unwrap();
    fs::write(&big, &other).unwrap();
    fs::rename(&big, scene.at("same.mp4")).unwrap();
    assert_eq!(
        skipped(&app, &folder, "same.mp4").await,
        "folder.file.known"
    );
    // Between two of the places that the fingerprint looks at.
    let gap = (12_000_000 - 65_536) / 63;
    other[30 * gap + 100_000] ^= 1;
    fs::write(&big, &other).unwrap();
    fs::rename(&big, scene.at("other.mp4")).unwrap();
    let post = taken(&app, &folder, "other.mp4").await;
    assert!(post.known.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_to_fit_is_not_taken_and_its_original_counts_as_posted() {
    let scene = Scene::new().await;
    let app = scene.engine().await;
    let (ada, cleo) = (app.connect("ada").await, app.connect("cleo").await);
    let settings = FolderSettings {
        accounts: vec![ada.id.clone(), cleo.id.clone()],
        after: AfterPosting::MoveToPosted,
        ..choose(&ada.id, FolderAction::Approve)
    };
    let folder = scene.watch(&app, &settings).await;
    // TikTok wants 23 frames a second at least.
    let slow = scene.folder.path().join("slow.mp4");
    fs::write(&slow, clip(12)).unwrap();
    fs::copy(&slow, scene.at("slow.mp4")).unwrap();
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
        .make_fit(&id, &FitChoice::default())
        .await
        .unwrap();
    let outcome = app
        .event("the end of making it fit", |event| match event {
            Event::FitEnded { post_id, outcome } if *post_id == id => Some(outcome.clone()),
            _ => None,
        })
        .await;
    let FitOutcome::Fits { file_name } = outcome else {
        panic!("{outcome:?}");
    };
    // Not for the other account either, whose draft has the original.
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
    fs::copy(&slow, scene.at("slow once more.mp4")).unwrap();
    assert_eq!(
        skipped(&app, &folder, "slow once more.mp4").await,
        "folder.file.known"
    );
    let other = app.engine.posts().await.unwrap();
    let other = other.iter().find(|post| post.id != id).unwrap();
    assert_eq!(other.known.len(), 1);
    assert_eq!(other.known[0].state, KnownState::Posted);
    // It can still be taken, by hand.
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

    // Once nothing of it is left to be posted, both files go where the posted ones are.
    app.engine.remove_post(&other.id).await.unwrap();
    let moved = scene.at("Posted/slow (fits).mp4");
    eventually("told where it is", SOON, async || {
        let post = app.engine.post(&id).await.unwrap();
        (post.path == moved).then_some(())
    })
    .await;
    assert!(exists(&moved) && exists(&scene.at("Posted/slow.mp4")));
    assert!(!exists(&scene.at("slow.mp4")) && !exists(&scene.at("slow (fits).mp4")));
}
