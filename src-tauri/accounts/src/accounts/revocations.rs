//! Accounts that are gone here and not yet at TikTok: what is kept of them, and telling TikTok as soon as it can be
//! reached.
//!
//! Connecting and revoking exclude each other (see [`Tokens::granting`]), and who is connected again has nothing left to
//! revoke.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use secrecy::SecretString;
use slipway_core::{
    backoff::Backoff,
    clock,
    views::{AuditKind, Event, PendingRevocation},
};
use slipway_store::{
    audit::{self, Entry},
    vault::Vault,
};
use sqlx::{Sqlite, SqliteConnection, Transaction};
use tiktok_api::{AppCredentials, Error as ApiError, OAuthErrorCode};

use super::{
    AccountRow, AccountStore, Tokens,
    refresh::{Answer, read_answer},
    store::Stored,
};
use crate::circuit_breaker::Outcome;

/// Under this and Slipway's id of the account, the settings know whom a revocation is about.
const CREATOR: &str = "revocation_of:";

/// Between tries to tell TikTok.
const PAUSES: Backoff = Backoff {
    first: Duration::from_secs(15),
    most: Duration::from_hours(1),
    least: Duration::from_secs(5),
};

/// A disconnect that TikTok has still to hear of; the tokens are Fernet tokens.
#[derive(Debug, Clone)]
struct Revocation {
    id: i64,
    account_id: String,
    account_name: String,
    access_token: String,
    access_expires_at: i64,
    refresh_token: String,
    refresh_expires_at: i64,
    requested_at: i64,
}

/// How a revocation came to its end, as the audit trail says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    /// TikTok was told.
    Revoked,
    /// TikTok knew none of the tokens any more: there was nothing left to revoke.
    AlreadyGone,
    /// The tokens came to their end before TikTok could be told.
    Ended,
    /// The tokens are not readable with the vault's key.
    Unreadable,
    /// TikTok refused, with tokens that it had just given.
    Refused,
    /// The creator was connected again: it would have ended the new grant.
    ConnectedAgain,
}

impl Settled {
    fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::AlreadyGone => "already_gone",
            Self::Ended => "ended",
            Self::Unreadable => "unreadable",
            Self::Refused => "refused",
            Self::ConnectedAgain => "connected_again",
        }
    }
}

/// Why TikTok could not be told yet.
#[derive(Debug, thiserror::Error)]
enum NotYet {
    #[error("no client key and secret")]
    CredentialsMissing,
    #[error("TikTok is left alone until {0}")]
    Resting(Timestamp),
    #[error(transparent)]
    TikTok(#[from] ApiError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl AccountStore {
    /// The disconnects that TikTok has still to hear of, oldest first.
    pub async fn pending_revocations(&self) -> Result<Vec<PendingRevocation>, sqlx::Error> {
        let pending = self.revocations().await?;
        Ok(pending
            .into_iter()
            .map(|row| PendingRevocation {
                account_name: row.account_name,
                since: clock::from_millis(row.requested_at).to_string(),
            })
            .collect())
    }

    /// Counts the disconnects of which TikTok has not been told yet.
    pub async fn count_revocations(&self) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar!("SELECT COUNT(*) FROM revocations")
            .fetch_one(&self.pool)
            .await
    }

    async fn revocations(&self) -> Result<Vec<Revocation>, sqlx::Error> {
        sqlx::query_as!(
            Revocation,
            "SELECT id, account_id, account_name, access_token, access_expires_at, refresh_token,
                    refresh_expires_at, requested_at
             FROM revocations ORDER BY id"
        )
        .fetch_all(&self.pool)
        .await
    }

    async fn revocation(&self, id: i64) -> Result<Option<Revocation>, sqlx::Error> {
        sqlx::query_as!(
            Revocation,
            "SELECT id, account_id, account_name, access_token, access_expires_at, refresh_token,
                    refresh_expires_at, requested_at
             FROM revocations WHERE id = ?",
            id
        )
        .fetch_optional(&self.pool)
        .await
    }

    /// Forgets an account. In the same transaction its tokens become a revocation that TikTok has still to hear of,
    /// unless there are none, or TikTok took the access back itself.
    pub(super) async fn disconnect(
        &self,
        row: &AccountRow,
        tells: bool,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let at = now.as_millisecond();
        let mut tx = self.write().await?;
        if tells {
            // As they are stored now: a refresh may have replaced what was read.
            sqlx::query!(
                "INSERT INTO revocations (account_id, account_name, access_token,
                        access_expires_at, refresh_token, refresh_expires_at, requested_at)
                 SELECT id, display_name, access_token, access_expires_at, refresh_token,
                        refresh_expires_at, ? FROM accounts WHERE id = ?",
                at,
                row.id
            )
            .execute(&mut *tx)
            .await?;
            let key = format!("{CREATOR}{}", row.id);
            let creator = json(&row.open_id);
            sqlx::query!(
                "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)",
                key,
                creator
            )
            .execute(&mut *tx)
            .await?;
        }
        let gone = sqlx::query!("DELETE FROM accounts WHERE id = ?", row.id)
            .execute(&mut *tx)
            .await?;
        if gone.rows_affected() == 0 {
            return Ok(());
        }
        let entry = Entry::new(AuditKind::Disconnected)
            .account(&row.id, &row.display_name)
            .with("revocation", if tells { "pending" } else { "none" });
        audit::append(&mut tx, vault, now, entry).await?;
        tx.commit().await
    }

    /// Drops the revocations of a creator who is connected again. Says whether there were any.
    async fn drop_revocations(
        &self,
        open_id: &str,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<bool, sqlx::Error> {
        let mut tx = self.write().await?;
        let dropped = drop_of(&mut tx, open_id, vault, now).await?;
        tx.commit().await?;
        Ok(dropped)
    }

    async fn settle(
        &self,
        row: &Revocation,
        settled: Settled,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let mut tx = self.write().await?;
        sqlx::query!("DELETE FROM revocations WHERE id = ?", row.id)
            .execute(&mut *tx)
            .await?;
        forget_creators(&mut tx).await?;
        let entry = told(&row.account_id, &row.account_name, settled);
        audit::append(&mut tx, vault, now, entry).await?;
        tx.commit().await
    }
}

/// Drops the revocations of the creator whom TikTok knows by `open_id`. Says whether there were any.
pub(super) async fn drop_of(
    tx: &mut Transaction<'_, Sqlite>,
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
    .fetch_all(&mut **tx)
    .await?;
    forget_creators(tx).await?;
    for row in &dropped {
        let entry = told(&row.account_id, &row.account_name, Settled::ConnectedAgain);
        audit::append(tx, vault, now, entry).await?;
    }
    Ok(!dropped.is_empty())
}

/// What the trail tells of the end of a revocation.
fn told(account_id: &str, account_name: &str, settled: Settled) -> Entry {
    Entry::new(AuditKind::Revoked)
        .account(account_id, account_name)
        .with("outcome", settled.as_str())
}

/// Forgets the creators of revocations that are no more.
async fn forget_creators(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM settings WHERE substr(key, 1, length(?1)) = ?1
           AND substr(key, length(?1) + 1) NOT IN (SELECT account_id FROM revocations)",
        CREATOR
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A text as the settings keep it.
fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl Tokens {
    /// Tells that TikTok gave a grant for this creator: what was to be revoked before must not end it. Called while
    /// [`Tokens::granting`] is held.
    pub async fn granted(&self, open_id: &str) -> Result<(), sqlx::Error> {
        let (vault, now) = (&self.database.vault, self.clock.now());
        if self.store.drop_revocations(open_id, vault, now).await? {
            self.events.send(Event::AccountsChanged);
        }
        Ok(())
    }

    /// Tells TikTok of disconnects as soon as it can be reached, for as long as it is polled.
    pub async fn revoke_pending(self: &Arc<Self>) {
        let mut tries = 0_u32;
        loop {
            let left = match self.revoke_all().await {
                Ok(left) => left,
                Err(error) => {
                    tracing::warn!(%error, "[Accounts] Revocation failed: trying again later");
                    true
                }
            };
            if !left {
                tries = 0;
                self.revocable.notified().await;
                continue;
            }
            let pause = PAUSES.pause(tries, &mut rand::rng());
            tries = tries.saturating_add(1);
            tokio::select! {
                () = self.clock.sleep(pause) => {}
                () = self.revocable.notified() => {}
            }
        }
    }

    /// Tells TikTok of all that it has not heard of; says whether anything is left.
    async fn revoke_all(self: &Arc<Self>) -> Result<bool, sqlx::Error> {
        let mut left = false;
        for row in self.store.revocations().await? {
            // A refresh that was under way at the disconnect leaves other tokens.
            let turn = self.known(&row.account_id, |known| known.turn.clone());
            let _turn = turn.lock().await;
            // Nobody may be connected between the last look and TikTok's answer.
            let _revoking = self.revoking().await;
            let account = row.account_id;
            let Some(row) = self.store.revocation(row.id).await? else {
                self.forget(&account);
                continue;
            };
            match self.revoke(&row).await {
                Ok(settled) => {
                    tracing::info!(
                        account = row.account_id,
                        outcome = settled.as_str(),
                        "[Accounts] Revocation settled"
                    );
                    let now = self.clock.now();
                    self.store
                        .settle(&row, settled, &self.database.vault, now)
                        .await?;
                    self.forget(&account);
                    self.events.send(Event::AccountsChanged);
                }
                Err(NotYet::Database(error)) => return Err(error),
                Err(error) => {
                    tracing::info!(account = row.account_id, %error, "[Accounts] Not revoked yet");
                    left = true;
                }
            }
        }
        Ok(left)
    }

    async fn revoke(self: &Arc<Self>, row: &Revocation) -> Result<Settled, NotYet> {
        let app = self.credentials.get().ok_or(NotYet::CredentialsMissing)?;
        let vault = &self.database.vault;
        let now = self.clock.now().as_millisecond();
        if let Ok(token) = vault.decrypt(&row.access_token)
            && row.access_expires_at > now
            && self.told_tiktok(&app, &token).await?
        {
            return Ok(Settled::Revoked);
        }
        // The access token has ended, or TikTok takes it for ended.
        let Ok(refresh_token) = vault.decrypt(&row.refresh_token) else {
            return Ok(Settled::Unreadable);
        };
        if row.refresh_expires_at <= now {
            return Ok(Settled::Ended);
        }
        match self.renew(row, &app, refresh_token).await? {
            None => Ok(Settled::AlreadyGone),
            Some(token) if self.told_tiktok(&app, &token).await? => Ok(Settled::Revoked),
            Some(_) => Ok(Settled::Refused),
        }
    }

    /// Whether TikTok took the revocation; not when it refuses the token.
    async fn told_tiktok(
        &self,
        app: &AppCredentials,
        token: &SecretString,
    ) -> Result<bool, NotYet> {
        let pass = self
            .breaker
            .admit(&self.host, None)
            .map_err(|resting| NotYet::Resting(resting.until))?;
        let answer = self.tiktok.revoke(app, token).await;
        if let Some(outcome) = Outcome::of(&answer) {
            pass.ended(outcome);
        }
        match answer {
            Ok(()) => Ok(true),
            Err(error) if refuses_token(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// A fresh access token for a revocation; none when TikTok knows the tokens no more.
    async fn renew(
        self: &Arc<Self>,
        row: &Revocation,
        app: &AppCredentials,
        refresh_token: SecretString,
    ) -> Result<Option<SecretString>, NotYet> {
        let pass = self
            .breaker
            .admit(&self.host, None)
            .map_err(|resting| NotYet::Resting(resting.until))?;
        let (tokens, app) = (self.clone(), app.clone());
        let stored = AccountRow {
            id: row.account_id.clone(),
            access_token: row.access_token.clone(),
            ..AccountRow::default()
        };
        // On its own to the end: the old pair is dead once TikTok has made the new one.
        let renewed = self.refreshes.spawn(async move {
            let asked_at = tokens.clock.now();
            let answer = tokens.tiktok.refresh(&app, &refresh_token).await;
            if let Some(outcome) = Outcome::of(&answer) {
                pass.ended(outcome);
            }
            match read_answer(answer) {
                Answer::Pair(grant) => {
                    let now = tokens.clock.now();
                    let stored = tokens
                        .store
                        .refreshed(&stored, &grant, &tokens.database.vault, asked_at, now)
                        .await;
                    match stored {
                        Ok(Stored::Nowhere) => Ok(None),
                        Ok(_) => Ok(Some(grant.access_token)),
                        Err(error) => {
                            // There is nothing to keep it for but this: it is used without being stored.
                            tokens.database.note(&error);
                            Ok(Some(grant.access_token))
                        }
                    }
                }
                Answer::Refused => Ok(None),
                Answer::AppRefused(error) | Answer::Unknown(error) | Answer::NotAsked(error) => {
                    Err(NotYet::TikTok(error))
                }
            }
        });
        match renewed.await {
            Ok(renewed) => renewed,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime ends, and whoever waits with it.
                Err(_) => std::future::pending().await,
            },
        }
    }
}

/// Whether TikTok refuses the token, and not the app or the moment.
fn refuses_token(error: &ApiError) -> bool {
    match error {
        ApiError::OAuth { code, .. } => matches!(
            code,
            OAuthErrorCode::InvalidGrant
                | OAuthErrorCode::AccessDenied
                | OAuthErrorCode::InvalidRequest
        ),
        ApiError::Api { http, code, .. } => {
            *code == tiktok_api::ErrorCode::AccessTokenInvalid || *http == 401
        }
        _ => false,
    }
}
