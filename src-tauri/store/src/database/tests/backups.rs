//! Tests of backups and of notices about database faults.

use super::*;

#[tokio::test]
async fn seven_daily_backups_are_kept() {
    let data = Data::new();
    let database = Arc::new(data.open().await.unwrap());
    let (database_clone, clock) = (database.clone(), data.clock.clone());
    let maintenance = tokio::spawn(async move { database_clone.maintain(clock.as_ref()).await });
    for day in 1..=10_usize {
        eventually(|| data.backups().len() == day.min(7) && newest(&data) == day).await;
        data.clock.advance(Duration::from_hours(25));
    }
    maintenance.abort();
    #[cfg(unix)]
    for name in data.backups() {
        use std::os::unix::fs::PermissionsExt;
        let path = data.path("backups").join(name);
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

fn newest(data: &Data) -> usize {
    let names = data.backups();
    // An unfinished backup has a longer name.
    names
        .iter()
        .rfind(|name| name.ends_with("Z.db"))
        .map_or(0, |name| name[..6].parse().unwrap())
}

async fn eventually(so: impl Fn() -> bool) {
    tokio::time::timeout(Duration::from_secs(20), async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn setting_the_clock_does_not_stop_backups() {
    let data = Data::new();
    let place = DataFolder::prepare(data.folder.path(), TABLES).unwrap();
    let database = data.open().await.unwrap();
    let now = || data.clock.now();
    assert_eq!(backup::due(&place, now()), now());
    assert!(database.back_up(now()).await);
    assert!(backup::due(&place, now()) > now());
    // The last backup is in the future: its age is unknown.
    data.clock
        .set_wrong_by(SignedDuration::from_hours(-24 * 400));
    assert_eq!(backup::due(&place, now()), now());
    data.fill(&database, "").await;
    assert!(database.back_up(now()).await);
    let listed = backup::list(&place).unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed[0].made_at < listed[1].made_at, "newest by number");
    database.close().await;
    drop(database);
    fs::remove_file(data.path(NAME)).unwrap();
    assert_eq!(states(&data.open().await.unwrap()).await, as_restored());
}

#[tokio::test]
async fn an_unfinished_backup_is_removed() {
    let data = Data::new();
    let database = data.open().await.unwrap();
    fs::create_dir_all(data.path("backups")).unwrap();
    fs::write(data.path("backups/000001-daily-x.db.partial"), "half").unwrap();
    assert!(database.back_up(data.clock.now()).await);
    let names = data.backups();
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].ends_with("Z.db"), "{names:?}");
}

#[tokio::test]
async fn a_failed_backup_has_a_notice_until_one_succeeds() {
    let data = Data::new();
    let database = data.open().await.unwrap();
    fs::write(data.path("backups"), "not a folder").unwrap();
    assert!(!database.back_up(data.clock.now()).await);
    assert_eq!(codes(&database), ["database.backup_failed"]);
    fs::remove_file(data.path("backups")).unwrap();
    assert!(database.back_up(data.clock.now()).await);
    assert_eq!(codes(&database), [""; 0]);
}

#[tokio::test]
async fn a_fault_has_a_notice_until_a_write_succeeds() {
    let data = Data::new();
    let database = Arc::new(data.open().await.unwrap());
    let (database_clone, clock) = (database.clone(), data.clock.clone());
    let maintenance = tokio::spawn(async move { database_clone.maintain(clock.as_ref()).await });
    let mut changes = database.notices();

    let full = refused_write(&database).await;
    assert_eq!(DatabaseFault::of(&full), DatabaseFault::Full);
    database.note(&full);
    assert_eq!(codes(&database), ["database.full"]);
    let notified = async {
        while !codes(&database).is_empty() {
            data.clock.advance(Duration::from_secs(20));
            let _ = tokio::time::timeout(Duration::from_millis(20), changes.changed()).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), notified)
        .await
        .unwrap();
    maintenance.abort();
}

/// The error of a database that may not grow.
async fn refused_write(database: &Database) -> sqlx::Error {
    let mut connection = database.pool.acquire().await.unwrap();
    sqlx::query("PRAGMA max_page_count = 1")
        .execute(&mut *connection)
        .await
        .unwrap();
    let error = sqlx::query("INSERT INTO meta VALUES ('big', hex(zeroblob(100000)))")
        .execute(&mut *connection)
        .await
        .unwrap_err();
    sqlx::query("PRAGMA max_page_count = 4294967294")
        .execute(&mut *connection)
        .await
        .unwrap();
    error
}
