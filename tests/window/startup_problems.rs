//! Problems at the start: Slipway shows a readable page and changes no data.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use slipway_tests::desktop::{Desktop, Setting};
use slipway_tests::journey::VAULT_KEY;
use slipway_tests::video;
use slipway_tests::window::{Launch, Window};
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

const OTHER_KEY: &str = "b3RoZXItdmF1bHQta2V5LW9mLTMyLWJ5dGVzISEhISE=";
const DATABASE: &str = "slipway.db";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_malformed_key_is_reported_and_nothing_is_written() {
    let desktop = Desktop::start("key-malformed", Setting::default()).await;
    let window = Window::open(
        &desktop,
        &Launch::default().with("SLIPWAY_FERNET_KEY", "not a key"),
    )
    .await;
    window
        .page()
        .find("heading", "The encryption key is not valid")
        .await;
    // A retry would not help: the variable keeps its value until Slipway is restarted.
    window.page().reads("then start Slipway again").await;
    assert!(
        !window.page().text().await.contains("not a key"),
        "the key itself is not shown"
    );
    window.close().await;
    assert!(!desktop.data().join(DATABASE).exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_loses_nothing_and_the_right_one_still_opens() {
    let desktop = Desktop::start("key-wrong", Setting::default()).await;
    let right = Launch::default().with("SLIPWAY_FERNET_KEY", VAULT_KEY);
    make_data(&desktop, &right).await;
    let before = contents(&desktop.data());

    let wrong = Launch::default().with("SLIPWAY_FERNET_KEY", OTHER_KEY);
    let window = Window::open(&desktop, &wrong).await;
    window
        .page()
        .find("heading", "The encryption key does not match your data")
        .await;
    window.page().click("button", "Try again").await;
    window
        .page()
        .find("heading", "The encryption key does not match your data")
        .await;
    window.close().await;
    assert_eq!(contents(&desktop.data()), before);

    let window = Window::open(&desktop, &right).await;
    window.page().click("link", "Settings").await;
    window.page().reads("sbslipwaydemo").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_of_a_newer_slipway_is_left_alone() {
    let desktop = Desktop::start("database-newer", Setting::default()).await;
    let launch = Launch::default().with("SLIPWAY_FERNET_KEY", VAULT_KEY);
    make_data(&desktop, &launch).await;
    let mut database = SqliteConnectOptions::new()
        .filename(desktop.data().join(DATABASE))
        .connect()
        .await
        .expect("the database");
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99991231000000, 'from a later Slipway', 1, x'00', 0)",
    )
    .execute(&mut database)
    .await
    .unwrap();
    sqlx::Connection::close(database).await.unwrap();
    let before = contents(&desktop.data());

    let window = Window::open(&desktop, &launch).await;
    window
        .page()
        .find("heading", "Your data comes from a newer Slipway")
        .await;
    window.close().await;
    assert_eq!(contents(&desktop.data()), before);
}

/// Passes a first start that stores a TikTok app with its secret.
async fn make_data(desktop: &Desktop, launch: &Launch) {
    let window = Window::open(desktop, launch).await;
    let page = window.page();
    page.click("button", "Use my TikTok app").await;
    page.fill("Client key", "sbslipwaydemo").await;
    page.fill("Client secret", "a-secret-of-the-creator").await;
    page.click("button", "Save").await;
    page.reads("TikTok app saved").await;
    window.close().await;
    assert!(
        desktop.data().join(DATABASE).exists(),
        "the database is in the data folder"
    );
}

/// The data files of the data folder: not the logs, the lock, and SQLite's index of its log, which every reader writes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "logs" {
                    open.push(path);
                }
            } else if path
                .extension()
                .is_none_or(|kind| kind != "log" && kind != "lock" && kind != "db-shm")
                && path.metadata().unwrap().len() > 0
            {
                found.insert(path.clone(), video::sha256(&path));
            }
        }
    }
    found
}
