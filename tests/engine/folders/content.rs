//! A decision belongs to the content of a file: new times, names, places and disks publish nothing, and new content at
//! an old place is a new video. The folders post directly, so that a mistake would be public.

use std::{
    fs::{self, File},
    path::Path,
    time::{Duration, SystemTime},
};

use slipway_engine::views::{
    AfterPosting, Folder, FolderAction, FolderFileState, FolderSettings, PostSettings, PostState,
    Subfolders,
};
use slipway_tests::{
    stage::Running,
    wait::{SOON, eventually},
};

use super::stage::{FolderStage, at_rest, choose, files, skipped, taken, until, video};

/// Settings that post directly to everyone.
fn direct(account: &str) -> FolderSettings {
    FolderSettings {
        post: PostSettings {
            privacy: Some("PUBLIC_TO_EVERYONE".into()),
            ..PostSettings::default()
        },
        subfolders: Subfolders::Include,
        ..choose(account, FolderAction::Direct)
    }
}

async fn watch(stage: &FolderStage, app: &Running, settings: &FolderSettings) -> Folder {
    let exports = stage.exports();
    app.engine
        .add_folder(&exports, settings, true)
        .await
        .unwrap()
}

/// Gives a file the present time, as `touch` does.
fn touch(path: &Path) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_hours(1))
        .unwrap();
}

/// Copies a file or folder with its times, as `cp -a` does.
fn copy(from: &Path, to: &Path) {
    let done = std::process::Command::new("cp")
        .arg("-a")
        .args([from, to])
        .status();
    assert!(done.unwrap().success());
}

fn rename(stage: &FolderStage, from: &str, to: &str) {
    let to = stage.at(to);
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::rename(stage.at(from), to).unwrap();
}

/// Puts a new video into the folder and waits until it is published: by then, the folder has seen what came before.
async fn publish(stage: &FolderStage, app: &Running, folder: &Folder, number: usize) {
    let name = format!("new {number}.mp4");
    stage.put(&name, number);
    let post = taken(app, folder, &name).await;
    app.published(&post.id).await;
    at_rest(app, folder).await;
}

async fn is_offered(app: &Running, folder: &Folder, path: &str) {
    until(app, folder, path, |file| {
        (file.state == FolderFileState::Offered).then_some(())
    })
    .await;
}

/// The captions of all posts on TikTok, sorted.
fn public(stage: &FolderStage) -> Vec<String> {
    let posts = stage.sandbox.posts().into_iter();
    let mut captions: Vec<_> = posts.filter_map(|post| post.caption).collect();
    captions.sort();
    captions
}

#[tokio::test(flavor = "multi_thread")]
async fn new_times_names_and_places_of_old_videos_publish_nothing() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    for number in 1..=6 {
        stage.put(&format!("old {number}.mp4"), number);
    }
    let folder = watch(&stage, &app, &direct(&ada.id)).await;
    let left = ["old 2.mp4".to_owned(), "old 4.mp4".to_owned()];
    app.engine.dismiss_files(&folder.id, &left).await.unwrap();

    touch(&stage.at("old 1.mp4"));
    touch(&stage.at("old 2.mp4"));
    rename(&stage, "old 3.mp4", "renamed.mp4");
    rename(&stage, "old 4.mp4", "sorted/left.mp4");
    fs::copy(stage.at("old 5.mp4"), stage.at("copy.mp4")).unwrap();
    let outside = stage.folder.path().join("outside.mp4");
    fs::rename(stage.at("old 6.mp4"), &outside).unwrap();
    publish(&stage, &app, &folder, 20).await;
    copy(&outside, &stage.at("old 6.mp4"));
    publish(&stage, &app, &folder, 21).await;

    for offered in [
        "old 1.mp4",
        "renamed.mp4",
        "old 5.mp4",
        "copy.mp4",
        "old 6.mp4",
    ] {
        is_offered(&app, &folder, offered).await;
    }
    for left in ["old 2.mp4", "sorted/left.mp4"] {
        assert_eq!(skipped(&app, &folder, left).await, "folder.file.dismissed");
    }
    assert_eq!(public(&stage), ["new 20", "new 21"]);

    // Nor while Slipway is closed.
    app.engine.close().await;
    for name in ["old 1.mp4", "sorted/left.mp4", "new 20.mp4"] {
        touch(&stage.at(name));
    }
    rename(&stage, "renamed.mp4", "sorted/again.mp4");
    let app = stage.engine().await;
    publish(&stage, &app, &folder, 22).await;
    is_offered(&app, &folder, "sorted/again.mp4").await;
    assert_eq!(
        skipped(&app, &folder, "sorted/left.mp4").await,
        "folder.file.dismissed"
    );
    assert_eq!(public(&stage), ["new 20", "new 21", "new 22"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_folder_and_another_disk_publish_nothing() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    for number in 1..=3 {
        stage.put(&format!("old {number}.mp4"), number);
    }
    let folder = watch(&stage, &app, &direct(&ada.id)).await;
    let left = ["old 2.mp4".to_owned()];
    app.engine.dismiss_files(&folder.id, &left).await.unwrap();
    publish(&stage, &app, &folder, 20).await;

    // Its own copy, with the same names and times.
    let (backup, aside) = (
        stage.folder.path().join("backup"),
        stage.folder.path().join("aside"),
    );
    copy(&stage.exports(), &backup);
    fs::rename(stage.exports(), &aside).unwrap();
    fs::rename(&backup, stage.exports()).unwrap();
    publish(&stage, &app, &folder, 21).await;
    // Another copy, with other times, as after a change of the clocks.
    for name in ["old 1.mp4", "old 2.mp4", "old 3.mp4", "new 20.mp4"] {
        touch(&aside.join(name));
    }
    let aside_too = stage.folder.path().join("aside too");
    fs::rename(stage.exports(), &aside_too).unwrap();
    fs::rename(&aside, stage.exports()).unwrap();
    publish(&stage, &app, &folder, 22).await;
    is_offered(&app, &folder, "old 1.mp4").await;
    assert_eq!(
        skipped(&app, &folder, "old 2.mp4").await,
        "folder.file.dismissed"
    );
    is_offered(&app, &folder, "old 3.mp4").await;
    let expected = ["new 20", "new 21", "new 22"];
    assert_eq!(public(&stage), expected);

    // Another disk at the same path.
    let other = stage.folder.path().join("other");
    fs::create_dir(&other).unwrap();
    for number in 31..=33 {
        fs::write(other.join(format!("holiday {number}.mp4")), video(number)).unwrap();
    }
    fs::rename(stage.exports(), stage.folder.path().join("gone")).unwrap();
    fs::rename(&other, stage.exports()).unwrap();
    for number in 31..=33 {
        is_offered(&app, &folder, &format!("holiday {number}.mp4")).await;
    }
    publish(&stage, &app, &folder, 23).await;
    assert_eq!(public(&stage), ["new 20", "new 21", "new 22", "new 23"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_content_at_an_old_place_is_a_new_video_and_an_old_version_is_not() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    for number in 1..=3 {
        stage.put(&format!("old {number}.mp4"), number);
    }
    let folder = watch(&stage, &app, &direct(&ada.id)).await;
    let left = ["old 2.mp4".to_owned()];
    app.engine.dismiss_files(&folder.id, &left).await.unwrap();

    // A new export over an old video, and then the old one from a backup.
    for number in [1, 2] {
        let name = format!("old {number}.mp4");
        stage.put(&name, 20 + number);
        let post = taken(&app, &folder, &name).await;
        app.published(&post.id).await;
    }
    assert_eq!(public(&stage), ["old 1", "old 2"]);
    for number in [1, 2] {
        stage.put(&format!("old {number}.mp4"), number);
    }
    publish(&stage, &app, &folder, 30).await;
    is_offered(&app, &folder, "old 1.mp4").await;
    assert_eq!(
        skipped(&app, &folder, "old 2.mp4").await,
        "folder.file.dismissed"
    );

    // Two videos that change places.
    rename(&stage, "old 3.mp4", "place");
    rename(&stage, "new 30.mp4", "old 3.mp4");
    rename(&stage, "place", "new 30.mp4");
    publish(&stage, &app, &folder, 31).await;
    assert_eq!(public(&stage), ["new 30", "new 31", "old 1", "old 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn content_of_the_same_size_is_told_apart_once_the_old_one_was_read() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.put("old 1.mp4", 1);
    let folder = watch(&stage, &app, &direct(&ada.id)).await;
    // A second video of the same size is a doubt, for which the old one is read.
    let mut other = video(1);
    let last = other.len() - 1;
    other[last] ^= 1;
    let half = stage.folder.path().join("half");
    fs::write(&half, &other).unwrap();
    fs::rename(&half, stage.at("other.mp4")).unwrap();
    let post = taken(&app, &folder, "other.mp4").await;
    app.published(&post.id).await;
    is_offered(&app, &folder, "old 1.mp4").await;

    other[last] ^= 3;
    fs::write(&half, &other).unwrap();
    fs::rename(&half, stage.at("old 1.mp4")).unwrap();
    let post = taken(&app, &folder, "old 1.mp4").await;
    app.published(&post.id).await;
    assert_eq!(public(&stage), ["old 1", "other"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_that_nothing_proves_new_is_offered() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.put("old.mp4", 1);
    let folder = watch(&stage, &app, &direct(&ada.id)).await;
    // Gone before it was ever read; something of its size comes later.
    app.engine.pause_folder(&folder.id).await.unwrap();
    fs::remove_file(stage.at("old.mp4")).unwrap();
    let mut other = video(1);
    let last = other.len() - 1;
    other[last] ^= 1;
    fs::write(stage.at("later.mp4"), &other).unwrap();
    touch(&stage.at("later.mp4"));
    app.engine.resume_folder(&folder.id).await.unwrap();
    is_offered(&app, &folder, "later.mp4").await;
    assert!(public(&stage).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_draft_stays_removed_and_a_planned_post_follows_its_file() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let settings = FolderSettings {
        subfolders: Subfolders::Include,
        ..choose(&ada.id, FolderAction::Approve)
    };
    let folder = watch(&stage, &app, &settings).await;
    stage.put("kiln.mp4", 1);
    let post = taken(&app, &folder, "kiln.mp4").await;
    app.engine.remove_post(&post.id).await.unwrap();
    touch(&stage.at("kiln.mp4"));
    stage.put("copy.mp4", 1);
    assert_eq!(skipped(&app, &folder, "copy.mp4").await, "folder.file.copy");
    rename(&stage, "kiln.mp4", "sorted/kiln.mp4");
    stage.put("glaze.mp4", 2);
    let draft = taken(&app, &folder, "glaze.mp4").await;
    at_rest(&app, &folder).await;
    assert_eq!(app.engine.posts().await.unwrap().len(), 1);

    // The creator can still have it.
    let paths = ["copy.mp4".to_owned()];
    let hand = app.engine.take_files(&folder.id, &paths, false).await;
    let again = hand.unwrap()[0].post_ids.clone();
    assert_eq!(again.len(), 1);
    app.engine.remove_post(&again[0]).await.unwrap();

    let typed = PostSettings {
        caption: "Typed with care".into(),
        privacy: Some("PUBLIC_TO_EVERYONE".into()),
        ..draft.settings
    };
    app.engine.update_post(&draft.id, &typed).await.unwrap();
    rename(&stage, "glaze.mp4", "sorted/glaze day.mp4");
    eventually("the post knows the new place", SOON, async || {
        let post = app.engine.post(&draft.id).await.unwrap();
        (post.path
            == stage
                .exports()
                .canonicalize()
                .unwrap()
                .join("sorted/glaze day.mp4"))
        .then_some(())
    })
    .await;
    app.engine.approve_post(&draft.id).await.unwrap();
    app.published(&draft.id).await;
    assert_eq!(public(&stage), ["Typed with care"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn videos_that_only_a_setting_brings_into_view_are_offered() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.put("archive/old.mp4", 1);
    stage.put("scratch.mp4", 2);
    let mut ignored = app.engine.settings();
    let names = ignored.ignored_names.clone();
    ignored.ignored_names.push("scratch*".into());
    app.engine.update_settings(&ignored).await.unwrap();
    let settings = FolderSettings {
        subfolders: Subfolders::Ignore,
        ..direct(&ada.id)
    };
    let folder = watch(&stage, &app, &settings).await;
    publish(&stage, &app, &folder, 20).await;
    app.engine
        .update_folder(&folder.id, &direct(&ada.id), true)
        .await
        .unwrap();
    is_offered(&app, &folder, "archive/old.mp4").await;
    ignored.ignored_names = names;
    app.engine.update_settings(&ignored).await.unwrap();
    is_offered(&app, &folder, "scratch.mp4").await;
    stage.put("archive/new.mp4", 21);
    let post = taken(&app, &folder, "archive/new.mp4").await;
    app.published(&post.id).await;
    assert_eq!(public(&stage), ["new", "new 20"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_video_in_the_subfolder_of_another_account_is_for_that_account() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let (ada, cleo) = (app.connect("ada").await, app.connect("cleo").await);
    for (account, label) in [(&ada, "hers"), (&cleo, "studio")] {
        app.engine
            .update_account(&account.id, Some(label), None)
            .await
            .unwrap();
    }
    let settings = FolderSettings {
        accounts: vec![ada.id.clone(), cleo.id.clone()],
        subfolders: Subfolders::PerAccount,
        after: AfterPosting::Leave,
        ..choose(&ada.id, FolderAction::Approve)
    };
    let folder = watch(&stage, &app, &settings).await;
    stage.put("hers/kiln.mp4", 1);
    let hers = taken(&app, &folder, "hers/kiln.mp4").await;
    app.engine.remove_post(&hers.id).await.unwrap();
    stage.put("hers/again.mp4", 1);
    assert_eq!(
        skipped(&app, &folder, "hers/again.mp4").await,
        "folder.file.copy"
    );
    stage.put("studio/kiln.mp4", 1);
    let post = taken(&app, &folder, "studio/kiln.mp4").await;
    assert_eq!(post.settings.account_id.as_deref(), Some(cleo.id.as_str()));
    assert_eq!(post.state, PostState::Draft);
    // A file that no subfolder was for is taken where it is right.
    stage.put("glaze.mp4", 2);
    assert_eq!(
        skipped(&app, &folder, "glaze.mp4").await,
        "folder.file.no_subfolder"
    );
    rename(&stage, "glaze.mp4", "hers/glaze.mp4");
    taken(&app, &folder, "hers/glaze.mp4").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_places_with_itself_is_listed_once() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.put("old.mp4", 1);
    let folder = watch(&stage, &app, &direct(&ada.id)).await;
    for round in 0..3 {
        rename(&stage, "old.mp4", "other.mp4");
        is_offered(&app, &folder, "other.mp4").await;
        rename(&stage, "other.mp4", "old.mp4");
        is_offered(&app, &folder, "old.mp4").await;
        eventually("one file", SOON, async || {
            (files(&app, &folder).await.len() == 1).then_some(())
        })
        .await;
        assert!(public(&stage).is_empty(), "round {round}");
    }
}
