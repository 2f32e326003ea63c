//! Exports of the audit trail: JSON Lines for verification, CSV for reading. `docs/audit.md` describes both.

use std::{borrow::Cow, io, path::Path};

use blake3::Hash;
use csv::{Terminator, WriterBuilder};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use slipway_core::{
    account_name,
    texts::Texts,
    views::{AuditFilter, AuditFormat, AuditKind},
};
use sqlx::SqlitePool;
use tempfile::NamedTempFile;
use tokio::io::{AsyncWriteExt, BufWriter};

use super::{
    ACCOUNT_NAME, AuditError, Entry,
    chain::Link,
    json,
    notices::audit_text,
    pages::{Bounds, Particulars, Row, kind_named},
};
use crate::vault::Vault;

/// Characters that begin a formula in spreadsheets.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// One JSON line: the hashed fields and the two hashes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    seq: i64,
    at: String,
    kind: Cow<'a, str>,
    account_id: Option<Cow<'a, str>>,
    /// The details, or the stored text if Slipway did not write it.
    details: Value,
    /// The hash of the previous entry, exported or not.
    previous: String,
    hash: String,
}

/// The file of an export.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The file format.
    pub format: AuditFormat,
    /// The file's path.
    pub path: &'a Path,
    /// The words of the CSV column for readers.
    pub texts: &'a Texts,
}

/// Writes the filtered entries to `path`, oldest first: all of them or no file. Returns their number. An existing file
/// is replaced.
pub async fn export(
    pool: &SqlitePool,
    vault: &Vault,
    now: Timestamp,
    filter: &AuditFilter,
    target: Target<'_>,
) -> Result<u64, AuditError> {
    let Target {
        format,
        path,
        texts,
    } = target;
    let bounds = Bounds::of(filter)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    // In the same folder, so that it can be renamed atomically.
    let unfinished = NamedTempFile::new_in(folder).map_err(AuditError::Write)?;
    let file = unfinished.reopen().map_err(AuditError::Write)?;
    let written = write(pool, &bounds, format, texts, file).await?;
    // Recorded before the file gets its name: no export is unrecorded.
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    let entry = Entry::new(AuditKind::Exported)
        .with("format", json(&format)?.trim_matches('"'))
        .with("entries", written.to_string());
    super::append(&mut tx, vault, now, entry).await?;
    tx.commit().await?;
    unfinished
        .persist(path)
        .map_err(|error| AuditError::Write(error.error))?;
    Ok(written)
}

async fn write(
    pool: &SqlitePool,
    bounds: &Bounds,
    format: AuditFormat,
    texts: &Texts,
    file: std::fs::File,
) -> Result<u64, AuditError> {
    let mut file = BufWriter::new(tokio::fs::File::from_std(file));
    if format == AuditFormat::Csv {
        let names = [
            "seq",
            "at",
            "kind",
            "account_id",
            "account_name",
            "text",
            "details",
            "hash",
        ];
        let head = record(&names.map(str::to_owned)).map_err(AuditError::Write)?;
        file.write_all(&head).await.map_err(AuditError::Write)?;
    }
    let mut rows = sqlx::query!(
        r#"SELECT seq, at, CAST(kind AS BLOB) AS "kind!: Vec<u8>",
                  CAST(account_id AS BLOB) AS "account_id: Vec<u8>",
                  CAST(details AS BLOB) AS "details!: Vec<u8>", hash,
                  (SELECT earlier.hash FROM audit AS earlier WHERE earlier.seq < audit.seq
                   ORDER BY earlier.seq DESC LIMIT 1) AS "previous: Vec<u8>"
           FROM audit
           WHERE (?1 IS NULL OR account_id = ?1) AND seq < ?2 AND at >= ?3 AND at < ?4
             AND (?5 = '[]' OR kind IN (SELECT value FROM json_each(?5)))
           ORDER BY seq"#,
        bounds.account_id,
        bounds.before,
        bounds.from,
        bounds.to,
        bounds.kinds
    )
    .fetch(pool);
    let mut written = 0;
    while let Some(row) = rows.try_next().await? {
        let previous = row.previous;
        let row = Row {
            seq: row.seq,
            at: row.at,
            kind: row.kind,
            account_id: row.account_id,
            details: row.details,
            hash: row.hash,
        };
        let text = match format {
            AuditFormat::JsonLines => line(&row, previous.as_deref())?,
            AuditFormat::Csv => record(&cells(&row, texts)).map_err(AuditError::Write)?,
        };
        file.write_all(&text).await.map_err(AuditError::Write)?;
        written += 1;
    }
    file.flush().await.map_err(AuditError::Write)?;
    file.get_ref().sync_all().await.map_err(AuditError::Write)?;
    Ok(written)
}

fn line(row: &Row, previous: Option<&[u8]>) -> Result<Vec<u8>, AuditError> {
    let details = String::from_utf8_lossy(&row.details);
    let details = match row.particulars() {
        // Serialised again, it is the text that was hashed.
        Some(particulars) if json(&particulars)? == details => json_value(&particulars)?,
        _ => details.into(),
    };
    let line = Line {
        seq: row.seq,
        at: row.moment().to_string(),
        kind: String::from_utf8_lossy(&row.kind),
        account_id: row.account_id.as_deref().map(String::from_utf8_lossy),
        details,
        previous: previous.map_or_else(|| Link::genesis().hash.to_hex().to_string(), hex),
        hash: hex(&row.hash),
    };
    let mut text = json(&line)?.into_bytes();
    text.push(b'\n');
    Ok(text)
}

fn json_value(particulars: &Particulars) -> Result<Value, sqlx::Error> {
    serde_json::to_value(particulars).map_err(|error| sqlx::Error::Encode(error.into()))
}

fn cells(row: &Row, texts: &Texts) -> [String; 8] {
    let particulars = row.particulars().unwrap_or_default();
    let text = kind_named(&row.kind).map(|kind| texts.message(&audit_text(kind, &particulars)));
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    [
        row.seq.to_string(),
        row.moment().to_string(),
        lossy(&row.kind),
        row.account_id.as_deref().map(lossy).unwrap_or_default(),
        particulars
            .get(ACCOUNT_NAME)
            .map(|name| account_name::shown(name, texts))
            .unwrap_or_default(),
        text.unwrap_or_default(),
        lossy(&row.details),
        hex(&row.hash),
    ]
    .map(escape_formula)
}

/// Prefixes a cell that would begin a formula with a quote.
fn escape_formula(cell: String) -> String {
    if cell.starts_with(FORMULA) {
        return format!("'{cell}");
    }
    cell
}

/// One CSV record as in RFC 4180.
fn record(cells: &[String; 8]) -> io::Result<Vec<u8>> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(cells)?;
    writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))
}

/// A stored hash in hex; empty for an invalid one.
fn hex(hash: &[u8]) -> String {
    Hash::from_slice(hash).map_or_else(|_| String::new(), |hash| hash.to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_escaped() {
        for name in ["=cmd|' /C calc'!A0", "+1", "-1", "@sum", "\t=1", "\r=1"] {
            assert_eq!(escape_formula(name.to_owned()), format!("'{name}"));
        }
        assert_eq!(escape_formula("Ada = +".to_owned()), "Ada = +");
    }

    #[test]
    fn commas_quotes_and_line_ends_stay_in_their_cell() {
        let cells = ["1", "a,b", "\"c\"", "d\r\ne", "", "f", "g", "h"].map(str::to_owned);
        let bytes = record(&cells).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert_eq!(text, "1,\"a,b\",\"\"\"c\"\"\",\"d\r\ne\",,f,g,h\r\n");
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(&bytes[..]);
        let read: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(read, [cells.to_vec()]);
    }
}
