//! Tests of opening: keys, versions, locks and migrations.

use super::*;

#[tokio::test]
async fn a_wrong_or_malformed_key_changes_nothing() {
    let data = Data::filled().await;
    let before = data.files();
    let wrong = data.open_with(&new_key()).await;
    assert!(matches!(
        wrong,
        Err(OpenError::KeyWrong {
            origin: KeyOrigin::Environment
        })
    ));
    let malformed = data.open_with(&"abc".into()).await;
    assert!(matches!(malformed, Err(OpenError::KeyMalformed { .. })));
    assert_eq!(data.files(), before);
    assert_eq!(states(&data.open().await.unwrap()).await, as_stored());
}

#[tokio::test]
async fn a_newer_database_is_not_changed() {
    let data = Data::filled().await;
    let database = data.open().await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', 1, x'00', 0)",
    )
    .execute(&database.pool)
    .await
    .unwrap();
    database.close().await;
    drop(database);
    let before = data.files();
    let newer = data.open().await;
    assert!(matches!(
        newer,
        Err(OpenError::DatabaseNewer { found: 9999, .. })
    ));
    assert_eq!(data.files(), before);
}

#[tokio::test]
async fn the_folder_belongs_to_one_process() {
    let data = Data::new();
    let _held = data.open().await.unwrap();
    let second = data.open().await;
    assert!(matches!(second, Err(OpenError::AlreadyRunning { .. })));
}

#[tokio::test]
async fn a_passphrase_opens_its_vault() {
    // With a passphrase file, no keyring is used.
    let data = Data::new();
    let open = async |phrase: Option<&str>| {
        let request = phrase.map_or(KeyRequest::Usual, |phrase| {
            KeyRequest::Passphrase(phrase.into())
        });
        Database::open(
            data.folder.path(),
            None,
            &request,
            TABLES,
            data.clock.as_ref(),
        )
        .await
    };
    let short = open(Some("sesame")).await;
    assert!(matches!(short, Err(OpenError::PassphraseShort)));
    assert!(data.files().is_empty());
    open(Some("open sesame")).await.unwrap().close().await;
    assert!(matches!(open(None).await, Err(OpenError::PassphraseNeeded)));
    open(Some("open sesame")).await.unwrap().close().await;
    assert!(matches!(
        open(Some("other")).await,
        Err(OpenError::PassphraseWrong)
    ));
    // A damaged database needs the passphrase as well.
    data.damage();
    assert!(open(None).await.is_err());
}

#[tokio::test]
async fn an_old_database_is_backed_up_and_migrated() {
    let data = Data::new();
    old_database(&data).await;
    let database = data.open().await.unwrap();
    assert_eq!(states(&database).await["old"], "queued");
    assert_eq!(codes(&database), [""; 0]);
    let backups = data.backups();
    assert_eq!(backups.len(), 1, "{backups:?}");
    assert!(backups[0].starts_with("000001-v1-"), "{backups:?}");
    // The migration added the digest that distinguishes damage from a wrong key.
    database.close().await;
    let found = identity::read_identity(&data.path(NAME))
        .await
        .unwrap()
        .unwrap();
    assert!(found.has_digest);
    drop(database);
    drop(data.open().await.unwrap());
    assert_eq!(data.backups(), backups, "a migration is backed up once");
}

#[tokio::test]
async fn a_failed_backup_does_not_stop_the_start() {
    let data = Data::new();
    old_database(&data).await;
    fs::write(data.path("backups"), "not a folder").unwrap();
    // Backups are listed only when one is needed.
    let database = data.open().await.unwrap();
    assert_eq!(states(&database).await["old"], "queued");
    assert_eq!(codes(&database), ["database.backup_failed"]);
}

/// The app opens the database in a task, so the future must be `Send`: this only needs to compile.
#[tokio::test]
async fn opening_is_send() {
    fn movable<T: Send>(future: T) -> T {
        future
    }
    let data = Data::new();
    let usual = KeyRequest::Usual;
    let opening = Database::open(
        data.folder.path(),
        Some(&data.key),
        &usual,
        TABLES,
        &*data.clock,
    );
    movable(opening).await.unwrap();
}
