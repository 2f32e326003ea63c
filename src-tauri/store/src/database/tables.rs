//! Table declarations of the crates above, for changes of the key and for restored backups.

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::restored::Restored;
use crate::vault::{ForgetStatement, SecretColumn};

/// Holds rows of a restored backup, within the transaction that restores it, so that nothing is sent again
/// automatically: it may have been sent after the backup.
pub type Park = for<'a> fn(
    connection: &'a mut SqliteConnection,
    restored: &'a Restored,
    now: Timestamp,
) -> BoxFuture<'a, Result<(), sqlx::Error>>;

/// The declarations of one module about the tables that it owns.
#[derive(Debug, Clone, Copy)]
pub struct Tables {
    /// Its columns of Fernet tokens. A test finds missing ones.
    pub secrets: &'static [SecretColumn],
    /// Statements that delete the secrets of a lost key.
    pub forget: &'static [ForgetStatement],
    /// Holds the rows of a restored backup.
    pub park: Option<Park>,
}

/// All columns of Fernet tokens, except two that are renewed separately: the canary, and the seal of the audit trail.
pub(super) fn secrets(tables: &'static [Tables]) -> Vec<&'static SecretColumn> {
    tables.iter().flat_map(|table| table.secrets).collect()
}

/// All statements that delete the secrets of a lost key.
pub(super) fn forget(tables: &'static [Tables]) -> Vec<&'static ForgetStatement> {
    tables.iter().flat_map(|table| table.forget).collect()
}
