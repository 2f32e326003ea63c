//! Pages of the audit trail, newest entries first.

use std::collections::BTreeMap;

use blake3::Hash;
use jiff::Timestamp;
use slipway_core::{
    clock,
    views::{AuditEntry, AuditFilter, AuditKind, AuditPage},
};
use sqlx::SqlitePool;

use super::notices::audit_text;
use super::{ACCOUNT_NAME, AuditError, json};

/// The maximum number of entries of a page.
const PAGE: u8 = 100;

/// The details of an entry, by name.
pub(super) type Particulars = BTreeMap<String, String>;

/// A row of the `audit` table. Stored text is read as bytes: it may not be Slipway's any more.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) seq: i64,
    pub(super) at: i64,
    pub(super) kind: Vec<u8>,
    pub(super) account_id: Option<Vec<u8>>,
    pub(super) details: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

impl Row {
    /// The view of the entry; `None` if Slipway cannot have written it.
    fn view(&self) -> Option<AuditEntry> {
        let kind = kind_named(&self.kind)?;
        let account_id = match &self.account_id {
            Some(id) => Some(String::from_utf8(id.clone()).ok()?),
            None => None,
        };
        let details = self.particulars()?;
        Some(AuditEntry {
            seq: self.seq.cast_unsigned(),
            at: self.moment().to_string(),
            kind,
            account_id,
            account_name: details.get(ACCOUNT_NAME).cloned(),
            message: audit_text(kind, &details),
            details,
            hash: Hash::from_slice(&self.hash).ok()?.to_hex().to_string(),
        })
    }

    /// The details, if they can be parsed.
    pub(super) fn particulars(&self) -> Option<Particulars> {
        serde_json::from_slice(&self.details).ok()
    }

    /// When the entry was written.
    pub(super) fn moment(&self) -> Timestamp {
        clock::from_millis(self.at)
    }
}

/// The query parameters of a filter.
#[derive(Debug)]
pub(super) struct Bounds {
    /// The names of the kinds as a JSON array; empty for all.
    pub(super) kinds: String,
    pub(super) account_id: Option<String>,
    /// From this time on, in milliseconds since 1970.
    pub(super) from: i64,
    /// Before this time, in milliseconds since 1970.
    pub(super) to: i64,
    /// OldKey this entry.
    pub(super) before: i64,
}

impl Bounds {
    /// The parameters of a filter. A limit that is not set is the widest one.
    pub(super) fn of(filter: &AuditFilter) -> Result<Self, AuditError> {
        let moment = |text: &Option<String>, unset: i64| match text {
            None => Ok(unset),
            Some(text) => text
                .parse::<Timestamp>()
                .map(Timestamp::as_millisecond)
                .map_err(AuditError::Moment),
        };
        let before = filter
            .before
            .map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
        Ok(Self {
            kinds: json(&filter.kinds)?,
            account_id: filter.account_id.clone(),
            from: moment(&filter.from, i64::MIN)?,
            to: moment(&filter.to, i64::MAX)?,
            before,
        })
    }
}

/// One page of the filtered entries, newest first.
pub async fn page(pool: &SqlitePool, filter: &AuditFilter) -> Result<AuditPage, AuditError> {
    let bounds = Bounds::of(filter)?;
    // One more row than shown tells whether there is another page.
    let most = i64::from(PAGE) + 1;
    let mut rows = match &bounds.account_id {
        None => {
            sqlx::query_as!(
                Row,
                r#"SELECT seq, at, CAST(kind AS BLOB) AS "kind!: Vec<u8>",
                          CAST(account_id AS BLOB) AS "account_id: Vec<u8>",
                          CAST(details AS BLOB) AS "details!: Vec<u8>", hash
                   FROM audit
                   WHERE seq < ?1 AND at >= ?2 AND at < ?3
                     AND (?4 = '[]' OR kind IN (SELECT value FROM json_each(?4)))
                   ORDER BY seq DESC LIMIT ?5"#,
                bounds.before,
                bounds.from,
                bounds.to,
                bounds.kinds,
                most
            )
            .fetch_all(pool)
            .await
        }
        // Uses the index on accounts.
        Some(account) => {
            sqlx::query_as!(
                Row,
                r#"SELECT seq, at, CAST(kind AS BLOB) AS "kind!: Vec<u8>",
                          CAST(account_id AS BLOB) AS "account_id: Vec<u8>",
                          CAST(details AS BLOB) AS "details!: Vec<u8>", hash
                   FROM audit
                   WHERE account_id = ?6 AND seq < ?1 AND at >= ?2 AND at < ?3
                     AND (?4 = '[]' OR kind IN (SELECT value FROM json_each(?4)))
                   ORDER BY seq DESC LIMIT ?5"#,
                bounds.before,
                bounds.from,
                bounds.to,
                bounds.kinds,
                most,
                account
            )
            .fetch_all(pool)
            .await
        }
    }?;
    let more = rows.len() > usize::from(PAGE);
    rows.truncate(PAGE.into());
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| row.seq.cast_unsigned());
    let entries = rows.iter().filter_map(|row| {
        let entry = row.view();
        if entry.is_none() {
            tracing::warn!(
                seq = row.seq,
                "[Audit] Read failed: the entry is not one of Slipway's"
            );
        }
        entry
    });
    Ok(AuditPage {
        entries: entries.collect(),
        next,
    })
}

/// The number of entries.
pub async fn count(pool: &SqlitePool) -> Result<u64, sqlx::Error> {
    let count = sqlx::query_scalar!("SELECT COUNT(*) FROM audit")
        .fetch_one(pool)
        .await?;
    Ok(count.cast_unsigned())
}

/// The kind with this stored name.
pub(super) fn kind_named(name: &[u8]) -> Option<AuditKind> {
    let name = std::str::from_utf8(name).ok()?;
    serde_json::from_value(name.into()).ok()
}
