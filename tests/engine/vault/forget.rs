//! A lost key: the tokens are forgotten, all other data remains, and reconnecting resumes the posts.

use slipway_engine::views::{AccountState, AuditFilter, AuditKind, PostState};
use slipway_tests::stage::{public, sha256};
use tiktok_sandbox::Options;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn queue_and_history_survive_a_lost_key() {
    let vault = VaultStage::new().await;
    let app = vault.engine(with(FIRST)).await;
    let ada = app.connect("ada").await;
    let done = app
        .post(&ada, &vault.stage.video("done.mp4", 0), public("done"))
        .await;
    app.published(&done).await;
    let draft = app.draft(&vault.stage.video("draft.mp4", 0)).await;
    vault.stage.sandbox.set_options(Options {
        upload_bytes_per_sec: Some(5_000_000),
        ..vault.stage.sandbox.options()
    });
    let path = vault.stage.video("flight.mp4", 66_000_000);
    let flight = app.post(&ada, &path, public("in flight")).await;
    app.until(&flight, "uploading", |state| *state == PostState::Uploading)
        .await;
    app.engine.close().await;
    vault.back_up();

    // Both the passphrase and the recovery phrase are lost.
    let refused = vault.refused(with("what was it")).await;
    assert_eq!(refused, "vault.passphrase_wrong");
    let forget = KeyRequest::ForgetTokens {
        protection: behind(SECOND),
    };
    let app = vault.engine(forget).await;
    let accounts = app.engine.accounts().await.unwrap();
    assert_eq!(accounts.len(), 1);
    assert_eq!(accounts[0].state, AccountState::ReconnectNeeded);
    assert!(accounts[0].reconnect.is_some());
    let states = async |app: &Running| {
        let mut states = Vec::new();
        for id in [&done, &draft] {
            states.push(app.state(id).await);
        }
        states
    };
    assert_eq!(states(&app).await, [PostState::Published, PostState::Draft]);
    let history = app.history(&done).await;
    assert!(history.contains("Published"), "{history}");
    let waits = |state: &PostState| matches!(state, PostState::Waiting { .. });
    app.until(&flight, "waiting for the account", waits).await;
    let trail = app.engine.audit(&AuditFilter::default()).await.unwrap();
    assert!(
        trail
            .entries
            .iter()
            .any(|entry| entry.kind == AuditKind::TokensForgotten)
    );
    assert_eq!(app.engine.verify_audit().await.unwrap().broken_at, None);
    app.engine.close().await;
    vault.change_is_over();

    // The next start gives the same result, and reconnecting the creator resumes the post.
    vault.stage.sandbox.set_options(Options {
        upload_bytes_per_sec: None,
        ..vault.stage.sandbox.options()
    });
    let app = vault.engine(with(SECOND)).await;
    assert_eq!(app.connect("ada").await.id, ada.id);
    app.published(&flight).await;
    let posts = vault.stage.sandbox.posts();
    let whole: Vec<_> = posts
        .iter()
        .filter(|post| post.sha256 == sha256(&path))
        .collect();
    assert_eq!(whole.len(), 1, "once, and whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_survive_a_lost_key_without_their_tokens() {
    let vault = VaultStage::connected().await;
    vault.back_up();
    fs::remove_file(vault.data().join("key.json")).unwrap();
    let forget = KeyRequest::ForgetTokens {
        protection: behind(SECOND),
    };
    vault.engine(forget).await.engine.close().await;
    let kept = "000900-daily-20261124T131454Z.db";
    for entry in fs::read_dir(vault.data().join("backups")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name != kept) {
            fs::remove_file(path).unwrap();
        }
    }
    fs::remove_file(vault.data().join("slipway.db")).unwrap();
    let app = vault.engine(with(SECOND)).await;
    let accounts = app.engine.accounts().await.unwrap();
    assert_eq!(accounts[0].state, AccountState::ReconnectNeeded);
    assert_eq!(app.engine.verify_audit().await.unwrap().broken_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_without_its_key_is_restored_from_any_backup() {
    let vault = VaultStage::connected().await;
    vault.back_up();
    fs::remove_file(vault.data().join("key.json")).unwrap();
    fs::write(vault.data().join("slipway.db"), "noise ".repeat(5_000)).unwrap();
    let forget = KeyRequest::ForgetTokens {
        protection: behind(SECOND),
    };
    let app = vault.engine(forget).await;
    let accounts = app.engine.accounts().await.unwrap();
    assert_eq!(accounts.len(), 1);
    assert_eq!(app.engine.verify_audit().await.unwrap().broken_at, None);
}
