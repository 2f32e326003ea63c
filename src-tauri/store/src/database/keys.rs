//! The vault's key during a start: finds and verifies it, restores it from a phrase, changes it, or abandons it with
//! every secret.

use jiff::Timestamp;
use secrecy::SecretString;
use slipway_core::{fault_points::fault_point, views::AuditKind};
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool, sqlite::SqliteJournalMode};

use super::{
    backup::{self, Backup},
    check,
    connection::options,
    data_folder::{DataFolder, remove, settle},
    fault::Failure,
    identity::{self, Identity},
    tables::{self, Tables},
};
use crate::{
    audit::{self, Entry},
    error::OpenError,
    vault::{
        Change, KeyOrigin, KeyPlace, KeyRequest, OldKey, Proof, Protection, Vault, carry_over,
        key_of_phrase, vault_of,
    },
};

/// The first database version with an audit trail.
const AUDIT_SINCE: i64 = 3;

/// The sources of the vault's key and the requested change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys<'a> {
    pub(super) environment: Option<&'a SecretString>,
    pub(super) request: &'a KeyRequest,
}

/// The active key and where it is stored; `None` for a key from the environment.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) vault: Vault,
    pub(super) place: Option<KeyPlace>,
}

impl Keys<'_> {
    /// Refuses a change of a key that comes from the environment.
    pub(super) fn check(&self) -> Result<(), OpenError> {
        if self.environment.is_some() && self.request.protection().is_some() {
            return Err(OpenError::KeyFixed);
        }
        Ok(())
    }

    /// Whether the old key is lost and its secrets are to be deleted.
    pub(super) fn abandons_key(&self) -> bool {
        matches!(self.request, KeyRequest::ForgetTokens { .. })
    }

    /// Creates the first key of a new database.
    pub(super) async fn make(&self, data: &DataFolder, vault_id: &str) -> Result<Key, OpenError> {
        if let Some(key) = self.environment {
            return environment(key);
        }
        let place = KeyPlace::new(data.folder(), vault_id);
        let vault = place.make(self.request).await?;
        Ok(Key {
            vault,
            place: Some(place),
        })
    }

    /// Finds the key for which `opens` holds; a new key if the old one is lost.
    pub(super) async fn open(
        &self,
        data: &DataFolder,
        vault_id: &str,
        opens: &Proof<'_>,
    ) -> Result<Key, OpenError> {
        if let Some(key) = self.environment {
            let key = environment(key)?;
            return if opens(&key.vault) {
                Ok(key)
            } else {
                Err(OpenError::KeyWrong {
                    origin: KeyOrigin::Environment,
                })
            };
        }
        let at = KeyPlace::new(data.folder(), vault_id);
        let vault = match self.request {
            KeyRequest::Usual | KeyRequest::Passphrase(_) | KeyRequest::Change { .. } => {
                at.find(self.request.passphrase(), opens).await?
            }
            KeyRequest::Restore { phrase, protection } => {
                let key = key_of_phrase(phrase).map_err(OpenError::PhraseUnreadable)?;
                let vault = vault_of(&key, protection.origin())?;
                if !opens(&vault) {
                    return Err(OpenError::PhraseWrong);
                }
                at.keep(vault, protection).await?
            }
            KeyRequest::ForgetTokens { protection } => at.prepare(None, protection).await?,
        };
        Ok(Key {
            vault,
            place: Some(at),
        })
    }

    /// Carries out the requested change on an open database.
    pub(super) async fn carry_out(
        &self,
        data: &DataFolder,
        key: Key,
        pool: &SqlitePool,
        now: Timestamp,
    ) -> Result<Key, OpenError> {
        let Key {
            vault,
            place: Some(at),
        } = key
        else {
            return Ok(key);
        };
        let vault = match self.request {
            KeyRequest::Usual | KeyRequest::Passphrase(_) => vault,
            KeyRequest::Restore { .. } => {
                let entry = Entry::new(AuditKind::KeyRestored).key_in(vault.origin());
                let written = write_audit_entry(pool, &vault, now, entry).await;
                written.map_err(|error| {
                    Failure::of(&data.database(), error).into_open(&data.database())
                })?;
                vault
            }
            KeyRequest::Change { protection, .. } => {
                change(data, &at, pool, vault, protection, now).await?
            }
            KeyRequest::ForgetTokens { .. } => {
                let entry = Entry::new(AuditKind::TokensForgotten);
                commit(data, &at, pool, &OldKey::Lost, &vault, now, entry).await?;
                settle_change(data, &at, &vault, now).await;
                vault
            }
        };
        Ok(Key {
            vault,
            place: Some(at),
        })
    }
}

fn environment(key: &SecretString) -> Result<Key, OpenError> {
    Ok(Key {
        vault: vault_of(key, KeyOrigin::Environment)?,
        place: None,
    })
}

async fn write_audit_entry(
    pool: &SqlitePool,
    vault: &Vault,
    now: Timestamp,
    entry: Entry,
) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    audit::append(&mut tx, vault, now, entry).await?;
    tx.commit().await
}

/// Changes the vault's key.
async fn change(
    data: &DataFolder,
    at: &KeyPlace,
    pool: &SqlitePool,
    old: Vault,
    protection: &Protection,
    now: Timestamp,
) -> Result<Vault, OpenError> {
    if at.change().is_some() {
        // An earlier change is unfinished, and its old key must not be lost.
        return Err(OpenError::KeyChanging);
    }
    let next = at.prepare(Some(&old), protection).await?;
    let entry = Entry::new(AuditKind::KeyChanged).key_in(next.origin());
    let before = OldKey::Known(Box::new(old));
    commit(data, at, pool, &before, &next, now, entry).await?;
    settle_change(data, at, &next, now).await;
    Ok(next)
}

/// Re-encrypts the data with the key of `vault`, in one transaction.
async fn commit(
    data: &DataFolder,
    at: &KeyPlace,
    pool: &SqlitePool,
    before: &OldKey,
    vault: &Vault,
    now: Timestamp,
    entry: Entry,
) -> Result<(), OpenError> {
    let path = data.database();
    let done = async {
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
        convert(&mut tx, before, vault, data.tables()).await?;
        identity::replace_canary(&mut tx, vault, now).await?;
        audit::append(&mut tx, vault, now, entry).await?;
        fault_point!("vault.commit.before");
        tx.commit().await?;
        fault_point!("vault.commit.after");
        Ok(())
    };
    if let Err(error) = done.await {
        if let Some(change) = at.change()
            && let Err(error) = at.tidy(&change).await
        {
            tracing::warn!(%error, "[Vault] Removing the next key failed");
        }
        return Err(Failure::of(&path, error).into_open(&path));
    }
    tracing::info!(origin = %vault.origin(), "[Vault] the key is another one");
    // Data under the old key must not stay in unused pages.
    for statement in ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
        if let Err(error) = sqlx::query(statement).execute(pool).await {
            tracing::warn!(%error, "[Vault] Clearing unused pages failed");
        }
    }
    Ok(())
}

/// Finishes an interrupted change of key, or removes one that never took effect. A failure is retried at the next
/// start.
pub(super) async fn settle_change(data: &DataFolder, at: &KeyPlace, vault: &Vault, now: Timestamp) {
    let Some(change) = at.change() else {
        return;
    };
    let settled = if change.leads_to(vault) {
        match re_encrypt_backups(data, &change, vault, now).await {
            Ok(()) => at.promote(&change, vault).await,
            Err(failure) => Err(failure.into_open(&data.backups())),
        }
    } else {
        at.tidy(&change).await
    };
    if let Err(error) = settled {
        tracing::warn!(%error, "[Vault] Ending a change of key failed: the next start tries again");
    }
}

/// Re-encrypts the backups with the key of `vault`, so that they can be restored and the old key opens nothing.
async fn re_encrypt_backups(
    data: &DataFolder,
    change: &Change,
    vault: &Vault,
    now: Timestamp,
) -> Result<(), Failure> {
    let before = change.before(vault);
    let backups = backup::list(data).map_err(|error| Failure::of_io(&data.backups(), error))?;
    for backup in backups {
        let found = match identity::read_identity(&backup.path).await {
            Ok(Some(found)) => found,
            unreadable => {
                tracing::warn!(path = %backup.path.display(), ?unreadable, "[Vault] a backup cannot be read");
                continue;
            }
        };
        let ours = match &before {
            OldKey::Known(old) => old.opens(&found.canary),
            OldKey::Lost => !vault.opens(&found.canary),
        };
        if ours {
            fault_point!("vault.backup.before");
            match re_encrypt_backup(data, &backup, &found, &before, vault, now).await {
                Err(Failure::Damage(damage)) => {
                    tracing::warn!(path = %backup.path.display(), %damage, "[Vault] a backup is damaged");
                }
                done => done?,
            }
            fault_point!("vault.backup.after");
        }
    }
    Ok(())
}

/// Re-encrypts one backup. The copy replaces the backup when it is complete.
async fn re_encrypt_backup(
    data: &DataFolder,
    backup: &Backup,
    found: &Identity,
    before: &OldKey,
    vault: &Vault,
    now: Timestamp,
) -> Result<(), Failure> {
    let copy = backup.partial();
    let io = |error| Failure::of_io(&copy, error);
    let sqlite = |error| Failure::of(&copy, error);
    remove(&copy).map_err(io)?;
    std::fs::copy(&backup.path, &copy).map_err(io)?;
    let mut connection = options(&copy)
        .journal_mode(SqliteJournalMode::Memory)
        .connect()
        .await
        .map_err(sqlite)?;
    let done = re_encrypt_copy(data, &mut connection, found, before, vault, now).await;
    connection.close().await.map_err(sqlite)?;
    done.map_err(sqlite)?;
    check::quick(&copy).await?;
    settle(&copy, &backup.path).map_err(io)
}

async fn re_encrypt_copy(
    data: &DataFolder,
    connection: &mut SqliteConnection,
    found: &Identity,
    before: &OldKey,
    vault: &Vault,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let mut tx = connection.begin().await?;
    convert(&mut tx, before, vault, data.tables()).await?;
    identity::replace_canary(&mut tx, vault, now).await?;
    if matches!(before, OldKey::Lost) && found.version >= AUDIT_SINCE {
        // The seal cannot be re_encrypt_copy without the old key. This entry records why.
        audit::append(&mut tx, vault, now, Entry::new(AuditKind::TokensForgotten)).await?;
    }
    tx.commit().await?;
    sqlx::query("VACUUM").execute(connection).await?;
    Ok(())
}

/// Re-encrypts all stored secrets and the seal of the audit trail, within a transaction. The database may have an older
/// version.
async fn convert(
    connection: &mut SqliteConnection,
    before: &OldKey,
    vault: &Vault,
    tables: &'static [Tables],
) -> Result<(), sqlx::Error> {
    carry_over(
        connection,
        before,
        vault,
        &tables::secrets(tables),
        &tables::forget(tables),
    )
    .await?;
    if let OldKey::Known(old) = before
        && audit::has_seal(connection).await?
    {
        audit::reseal(connection, old, vault).await?;
    }
    Ok(())
}
