//! Tests of clean and unclean shutdowns.

use super::*;

#[tokio::test]
async fn only_a_clean_shutdown_leaves_a_marker_until_the_next_start() {
    let data = Data::filled().await;
    let place = DataFolder::prepare(data.folder.path(), TABLES).unwrap();
    assert!(marker::fits(&place).await);
    let left = data_folder::files(&data.path(NAME))
        .iter()
        .filter(|it| it.exists())
        .count();
    assert_eq!(left, 1, "one file holds everything");
    let database = data.open().await.unwrap();
    assert!(!place.marker().exists());
    data.fill(&database, "more-").await;
    // As after a killed process: changes in the WAL, and no marker.
    let killed = copy(&data);
    assert!(!marker::fits(&DataFolder::prepare(killed.folder.path(), TABLES).unwrap()).await);
    let again = killed.open().await.unwrap();
    assert_eq!(states(&again).await.len(), 2 * STATES.len());

    database.close().await;
    assert!(marker::fits(&place).await);
}

#[tokio::test]
async fn one_changed_bit_invalidates_the_marker() {
    let data = Data::filled().await;
    let place = DataFolder::prepare(data.folder.path(), TABLES).unwrap();
    let path = data.path(NAME);
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(path, bytes).unwrap();
    assert!(!marker::fits(&place).await);
}

#[tokio::test]
async fn a_database_damaged_while_open_gets_no_marker() {
    let data = Data::filled().await;
    let database = data.open().await.unwrap();
    data.damage();
    database.close().await;
    assert!(!data.path("slipway.clean").exists());
}

#[tokio::test]
async fn a_renamed_table_is_detected() {
    let data = Data::filled().await;
    let path = data.path(NAME);
    let mut connection = options(&path).connect().await.unwrap();
    sqlx::query("ALTER TABLE weekly_slots RENAME TO weakly_slots")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let database = data.open().await.unwrap();
    assert_eq!(codes(&database), ["database.restored"]);
    sqlx::query("SELECT * FROM weekly_slots")
        .fetch_all(&database.pool)
        .await
        .unwrap();
}

/// A copy of the folder with the same key and clock.
fn copy(data: &Data) -> Data {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(data.folder.path()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
    }
    Data {
        folder,
        key: data.key.clone(),
        clock: data.clock.clone(),
    }
}
