//! Captions, sidecars, subfolders and moments.

use std::fs;

use slipway_engine::{
    Explain,
    views::{
        Argument, CaptionRule, FolderAction, FolderFileState, FolderSettings, FolderWhen,
        PostState, Subfolders, Weekday, WeeklySlot,
    },
};

use super::stage::{FolderStage, choose, skipped, taken, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_video_waits_for_its_sidecar_and_an_invalid_one_is_reported_and_read_again() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let settings = FolderSettings {
        caption: CaptionRule::JsonFile,
        hashtags: vec!["clay".into()],
        ..choose(&ada.id, FolderAction::Inbox)
    };
    let folder = stage.watch(&app, &settings).await;
    stage.put("kiln.mp4", 1);
    let name = until(&app, &folder, "kiln.mp4", |file| match &file.state {
        FolderFileState::WaitingForSideFile { name } => Some(name.clone()),
        _ => None,
    })
    .await;
    assert_eq!(name, "kiln.json");
    fs::write(stage.at("kiln.json"), "{\n  \"capton\": 1\n}").unwrap();
    assert_eq!(skipped(&app, &folder, "kiln.mp4").await, "folder.side.json");
    let notice = until(&app, &folder, "kiln.mp4", |file| match &file.state {
        FolderFileState::Skipped { notice, .. } => Some(notice.clone()),
        _ => None,
    })
    .await;
    assert_eq!(notice.args["line"], Argument::Number(2), "{notice:?}");
    assert_eq!(notice.args["column"], Argument::Number(10), "{notice:?}");
    fs::write(
        stage.at("kiln.json"),
        r#"{"caption":"Fresh","hashtags":["studio"],"coverMs":500}"#,
    )
    .unwrap();
    let post = taken(&app, &folder, "kiln.mp4").await;
    assert_eq!(post.settings.caption, "Fresh #studio #clay");
    assert_eq!(post.settings.cover_ms, Some(500));
    app.delivered(&post.id).await;

    // A later sidecar changes nothing. Without one, the file can be ingested by hand.
    fs::write(stage.at("kiln.json"), "{}").unwrap();
    stage.put("bare.mp4", 2);
    until(&app, &folder, "bare.mp4", |file| {
        matches!(file.state, FolderFileState::WaitingForSideFile { .. }).then_some(())
    })
    .await;
    let hand = app
        .engine
        .take_files(&folder.id, &["bare.mp4".into()], false)
        .await
        .unwrap();
    let bare = app.engine.post(&hand[0].post_ids[0]).await.unwrap();
    assert_eq!(bare.settings.caption, "bare #clay");
    assert_eq!(app.engine.posts().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn hashtags_of_a_sidecar_are_read_as_hashtags_or_refused_with_their_place() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let settings = FolderSettings {
        caption: CaptionRule::JsonFile,
        hashtags: vec!["clay".into()],
        ..choose(&ada.id, FolderAction::Inbox)
    };
    let folder = stage.watch(&app, &settings).await;
    let hashtags = r###"["#fyp", " #Clay", "two words", "fypシ゚viral", "", "pots, bowls", "##x"]"###;
    fs::write(
        stage.at("kiln.json"),
        format!(r#"{{"caption":"Kiln","hashtags":{hashtags}}}"#),
    )
    .unwrap();
    stage.put("kiln.mp4", 1);
    let post = taken(&app, &folder, "kiln.mp4").await;
    assert_eq!(
        post.settings.caption,
        "Kiln #fyp #Clay #two #words #fypシ゚viral #pots #bowls #x"
    );

    fs::write(
        stage.at("glaze.json"),
        "{\n  \"hashtags\": [\"a\", \"rock&roll\"]\n}",
    )
    .unwrap();
    stage.put("glaze.mp4", 2);
    let notice = until(&app, &folder, "glaze.mp4", |file| match &file.state {
        FolderFileState::Skipped { notice, .. } => Some(notice.clone()),
        _ => None,
    })
    .await;
    assert_eq!(notice.code, "folder.side.json");
    assert_eq!(notice.args["line"], Argument::Number(2), "{notice:?}");
    let Argument::Message(fault) = &notice.args["detail"] else {
        panic!("{notice:?}");
    };
    assert_eq!(fault.args["name"], Argument::text("rock&roll"));
}

#[tokio::test(flavor = "multi_thread")]
async fn caption_templates_count_and_are_checked_when_saved() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let template = |text: &str| CaptionRule::Template {
        template: text.into(),
    };
    let settings = FolderSettings {
        caption: template("{name} {n} in {folder}"),
        subfolders: Subfolders::Include,
        ..choose(&ada.id, FolderAction::Approve)
    };
    let wrong = FolderSettings {
        caption: template("{title}"),
        ..settings.clone()
    };
    let refused = app
        .engine
        .add_folder(&stage.exports(), &wrong, false)
        .await
        .unwrap_err();
    assert_eq!(refused.explain().code, "folder.template.placeholder");
    let shown =
        app.engine
            .preview_caption(&settings.caption, &["a".into()], "/x/pots/glaze_day.mp4");
    assert_eq!(shown.unwrap(), "glaze day 1 in pots #a");
    let folder = stage.watch(&app, &settings).await;
    stage.put("pots/one.mp4", 1);
    assert_eq!(
        taken(&app, &folder, "pots/one.mp4").await.settings.caption,
        "one 1 in pots"
    );
    stage.put("two.mp4", 2);
    assert_eq!(
        taken(&app, &folder, "two.mp4").await.settings.caption,
        "two 2 in exports"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_subfolder_belongs_to_the_account_of_its_name() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let (ada, cleo) = (app.connect("ada").await, app.connect("cleo").await);
    app.engine
        .update_account(&cleo.id, Some("Studio"), None)
        .await
        .unwrap();
    fs::create_dir_all(stage.at("studio")).unwrap();
    fs::create_dir_all(stage.at("eve")).unwrap();
    let settings = FolderSettings {
        accounts: vec![ada.id.clone(), cleo.id.clone()],
        subfolders: Subfolders::PerAccount,
        ..choose(&ada.id, FolderAction::Approve)
    };
    let preview = app
        .engine
        .preview_folder(&stage.exports(), &settings)
        .await
        .unwrap();
    let named: Vec<_> = preview
        .subfolders
        .iter()
        .map(|one| (one.name.as_str(), one.account_id.as_deref()))
        .collect();
    assert_eq!(named, [("eve", None), ("studio", Some(cleo.id.as_str()))]);
    let folder = stage.watch(&app, &settings).await;
    stage.put("studio/a.mp4", 1);
    stage.put("eve/b.mp4", 2);
    stage.put("c.mp4", 3);
    let post = taken(&app, &folder, "studio/a.mp4").await;
    assert_eq!(post.settings.account_id.as_deref(), Some(cleo.id.as_str()));
    assert_eq!(
        skipped(&app, &folder, "eve/b.mp4").await,
        "folder.file.no_such_account"
    );
    assert_eq!(
        skipped(&app, &folder, "c.mp4").await,
        "folder.file.no_subfolder"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_take_slots_or_days_or_report_the_reason() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let settings = FolderSettings {
        when: FolderWhen::NextSlot,
        ..choose(&ada.id, FolderAction::Inbox)
    };
    let folder = stage.watch(&app, &settings).await;
    stage.put("a.mp4", 1);
    let post = taken(&app, &folder, "a.mp4").await;
    let held = app
        .event("held", |event| match event {
            slipway_engine::views::Event::PostChanged { post: reported }
                if reported.id == post.id =>
            {
                reported
                    .folder
                    .as_ref()
                    .and_then(|from| from.notice.clone())
            }
            _ => None,
        })
        .await;
    assert_eq!(held.code, "folder.hold.no_slots");

    let slot = WeeklySlot {
        weekday: Weekday::Monday,
        time: "18:00".into(),
    };
    app.engine.set_slots(&ada.id, &[slot]).await.unwrap();
    let approved = app.engine.approve_post(&post.id).await.unwrap();
    assert_eq!(approved.state, PostState::Scheduled);
    assert!(!approved.folder.unwrap().approval);
    let at_slot = approved.schedule.unwrap().moment.date_time;
    assert!(at_slot.ends_with("T18:00"), "{at_slot}");

    let daily = FolderSettings {
        when: FolderWhen::DailyAt {
            time: "07:30".into(),
        },
        ..settings
    };
    app.engine
        .update_folder(&folder.id, &daily, false)
        .await
        .unwrap();
    let mut days = vec![at_slot[..10].to_owned()];
    for number in 2..10 {
        let name = format!("{number}.mp4");
        stage.put(&name, number);
        let post = taken(&app, &folder, &name).await;
        let scheduled = |state: &PostState| *state == PostState::Scheduled;
        let post = app.until(&post.id, "scheduled", scheduled).await;
        let moment = post.schedule.unwrap().moment.date_time;
        assert!(moment.ends_with("T07:30"), "{moment}");
        days.push(moment[..10].to_owned());
    }
    days.sort();
    days.dedup();
    assert_eq!(days.len(), 9, "one post a day");
}
