//! Every place in the database that holds a Fernet token, and what is done to all of them at once.

use sqlx::{Row, SqliteConnection};

use super::{Before, Vault};
use crate::audit;

/// A column of Fernet tokens.
struct Column {
    table: &'static str,
    name: &'static str,
    read: &'static str,
    write: &'static str,
}

macro_rules! column {
    ($table:literal, $name:literal) => {
        Column {
            table: $table,
            name: $name,
            read: concat!(
                "SELECT rowid, ",
                $name,
                " FROM ",
                $table,
                " WHERE ",
                $name,
                " <> ''"
            ),
            write: concat!("UPDATE ", $table, " SET ", $name, " = ? WHERE rowid = ?"),
        }
    };
}

/// All of them but two that are renewed in ways of their own: the canary, and the seal of the audit trail. A test
/// finds one that is missing here.
const COLUMNS: [Column; 6] = [
    column!("tiktok_app", "client_secret"),
    column!("accounts", "access_token"),
    column!("accounts", "refresh_token"),
    column!("posts", "upload_url"),
    column!("revocations", "access_token"),
    column!("revocations", "refresh_token"),
];

/// What forgetting does, and the column without which there is nothing to do. Accounts, queue and history stay: an
/// account can be connected again, and an upload whose address is gone is decided as one whose address has ended.
const FORGET: [(&str, &str, &str); 5] = [
    (
        "accounts",
        "access_token",
        "UPDATE accounts SET access_token = '', refresh_token = '', state = 'reconnect_needed'",
    ),
    (
        "accounts",
        "lost",
        "UPDATE accounts SET lost = 'forgotten', refresh_asked_at = NULL",
    ),
    ("tiktok_app", "client_secret", "DELETE FROM tiktok_app"),
    (
        "posts",
        "upload_url",
        "UPDATE posts SET upload_url = NULL WHERE upload_url IS NOT NULL",
    ),
    ("revocations", "access_token", "DELETE FROM revocations"),
];

/// Does to all stored secrets what the change to `vault` means for them, within a transaction. The database may be of
/// an older version.
pub(crate) async fn carry_over(
    connection: &mut SqliteConnection,
    before: &Before,
    vault: &Vault,
) -> Result<(), sqlx::Error> {
    match before {
        Before::Known(old) => encrypt_anew(connection, old, vault).await,
        Before::Lost => forget(connection).await,
    }
}

/// Decrypts every stored secret for a moment, so that redaction knows it. What cannot be read needs no redaction.
pub(crate) async fn recall(
    connection: &mut SqliteConnection,
    vault: &Vault,
) -> Result<(), sqlx::Error> {
    for column in COLUMNS {
        for row in sqlx::query(column.read).fetch_all(&mut *connection).await? {
            let _ = vault.decrypt(row.try_get(1)?);
        }
    }
    Ok(())
}

async fn encrypt_anew(
    connection: &mut SqliteConnection,
    old: &Vault,
    new: &Vault,
) -> Result<(), sqlx::Error> {
    for column in COLUMNS {
        if !exists(connection, column.table, column.name).await? {
            continue;
        }
        let rows = sqlx::query(column.read).fetch_all(&mut *connection).await?;
        for row in rows {
            let (row_id, token): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
            let Ok(secret) = old.decrypt(&token) else {
                // Damage is not made worse: it is found, and told, where the secret is needed.
                tracing::warn!(
                    table = column.table,
                    column = column.name,
                    "[Vault] a stored secret cannot be read"
                );
                continue;
            };
            sqlx::query(column.write)
                .bind(new.encrypt(secrecy::ExposeSecret::expose_secret(&secret)))
                .bind(row_id)
                .execute(&mut *connection)
                .await?;
        }
    }
    if exists(connection, "audit_head", "seal").await? {
        audit::reseal(connection, old, new).await?;
    }
    Ok(())
}

async fn forget(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for (table, column, statement) in FORGET {
        if exists(connection, table, column).await? {
            sqlx::query(statement).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

async fn exists(
    connection: &mut SqliteConnection,
    table: &str,
    column: &str,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query("SELECT 1 FROM pragma_table_info(?) WHERE name = ?")
        .bind(table)
        .bind(column)
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}
