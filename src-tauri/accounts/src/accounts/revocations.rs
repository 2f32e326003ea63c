//! Revokes the tokens of disconnected accounts at TikTok, with retries.
//!
//! Connecting and revoking exclude each other (see [`Tokens::granting`]). A creator who connects again has nothing left
//! to revoke.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use secrecy::SecretString;
use slipway_core::{backoff::Backoff, views::Event};
use tiktok_api::{AppCredentials, Error as ApiError};

use super::{
    account_row::AccountRow,
    refresh::{Answer, read_answer},
    revocation_rows::{self, Revocation, RevocationOutcome},
    store::Stored,
    tokens::Tokens,
};
use crate::circuit_breaker::Outcome;

/// Backoff between attempts.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_secs(15),
    most: Duration::from_hours(1),
    least: Duration::from_secs(5),
};

/// Why a revocation failed for now.
#[derive(Debug, thiserror::Error)]
enum RevokeError {
    #[error("no client key and secret")]
    CredentialsMissing,
    #[error("TikTok is left alone until {0}")]
    CircuitOpen(Timestamp),
    #[error(transparent)]
    TikTok(#[from] ApiError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Tokens {
    /// Call it while [`Tokens::granting`] is held, after TikTok issued a grant: drops pending revocations of this
    /// creator, which would end the new grant.
    pub async fn granted(&self, open_id: &str) -> Result<(), sqlx::Error> {
        let (vault, now) = (&self.database.vault, self.clock.now());
        if self.store.drop_revocations(open_id, vault, now).await? {
            self.events.send(Event::AccountsChanged);
        }
        Ok(())
    }

    /// Revokes the tokens of disconnected accounts as soon as TikTok can be reached. Runs until it is dropped.
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
            let pause = BACKOFF.pause(tries, &mut rand::rng());
            tries = tries.saturating_add(1);
            tokio::select! {
                () = self.clock.sleep(pause) => {}
                () = self.revocable.notified() => {}
            }
        }
    }

    /// Tries every pending revocation once. Returns whether any is left.
    async fn revoke_all(self: &Arc<Self>) -> Result<bool, sqlx::Error> {
        let mut left = false;
        for row in revocation_rows::list(&self.store.pool).await? {
            // A refresh that ran during the disconnect leaves other tokens.
            let refresh_lock = self
                .known
                .with(&row.account_id, |known| known.refresh_lock.clone());
            let _lock = refresh_lock.lock().await;
            // No creator may connect between this check and TikTok's answer.
            let _revoking = self.revoking().await;
            let account = row.account_id;
            let Some(row) = revocation_rows::get(&self.store.pool, row.id).await? else {
                self.known.remove(&account);
                continue;
            };
            match self.revoke(&row).await {
                Ok(outcome) => {
                    tracing::info!(
                        account = row.account_id,
                        outcome = outcome.as_str(),
                        "[Accounts] Revocation settled"
                    );
                    let now = self.clock.now();
                    self.store
                        .finish_revocation(&row, outcome, &self.database.vault, now)
                        .await?;
                    self.known.remove(&account);
                    self.events.send(Event::AccountsChanged);
                }
                Err(RevokeError::Database(error)) => return Err(error),
                Err(error) => {
                    tracing::info!(account = row.account_id, %error, "[Accounts] Not revoked yet");
                    left = true;
                }
            }
        }
        Ok(left)
    }

    async fn revoke(self: &Arc<Self>, row: &Revocation) -> Result<RevocationOutcome, RevokeError> {
        let app = self
            .credentials
            .get()
            .ok_or(RevokeError::CredentialsMissing)?;
        let vault = &self.database.vault;
        let now = self.clock.now().as_millisecond();
        if let Ok(token) = vault.decrypt(&row.access_token)
            && row.access_expires_at > now
            && self.send_revocation(&app, &token).await?
        {
            return Ok(RevocationOutcome::Revoked);
        }
        // The access token expired, or TikTok rejects it.
        let Ok(refresh_token) = vault.decrypt(&row.refresh_token) else {
            return Ok(RevocationOutcome::Unreadable);
        };
        if row.refresh_expires_at <= now {
            return Ok(RevocationOutcome::Expired);
        }
        match self
            .refresh_for_revocation(row, &app, refresh_token)
            .await?
        {
            None => Ok(RevocationOutcome::AlreadyGone),
            Some(token) if self.send_revocation(&app, &token).await? => {
                Ok(RevocationOutcome::Revoked)
            }
            Some(_) => Ok(RevocationOutcome::Refused),
        }
    }

    /// Sends the revocation. Returns `false` if TikTok rejects the token.
    async fn send_revocation(
        &self,
        app: &AppCredentials,
        token: &SecretString,
    ) -> Result<bool, RevokeError> {
        let permit = self
            .breaker
            .admit(&self.host, None)
            .map_err(|open| RevokeError::CircuitOpen(open.until))?;
        let answer = self.tiktok.revoke(app, token).await;
        if let Some(outcome) = Outcome::of(&answer) {
            permit.ended(outcome);
        }
        match answer {
            Ok(()) => Ok(true),
            // The meaning relies on the operation of the error: a revocation.
            Err(error) if error.meaning().rejects_token() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Refreshes the tokens of a revocation. Returns `None` if TikTok rejects them.
    async fn refresh_for_revocation(
        self: &Arc<Self>,
        row: &Revocation,
        app: &AppCredentials,
        refresh_token: SecretString,
    ) -> Result<Option<SecretString>, RevokeError> {
        let permit = self
            .breaker
            .admit(&self.host, None)
            .map_err(|open| RevokeError::CircuitOpen(open.until))?;
        let (tokens, app) = (self.clone(), app.clone());
        let stored = AccountRow {
            id: row.account_id.clone(),
            access_token: row.access_token.clone(),
            ..AccountRow::default()
        };
        // A separate task, because TikTok invalidates the old pair when it makes the new one.
        let renewed = self.refreshes.spawn(async move {
            let asked_at = tokens.clock.now();
            let answer = tokens.tiktok.refresh(&app, &refresh_token).await;
            if let Some(outcome) = Outcome::of(&answer) {
                permit.ended(outcome);
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
                            // The token serves this revocation only, so it is used without being stored.
                            tokens.database.note(&error);
                            Ok(Some(grant.access_token))
                        }
                    }
                }
                Answer::Refused => Ok(None),
                Answer::AppRefused(error) | Answer::Unknown(error) | Answer::NotAsked(error) => {
                    Err(RevokeError::TikTok(error))
                }
            }
        });
        match renewed.await {
            Ok(renewed) => renewed,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime shuts down, and this caller with it.
                Err(_) => std::future::pending().await,
            },
        }
    }
}
