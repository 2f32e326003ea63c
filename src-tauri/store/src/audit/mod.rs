//! The audit trail: what happened to accounts, keys and consents, in a table that only grows. Each entry's hash covers
//! the entry and the hash before it, and the end is sealed with the vault's key, so that a change shows and where.

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

use crate::vault::{KeyOrigin, Vault};
use chain::{Link, Record};
pub use export::Target;
pub use export::export;
pub(crate) use notices::text::TEXTS;
pub use pages::{count, page};
pub use verify::{Break, Broken, Verdict, verify};

/// The particular that holds the account's nickname.
const ACCOUNT_NAME: &str = "accountName";
/// The particular that says where the key lies.
const KEY_SOURCE: &str = "source";

/// What was asked of the trail did not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A moment of the filter is none.
    #[error("[Audit] Read failed: {0}")]
    Moment(jiff::Error),
    /// The file of an export was not written; there is none then.
    #[error("[Audit] Export failed: {0}")]
    Write(std::io::Error),
    /// The database did not do what it was asked.
    #[error("[Audit] {0}")]
    Database(#[from] sqlx::Error),
}

/// Something that the trail shall tell of. It holds no secret, no caption and no name of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    kind: AuditKind,
    account_id: Option<String>,
    details: BTreeMap<String, String>,
}

impl Entry {
    /// An entry that tells of `kind` and nothing more.
    pub fn new(kind: AuditKind) -> Self {
        Self {
            kind,
            account_id: None,
            details: BTreeMap::new(),
        }
    }

    /// The account that it is about: Slipway's id and the nickname of this moment.
    pub fn account(self, id: &str, name: &str) -> Self {
        Self {
            account_id: Some(id.to_owned()),
            ..self.with(ACCOUNT_NAME, name)
        }
    }

    /// Where the vault's key lies.
    pub fn key_in(self, origin: KeyOrigin) -> Self {
        let source = match origin {
            KeyOrigin::Environment => "environment",
            KeyOrigin::Keyring => "keyring",
            KeyOrigin::Passphrase => "passphrase",
        };
        self.with(KEY_SOURCE, source)
    }

    /// The same about something else.
    pub fn telling_of(self, kind: AuditKind) -> Self {
        Self { kind, ..self }
    }

    /// One more particular, under a name in camel case.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }
}

/// Whether the database is of a version whose audit trail has a seal.
pub(crate) async fn has_seal(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let found = sqlx::query("SELECT 1 FROM pragma_table_info('audit_head') WHERE name = 'seal'")
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

/// Writes an entry at the end of the trail and renews the seal.
///
/// It belongs into the transaction that makes the change which it tells of. That transaction must hold the right to
/// write already, by a write or by `BEGIN IMMEDIATE`: the end of the trail is read first.
///
/// Where the seal is not that of the last entry, a change was made behind Slipway's back. The trail goes on then, and
/// a number is left out, so that the new seal does not hide what happened. With [`AuditKind::TokensForgotten`] the
/// key of the old seal is lost by the creator's own word, and nothing is left out.
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

/// Seals the end of the trail with another key. A seal that `from` does not open stays as it is, because a new one
/// would hide that.
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

/// What the next entry is chained to.
async fn end(
    connection: &mut SqliteConnection,
    vault: &Vault,
    kind: AuditKind,
) -> Result<Link, sqlx::Error> {
    let last = last(connection).await?;
    let Some(seal) = seal(connection).await? else {
        return Ok(if last == Link::genesis() && !begun(connection).await? {
            last
        } else {
            last.after_a_gap()
        });
    };
    Ok(match Link::unseal(vault, &seal) {
        // Entries cut off the end leave a gap by themselves.
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

/// Whether there has ever been an entry. Databases of older versions have no trail until there is something to tell.
async fn begun(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!("SELECT value FROM meta WHERE key = 'audit_begun'")
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

/// A kind as it is stored, hashed and exported.
fn kind_name(kind: AuditKind) -> Result<String, sqlx::Error> {
    Ok(json(&kind)?.trim_matches('"').to_owned())
}

fn json<T: Serialize>(value: &T) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

#[cfg(test)]
mod tests;
