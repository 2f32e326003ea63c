//! A change of key: everything is encrypted with the new key, and the previous one opens nothing.

use slipway_engine::views::{AuditFilter, AuditKind, KeySource, PostState};
use slipway_tests::{stage::public, wait::SOON};
use tiktok_sandbox::{Fault, FaultKind, Operation, Options};

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_key_encrypts_everything_and_the_old_key_opens_nothing() {
    let vault = VaultStage::new().await;
    // With a stored TikTok app, an account, an unsent revocation, an upload in flight, and a backup of them: all places
    // of secrets.
    let config = EngineConfig {
        credentials: None,
        ..vault.config(with(FIRST))
    };
    let app = Running::open(config).await;
    app.engine
        .save_tiktok_app(
            tiktok_sandbox::DEFAULT_CLIENT_KEY,
            &tiktok_sandbox::DEFAULT_CLIENT_SECRET.into(),
        )
        .await
        .unwrap();
    let ada = app.connect("ada").await;
    let ben = app.connect("ben").await;
    let down = FaultKind::Status {
        http: 503,
        code: None,
        message: None,
    };
    for place in 0..50 {
        let fault = Fault::once(Operation::Revoke, down.clone()).after(place);
        vault.stage.sandbox.add_fault(fault);
    }
    app.engine.disconnect(&ben.id).await.unwrap();
    vault.stage.sandbox.set_options(Options {
        upload_bytes_per_sec: Some(5_000_000),
        ..vault.stage.sandbox.options()
    });
    let video = vault.stage.video("clip.mp4", 66_000_000);
    let post = app.post(&ada, &video, public("once")).await;
    app.until(&post, "uploading", |state| *state == PostState::Uploading)
        .await;
    let before = key_in_use(&app).await;
    app.engine.close().await;
    vault.back_up();
    let old = Fernet::new(&before).unwrap();
    assert!(columns_opened_by(&vault, &old).await.len() >= 7);

    let config = EngineConfig {
        credentials: None,
        ..vault.config(change(FIRST, SECOND))
    };
    let app = Running::open(config).await;
    let after = key_in_use(&app).await;
    assert_ne!(before, after);
    vault.stage.sandbox.set_options(Options {
        upload_bytes_per_sec: None,
        ..vault.stage.sandbox.options()
    });
    app.published(&post).await;
    let view = app.engine.vault().await.unwrap();
    assert_eq!(view.source, KeySource::Passphrase);
    assert!(view.since.is_some());
    let trail = app.engine.audit(&AuditFilter::default()).await.unwrap();
    let kinds: Vec<AuditKind> = trail.entries.iter().map(|entry| entry.kind).collect();
    assert!(kinds.contains(&AuditKind::KeyChanged), "{kinds:?}");
    assert_eq!(app.engine.verify_audit().await.unwrap().broken_at, None);
    app.engine.close().await;

    let new = Fernet::new(&after).unwrap();
    assert_eq!(columns_opened_by(&vault, &old).await, [""; 0]);
    assert!(columns_opened_by(&vault, &new).await.len() >= 5);
    assert_eq!(vault.opened_by(&old), Vec::<PathBuf>::new());
    vault.change_is_over();
    assert_eq!(vault.refused(with(FIRST)).await, "vault.passphrase_wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_the_previous_key_can_be_restored() {
    let vault = VaultStage::connected().await;
    vault.back_up();
    let app = vault.engine(change(FIRST, SECOND)).await;
    app.engine.close().await;
    // Only the backup from before the change remains.
    let kept = "000900-daily-20261124T131454Z.db";
    for entry in fs::read_dir(vault.data().join("backups")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name != kept) {
            fs::remove_file(path).unwrap();
        }
    }
    fs::write(vault.data().join("slipway.db"), "noise ".repeat(5_000)).unwrap();
    let app = vault.engine(with(SECOND)).await;
    let accounts = app.engine.accounts().await.unwrap();
    app.engine.creator(&accounts[0].id).await.unwrap();
    let notices = slipway_tests::wait::eventually("the notice", SOON, async || {
        let notices = app.engine.status().notices;
        (!notices.is_empty()).then_some(notices)
    })
    .await;
    assert!(notices.iter().any(|it| it.code == "database.restored"));
    assert_eq!(app.engine.verify_audit().await.unwrap().broken_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_change_of_key_changes_nothing() {
    let vault = VaultStage::connected().await;
    let short = KeyRequest::Change {
        current: Some(FIRST.into()),
        protection: behind("short"),
    };
    assert_eq!(vault.refused(short).await, "vault.passphrase_short");
    let wrong = vault.refused(change("another passphrase", SECOND)).await;
    assert_eq!(wrong, "vault.passphrase_wrong");
    let fixed = EngineConfig {
        fernet_key: Some(vault.stage.key.clone()),
        ..vault.config(change(FIRST, SECOND))
    };
    let refused = Engine::open(fixed).await.unwrap_err();
    assert!(matches!(refused, OpenError::KeyFixed), "{refused}");
    vault.change_is_over();

    let app = vault.engine(with(FIRST)).await;
    let asked = app.engine.may_change_key(None).await;
    assert!(matches!(asked, Err(OpenError::PassphraseNeeded)));
    let asked = app.engine.may_change_key(Some(&SECOND.into())).await;
    assert!(matches!(asked, Err(OpenError::PassphraseWrong)));
    app.engine
        .may_change_key(Some(&FIRST.into()))
        .await
        .unwrap();
    let accounts = app.engine.accounts().await.unwrap();
    app.engine.creator(&accounts[0].id).await.unwrap();
}

/// The columns of the database with a text that this key opens.
async fn columns_opened_by(vault: &VaultStage, key: &Fernet) -> Vec<String> {
    let mut database = vault.database().await;
    let columns = sqlx::query(
        "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    let mut found = Vec::new();
    for column in columns {
        let (table, name): (String, String) = (column.get(0), column.get(1));
        let look =
            format!(r#"SELECT CAST("{name}" AS BLOB) FROM "{table}" WHERE "{name}" IS NOT NULL"#);
        let rows = sqlx::query(sqlx::AssertSqlSafe(look))
            .fetch_all(&mut database)
            .await
            .unwrap();
        let opens = |bytes: &[u8]| tokens(bytes).iter().any(|token| key.decrypt(token).is_ok());
        if rows.iter().any(|row| opens(row.get(0))) {
            found.push(format!("{table}.{name}"));
        }
    }
    database.close().await.unwrap();
    found
}
