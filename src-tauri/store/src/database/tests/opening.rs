//! What a start must prove first, and what it does for a database of before.

use super::*;

#[tokio::test]
async fn a_wrong_key_and_a_malformed_one_touch_nothing() {
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
async fn a_newer_database_is_left_alone() {
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
async fn a_passphrase_opens_what_it_closed() {
    // A passphrase file decides alone, so no keyring is asked.
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
    // Nor does damage make it forget to ask.
    data.damage();
    assert!(open(None).await.is_err());
}

#[tokio::test]
async fn an_old_database_is_backed_up_and_brought_up() {
    let data = Data::new();
    old_database(&data).await;
    let database = data.open().await.unwrap();
    assert_eq!(states(&database).await["old"], "queued");
    assert_eq!(codes(&database), [""; 0]);
    let backups = data.backups();
    assert_eq!(backups.len(), 1, "{backups:?}");
    assert!(backups[0].starts_with("000001-v1-"), "{backups:?}");
    // Now there is a digest that tells damage to the proof from a wrong key.
    database.close().await;
    let found = find::look(&data.path(NAME)).await.unwrap().unwrap();
    assert!(found.sealed);
    drop(database);
    drop(data.open().await.unwrap());
    assert_eq!(data.backups(), backups, "a migration is backed up once");
}

#[tokio::test]
async fn a_backup_that_cannot_be_written_does_not_stop_the_start() {
    let data = Data::new();
    old_database(&data).await;
    fs::write(data.path("backups"), "not a folder").unwrap();
    // Whether there are backups is asked only where one is needed.
    let database = data.open().await.unwrap();
    assert_eq!(states(&database).await["old"], "queued");
    assert_eq!(codes(&database), ["database.backup_failed"]);
}

/// The app opens in a task of its own, which may move between threads: this need only compile.
#[tokio::test]
async fn opening_may_move_between_threads() {
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
