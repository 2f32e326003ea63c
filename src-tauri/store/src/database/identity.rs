//! The identity of a database: its version, its vault, and the proof of the vault's key. All can be read before
//! anything is changed.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, Read},
    path::Path,
};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use slipway_core::views::AuditKind;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{
    connection::MIGRATIONS,
    fault::{Damage, Failure},
};
use crate::{
    audit::{self, Entry},
    error::OpenError,
    vault::Vault,
};

/// The first bytes of every database. Source: <https://sqlite.org/fileformat.html>.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// The header's write and read format: 1 for a rollback journal, 2 for a WAL.
const FORMATS: [usize; 2] = [18, 19];

/// The identity of a database.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) version: i64,
    pub(super) vault_id: String,
    pub(super) canary: String,
    /// Whether a digest protects the two; databases of version 1 have none.
    pub(super) has_digest: bool,
}

/// The newest version that this Slipway knows.
pub(super) fn known_version() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

/// Options of a read-only connection.
pub(super) fn reader(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .pragma("cell_size_check", "ON")
}

/// Reads the identity without writing; `None` if there is no file.
pub(super) async fn read_identity(path: &Path) -> Result<Option<Identity>, Failure> {
    match read_header(path) {
        Ok(true) => {}
        Ok(false) => return Err(Damage::NotADatabase.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::of_io(path, error)),
    }
    let reading = |error| Failure::of_reading(path, error);
    let mut connection = reader(path).connect().await.map_err(reading)?;
    let read = read(&mut connection).await;
    connection.close().await.map_err(reading)?;
    let (version, meta) = read.map_err(reading)?;
    let known = known_version();
    if version > known {
        return Err(OpenError::DatabaseNewer {
            found: version,
            known,
        }
        .into());
    }
    let (Some(vault_id), Some(canary)) = (meta.vault_id, meta.canary) else {
        return Err(Damage::Proof.into());
    };
    let has_digest = meta.digest.is_some();
    // Without the digest, one wrong bit would look like a wrong key.
    if meta
        .digest
        .is_some_and(|found| found != digest(&vault_id, &canary))
    {
        return Err(Damage::Proof.into());
    }
    Ok(Some(Identity {
        version,
        vault_id,
        canary,
        has_digest,
    }))
}

/// Whether the file has a database header.
fn read_header(path: &Path) -> io::Result<bool> {
    let mut header = [0; 20];
    match File::open(path)?.read_exact(&mut header) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
        Err(error) => return Err(error),
    }
    let [write, read] = FORMATS.map(|at| header[at]);
    Ok(header.starts_with(MAGIC) && write == read && matches!(write, 1 | 2))
}

#[derive(Debug, Default)]
struct Meta {
    vault_id: Option<String>,
    canary: Option<String>,
    digest: Option<String>,
}

// These queries run before the schema is known, so they cannot be checked at compile time.
async fn read(connection: &mut SqliteConnection) -> Result<(i64, Meta), sqlx::Error> {
    let version = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations")
        .fetch_one(&mut *connection)
        .await?
        .try_get(0)?;
    let mut meta = Meta::default();
    for row in sqlx::query("SELECT key, value FROM meta")
        .fetch_all(&mut *connection)
        .await?
    {
        match row.try_get::<&str, _>(0)? {
            "vault_id" => meta.vault_id = row.try_get(1)?,
            "canary" => meta.canary = row.try_get(1)?,
            "proof_digest" => meta.digest = row.try_get(1)?,
            _ => {}
        }
    }
    Ok((version, meta))
}

/// Stores the id and the canary of a new vault.
pub(super) async fn store_new(
    connection: &mut SqliteConnection,
    vault_id: &str,
    vault: &Vault,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let canary = vault.canary();
    let mut tx = connection.begin().await?;
    sqlx::query!(
        "INSERT INTO meta (key, value) VALUES ('vault_id', ?)",
        vault_id
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("INSERT INTO meta (key, value) VALUES ('canary', ?)", canary)
        .execute(&mut *tx)
        .await?;
    store_digest(&mut tx, vault_id, &canary).await?;
    let since = now.to_string();
    sqlx::query!(
        "INSERT INTO meta (key, value) VALUES ('key_since', ?)",
        since
    )
    .execute(&mut *tx)
    .await?;
    let made = Entry::new(AuditKind::KeyMade).key_in(vault.origin());
    audit::append(&mut tx, vault, now, made).await?;
    tx.commit().await
}

/// Stores the canary of a new key, in use from `now` on, within the transaction that re-encrypts the secrets.
pub(super) async fn replace_canary(
    connection: &mut SqliteConnection,
    vault: &Vault,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let vault_id = sqlx::query_scalar!("SELECT value FROM meta WHERE key = 'vault_id'")
        .fetch_one(&mut *connection)
        .await?;
    let (canary, since) = (vault.canary(), now.to_string());
    sqlx::query!("UPDATE meta SET value = ? WHERE key = 'canary'", canary)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "INSERT OR REPLACE INTO meta (key, value) VALUES ('key_since', ?)",
        since
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("DELETE FROM meta WHERE key = 'phrase_shown_at'")
        .execute(&mut *connection)
        .await?;
    store_digest(connection, &vault_id, &canary).await
}

/// Stores the digest that distinguishes damage from a wrong key.
pub(super) async fn store_digest(
    connection: &mut SqliteConnection,
    vault_id: &str,
    canary: &str,
) -> Result<(), sqlx::Error> {
    let digest = digest(vault_id, canary);
    sqlx::query!(
        "INSERT OR REPLACE INTO meta (key, value) VALUES ('proof_digest', ?)",
        digest
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn digest(vault_id: &str, canary: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(vault_id);
    hasher.update("\n");
    hasher.update(canary);
    hex(&hasher.finalize())
}

/// Bytes as lowercase hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
