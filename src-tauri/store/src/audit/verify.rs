//! Verification of the audit trail: every entry is unchanged, none is missing, and the last one is sealed.

use futures_util::TryStreamExt;
use jiff::Timestamp;
use sqlx::{SqliteConnection, SqlitePool};

use super::{
    chain::{Link, Record},
    seal, was_begun,
};
use crate::vault::Vault;

/// The result of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// When the trail was verified.
    pub at: Timestamp,
    /// The first entry that is not as Slipway wrote it.
    pub broken: Option<Broken>,
}

/// A position at which the trail is not as Slipway wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    /// The number of the entry.
    pub seq: u64,
    /// The kind of tampering.
    pub how: Break,
}

/// The kind of tampering with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// Its content or its order was changed.
    Altered,
    /// It is missing.
    Missing,
    /// It was added outside Slipway: the seal covers an earlier end.
    Added,
    /// The chain up to it is consistent, but not the sealed one.
    Rewritten,
    /// The seal is missing or not made with the vault's key, so the end of the trail is unproven.
    Unsealed,
}

/// Verifies all entries and the seal. Rows are streamed, so that the length of the trail does not matter, and others
/// may write meanwhile.
pub async fn verify(
    pool: &SqlitePool,
    vault: &Vault,
    now: Timestamp,
) -> Result<Verdict, sqlx::Error> {
    // One snapshot of the database for the entries and their seal.
    let mut tx = pool.begin().await?;
    let broken = first_break(&mut tx, vault).await?;
    tx.rollback().await?;
    let broken = broken.map(|(seq, how)| Broken {
        seq: u64::try_from(seq).unwrap_or_default(),
        how,
    });
    Ok(Verdict { at: now, broken })
}

async fn first_break(
    connection: &mut SqliteConnection,
    vault: &Vault,
) -> Result<Option<(i64, Break)>, sqlx::Error> {
    let seal = seal(connection).await?;
    let was_begun = was_begun(connection).await?;
    let sealed = seal.as_deref().and_then(|seal| Link::unseal(vault, seal));
    let mut end = Link::genesis();
    // The stored hash at the sealed position.
    let mut at_seal = sealed.filter(|sealed| *sealed == end);
    let mut rows = sqlx::query!(
        r#"SELECT seq, at, CAST(kind AS BLOB) AS "kind!: Vec<u8>",
                  CAST(account_id AS BLOB) AS "account_id: Vec<u8>",
                  CAST(details AS BLOB) AS "details!: Vec<u8>", hash
           FROM audit ORDER BY seq"#
    )
    .fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        let expected = end.seq.saturating_add(1);
        if row.seq != expected {
            return Ok(Some((expected, Break::Missing)));
        }
        let record = Record {
            seq: row.seq,
            at: row.at,
            kind: &row.kind,
            account_id: row.account_id.as_deref(),
            details: &row.details,
        };
        let hash = record.hash(&end.hash);
        if hash.as_bytes().as_slice() != row.hash {
            return Ok(Some((row.seq, Break::Altered)));
        }
        end = Link { seq: row.seq, hash };
        if sealed.is_some_and(|sealed| sealed.seq == end.seq) {
            at_seal = Some(end);
        }
    }
    let next = end.seq.saturating_add(1);
    Ok(match sealed {
        Some(sealed) if sealed == end => None,
        Some(sealed) if sealed.seq > end.seq => Some((next, Break::Missing)),
        Some(sealed) if at_seal == Some(sealed) => {
            Some((sealed.seq.saturating_add(1), Break::Added))
        }
        Some(sealed) => Some((sealed.seq, Break::Rewritten)),
        None if seal.is_none() && !was_begun && end == Link::genesis() => None,
        None => Some((next, Break::Unsealed)),
    })
}
