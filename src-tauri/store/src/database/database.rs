//! Opening and closing the database: proves the key, checks and restores the file, and holds the lock.

use std::{fs::File, path::Path, sync::Arc};

use jiff::Timestamp;
use secrecy::SecretString;
use slipway_core::{clock::Clock, notice::Explain};
use sqlx::{
    ConnectOptions, Connection, SqlitePool,
    sqlite::{SqliteJournalMode, SqlitePoolOptions},
};
use tokio::sync::watch;

use super::{
    backup, check,
    connection::{end_transaction, migrate, options},
    data_folder::{self, DataFolder},
    fault::{Damage, Failure},
    identity::{self, Identity},
    keys::{self, Key, Keys},
    marker,
    notices::BackupFailed,
    pending_notices::PendingNotices,
    restore,
    tables::{self, Tables},
};
use crate::{
    error::OpenError,
    vault::{KeyOrigin, KeyPlace, KeyRequest, Vault},
};

/// An open database, its key, and the lock that keeps other processes out.
#[derive(Debug)]
pub struct Database {
    /// Connections to the database.
    pub pool: SqlitePool,
    /// The vault with the key of this database.
    pub vault: Arc<Vault>,
    pub(super) folder: DataFolder,
    /// The place of the key, unless it comes from the environment.
    key: Option<KeyPlace>,
    pub(super) notices: watch::Sender<PendingNotices>,
    /// Released when the database is dropped.
    _lock: File,
}

impl Database {
    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.folder()
    }

    /// Opens the database in `folder`, or creates it on the first start. Nothing but the lock file is written until key
    /// and version are verified.
    ///
    /// A damaged database is set aside and replaced by the newest good backup. [`Database::notices`] reports that until
    /// the creator dismisses it. `request` is carried out on the way.
    pub async fn open(
        folder: &Path,
        environment: Option<&SecretString>,
        request: &KeyRequest,
        tables: &'static [Tables],
        clock: &dyn Clock,
    ) -> Result<Self, OpenError> {
        let data = DataFolder::prepare(folder, tables)?;
        let lock = data.lock()?;
        data.check_writable()?;
        let keys = Keys {
            environment,
            request,
        };
        keys.check()?;
        let (key, damage) = prove(&data, keys, clock.now()).await?;
        if let (Some(at), false) = (&key.place, keys.abandons_key()) {
            keys::settle_change(&data, at, &key.vault, clock.now()).await;
        }
        let restored = async |damage| {
            // Without the key, any backup will do.
            let fits = |canary: &str| keys.abandons_key() || key.vault.opens(canary);
            let vault = (!keys.abandons_key()).then_some(&key.vault);
            restore::newest(&data, &fits, vault, damage, clock.now()).await
        };
        if let Some(damage) = damage {
            restored(damage).await?;
        }
        let mut pending = PendingNotices::default();
        let pool = match start(&data, &mut pending, clock.now()).await {
            Err(Failure::Damage(damage)) => {
                restored(damage).await?;
                start(&data, &mut pending, clock.now()).await
            }
            other => other,
        }
        .map_err(|failure| failure.into_open(&data.database()))?;
        let key = match keys.carry_out(&data, key, &pool, clock.now()).await {
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
            folder: data,
            notices: watch::Sender::new(pending),
            _lock: lock,
        })
    }

    /// Checkpoints the WAL into the database file, closes the database, and marks the shutdown as clean if the file is
    /// good.
    pub async fn close(&self) {
        let good = self.checkpoint().await;
        self.pool.close().await;
        let marked = match good {
            Ok(()) => {
                let marked = marker::write(&self.folder).await;
                marked.map_err(|error| Failure::of_io(&self.folder.marker(), error))
            }
            Err(failure) => Err(failure),
        };
        if let Err(failure) = marked {
            let error = failure.into_open(&self.folder.database());
            tracing::warn!(%error, "[Database] the stop is not marked as clean: the next start checks everything");
        }
    }

    /// Checks that the key can be changed: not if it comes from the environment, and only with the passphrase that
    /// wraps it.
    pub async fn may_change_key(&self, current: Option<&SecretString>) -> Result<(), OpenError> {
        match (&self.key, self.vault.origin()) {
            (None, _) => Err(OpenError::KeyFixed),
            (Some(key), KeyOrigin::Passphrase) => key.check_passphrase(current, &self.vault).await,
            (Some(_), _) => Ok(()),
        }
    }

    async fn checkpoint(&self) -> Result<(), Failure> {
        let path = self.folder.database();
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&self.pool)
            .await
            .map_err(|error| Failure::of(&path, error))?;
        check::quick(&path).await
    }
}

/// Finds and verifies the key without writing. Also returns the damage, if a backup must replace the database. A wrong,
/// missing or locked key is an error of its own and takes precedence.
async fn prove(
    data: &DataFolder,
    keys: Keys<'_>,
    now: Timestamp,
) -> Result<(Key, Option<Damage>), OpenError> {
    let path = data.database();
    let damage = match identity::read_identity(&path).await {
        Ok(Some(found)) => {
            let opens = |vault: &Vault| vault.opens(&found.canary);
            let key = keys.open(data, &found.vault_id, &opens).await?;
            if marker::fits(data).await {
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
            let backups = backup::list(data)
                .map_err(|source| data_folder::refused(&data.backups(), source))?;
            if backups.is_empty() {
                return create(data, keys, now).await.map(|key| (key, None));
            }
            Damage::Missing
        }
        Err(Failure::Damage(damage)) => damage,
        Err(Failure::Open(error)) => return Err(error),
    };
    // The key must open one of the backups. The newest backup has the vault id for the keyring.
    let candidates = restore::candidates(data).await?;
    let Some((_, newest)) = candidates.first() else {
        return Err(Failure::Damage(damage).into_open(&path));
    };
    let opens = |vault: &Vault| {
        candidates
            .iter()
            .any(|(_, found)| vault.opens(&found.canary))
    };
    let key = keys.open(data, &newest.vault_id, &opens).await?;
    Ok((key, Some(damage)))
}

/// Creates a new database. It gets its final name last, so that a file of that name was complete once.
async fn create(data: &DataFolder, keys: Keys<'_>, now: Timestamp) -> Result<Key, OpenError> {
    let vault_id = uuid::Uuid::new_v4().to_string();
    let key = keys.make(data, &vault_id).await?;
    let path = data.unfinished();
    let made = async {
        let io = |error| Failure::of_io(&path, error);
        for leftover in data_folder::files(&path) {
            data_folder::remove(&leftover).map_err(io)?;
        }
        restore::set_strays_aside(data, now).map_err(io)?;
        data_folder::make_file(&path).map_err(io)?;
        let sqlite = |error| Failure::of(&path, error);
        let mut connection = options(&path)
            .journal_mode(SqliteJournalMode::Delete)
            .connect()
            .await
            .map_err(sqlite)?;
        let migrated = migrate(&mut connection).await;
        let planted = match migrated {
            Ok(()) => identity::store_new(&mut connection, &vault_id, &key.vault, now)
                .await
                .map_err(sqlite),
            Err(error) => Err(Failure::of_migration(&path, error)),
        };
        connection.close().await.map_err(sqlite)?;
        planted?;
        data_folder::settle(&path, &data.database()).map_err(io)
    };
    made.await
        .map_err(|failure: Failure| failure.into_open(&path))?;
    Ok(key)
}

/// Opens a verified database and migrates it to the present version.
async fn start(
    data: &DataFolder,
    pending: &mut PendingNotices,
    now: Timestamp,
) -> Result<SqlitePool, Failure> {
    let path = data.database();
    let Some(found) = identity::read_identity(&path).await? else {
        return Err(Damage::Missing.into());
    };
    marker::clear(data).map_err(|error| Failure::of_io(&path, error))?;
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .after_release(|connection, _| Box::pin(end_transaction(connection)))
        .connect_with(options(&path))
        .await
        .map_err(|error| Failure::of(&path, error))?;
    let started = migrate_pool(data, &pool, &found, pending, now).await;
    if started.is_err() {
        pool.close().await;
    }
    started.map(|()| pool)
}

async fn migrate_pool(
    data: &DataFolder,
    pool: &SqlitePool,
    found: &Identity,
    pending: &mut PendingNotices,
    now: Timestamp,
) -> Result<(), Failure> {
    let path = data.database();
    let sqlite = |error| Failure::of(&path, error);
    if found.version < identity::known_version() {
        let kind = backup::Kind::Migration {
            from: found.version,
        };
        if let Err(error) = backup::make(data, pool, kind, now).await {
            tracing::warn!(%error, "[Database] Backup before the migration failed");
            pending.backup = Some(BackupFailed(error.fault()).explain());
        }
    }
    let mut connection = pool.acquire().await.map_err(sqlite)?;
    migrate(&mut connection)
        .await
        .map_err(|error| Failure::of_migration(&path, error))?;
    if !found.has_digest {
        identity::store_digest(&mut connection, &found.vault_id, &found.canary)
            .await
            .map_err(sqlite)?;
    }
    pending.restored = restore::pending_record(&mut connection)
        .await
        .map_err(sqlite)?
        .map(|restored| restored.explain());
    Ok(())
}

/// Decrypts every stored secret once, to register it for redaction. A secret that cannot be decrypted needs no
/// redaction.
pub async fn register_secrets(database: &Database) -> Result<(), sqlx::Error> {
    let mut connection = database.pool.acquire().await?;
    let columns = tables::secrets(database.folder.tables());
    crate::vault::register_for_redaction(&mut connection, &database.vault, &columns).await
}
