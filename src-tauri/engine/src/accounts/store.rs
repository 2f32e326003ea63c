//! Accounts in the database.

use jiff::Timestamp;
use secrecy::ExposeSecret;
use sqlx::SqlitePool;
use tiktok_api::TokenGrant;

use super::refresh_due;
use crate::{clock, vault::Vault};

/// An account as it is stored; the tokens are Fernet tokens.
#[derive(Debug, Clone)]
pub(crate) struct AccountRow {
    pub(crate) id: String,
    pub(crate) display_name: String,
    pub(crate) username: Option<String>,
    pub(crate) avatar: Option<String>,
    pub(crate) scopes: String,
    pub(crate) state: String,
    pub(crate) access_token: String,
    pub(crate) access_expires_at: i64,
    pub(crate) refresh_due_at: i64,
    pub(crate) refresh_token: String,
    pub(crate) connected_at: i64,
}

/// What a finished connect knows of an account.
#[derive(Debug)]
pub(crate) struct NewAccount {
    pub(crate) grant: TokenGrant,
    pub(crate) display_name: String,
    pub(crate) username: Option<String>,
    pub(crate) avatar: Option<String>,
}

/// Reads and writes accounts.
#[derive(Debug, Clone)]
pub(crate) struct AccountStore {
    pub(crate) pool: SqlitePool,
}

impl AccountStore {
    pub(crate) async fn list(&self) -> Result<Vec<AccountRow>, sqlx::Error> {
        sqlx::query_as!(
            AccountRow,
            "SELECT id, display_name, username, avatar, scopes, state, access_token,
                    access_expires_at, refresh_due_at, refresh_token, connected_at
             FROM accounts ORDER BY connected_at, id"
        )
        .fetch_all(&self.pool)
        .await
    }

    pub(crate) async fn get(&self, id: &str) -> Result<Option<AccountRow>, sqlx::Error> {
        sqlx::query_as!(
            AccountRow,
            "SELECT id, display_name, username, avatar, scopes, state, access_token,
                    access_expires_at, refresh_due_at, refresh_token, connected_at
             FROM accounts WHERE id = ?",
            id
        )
        .fetch_optional(&self.pool)
        .await
    }

    /// The account of the creator that TikTok knows by `open_id`.
    pub(crate) async fn by_open_id(
        &self,
        open_id: &str,
    ) -> Result<Option<AccountRow>, sqlx::Error> {
        sqlx::query_as!(
            AccountRow,
            "SELECT id, display_name, username, avatar, scopes, state, access_token,
                    access_expires_at, refresh_due_at, refresh_token, connected_at
             FROM accounts WHERE open_id = ?",
            open_id
        )
        .fetch_optional(&self.pool)
        .await
    }

    /// Stores a connected account; the same creator again keeps its id, so that its posts go on.
    pub(crate) async fn connect(
        &self,
        account: &NewAccount,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<String, sqlx::Error> {
        let grant = &account.grant;
        let id = uuid::Uuid::now_v7().to_string();
        let scopes = tiktok_api::join_scopes(&grant.scopes);
        let (access, refresh) = (
            vault.encrypt(grant.access_token.expose_secret()),
            vault.encrypt(grant.refresh_token.expose_secret()),
        );
        let expires = clock::after(now, grant.expires_in).as_millisecond();
        let due = refresh_due(grant, now).as_millisecond();
        let refresh_expires = clock::after(now, grant.refresh_expires_in).as_millisecond();
        let now = now.as_millisecond();
        let row = sqlx::query!(
            r#"INSERT INTO accounts (id, open_id, display_name, username, avatar, scopes, state,
                    access_token, access_expires_at, refresh_due_at, refresh_token,
                    refresh_expires_at, connected_at)
               VALUES (?, ?, ?, ?, ?, ?, 'connected', ?, ?, ?, ?, ?, ?)
               ON CONFLICT (open_id) DO UPDATE SET
                    display_name = excluded.display_name,
                    username = COALESCE(excluded.username, username),
                    avatar = COALESCE(excluded.avatar, avatar),
                    scopes = excluded.scopes, state = 'connected',
                    access_token = excluded.access_token,
                    access_expires_at = excluded.access_expires_at,
                    refresh_due_at = excluded.refresh_due_at,
                    refresh_token = excluded.refresh_token,
                    refresh_expires_at = excluded.refresh_expires_at
               RETURNING id AS "id!: String""#,
            id,
            grant.open_id,
            account.display_name,
            account.username,
            account.avatar,
            scopes,
            access,
            expires,
            due,
            refresh,
            refresh_expires,
            now
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(row.id)
    }

    /// Stores a new pair of tokens, durably, before either is used.
    pub(crate) async fn refreshed(
        &self,
        id: &str,
        grant: &TokenGrant,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let scopes = tiktok_api::join_scopes(&grant.scopes);
        let (access, refresh) = (
            vault.encrypt(grant.access_token.expose_secret()),
            vault.encrypt(grant.refresh_token.expose_secret()),
        );
        let expires = clock::after(now, grant.expires_in).as_millisecond();
        let due = refresh_due(grant, now).as_millisecond();
        let refresh_expires = clock::after(now, grant.refresh_expires_in).as_millisecond();
        sqlx::query!(
            "UPDATE accounts SET scopes = CASE WHEN ? = '' THEN scopes ELSE ? END,
                    state = 'connected', access_token = ?, access_expires_at = ?,
                    refresh_due_at = ?, refresh_token = ?, refresh_expires_at = ?
             WHERE id = ?",
            scopes,
            scopes,
            access,
            expires,
            due,
            refresh,
            refresh_expires,
            id
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Keeps what creator info tells about the handle.
    pub(crate) async fn learn_username(&self, id: &str, username: &str) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE accounts SET username = ? WHERE id = ?",
            username,
            id
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Marks an account as one that must be connected again, unless it was since `access_token` (the stored text)
    /// was read.
    pub(crate) async fn reconnect_needed(
        &self,
        id: &str,
        access_token: &str,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE accounts SET state = 'reconnect_needed' WHERE id = ? AND access_token = ?",
            id,
            access_token
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub(crate) async fn remove(&self, id: &str) -> Result<(), sqlx::Error> {
        sqlx::query!("DELETE FROM accounts WHERE id = ?", id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The account whose refresh is due first, among those that work.
    pub(crate) async fn next_due(&self) -> Result<Option<(String, Timestamp)>, sqlx::Error> {
        let row = sqlx::query!(
            "SELECT id, refresh_due_at FROM accounts WHERE state = 'connected'
             ORDER BY refresh_due_at LIMIT 1"
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| (row.id, clock::from_millis(row.refresh_due_at))))
    }
}
