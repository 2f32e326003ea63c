//! The `revocations` table: tokens of disconnected accounts that TikTok must still revoke.

use jiff::Timestamp;
use slipway_core::views::AuditKind;
use slipway_store::{
    audit::{self, Entry},
    vault::Vault,
};
use sqlx::{SqliteConnection, SqlitePool};

use super::{account_row::AccountRow, sealed_tokens::SealedTokens};

/// The prefix of the settings keys that map the account id of a revocation to its creator's `open_id`.
const CREATOR: &str = "revocation_of:";

/// A pending revocation. The tokens are Fernet tokens; times are in milliseconds since 1970.
#[derive(Debug, Clone)]
pub(super) struct Revocation {
    pub(super) id: i64,
    pub(super) account_id: String,
    pub(super) account_name: String,
    pub(super) access_token: String,
    pub(super) access_expires_at: i64,
    pub(super) refresh_token: String,
    pub(super) refresh_expires_at: i64,
    pub(super) requested_at: i64,
}

/// The outcome of a revocation, for the audit trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RevocationOutcome {
    /// TikTok revoked the access.
    Revoked,
    /// TikTok rejected both tokens: there was nothing left to revoke.
    AlreadyGone,
    /// The tokens expired before TikTok could be reached.
    Expired,
    /// The vault's key does not decrypt the tokens.
    Unreadable,
    /// TikTok refused to revoke tokens that it had just issued.
    Refused,
    /// The creator connected again: a revocation would end the new grant.
    ConnectedAgain,
}

impl RevocationOutcome {
    /// The name in the audit trail.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::AlreadyGone => "already_gone",
            Self::Expired => "ended",
            Self::Unreadable => "unreadable",
            Self::Refused => "refused",
            Self::ConnectedAgain => "connected_again",
        }
    }
}

/// All pending revocations, oldest first.
pub(super) async fn list(pool: &SqlitePool) -> Result<Vec<Revocation>, sqlx::Error> {
    sqlx::query_as!(
        Revocation,
        "SELECT id, account_id, account_name, access_token, access_expires_at, refresh_token,
                    refresh_expires_at, requested_at
             FROM revocations ORDER BY id"
    )
    .fetch_all(pool)
    .await
}

/// The pending revocation with this id.
pub(super) async fn get(pool: &SqlitePool, id: i64) -> Result<Option<Revocation>, sqlx::Error> {
    sqlx::query_as!(
        Revocation,
        "SELECT id, account_id, account_name, access_token, access_expires_at, refresh_token,
                    refresh_expires_at, requested_at
             FROM revocations WHERE id = ?",
        id
    )
    .fetch_optional(pool)
    .await
}

/// Adds a revocation with the tokens that the account has now: a refresh may have replaced those of `row`.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    row: &AccountRow,
    requested_at: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO revocations (account_id, account_name, access_token,
                        access_expires_at, refresh_token, refresh_expires_at, requested_at)
                 SELECT id, display_name, access_token, access_expires_at, refresh_token,
                        refresh_expires_at, ? FROM accounts WHERE id = ?",
        requested_at,
        row.id
    )
    .execute(&mut *connection)
    .await?;
    let key = format!("{CREATOR}{}", row.id);
    let creator = json(&row.open_id);
    sqlx::query!(
        "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)",
        key,
        creator
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces the tokens of a revocation by the result of a refresh that began with the tokens of `row`. Returns whether
/// there is such a revocation.
pub(super) async fn replace_tokens(
    connection: &mut SqliteConnection,
    row: &AccountRow,
    tokens: &SealedTokens,
) -> Result<bool, sqlx::Error> {
    let replaced = sqlx::query!(
        "UPDATE revocations SET access_token = ?, access_expires_at = ?,
                        refresh_token = ?, refresh_expires_at = ?
                 WHERE account_id = ? AND access_token = ?",
        tokens.access,
        tokens.expires,
        tokens.refresh,
        tokens.refresh_expires,
        row.id,
        row.access_token
    )
    .execute(connection)
    .await?;
    Ok(replaced.rows_affected() > 0)
}

/// Deletes a finished revocation and writes its outcome to the audit trail, within a transaction.
pub(super) async fn finish(
    connection: &mut SqliteConnection,
    row: &Revocation,
    outcome: RevocationOutcome,
    vault: &Vault,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM revocations WHERE id = ?", row.id)
        .execute(&mut *connection)
        .await?;
    delete_unused_creators(connection).await?;
    let entry = audit_entry(&row.account_id, &row.account_name, outcome);
    audit::append(connection, vault, now, entry).await
}

/// Deletes the pending revocations of a creator who connected again. Returns whether there were any.
pub(super) async fn drop_for_creator(
    connection: &mut SqliteConnection,
    open_id: &str,
    vault: &Vault,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let creator = json(open_id);
    let dropped = sqlx::query!(
        "DELETE FROM revocations WHERE account_id IN
             (SELECT substr(key, length(?1) + 1) FROM settings
              WHERE substr(key, 1, length(?1)) = ?1 AND value = ?2)
         RETURNING account_id, account_name",
        CREATOR,
        creator
    )
    .fetch_all(&mut *connection)
    .await?;
    delete_unused_creators(connection).await?;
    for row in &dropped {
        let entry = audit_entry(
            &row.account_id,
            &row.account_name,
            RevocationOutcome::ConnectedAgain,
        );
        audit::append(connection, vault, now, entry).await?;
    }
    Ok(!dropped.is_empty())
}

/// The audit entry for the outcome of a revocation.
fn audit_entry(account_id: &str, account_name: &str, outcome: RevocationOutcome) -> Entry {
    Entry::new(AuditKind::Revoked)
        .account(account_id, account_name)
        .with("outcome", outcome.as_str())
}

/// Deletes the stored creators whose revocation no longer exists.
async fn delete_unused_creators(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM settings WHERE substr(key, 1, length(?1)) = ?1
           AND substr(key, length(?1) + 1) NOT IN (SELECT account_id FROM revocations)",
        CREATOR
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Text in the JSON form of the settings table.
fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
