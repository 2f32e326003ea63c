//! The database: found, proven to be ours with the right key, locked for this process, checked after
//! a stop that was not clean, restored from a backup when it is damaged, and opened.

mod backup;
mod check;
mod facts;
mod find;
mod keep;
mod keys;
mod marker;
mod notices;
mod open_notices;
mod place;
mod restore;
mod tables;
mod trouble;

#[cfg(test)]
mod tests;

use std::{fs::File, path::Path, sync::Arc, time::Duration};

use jiff::Timestamp;
use secrecy::SecretString;
use slipway_core::{clock::Clock, notice::Explain};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
        SqliteTransactionManager,
    },
};
use sqlx_core::transaction::TransactionManager;
use tokio::sync::watch;

pub use facts::{BackupFacts, Facts};
pub use keep::News;
pub use notices::BackupFailed;
pub(crate) use notices::text::TEXTS;
pub(crate) use open_notices::text::TEXTS as OPEN_TEXTS;
pub use restore::Restored;
pub use tables::{Park, Tables};
pub use trouble::Trouble;

use crate::{
    error::OpenError,
    vault::{KeyOrigin, KeyPlace, KeyRequest, Vault},
};
use find::Found;
use keys::{Key, Keys};
use place::Place;
use trouble::{Damage, Failure};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// An open database, its key, and the lock that keeps other processes out.
#[derive(Debug)]
pub struct Database {
    pub pool: SqlitePool,
    pub vault: Arc<Vault>,
    place: Place,
    /// Where the key is kept, unless it comes from the environment.
    key: Option<KeyPlace>,
    news: watch::Sender<News>,
    /// Held as long as the database is.
    _lock: File,
}

impl Database {
    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.place.folder()
    }

    /// Opens the database in `folder`, making one where there has never been one. Until key and
    /// version are proven, nothing is written but the lock file.
    ///
    /// A damaged database is set aside and the newest good backup takes its place, which
    /// [`Database::news`] tells until it is dismissed. What is asked about the key is done on the way.
    pub async fn open(
        folder: &Path,
        environment: Option<&SecretString>,
        request: &KeyRequest,
        tables: &'static [Tables],
        clock: &dyn Clock,
    ) -> Result<Self, OpenError> {
        let place = Place::prepare(folder, tables)?;
        let lock = place.lock()?;
        place.must_be_writable()?;
        let keys = Keys {
            environment,
            request,
        };
        keys.check()?;
        let (key, damage) = prove(&place, keys, clock.now()).await?;
        if let (Some(at), false) = (&key.place, keys.gives_up()) {
            keys::settle_change(&place, at, &key.vault, clock.now()).await;
        }
        let restored = async |damage| {
            // Whose key is given up may have any backup.
            let fits = |canary: &str| keys.gives_up() || key.vault.opens(canary);
            let told = (!keys.gives_up()).then_some(&key.vault);
            restore::newest(&place, &fits, told, damage, clock.now()).await
        };
        if let Some(damage) = damage {
            restored(damage).await?;
        }
        let mut news = News::default();
        let pool = match start(&place, &mut news, clock.now()).await {
            Err(Failure::Damage(damage)) => {
                restored(damage).await?;
                start(&place, &mut news, clock.now()).await
            }
            other => other,
        }
        .map_err(|failure| failure.into_open(&place.database()))?;
        let key = match keys.carry_out(&place, key, &pool, clock.now()).await {
            Ok(key) => key,
            Err(error) => {
                pool.close().await;
                return Err(error);
            }
        };
        Ok(Self {
            pool,
            vault: Arc::new(key.vault),
            key: key.place,
            place,
            news: watch::Sender::new(news),
            _lock: lock,
        })
    }

    /// Brings everything into the database's own file, closes it, and marks the stop as clean if
    /// the file is good.
    pub async fn close(&self) {
        let good = self.bring_home().await;
        self.pool.close().await;
        let marked = match good {
            Ok(()) => {
                let marked = marker::write(&self.place).await;
                marked.map_err(|error| Failure::of_io(&self.place.marker(), error))
            }
            Err(failure) => Err(failure),
        };
        if let Err(failure) = marked {
            let error = failure.into_open(&self.place.database());
            tracing::warn!(%error, "[Database] the stop is not marked as clean: the next start checks everything");
        }
    }

    /// Whether the key can be changed: not while it comes from the environment, nor without the passphrase that it is
    /// wrapped with.
    pub async fn may_change_key(&self, current: Option<&SecretString>) -> Result<(), OpenError> {
        match (&self.key, self.vault.origin()) {
            (None, _) => Err(OpenError::KeyFixed),
            (Some(key), KeyOrigin::Passphrase) => key.check_passphrase(current, &self.vault).await,
            (Some(_), _) => Ok(()),
        }
    }

    async fn bring_home(&self) -> Result<(), Failure> {
        let path = self.place.database();
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&self.pool)
            .await
            .map_err(|error| Failure::of(&path, error))?;
        check::quick(&path).await
    }
}

/// Finds the key and proves it, without writing. Says what is wrong with the database, if a
/// backup must take its place. A wrong, missing or locked key is an error of its own and comes first.
async fn prove(
    place: &Place,
    keys: Keys<'_>,
    now: Timestamp,
) -> Result<(Key, Option<Damage>), OpenError> {
    let path = place.database();
    let damage = match find::look(&path).await {
        Ok(Some(found)) => {
            let opens = |vault: &Vault| vault.opens(&found.canary);
            let key = keys.open(place, &found.vault_id, &opens).await?;
            if marker::fits(place).await {
                return Ok((key, None));
            }
            tracing::info!("[Database] the last stop was not clean: checking");
            return match check::whole(&path, found.version).await {
                Ok(()) => Ok((key, None)),
                Err(Failure::Damage(damage)) => Ok((key, Some(damage))),
                Err(Failure::Open(error)) => Err(error),
            };
        }
        Ok(None) => {
            let backups =
                backup::list(place).map_err(|source| place::refused(&place.backups(), source))?;
            if backups.is_empty() {
                return create(place, keys, now).await.map(|key| (key, None));
            }
            Damage::Missing
        }
        Err(Failure::Damage(damage)) => damage,
        Err(Failure::Open(error)) => return Err(error),
    };
    // The key must open one of the backups; the newest says how the keyring knows it.
    let candidates = restore::candidates(place).await?;
    let Some((_, newest)) = candidates.first() else {
        return Err(Failure::Damage(damage).into_open(&path));
    };
    let opens = |vault: &Vault| {
        candidates
            .iter()
            .any(|(_, found)| vault.opens(&found.canary))
    };
    let key = keys.open(place, &newest.vault_id, &opens).await?;
    Ok((key, Some(damage)))
}

/// Makes a new database. It gets its name last, so that what bears the name was whole once.
async fn create(place: &Place, keys: Keys<'_>, now: Timestamp) -> Result<Key, OpenError> {
    let vault_id = uuid::Uuid::new_v4().to_string();
    let key = keys.make(place, &vault_id).await?;
    let path = place.unfinished();
    let made = async {
        let io = |error| Failure::of_io(&path, error);
        for leftover in place::files(&path) {
            place::remove(&leftover).map_err(io)?;
        }
        restore::set_strays_aside(place, now).map_err(io)?;
        place::make_file(&path).map_err(io)?;
        let sqlite = |error| Failure::of(&path, error);
        let mut connection = options(&path)
            .journal_mode(SqliteJournalMode::Delete)
            .connect()
            .await
            .map_err(sqlite)?;
        let migrated = migrate(&mut connection).await;
        let planted = match migrated {
            Ok(()) => find::plant(&mut connection, &vault_id, &key.vault, now)
                .await
                .map_err(sqlite),
            Err(error) => Err(Failure::of_migration(&path, error)),
        };
        connection.close().await.map_err(sqlite)?;
        planted?;
        place::settle(&path, &place.database()).map_err(io)
    };
    made.await
        .map_err(|failure: Failure| failure.into_open(&path))?;
    Ok(key)
}

/// Brings a database to the present version over one connection. With `Migrator::run` the compiler could not see that a
/// future which awaits this may move between threads.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), MigrateError> {
    MIGRATIONS.run_direct(None, connection, false).await
}

/// Opens a proven database and brings it to the present version.
async fn start(place: &Place, news: &mut News, now: Timestamp) -> Result<SqlitePool, Failure> {
    let path = place.database();
    let Some(found) = find::look(&path).await? else {
        return Err(Damage::Missing.into());
    };
    marker::clear(place).map_err(|error| Failure::of_io(&path, error))?;
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .after_release(|connection, _| Box::pin(end_transaction(connection)))
        .connect_with(options(&path))
        .await
        .map_err(|error| Failure::of(&path, error))?;
    let started = bring_up(place, &pool, &found, news, now).await;
    if started.is_err() {
        pool.close().await;
    }
    started.map(|()| pool)
}

async fn bring_up(
    place: &Place,
    pool: &SqlitePool,
    found: &Found,
    news: &mut News,
    now: Timestamp,
) -> Result<(), Failure> {
    let path = place.database();
    let sqlite = |error| Failure::of(&path, error);
    if found.version < find::known_version() {
        let kind = backup::Kind::Migration {
            from: found.version,
        };
        if let Err(error) = backup::make(place, pool, kind, now).await {
            tracing::warn!(%error, "[Database] Backup before the migration failed");
            news.backup = Some(BackupFailed(error.trouble()).explain());
        }
    }
    let mut connection = pool.acquire().await.map_err(sqlite)?;
    migrate(&mut connection)
        .await
        .map_err(|error| Failure::of_migration(&path, error))?;
    if !found.sealed {
        find::seal(&mut connection, &found.vault_id, &found.canary)
            .await
            .map_err(sqlite)?;
    }
    news.restored = restore::remembered(&mut connection)
        .await
        .map_err(sqlite)?
        .map(|restored| restored.explain());
    Ok(())
}

/// Lets a connection count its transactions right again; says whether it can be used on.
///
/// When the disk refuses a write, `SQLite` ends the transaction by itself. The rollback that follows
/// then finds none, so that sqlx takes the connection to be inside of one for ever and begins no other.
async fn end_transaction(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if !connection.is_in_transaction() {
        return Ok(true);
    }
    // A rollback may still be on its way there.
    connection.ping().await?;
    if connection.is_in_transaction() {
        // Now there is something to roll back. A connection of its own would not do: on a full disk
        // none can be opened, and reading must go on.
        sqlx::query("BEGIN").execute(&mut *connection).await?;
        SqliteTransactionManager::rollback(connection).await?;
    }
    Ok(!connection.is_in_transaction())
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // A thousand writers on a slow disk stand in line for longer than the usual five seconds.
        .busy_timeout(Duration::from_secs(30))
        .pragma("cell_size_check", "ON")
        // Tokens that were replaced or wiped are not to be found in unused pages, not even encrypted.
        .pragma("secure_delete", "ON")
}

/// The error of a store whose disk is full, for fault points.
#[doc(hidden)]
#[cfg(debug_assertions)]
pub fn disk_full() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::StorageFull.into())
}

/// Decrypts every stored secret once, so that redaction knows it. A secret that cannot be decrypted needs no redaction.
pub async fn register_secrets(database: &Database) -> Result<(), sqlx::Error> {
    let mut connection = database.pool.acquire().await?;
    let columns = tables::secrets(database.place.tables());
    crate::vault::recall(&mut connection, &database.vault, &columns).await
}
