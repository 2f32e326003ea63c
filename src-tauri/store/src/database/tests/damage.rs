//! Tests of damaged databases and their restore from backups.

use slipway_core::views::Argument;

use super::*;

#[tokio::test]
async fn the_newest_backup_is_restored_and_its_posts_are_held() {
    let data = Data::filled().await;
    data.damage();
    let damaged = fs::read(data.path(NAME)).unwrap();
    let database = data.open().await.unwrap();
    assert_eq!(states(&database).await, as_restored());

    // The damaged file is kept, and the notice names its new path.
    let aside: Vec<PathBuf> = fs::read_dir(data.path("damaged"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "db"))
        .collect();
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert_eq!(fs::read(&aside[0]).unwrap(), damaged);
    let notices = database.notices().borrow().notices();
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].code, "database.restored");
    let kept = Argument::text(aside[0].to_string_lossy());
    assert_eq!(notices[0].args["kept"], kept);
}

#[tokio::test]
async fn the_notice_stays_until_it_is_dismissed() {
    let data = Data::filled().await;
    data.damage();
    data.open().await.unwrap().close().await;
    let database = data.open().await.unwrap();
    assert_eq!(codes(&database), ["database.restored"]);
    assert!(!database.dismiss("database.full").await.unwrap());
    assert!(database.dismiss("database.restored").await.unwrap());
    assert_eq!(codes(&database), [""; 0]);
    drop(database);
    assert_eq!(codes(&data.open().await.unwrap()), [""; 0]);
}

#[tokio::test]
async fn a_damaged_file_without_a_backup_is_kept() {
    let data = Data::new();
    fs::write(data.path(NAME), "hello ".repeat(300)).unwrap();
    let before = data.files();
    let damaged = data.open().await;
    assert!(matches!(damaged, Err(OpenError::DatabaseDamaged { .. })));
    assert_eq!(data.files(), before);
}

#[tokio::test]
async fn a_damaged_database_is_never_replaced_by_an_empty_one() {
    for left in [0, 1, 100, 4096] {
        let data = Data::filled().await;
        let file = File::options().write(true).open(data.path(NAME)).unwrap();
        file.set_len(left).unwrap();
        let database = data.open().await.unwrap();
        assert_eq!(states(&database).await, as_restored(), "{left} bytes left");
        assert_eq!(codes(&database), ["database.restored"]);
    }
    for left in [0, 1, 100, 4096] {
        let data = Data::filled().await;
        fs::remove_dir_all(data.path("backups")).unwrap();
        let file = File::options().write(true).open(data.path(NAME)).unwrap();
        file.set_len(left).unwrap();
        let damaged = data.open().await;
        assert!(
            matches!(damaged, Err(OpenError::DatabaseDamaged { .. })),
            "{left} bytes left: {damaged:?}"
        );
    }
}

#[tokio::test]
async fn a_missing_database_is_restored() {
    let data = Data::filled().await;
    fs::remove_file(data.path(NAME)).unwrap();
    fs::write(format!("{}-wal", data.path(NAME).display()), "stale").unwrap();
    let database = data.open().await.unwrap();
    assert_eq!(states(&database).await, as_restored());
    let notice = database.notices().borrow().notices().remove(0);
    assert_eq!(notice.args["kept"], Argument::text("none"), "{notice:?}");
    // Stray side files belong to no database and are kept as well.
    let stray = fs::read_dir(data.path("damaged"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().ends_with(".db-wal"));
    assert_eq!(fs::read(stray.unwrap()).unwrap(), b"stale");
}

#[tokio::test]
async fn a_wrong_key_restores_nothing() {
    let data = Data::filled().await;
    data.damage();
    let before = data.files();
    for key in [new_key(), "abc".into()] {
        let refused = data.open_with(&key).await;
        assert!(
            matches!(
                refused,
                Err(OpenError::KeyWrong { .. } | OpenError::KeyMalformed { .. })
            ),
            "{refused:?}"
        );
        assert_eq!(data.files(), before);
    }
}

#[tokio::test]
async fn a_damaged_canary_is_not_a_wrong_key() {
    for key in ["canary", "vault_id", "proof_digest"] {
        let data = Data::filled().await;
        let mut connection = options(&data.path(NAME)).connect().await.unwrap();
        sqlx::query(
            "UPDATE meta SET value = replace(value, substr(value, 9, 1), '!') WHERE key = ?",
        )
        .bind(key)
        .execute(&mut connection)
        .await
        .unwrap();
        connection.close().await.unwrap();
        let database = data.open().await.unwrap();
        assert_eq!(codes(&database), ["database.restored"], "{key}");
    }
}

#[tokio::test]
async fn unusable_backups_are_skipped() {
    let data = Data::filled().await;
    let database = data.open().await.unwrap();
    data.fill(&database, "later-").await;
    assert!(database.back_up(data.clock.now()).await);
    database.close().await;
    drop(database);
    data.damage();
    let newest = data.path("backups").join(data.backups().pop().unwrap());
    let mut bytes = fs::read(&newest).unwrap();
    for byte in &mut bytes[8192..] {
        *byte ^= 0x5A;
    }
    fs::write(newest, bytes).unwrap();
    // The older backup does not have the later posts.
    assert_eq!(states(&data.open().await.unwrap()).await, as_restored());
}

#[tokio::test]
async fn a_backup_of_an_older_version_is_migrated() {
    let data = Data::new();
    old_database(&data).await;
    data.open().await.unwrap().close().await;
    data.damage();
    let database = data.open().await.unwrap();
    assert_eq!(states(&database).await["old"], "paused");
    assert_eq!(codes(&database), ["database.restored"]);
}

#[tokio::test]
async fn damage_found_by_a_backup_is_repaired_at_the_next_start() {
    let data = Data::filled().await;
    let database = data.open().await.unwrap();
    data.damage();
    assert!(!database.back_up(data.clock.now()).await);
    let codes_now = codes(&database);
    assert_eq!(codes_now, ["database.unreadable", "database.backup_failed"]);
    assert_eq!(data.backups().len(), 1, "the good backup stays");
    database.close().await;
    drop(database);
    let database = data.open().await.unwrap();
    assert_eq!(codes(&database), ["database.restored"]);
    assert_eq!(states(&database).await, as_restored());
}
