//! The database: found, proven to be ours with the right key, locked for this process, and opened.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    str::FromStr,
};

use sqlx::{
    ConnectOptions, Connection, Row, SqliteConnection, SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    error::OpenError,
    vault::{KeyPlan, Vault, find_key},
};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

const FILE: &str = "slipway.db";
const LOCK_FILE: &str = "slipway.lock";

/// An open database, its key, and the lock that keeps other processes out.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) pool: SqlitePool,
    pub(crate) vault: Vault,
    /// Held as long as the database is.
    _lock: File,
}

/// What is known of a database before anything in it is touched.
#[derive(Debug, Default)]
struct Found {
    vault_id: Option<String>,
    canary: Option<String>,
}

impl Database {
    /// Opens the database in `folder`, making one where there is none. Until key and version are
    /// proven, nothing is written but the lock file.
    pub(crate) async fn open(
        folder: &Path,
        environment: Option<&secrecy::SecretString>,
        passphrase: Option<&secrecy::SecretString>,
    ) -> Result<Self, OpenError> {
        let storage = |path: &Path| {
            let path = path.to_owned();
            move |source| OpenError::Storage { path, source }
        };
        std::fs::create_dir_all(folder).map_err(storage(folder))?;
        keep_private(folder).map_err(storage(folder))?;
        let lock = lock(folder)?;

        let path = folder.join(FILE);
        let found = if path.try_exists().map_err(storage(&path))? {
            look(&path).await?
        } else {
            Found::default()
        };
        let fresh = found.canary.is_none();
        let vault_id = found
            .vault_id
            .unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
        let vault = find_key(KeyPlan {
            folder,
            vault_id: &vault_id,
            fresh,
            environment,
            passphrase,
        })
        .await?;
        if let Some(canary) = &found.canary
            && !vault.opens(canary)
        {
            return Err(OpenError::KeyWrong {
                origin: vault.origin(),
            });
        }

        let damaged = |source| OpenError::DatabaseDamaged {
            path: path.clone(),
            source,
        };
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options(&path).create_if_missing(true))
            .await
            .map_err(damaged)?;
        MIGRATIONS
            .run(&pool)
            .await
            .map_err(|error| damaged(error.into()))?;
        if fresh {
            plant(&pool, &vault_id, &vault.canary())
                .await
                .map_err(damaged)?;
        }
        Ok(Self {
            pool,
            vault,
            _lock: lock,
        })
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
}

/// Keeps other users of the computer out of the folder.
fn keep_private(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

fn lock(folder: &Path) -> Result<File, OpenError> {
    let path = folder.join(LOCK_FILE);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|source| OpenError::Storage {
            path: path.clone(),
            source,
        })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::AlreadyRunning {
            path: PathBuf::from(folder),
        }),
        Err(TryLockError::Error(source)) => Err(OpenError::Storage { path, source }),
    }
}

/// Reads version and canary without writing.
async fn look(path: &Path) -> Result<Found, OpenError> {
    let damaged = |source| OpenError::DatabaseDamaged {
        path: path.to_owned(),
        source,
    };
    let mut connection = SqliteConnectOptions::from_str("sqlite:")
        .map_err(damaged)?
        .filename(path)
        .read_only(true)
        .connect()
        .await
        .map_err(damaged)?;
    let found = read_found(&mut connection).await;
    connection.close().await.map_err(damaged)?;
    let (version, found) = found.map_err(damaged)?;
    let known = MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0);
    if version > known {
        return Err(OpenError::DatabaseNewer {
            found: version,
            known,
        });
    }
    Ok(found)
}

// These run before the schema is known to be there, so they cannot be checked when compiled.
async fn read_found(connection: &mut SqliteConnection) -> Result<(i64, Found), sqlx::Error> {
    let tables: Vec<String> = sqlx::query("SELECT name FROM sqlite_master WHERE type = 'table'")
        .fetch_all(&mut *connection)
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect();
    let has = |name: &str| tables.iter().any(|table| table == name);
    let mut version = 0;
    if has("_sqlx_migrations") {
        version = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations")
            .fetch_one(&mut *connection)
            .await?
            .get(0);
    }
    let mut found = Found::default();
    if has("meta") {
        for row in sqlx::query("SELECT key, value FROM meta")
            .fetch_all(&mut *connection)
            .await?
        {
            match row.get::<&str, _>(0) {
                "vault_id" => found.vault_id = row.get(1),
                "canary" => found.canary = row.get(1),
                _ => {}
            }
        }
    }
    Ok((version, found))
}

async fn plant(pool: &SqlitePool, vault_id: &str, canary: &str) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    sqlx::query!(
        "INSERT OR REPLACE INTO meta (key, value) VALUES ('vault_id', ?)",
        vault_id
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "INSERT OR REPLACE INTO meta (key, value) VALUES ('canary', ?)",
        canary
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::KeyOrigin, vault::new_key};

    #[tokio::test]
    async fn a_wrong_key_and_a_malformed_one_touch_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let key = new_key();
        Database::open(folder.path(), Some(&key), None)
            .await
            .unwrap()
            .pool
            .close()
            .await;
        let before = std::fs::read(folder.path().join(FILE)).unwrap();

        let wrong = Database::open(folder.path(), Some(&new_key()), None).await;
        assert!(matches!(
            wrong,
            Err(OpenError::KeyWrong {
                origin: KeyOrigin::Environment
            })
        ));
        let malformed = Database::open(folder.path(), Some(&"abc".into()), None).await;
        assert!(matches!(malformed, Err(OpenError::KeyMalformed { .. })));

        assert_eq!(std::fs::read(folder.path().join(FILE)).unwrap(), before);
        assert!(
            Database::open(folder.path(), Some(&key), None)
                .await
                .is_ok()
        );
    }

    #[tokio::test]
    async fn a_newer_database_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let key = new_key();
        let database = Database::open(folder.path(), Some(&key), None)
            .await
            .unwrap();
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'later', 1, x'00', 0)",
        )
        .execute(&database.pool)
        .await
        .unwrap();
        database.pool.close().await;
        drop(database);
        let newer = Database::open(folder.path(), Some(&key), None).await;
        assert!(matches!(
            newer,
            Err(OpenError::DatabaseNewer { found: 9999, .. })
        ));
    }

    #[tokio::test]
    async fn the_folder_belongs_to_one_process() {
        let folder = tempfile::tempdir().unwrap();
        let key = new_key();
        let _held = Database::open(folder.path(), Some(&key), None)
            .await
            .unwrap();
        let second = Database::open(folder.path(), Some(&key), None).await;
        assert!(matches!(second, Err(OpenError::AlreadyRunning { .. })));
    }

    #[tokio::test]
    async fn text_is_no_database() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "hello ".repeat(300)).unwrap();
        let damaged = Database::open(folder.path(), Some(&new_key()), None).await;
        assert!(matches!(damaged, Err(OpenError::DatabaseDamaged { .. })));
    }

    #[tokio::test]
    async fn a_passphrase_opens_what_it_closed() {
        // A passphrase file decides alone, so no keyring is asked.
        let folder = tempfile::tempdir().unwrap();
        let key = new_key();
        crate::vault::wrap_for_test(folder.path(), &key, &"open sesame".into());
        let open = async |phrase: Option<&str>| {
            let phrase = phrase.map(secrecy::SecretString::from);
            Database::open(folder.path(), None, phrase.as_ref()).await
        };
        assert!(matches!(open(None).await, Err(OpenError::PassphraseNeeded)));
        assert!(open(Some("open sesame")).await.is_ok());
        assert!(matches!(
            open(Some("other")).await,
            Err(OpenError::PassphraseWrong)
        ));
    }
}
