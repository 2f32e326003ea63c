//! Shared setup of the database tests.

mod backups;
mod damage;
mod opening;
mod stops;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use slipway_core::clock::{Clock as _, test_clock::TestClock};
use sqlx::{ConnectOptions as _, Connection as _, Row, SqliteConnection};
use tempfile::TempDir;

use super::{
    backup,
    connection::{MIGRATIONS, options},
    data_folder::DataFolder,
    marker, *,
};
use crate::{
    error::OpenError,
    vault::{KeyOrigin, KeyRequest, Vault, new_key},
};

const NAME: &str = "slipway.db";
/// Every post state with its state after a restore.
const STATES: [(&str, &str); 13] = [
    ("draft", "draft"),
    ("scheduled", "paused"),
    ("queued", "paused"),
    ("checking", "paused"),
    ("uploading", "paused"),
    ("processing", "unconfirmed"),
    ("published", "published"),
    ("delivered_to_inbox", "delivered_to_inbox"),
    ("waiting", "paused"),
    ("paused", "paused"),
    ("failed", "failed"),
    ("unconfirmed", "unconfirmed"),
    ("cancelled", "cancelled"),
];

/// The declaration of a module whose posts are held after a restore.
const TABLES: &[Tables] = &[Tables {
    secrets: &[],
    forget: &[],
    park: Some(park),
}];

fn park<'a>(
    connection: &'a mut SqliteConnection,
    _: &'a Restored,
    _: Timestamp,
) -> futures_util::future::BoxFuture<'a, Result<(), sqlx::Error>> {
    Box::pin(async move {
        for statement in [
            "UPDATE posts SET state = 'unconfirmed' WHERE state = 'processing'",
            "UPDATE posts SET state = 'paused' WHERE state IN
                 ('scheduled', 'queued', 'checking', 'uploading', 'waiting')",
        ] {
            sqlx::query(statement).execute(&mut *connection).await?;
        }
        Ok(())
    })
}

/// A data folder with its key and clock.
struct Data {
    folder: TempDir,
    key: SecretString,
    clock: Arc<TestClock>,
}

impl Data {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            key: new_key(),
            clock: Arc::new(TestClock::manual()),
        }
    }

    /// A closed database with a post in each state and a backup of them.
    async fn filled() -> Self {
        let data = Self::new();
        let database = data.open().await.unwrap();
        data.fill(&database, "").await;
        assert!(database.back_up(data.clock.now()).await);
        database.close().await;
        data.clock.advance(Duration::from_hours(3));
        data
    }

    async fn open(&self) -> Result<Database, OpenError> {
        self.open_with(&self.key).await
    }

    async fn open_with(&self, key: &SecretString) -> Result<Database, OpenError> {
        let usual = KeyRequest::Usual;
        Database::open(
            self.folder.path(),
            Some(key),
            &usual,
            TABLES,
            self.clock.as_ref(),
        )
        .await
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn fill(&self, database: &Database, prefix: &str) {
        for (state, _) in STATES {
            sqlx::query(
                "INSERT INTO posts (id, state, path, file_name, size, modified_ns, media, findings,
                     settings, wait_until, created_at)
                 VALUES (?1 || ?2, ?2, '/a.mp4', 'a.mp4', 1, 1, '{}', '[]', '{}', 7, 1)",
            )
            .bind(prefix)
            .bind(state)
            .execute(&database.pool)
            .await
            .unwrap();
        }
    }

    /// Overwrites the posts with noise, as a failing disk does.
    fn damage(&self) {
        let path = self.path(NAME);
        let mut bytes = fs::read(&path).unwrap();
        for byte in &mut bytes[4096..] {
            *byte ^= 0xA5;
        }
        fs::write(path, bytes).unwrap();
    }

    /// Every file with its bytes, except files that reading may leave.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn walk(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, files);
                } else if !path.to_string_lossy().ends_with("-shm") {
                    let bytes = fs::read(&path).unwrap();
                    if !bytes.is_empty() {
                        files.insert(path, bytes);
                    }
                }
            }
        }
        let mut files = BTreeMap::new();
        walk(self.folder.path(), &mut files);
        files
    }

    fn backups(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path("backups")) else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

async fn states(database: &Database) -> BTreeMap<String, String> {
    sqlx::query("SELECT id, state FROM posts")
        .fetch_all(&database.pool)
        .await
        .unwrap()
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect()
}

fn codes(database: &Database) -> Vec<String> {
    let changes = database.notices();
    let notices = changes.borrow().notices();
    notices.into_iter().map(|notice| notice.code).collect()
}

fn as_stored() -> BTreeMap<String, String> {
    STATES
        .iter()
        .map(|(state, _)| ((*state).to_owned(), (*state).to_owned()))
        .collect()
}

fn as_restored() -> BTreeMap<String, String> {
    STATES
        .iter()
        .map(|(was, is)| ((*was).to_owned(), (*is).to_owned()))
        .collect()
}

/// A database of version 1, as the first Slipway left it.
async fn old_database(data: &Data) {
    let vault = Vault::new(&data.key, KeyOrigin::Environment).unwrap();
    let mut connection = options(&data.path(NAME))
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    MIGRATIONS.run_to(1, &mut connection).await.unwrap();
    for (key, value) in [("vault_id", "old".to_owned()), ("canary", vault.canary())] {
        sqlx::query("INSERT INTO meta (key, value) VALUES (?, ?)")
            .bind(key)
            .bind(value)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    sqlx::query(
        "INSERT INTO posts (id, state, path, file_name, size, modified_ns, media, findings,
             settings, created_at)
         VALUES ('old', 'queued', '/a.mp4', 'a.mp4', 1, 1, '{}', '[]', '{}', 1)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
}
