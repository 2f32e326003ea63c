//! Consent to direct posts from a folder: it covers exactly the settings that the creator agreed to.

use std::fs;

use slipway_engine::{
    Explain,
    views::{
        AuditFilter, AuditKind, CaptionRule, FolderAction, FolderSettings, FolderState,
        PostSettings, PostState,
    },
};
use slipway_tests::wait::{SOON, eventually};

use super::stage::{FolderStage, choose, taken};

fn direct(account: &str) -> FolderSettings {
    FolderSettings {
        post: PostSettings {
            privacy: Some("PUBLIC_TO_EVERYONE".into()),
            allow_comment: true,
            is_aigc: true,
            ..PostSettings::default()
        },
        caption: CaptionRule::JsonFile,
        ..choose(account, FolderAction::Direct)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn direct_posts_need_consent_to_the_exact_settings() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let settings = direct(&ada.id);
    let exports = stage.exports();
    let refused = app
        .engine
        .add_folder(&exports, &settings, false)
        .await
        .unwrap_err();
    assert_eq!(refused.explain().code, "folder.consent");
    let without = FolderSettings {
        post: PostSettings::default(),
        ..settings.clone()
    };
    let refused = app
        .engine
        .add_folder(&exports, &without, true)
        .await
        .unwrap_err();
    assert_eq!(refused.explain().code, "compose.privacy");

    let folder = app
        .engine
        .add_folder(&exports, &settings, true)
        .await
        .unwrap();
    assert!(folder.consented_at.is_some());
    let filter = AuditFilter {
        kinds: vec![AuditKind::ConsentGiven],
        ..AuditFilter::default()
    };
    let trail = app.engine.audit(&filter).await.unwrap().entries;
    assert_eq!(trail.len(), 1);
    assert_eq!(trail[0].message.code, "audit.consent_folder");
    assert_eq!(trail[0].details["privacy"], "PUBLIC_TO_EVERYONE");
    assert_eq!(trail[0].details["folderId"], folder.id);
    let reported = format!("{:?}", trail[0].details);
    assert!(
        !reported.contains("exports"),
        "no names of files: {reported}"
    );

    fs::write(stage.at("kiln.json"), r#"{"caption":"Kiln"}"#).unwrap();
    stage.put("kiln.mp4", 1);
    let post = taken(&app, &folder, "kiln.mp4").await;
    app.published(&post.id).await;
    let seen = &stage.sandbox.posts()[0];
    assert_eq!(seen.caption.as_deref(), Some("Kiln"));
    assert_eq!(seen.privacy.as_deref(), Some("PUBLIC_TO_EVERYONE"));
    assert!(!seen.disable_comment && seen.disable_duet && seen.is_aigc);

    // A sidecar with more settings makes the post need approval.
    fs::write(stage.at("duet.json"), r#"{"allowDuet":true}"#).unwrap();
    stage.put("duet.mp4", 2);
    let post = taken(&app, &folder, "duet.mp4").await;
    assert_eq!(post.state, PostState::Draft);
    let from = post.folder.unwrap();
    assert!(from.approval);
    assert_eq!(from.notice.unwrap().code, "folder.hold.consent");

    // Settings that do not affect the post need no new consent. All others do.
    let tagged = FolderSettings {
        hashtags: vec!["clay".into()],
        ..settings.clone()
    };
    let kept = app
        .engine
        .update_folder(&folder.id, &tagged, false)
        .await
        .unwrap();
    assert_eq!(kept.consented_at, folder.consented_at);
    let more = FolderSettings {
        post: PostSettings {
            allow_duet: true,
            ..settings.post.clone()
        },
        ..settings.clone()
    };
    let refused = app
        .engine
        .update_folder(&folder.id, &more, false)
        .await
        .unwrap_err();
    assert_eq!(refused.explain().code, "folder.consent");
    app.engine
        .update_folder(&folder.id, &more, true)
        .await
        .unwrap();
    assert_eq!(app.engine.audit(&filter).await.unwrap().entries.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_without_its_account_ingests_nothing_until_another_is_chosen() {
    let stage = FolderStage::new().await;
    let app = stage.engine().await;
    let (ada, cleo) = (app.connect("ada").await, app.connect("cleo").await);
    let settings = choose(&ada.id, FolderAction::Approve);
    let folder = stage.watch(&app, &settings).await;
    app.engine.disconnect(&ada.id).await.unwrap();
    eventually("blocked", SOON, async || {
        match app.engine.folder(&folder.id).await.unwrap().state {
            FolderState::Blocked { notice } => Some(notice.code),
            _ => None,
        }
        .filter(|code| code == "folder.blocked.account")
    })
    .await;
    stage.put("kiln.mp4", 1);
    let settings = choose(&cleo.id, FolderAction::Approve);
    app.engine
        .update_folder(&folder.id, &settings, false)
        .await
        .unwrap();
    let post = taken(&app, &folder, "kiln.mp4").await;
    assert_eq!(post.settings.account_id.as_deref(), Some(cleo.id.as_str()));
}
