//! The audit trail: an append-only table of changes to accounts, keys and consents. Each entry's hash covers the entry
//! and the previous hash, and the last hash is sealed with the vault's key, so that tampering can be detected and
//! located.

mod chain;
mod export;
mod notices;
mod pages;
mod verify;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use slipway_core::views::AuditKind;
use sqlx::SqliteConnection;

use crate::vault::{KeyOrigin, Vault, column_exists};
use chain::{Link, Record};
pub use export::Target;
pub use export::export;
pub(crate) use notices::text::TEXTS;
pub use pages::{count, page};
pub use verify::{Break, Broken, Verdict, verify};

/// The detail with the account's nickname.
const ACCOUNT_NAME: &str = "accountName";
/// The detail with the origin of the key.
const KEY_SOURCE: &str = "source";

/// Why an operation on the audit trail failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A time of the filter is invalid.
    #[error("[Audit] Read failed: {0}")]
    Moment(jiff::Error),
    /// The export's file was not written.
    #[error("[Audit] Export failed: {0}")]
    Write(std::io::Error),
    /// The database refused the operation.
    #[error("[Audit] {0}")]
    Database(#[from] sqlx::Error),
}

/// An entry to append. It must not have a secret, a caption or a file name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    kind: AuditKind,
    account_id: Option<String>,
    details: BTreeMap<String, String>,
}

impl Entry {
    /// An entry of this kind without details.
    pub fn new(kind: AuditKind) -> Self {
        Self {
            kind,
            account_id: None,
            details: BTreeMap::new(),
        }
    }

    /// Adds the account: Slipway's id and the present nickname.
    #[must_use]
    pub fn account(self, id: &str, name: &str) -> Self {
        Self {
            account_id: Some(id.to_owned()),
            ..self.with(ACCOUNT_NAME, name)
        }
    }

    /// Adds the origin of the vault's key.
    #[must_use]
    pub fn key_in(self, origin: KeyOrigin) -> Self {
        let source = match origin {
            KeyOrigin::Environment => "environment",
            KeyOrigin::Keyring => "keyring",
            KeyOrigin::Passphrase => "passphrase",
        };
        self.with(KEY_SOURCE, source)
    }

    /// The same entry with another kind.
    #[must_use]
    pub fn telling_of(self, kind: AuditKind) -> Self {
        Self { kind, ..self }
    }

    /// Adds a detail. Its name is in camel case.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }
}

/// Whether the database's version has a sealed audit trail.
pub(crate) async fn has_seal(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    column_exists(connection, "audit_head", "seal").await
}

/// Appends an entry and renews the seal.
///
/// Call it within the transaction of the recorded change. The transaction must hold the write lock already, by a write
/// or by `BEGIN IMMEDIATE`, because the end of the trail is read first.
///
/// If the seal does not match the last entry, the trail was changed outside Slipway. The trail then continues with a
/// gap in its numbers, so that the new seal does not hide the change. With [`AuditKind::TokensForgotten`] the creator
/// has declared the old seal's key lost, and there is no gap.
pub async fn append(
    connection: &mut SqliteConnection,
    vault: &Vault,
    now: Timestamp,
    entry: Entry,
) -> Result<(), sqlx::Error> {
    let before = end(connection, vault, entry.kind).await?;
    let (at, kind) = (now.as_millisecond(), kind_name(entry.kind)?);
    let details = json(&entry.details)?;
    let seq = before.seq.saturating_add(1);
    let record = Record {
        seq,
        at,
        kind: kind.as_bytes(),
        account_id: entry.account_id.as_deref().map(str::as_bytes),
        details: details.as_bytes(),
    };
    let link = Link {
        seq,
        hash: record.hash(&before.hash),
    };
    let hash = link.hash.as_bytes().as_slice();
    sqlx::query!(
        "INSERT INTO audit (seq, at, kind, account_id, details, hash) VALUES (?, ?, ?, ?, ?, ?)",
        seq,
        at,
        kind,
        entry.account_id,
        details,
        hash
    )
    .execute(&mut *connection)
    .await?;
    store_seal(connection, &link.seal(vault)).await?;
    let since = now.to_string();
    sqlx::query!(
        "INSERT OR IGNORE INTO meta (key, value) VALUES ('audit_begun', ?)",
        since
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Renews the seal with another key. A seal that `from` does not open stays, because a new one would hide tampering.
pub async fn reseal(
    connection: &mut SqliteConnection,
    from: &Vault,
    to: &Vault,
) -> Result<(), sqlx::Error> {
    let sealed = seal(connection).await?;
    if let Some(end) = sealed.and_then(|text| Link::unseal(from, &text)) {
        store_seal(connection, &end.seal(to)).await?;
    }
    Ok(())
}

/// The link that the next entry is chained to.
async fn end(
    connection: &mut SqliteConnection,
    vault: &Vault,
    kind: AuditKind,
) -> Result<Link, sqlx::Error> {
    let last = last(connection).await?;
    let Some(seal) = seal(connection).await? else {
        return Ok(
            if last == Link::genesis() && !was_begun(connection).await? {
                last
            } else {
                last.after_a_gap()
            },
        );
    };
    Ok(match Link::unseal(vault, &seal) {
        // Entries that were removed from the end leave a gap anyway.
        Some(sealed) if sealed == last || sealed.seq > last.seq => sealed,
        None if kind == AuditKind::TokensForgotten => last,
        _ => last.after_a_gap(),
    })
}

async fn last(connection: &mut SqliteConnection) -> Result<Link, sqlx::Error> {
    let row = sqlx::query!("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
    Ok(row.map_or_else(Link::genesis, |row| Link::stored(row.seq, &row.hash)))
}

async fn seal(connection: &mut SqliteConnection) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("SELECT seal FROM audit_head WHERE id = 1")
        .fetch_optional(connection)
        .await
}

async fn store_seal(connection: &mut SqliteConnection, seal: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT OR REPLACE INTO audit_head (id, seal) VALUES (1, ?)",
        seal
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the trail was ever written to. Databases of older versions begin without a trail.
async fn was_begun(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!("SELECT value FROM meta WHERE key = 'audit_begun'")
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

/// The name of a kind in the database, in hashes and in exports.
fn kind_name(kind: AuditKind) -> Result<String, sqlx::Error> {
    Ok(json(&kind)?.trim_matches('"').to_owned())
}

fn json<T: Serialize>(value: &T) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

#[cfg(test)]
mod tests;
