//! Accounts that are gone here and not yet at TikTok: what is kept of them, and telling TikTok as soon as it can be
//! reached.
//!
//! Connecting and revoking exclude each other (see [`Tokens::granting`]), and who is connected again has nothing left to
//! revoke.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use secrecy::SecretString;
use slipway_core::{backoff::Backoff, views::Event};
use tiktok_api::{AppCredentials, Error as ApiError, FailureKind};

use super::{
    account_row::AccountRow,
    refresh::{Answer, read_answer},
    revocation_rows::{self, Revocation, RevocationOutcome},
    store::Stored,
    tokens::Tokens,
};
use crate::circuit_breaker::Outcome;

/// Between tries to tell TikTok.
const PAUSES: Backoff = Backoff {
    first: Duration::from_secs(15),
    most: Duration::from_hours(1),
    least: Duration::from_secs(5),
};

/// PauseReason TikTok could not be told yet.
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
        for row in revocation_rows::list(&self.store.pool).await? {
            // A refresh that was under way at the disconnect leaves other tokens.
            let turn = self.known.with(&row.account_id, |known| known.turn.clone());
            let _turn = turn.lock().await;
            // Nobody may be connected between the last look and TikTok's answer.
            let _revoking = self.revoking().await;
            let account = row.account_id;
            let Some(row) = revocation_rows::get(&self.store.pool, row.id).await? else {
                self.known.remove(&account);
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
                        .finish_revocation(&row, settled, &self.database.vault, now)
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
        // The access token has ended, or TikTok takes it for ended.
        let Ok(refresh_token) = vault.decrypt(&row.refresh_token) else {
            return Ok(RevocationOutcome::Unreadable);
        };
        if row.refresh_expires_at <= now {
            return Ok(RevocationOutcome::Expired);
        }
        match self.renew(row, &app, refresh_token).await? {
            None => Ok(RevocationOutcome::AlreadyGone),
            Some(token) if self.send_revocation(&app, &token).await? => {
                Ok(RevocationOutcome::Revoked)
            }
            Some(_) => Ok(RevocationOutcome::Refused),
        }
    }

    /// Whether TikTok took the revocation; not when it refuses the token.
    async fn send_revocation(
        &self,
        app: &AppCredentials,
        token: &SecretString,
    ) -> Result<bool, RevokeError> {
        let pass = self
            .breaker
            .admit(&self.host, None)
            .map_err(|resting| RevokeError::CircuitOpen(resting.until))?;
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
    ) -> Result<Option<SecretString>, RevokeError> {
        let pass = self
            .breaker
            .admit(&self.host, None)
            .map_err(|resting| RevokeError::CircuitOpen(resting.until))?;
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
                    Err(RevokeError::TikTok(error))
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
    matches!(
        error.meaning().kind,
        FailureKind::TokenRejected | FailureKind::GrantRejected | FailureKind::AccessDenied
    )
}
