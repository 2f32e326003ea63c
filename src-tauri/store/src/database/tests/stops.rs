//! A stop that was clean, and one that was not.

use super::*;

#[tokio::test]
async fn only_a_clean_stop_is_marked_and_only_until_the_next_start() {
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
    // As a killed process leaves it: changes in the WAL, and no mark.
    let killed = copy(&data);
    assert!(!marker::fits(&DataFolder::prepare(killed.folder.path(), TABLES).unwrap()).await);
    let again = killed.open().await.unwrap();
    assert_eq!(states(&again).await.len(), 2 * STATES.len());

    database.close().await;
    assert!(marker::fits(&place).await);
}

#[tokio::test]
async fn one_changed_bit_undoes_the_mark() {
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
async fn a_database_that_is_damaged_while_open_is_not_marked() {
    let data = Data::filled().await;
    let database = data.open().await.unwrap();
    data.damage();
    database.close().await;
    assert!(!data.path("slipway.clean").exists());
}

#[tokio::test]
async fn a_table_that_is_called_otherwise_is_found() {
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

/// The folder as it is now, with the same key and time.
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
