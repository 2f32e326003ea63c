//! The `accounts` table. A change of tokens or access and its audit entry are one transaction.

use jiff::Timestamp;
use slipway_core::{
    clock,
    fault_points::fault_point,
    views::{AccountColour, AuditKind, PendingRevocation},
};
use slipway_store::{
    audit::{self, Entry},
    vault::Vault,
};
use sqlx::{Sqlite, SqlitePool, Transaction};
use tiktok_api::{Scope, TokenGrant};

use super::{
    account_row::{AccountRow, NewAccount},
    error::AccountError,
    label,
    reconnect_reason::ReconnectReason,
    revocation_rows::{self, Revocation, RevocationOutcome},
    sealed_tokens::SealedTokens,
    token_lifetime::FIRST_EXPIRY_WARNING,
};

/// The place in which new tokens were stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stored {
    /// In the account's row.
    Account,
    /// In the revocation of an account that was disconnected during the refresh.
    Revocation,
    /// Nowhere: the account was reconnected during the refresh and has newer tokens.
    Nowhere,
}

/// Reads and writes the `accounts` table.
#[derive(Debug, Clone)]
pub struct AccountStore {
    /// The database's connections.
    pub pool: SqlitePool,
}

impl AccountStore {
    /// Begins a transaction that holds the write lock, so that rows read in it cannot change until it ends.
    pub(super) async fn write(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.pool.begin_with("BEGIN IMMEDIATE").await
    }

    /// All accounts, oldest first.
    pub async fn list(&self) -> Result<Vec<AccountRow>, sqlx::Error> {
        self.find(None, None).await
    }

    /// The account with this id.
    pub async fn get(&self, id: &str) -> Result<Option<AccountRow>, sqlx::Error> {
        Ok(self.find(Some(id), None).await?.pop())
    }

    /// The account of the creator with this `open_id`.
    pub async fn by_open_id(&self, open_id: &str) -> Result<Option<AccountRow>, sqlx::Error> {
        Ok(self.find(None, Some(open_id)).await?.pop())
    }

    async fn find(
        &self,
        id: Option<&str>,
        open_id: Option<&str>,
    ) -> Result<Vec<AccountRow>, sqlx::Error> {
        sqlx::query_as!(
            AccountRow,
            "SELECT id, open_id, display_name, username, avatar, scopes, state, access_token,
                    access_expires_at, refresh_due_at, refresh_token, refresh_expires_at,
                    connected_at, label, colour, lost, refresh_asked_at, end_warning_read
             FROM accounts
             WHERE (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR open_id = ?2)
             ORDER BY connected_at, id",
            id,
            open_id
        )
        .fetch_all(&self.pool)
        .await
    }

    /// Stores a connected account. A creator who connects again keeps the account id, so that pending posts continue.
    /// Pending revocations of the creator are deleted: they would end the new grant.
    pub async fn connect(
        &self,
        account: &NewAccount,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<String, sqlx::Error> {
        let grant = &account.grant;
        let fresh_id = uuid::Uuid::now_v7().to_string();
        let tokens = SealedTokens::new(grant, vault, now);
        let connected_at = now.as_millisecond();
        fault_point!("connect.store.before");
        let mut tx = self.write().await?;
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
                    refresh_expires_at = excluded.refresh_expires_at,
                    lost = NULL, refresh_asked_at = NULL, end_warning_read = NULL
               RETURNING id AS "id!: String""#,
            fresh_id,
            grant.open_id,
            account.display_name,
            account.username,
            account.avatar,
            tokens.scopes,
            tokens.access,
            tokens.expires,
            tokens.due,
            tokens.refresh,
            tokens.refresh_expires,
            connected_at
        )
        .fetch_one(&mut *tx)
        .await?;
        revocation_rows::drop_for_creator(&mut tx, &grant.open_id, vault, now).await?;
        let kind = if row.id == fresh_id {
            AuditKind::Connected
        } else {
            AuditKind::Reconnected
        };
        let entry = Entry::new(kind)
            .account(&row.id, &account.display_name)
            .with("scopes", tokens.scopes);
        audit::append(&mut tx, vault, now, entry).await?;
        tx.commit().await?;
        fault_point!("connect.store.after");
        Ok(row.id)
    }

    /// Marks that a refresh is about to be requested. Returns whether the account still has the tokens of `row`.
    pub(super) async fn refresh_asked(
        &self,
        row: &AccountRow,
        now: Timestamp,
    ) -> Result<bool, sqlx::Error> {
        let now = now.as_millisecond();
        fault_point!("refresh.mark.before");
        let marked = sqlx::query!(
            "UPDATE accounts SET refresh_asked_at = COALESCE(refresh_asked_at, ?)
             WHERE id = ? AND access_token = ?",
            now,
            row.id,
            row.access_token
        )
        .execute(&self.pool)
        .await?;
        fault_point!("refresh.mark.after");
        Ok(marked.rows_affected() > 0)
    }

    /// Restores the mark of `row`: TikTok did not receive the refresh request or made no new tokens.
    pub(super) async fn refresh_not_asked(&self, row: &AccountRow) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE accounts SET refresh_asked_at = ? WHERE id = ? AND access_token = ?",
            row.refresh_asked_at,
            row.id,
            row.access_token
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Replaces the tokens of `row` by new ones. Call it before either token is used.
    pub(super) async fn refreshed(
        &self,
        row: &AccountRow,
        grant: &TokenGrant,
        vault: &Vault,
        asked_at: Timestamp,
        now: Timestamp,
    ) -> Result<Stored, sqlx::Error> {
        let tokens = SealedTokens::new(grant, vault, asked_at);
        let far = clock::after(now, FIRST_EXPIRY_WARNING).as_millisecond();
        fault_point!("refresh.store.before", slipway_store::database::disk_full());
        let mut tx = self.write().await?;
        let account = sqlx::query!(
            "UPDATE accounts SET scopes = CASE WHEN ?1 = '' THEN scopes ELSE ?1 END,
                    access_token = ?2, access_expires_at = ?3, refresh_due_at = ?4,
                    refresh_token = ?5, refresh_expires_at = ?6, refresh_asked_at = NULL,
                    end_warning_read = CASE WHEN ?6 > ?7 THEN NULL ELSE end_warning_read END
             WHERE id = ?8 AND access_token = ?9",
            tokens.scopes,
            tokens.access,
            tokens.expires,
            tokens.due,
            tokens.refresh,
            tokens.refresh_expires,
            far,
            row.id,
            row.access_token
        )
        .execute(&mut *tx)
        .await?;
        let stored = if account.rows_affected() > 0 {
            let entry = Entry::new(AuditKind::Refreshed)
                .account(&row.id, &row.display_name)
                .with("accessUntil", instant(tokens.expires))
                .with("refreshUntil", instant(tokens.refresh_expires));
            audit::append(&mut tx, vault, now, entry).await?;
            Stored::Account
        } else if revocation_rows::replace_tokens(&mut tx, row, &tokens).await? {
            Stored::Revocation
        } else {
            Stored::Nowhere
        };
        tx.commit().await?;
        fault_point!("refresh.store.after");
        Ok(stored)
    }

    /// Marks the account as needing a reconnect. Returns `false` if it was reconnected or marked since `row` was read.
    pub(super) async fn require_reconnect(
        &self,
        row: &AccountRow,
        why: ReconnectReason,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<bool, sqlx::Error> {
        let name = why.as_str();
        let mut tx = self.write().await?;
        let marked = sqlx::query!(
            "UPDATE accounts SET state = 'reconnect_needed', lost = ?, refresh_asked_at = NULL
             WHERE id = ? AND access_token = ? AND state = 'connected'",
            name,
            row.id,
            row.access_token
        )
        .execute(&mut *tx)
        .await?;
        if marked.rows_affected() == 0 {
            return Ok(false);
        }
        let kind = match why {
            ReconnectReason::Removed(_) => AuditKind::AccessRemoved,
            _ => AuditKind::RefreshRefused,
        };
        commit_loss(tx, row, kind, name, vault, now).await?;
        Ok(true)
    }

    /// Stores the specific reason for a reconnect whose reason was unknown so far. Returns whether the reason changed.
    pub(super) async fn explain_loss(
        &self,
        row: &AccountRow,
        why: ReconnectReason,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<bool, sqlx::Error> {
        let name = why.as_str();
        let mut tx = self.write().await?;
        let explained = sqlx::query!(
            "UPDATE accounts SET lost = ?
             WHERE id = ? AND access_token = ? AND state = 'reconnect_needed'
               AND (lost IS NULL OR lost IN ('refused', 'answer_lost', 'removed'))
               AND lost IS NOT ?1",
            name,
            row.id,
            row.access_token
        )
        .execute(&mut *tx)
        .await?;
        if explained.rows_affected() == 0 {
            return Ok(false);
        }
        commit_loss(tx, row, AuditKind::AccessRemoved, name, vault, now).await?;
        Ok(true)
    }

    /// Removes a scope that TikTok reports as not granted, unless the tokens changed since `row` was read. Returns
    /// whether the account changed.
    pub(super) async fn scope_missing(
        &self,
        row: &AccountRow,
        missing: &Scope,
    ) -> Result<bool, sqlx::Error> {
        let mut scopes = tiktok_api::parse_scopes(&row.scopes);
        let known = scopes.len();
        scopes.retain(|scope| scope != missing);
        if scopes.len() == known {
            return Ok(false);
        }
        let scopes = tiktok_api::join_scopes(&scopes);
        let changed = sqlx::query!(
            "UPDATE accounts SET scopes = ? WHERE id = ? AND access_token = ?",
            scopes,
            row.id,
            row.access_token
        )
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    /// Stores handle and nickname from creator info. Returns whether they changed.
    pub async fn learn_names(
        &self,
        id: &str,
        username: &str,
        display_name: &str,
    ) -> Result<bool, sqlx::Error> {
        let changed = sqlx::query!(
            "UPDATE accounts SET username = COALESCE(NULLIF(?1, ''), username),
                    display_name = COALESCE(NULLIF(?2, ''), display_name)
             WHERE id = ?3
               AND (username IS NOT COALESCE(NULLIF(?1, ''), username)
                    OR display_name IS NOT COALESCE(NULLIF(?2, ''), display_name))",
            username,
            display_name,
            id
        )
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    /// Stores the avatar as a data URL. Returns whether it changed.
    pub(super) async fn keep_avatar(&self, id: &str, avatar: &str) -> Result<bool, sqlx::Error> {
        let changed = sqlx::query!(
            "UPDATE accounts SET avatar = ?1 WHERE id = ?2 AND avatar IS NOT ?1",
            avatar,
            id
        )
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    /// Stores label and colour. Returns whether the account exists.
    pub(super) async fn mark(
        &self,
        id: &str,
        label: Option<&str>,
        colour: Option<&str>,
    ) -> Result<bool, sqlx::Error> {
        let marked = sqlx::query!(
            "UPDATE accounts SET label = ?, colour = ? WHERE id = ?",
            label,
            colour,
            id
        )
        .execute(&self.pool)
        .await?;
        Ok(marked.rows_affected() > 0)
    }

    /// Counts the disconnects that TikTok has not been told of yet.
    ///
    /// # Errors
    /// The database refused the operation.
    pub async fn count_revocations(&self) -> Result<i64, sqlx::Error> {
        revocation_rows::count(&self.pool).await
    }

    /// The revocations that TikTok must still carry out, oldest first.
    pub async fn pending_revocations(&self) -> Result<Vec<PendingRevocation>, sqlx::Error> {
        let pending = revocation_rows::list(&self.pool).await?;
        Ok(pending
            .into_iter()
            .map(|row| PendingRevocation {
                account_name: row.account_name,
                since: clock::from_millis(row.requested_at).to_string(),
            })
            .collect())
    }

    /// Deletes an account. With `revoke`, its tokens become a pending revocation in the same transaction.
    pub(super) async fn disconnect(
        &self,
        row: &AccountRow,
        revoke: bool,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let mut tx = self.write().await?;
        if revoke {
            revocation_rows::add(&mut tx, row, now.as_millisecond()).await?;
        }
        let gone = sqlx::query!("DELETE FROM accounts WHERE id = ?", row.id)
            .execute(&mut *tx)
            .await?;
        if gone.rows_affected() == 0 {
            return Ok(());
        }
        let entry = Entry::new(AuditKind::Disconnected)
            .account(&row.id, &row.display_name)
            .with("revocation", if revoke { "pending" } else { "none" });
        audit::append(&mut tx, vault, now, entry).await?;
        tx.commit().await
    }

    /// Deletes the pending revocations of a creator who connected again. Returns whether there were any.
    pub(super) async fn drop_revocations(
        &self,
        open_id: &str,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<bool, sqlx::Error> {
        let mut tx = self.write().await?;
        let dropped = revocation_rows::drop_for_creator(&mut tx, open_id, vault, now).await?;
        tx.commit().await?;
        Ok(dropped)
    }

    /// Deletes a finished revocation and writes its outcome to the audit trail.
    pub(super) async fn finish_revocation(
        &self,
        row: &Revocation,
        outcome: RevocationOutcome,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let mut tx = self.write().await?;
        revocation_rows::finish(&mut tx, row, outcome, vault, now).await?;
        tx.commit().await
    }

    /// Validates and stores the creator's label and colour of an account.
    ///
    /// # Errors
    /// [`AccountError::Label`] if the label is invalid, [`AccountError::NoSuchAccount`] if the account does not exist.
    pub async fn update(
        &self,
        id: &str,
        label: Option<&str>,
        colour: Option<AccountColour>,
    ) -> Result<AccountRow, AccountError> {
        let label = match label {
            Some(text) => label::label(text)?,
            None => None,
        };
        let colour = colour.and_then(label::colour_name);
        if !self.mark(id, label, colour).await? {
            return Err(AccountError::NoSuchAccount);
        }
        self.get(id).await?.ok_or(AccountError::NoSuchAccount)
    }

    /// Stores which expiry warning the creator dismissed, by its number of days.
    pub(super) async fn warning_read(&self, id: &str, days: i64) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE accounts SET end_warning_read = ? WHERE id = ?",
            days,
            id
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// Records why an account must be reconnected, and commits.
async fn commit_loss(
    mut tx: Transaction<'_, Sqlite>,
    row: &AccountRow,
    kind: AuditKind,
    reason: &str,
    vault: &Vault,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let entry = Entry::new(kind)
        .account(&row.id, &row.display_name)
        .with("reason", reason);
    audit::append(&mut tx, vault, now, entry).await?;
    tx.commit().await
}

/// A stored instant as text for the audit trail.
fn instant(millis: i64) -> String {
    clock::from_millis(millis).to_string()
}
