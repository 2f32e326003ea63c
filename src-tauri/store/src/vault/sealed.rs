//! Columns of Fernet tokens: re-encrypted when the key changes, and deleted when the key is lost.

use sqlx::{Row, SqliteConnection};

use super::{OldKey, Vault};

/// A column of Fernet tokens. The module that owns the table declares it.
#[derive(Debug)]
pub struct SecretColumn {
    /// The table's name.
    pub table: &'static str,
    /// The column's name.
    pub column: &'static str,
}

impl SecretColumn {
    fn read(&self) -> String {
        let Self { table, column } = self;
        format!("SELECT rowid, {column} FROM {table} WHERE {column} <> ''")
    }

    fn write(&self) -> String {
        let Self { table, column } = self;
        format!("UPDATE {table} SET {column} = ? WHERE rowid = ?")
    }
}

/// A statement that deletes the secrets of a lost key from a table.
#[derive(Debug)]
pub struct ForgetStatement {
    /// The table's name.
    pub table: &'static str,
    /// The column that must exist: the database may have an older version.
    pub column: &'static str,
    /// The statement.
    pub sql: &'static str,
}

/// Re-encrypts or deletes all stored secrets for the change to `vault`, within a transaction. The database may have an
/// older version.
pub async fn carry_over(
    connection: &mut SqliteConnection,
    before: &OldKey,
    vault: &Vault,
    columns: &[&SecretColumn],
    forget: &[&ForgetStatement],
) -> Result<(), sqlx::Error> {
    match before {
        OldKey::Known(old) => re_encrypt(connection, old, vault, columns).await,
        OldKey::Lost => delete(connection, forget).await,
    }
}

/// Decrypts every stored secret, to register it for redaction. A secret that cannot be decrypted needs no redaction.
pub async fn register_for_redaction(
    connection: &mut SqliteConnection,
    vault: &Vault,
    columns: &[&SecretColumn],
) -> Result<(), sqlx::Error> {
    for column in columns {
        let rows = sqlx::query(sqlx::AssertSqlSafe(column.read()));
        for row in rows.fetch_all(&mut *connection).await? {
            let _ = vault.decrypt(row.try_get(1)?);
        }
    }
    Ok(())
}

async fn re_encrypt(
    connection: &mut SqliteConnection,
    old: &Vault,
    new: &Vault,
    columns: &[&SecretColumn],
) -> Result<(), sqlx::Error> {
    for column in columns {
        if !column_exists(connection, column.table, column.column).await? {
            continue;
        }
        let rows = sqlx::query(sqlx::AssertSqlSafe(column.read()))
            .fetch_all(&mut *connection)
            .await?;
        for row in rows {
            let (row_id, token): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
            let Ok(secret) = old.decrypt(&token) else {
                // The damaged token stays. It is reported where the secret is needed.
                tracing::warn!(
                    table = column.table,
                    column = column.column,
                    "[Vault] a stored secret cannot be read"
                );
                continue;
            };
            sqlx::query(sqlx::AssertSqlSafe(column.write()))
                .bind(new.encrypt(secrecy::ExposeSecret::expose_secret(&secret)))
                .bind(row_id)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

async fn delete(
    connection: &mut SqliteConnection,
    statements: &[&ForgetStatement],
) -> Result<(), sqlx::Error> {
    for statement in statements {
        if column_exists(connection, statement.table, statement.column).await? {
            sqlx::query(statement.sql).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Returns whether a table has this column. It may not: the database may be of an older version.
pub(crate) async fn column_exists(
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
