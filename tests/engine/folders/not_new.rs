//! What is no new video: bins, conflict copies of sync tools, running downloads, other formats, the moving part of a
//! photo, and the second rendering or export of the same take.

use std::{fs, path::Path, process::Command};

use slipway_engine::views::{FolderAction, FolderSettings, PostSettings, PostState, Subfolders};
use slipway_tests::wait::{SOON, eventually};

use super::stage::{
    FolderStage, at_rest, choose, clip, exists, files, posts, skipped, taken, until, video,
};

fn inbox(account: &str) -> FolderSettings {
    FolderSettings {
        subfolders: Subfolders::Include,
        ..choose(account, FolderAction::Inbox)
    }
}

/// Puts the same take into another container.
fn remux(from: &Path, to: &Path) {
    let done = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-i"])
        .arg(from)
        .args(["-c", "copy"])
        .arg(to)
        .status();
    assert!(done.unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn bins_are_never_looked_into_and_what_comes_back_keeps_its_decision() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.put("old.mp4", 1);
    let folder = stage.watch(&app, &inbox(&ada.id)).await;
    for (number, name) in [
        "#recycle/a.mp4",
        "@Recycle/b.mp4",
        "$RECYCLE.BIN/S-1-5-21-1/$RAB12CD.mp4",
        ".Trash-1000/files/c.mp4",
        ".Trashes/501/d.mp4",
        "sub/.stversions/e.mp4",
        "System Volume Information/f.mp4",
    ]
    .into_iter()
    .enumerate()
    {
        stage.put(name, 10 + number);
    }
    let bin = stage.at("#recycle/old.mp4");
    fs::rename(stage.at("old.mp4"), &bin).unwrap();
    stage.put("new.mp4", 2);
    let post = taken(&app, &folder, "new.mp4").await;
    app.delivered(&post.id).await;
    fs::rename(&bin, stage.at("old.mp4")).unwrap();
    stage.put("newer.mp4", 3);
    let post = taken(&app, &folder, "newer.mp4").await;
    app.delivered(&post.id).await;
    at_rest(&app, &folder).await;
    assert_eq!(posts(&app, 2).await.len(), 2);
    assert_eq!(files(&app, &folder).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_copy_is_left_out_with_the_reason() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let folder = stage.watch(&app, &inbox(&ada.id)).await;
    for (number, name) in [
        "kiln.sync-conflict-20261127-101112-ABC1234.mp4",
        "kiln (Adas in Konflikt stehende Kopie 2026-11-27).mp4",
    ]
    .into_iter()
    .enumerate()
    {
        stage.put(name, number);
        assert_eq!(
            skipped(&app, &folder, name).await,
            "folder.file.conflict_copy"
        );
    }
    assert!(app.engine.posts().await.unwrap().is_empty());
    let name = "kiln.sync-conflict-20261127-101112-ABC1234.mp4".to_owned();
    let hand = app.engine.take_files(&folder.id, &[name], false).await;
    assert_eq!(hand.unwrap()[0].post_ids.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_is_taken_when_its_companion_is_gone() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let folder = stage.watch(&app, &inbox(&ada.id)).await;
    let companion = stage.at("clip.mp4.aria2");
    fs::write(&companion, "control").unwrap();
    // Complete in length and index, with a part that is still missing.
    let whole = video(1);
    let mut half = whole.clone();
    half[2_000..4_000].fill(0);
    fs::write(stage.at("clip.mp4"), &half).unwrap();
    for number in 2..4 {
        let name = format!("{number}.mp4");
        stage.put(&name, number);
        taken(&app, &folder, &name).await;
    }
    assert_eq!(app.engine.posts().await.unwrap().len(), 2);
    fs::write(stage.at("clip.mp4"), &whole).unwrap();
    fs::remove_file(companion).unwrap();
    let post = taken(&app, &folder, "clip.mp4").await;
    app.delivered(&post.id).await;
    let seen = stage.sandbox.posts();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().any(|post| post.size == whole.len() as u64));
}

#[tokio::test(flavor = "multi_thread")]
async fn videos_of_other_formats_are_named() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let avi = b"RIFF\0\0\0\0AVI LIST".as_slice();
    fs::write(stage.at("before.avi"), avi).unwrap();
    let folder = stage.watch(&app, &inbox(&ada.id)).await;
    assert_eq!(
        skipped(&app, &folder, "before.avi").await,
        "folder.file.other_format"
    );
    fs::write(stage.at("phone.3gp"), video(1)).unwrap();
    fs::write(stage.at("camera.MPG"), b"\0\0\x01\xBA pack").unwrap();
    fs::write(stage.at("no ending"), video(2)).unwrap();
    fs::write(stage.at("code.ts"), "export const a = 1").unwrap();
    fs::write(stage.at("README"), "text").unwrap();
    for (name, code) in [
        ("phone.3gp", "folder.file.other_format"),
        ("camera.MPG", "folder.file.other_format"),
        ("no ending", "folder.file.no_ending"),
    ] {
        assert_eq!(skipped(&app, &folder, name).await, code, "{name}");
    }
    let counts = app.engine.folder(&folder.id).await.unwrap().counts;
    assert_eq!((counts.skipped, counts.taken), (4, 0));
    // What mends it.
    fs::rename(stage.at("no ending"), stage.at("no ending.mp4")).unwrap();
    taken(&app, &folder, "no ending.mp4").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_moving_part_of_a_photo_is_left_out() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let folder = stage.watch(&app, &inbox(&ada.id)).await;
    fs::write(stage.at("IMG_0001.HEIC"), "photo").unwrap();
    stage.put("IMG_0001.MOV", 1);
    let mut marked = video(2);
    let mark = b"\0\0\0\x31freecom.apple.quicktime.content.identifier...";
    assert_eq!(mark[3] as usize, mark.len());
    marked.extend_from_slice(mark);
    let half = stage.folder.path().join("half");
    fs::write(&half, marked).unwrap();
    fs::rename(half, stage.at("IMG_0002.MOV")).unwrap();
    for name in ["IMG_0001.MOV", "IMG_0002.MOV"] {
        assert_eq!(
            skipped(&app, &folder, name).await,
            "folder.file.motion_photo"
        );
    }
    fs::rename(stage.at("IMG_0001.MOV"), stage.at("kiln.mov")).unwrap();
    assert_eq!(
        skipped(&app, &folder, "kiln.mov").await,
        "folder.file.motion_photo"
    );
    assert!(app.engine.posts().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_before_approval_replaces_the_draft_and_keeps_what_was_typed() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let settings = choose(&ada.id, FolderAction::Approve);
    let folder = stage.watch(&app, &settings).await;
    stage.put("final.mp4", 1);
    let draft = taken(&app, &folder, "final.mp4").await;
    let typed = PostSettings {
        caption: "Typed with care".into(),
        privacy: Some("PUBLIC_TO_EVERYONE".into()),
        ..draft.settings
    };
    app.engine.update_post(&draft.id, &typed).await.unwrap();
    stage.put("final.mp4", 2);
    let size = video(2).len() as u64;
    eventually("the newer content", SOON, async || {
        let post = app.engine.post(&draft.id).await.unwrap();
        (post.size_bytes == size).then_some(())
    })
    .await;
    at_rest(&app, &folder).await;
    let all = app.engine.posts().await.unwrap();
    assert_eq!(all.len(), 1, "one draft");
    assert_eq!(all[0].settings.caption, "Typed with care");
    app.engine.approve_post(&draft.id).await.unwrap();
    app.published(&draft.id).await;
    let seen = stage.sandbox.posts();
    assert_eq!((seen.len(), seen[0].size), (1, size));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_renderings_of_a_take_make_one_post() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let folder = stage.watch(&app, &inbox(&ada.id)).await;
    let outside = |name: &str| stage.folder.path().join(name);
    fs::write(outside("take.mp4"), clip(24)).unwrap();
    remux(&outside("take.mp4"), &outside("take.mkv"));
    remux(&outside("take.mkv"), &outside("again.mp4"));

    // OBS records Matroska, and remuxes it to MP4.
    fs::rename(outside("take.mkv"), stage.at("take.mkv")).unwrap();
    let held = taken(&app, &folder, "take.mkv").await;
    assert_eq!(held.state, PostState::Draft);
    fs::rename(outside("again.mp4"), stage.at("take.mp4")).unwrap();
    app.delivered(&held.id).await;
    assert_eq!(taken(&app, &folder, "take.mp4").await.id, held.id);

    // The other way round.
    stage.put("other.mp4", 5);
    let post = taken(&app, &folder, "other.mp4").await;
    remux(&stage.at("other.mp4"), &outside("other.mkv"));
    fs::rename(outside("other.mkv"), stage.at("other.mkv")).unwrap();
    assert_eq!(
        skipped(&app, &folder, "other.mkv").await,
        "folder.file.copy"
    );
    app.delivered(&post.id).await;
    assert_eq!(app.engine.posts().await.unwrap().len(), 2);
    assert!(exists(&stage.at("other.mkv")));
    until(&app, &folder, "take.mkv", |file| {
        matches!(
            file.state,
            slipway_engine::views::FolderFileState::Taken { .. }
        )
        .then_some(())
    })
    .await;
}
