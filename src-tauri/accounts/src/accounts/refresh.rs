//! Token refresh: one at a time per account, marked before the request, and stored before the new pair is used.

use std::sync::Arc;

use slipway_core::{fault_points::fault_point, views::Event};
use tiktok_api::{Effect, Error as ApiError, FailureKind, TokenGrant};
use tokio::task::JoinError;

use super::{
    account_row::AccountRow,
    error::TokenError,
    known_accounts::UnsavedTokens,
    reconnect_reason::ReconnectReason,
    store::Stored,
    token_lifetime::{ClockReading, TokenLifetime},
    tokens::Tokens,
};
use crate::circuit_breaker::Outcome;

/// The meaning of TikTok's answer to a refresh.
#[derive(Debug)]
pub(super) enum Answer {
    /// A new token pair; the old pair is invalid.
    Pair(Box<TokenGrant>),
    /// The refresh token is rejected.
    Refused,
    /// The client key or secret is rejected. The account itself may be fine.
    AppRefused(ApiError),
    /// TikTok made no new pair: the request did not arrive or was refused.
    NotAsked(ApiError),
    /// TikTok may have made a new pair whose answer was lost.
    Unknown(ApiError),
}

/// Classifies an answer by the failure table. Source: `/doc/oauth-error-handling`.
pub(super) fn read_answer(answer: Result<TokenGrant, ApiError>) -> Answer {
    let error = match answer {
        Ok(grant) => return Answer::Pair(Box::new(grant)),
        Err(error) => error,
    };
    let meaning = error.meaning();
    match (meaning.kind, meaning.effect) {
        _ if meaning.ends_grant() => Answer::Refused,
        (FailureKind::AppRejected, _) => Answer::AppRefused(error),
        (_, Effect::None) => Answer::NotAsked(error),
        (_, Effect::Possible) => Answer::Unknown(error),
    }
}

impl Tokens {
    /// Refreshes the tokens, unless another caller did since `seen` (the stored access token) was read.
    ///
    /// TikTok invalidates the old pair when it makes the new one. A caller may be cancelled at any time, so a separate
    /// task makes the request and stores the new pair.
    pub(super) async fn refresh(
        self: &Arc<Self>,
        account: &str,
        seen: &str,
    ) -> Result<AccountRow, TokenError> {
        let (tokens, account, seen) = (self.clone(), account.to_owned(), seen.to_owned());
        let refresh = async move { tokens.refresh_exclusively(&account, &seen).await };
        match self
            .refreshes
            .spawn(refresh)
            .await
            .map_err(JoinError::try_into_panic)
        {
            Ok(refreshed) => refreshed,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            // The runtime shuts down, and this caller with it.
            Err(Err(_)) => std::future::pending().await,
        }
    }

    /// Waits for running refreshes and stores pairs that an earlier attempt could not store. Call it last: no refresh
    /// may begin afterwards.
    pub async fn finish_refreshes(&self) {
        self.refreshes.close();
        self.refreshes.wait().await;
        for account in self.known.unsaved() {
            if let Some(pair) = self.known.with(&account, |known| known.unsaved.take())
                && let Err(error) = self.save(pair).await
            {
                tracing::error!(account, %error, "[Accounts] A new pair of tokens is lost");
            }
        }
    }

    async fn refresh_exclusively(
        &self,
        account: &str,
        seen: &str,
    ) -> Result<AccountRow, TokenError> {
        let (refresh_lock, failures) = self.known.with(account, |known| {
            (known.refresh_lock.clone(), known.failures)
        });
        let _lock = refresh_lock.lock().await;
        // A caller that waited behind a failed refresh does not retry at once.
        if let Some(error) = self.failed_since(account, failures) {
            return Err(error);
        }
        let refreshed = self.refresh_now(account, seen).await;
        self.record_refresh(account, refreshed.as_ref().err());
        refreshed
    }

    async fn refresh_now(&self, account: &str, seen: &str) -> Result<AccountRow, TokenError> {
        let row = self.connected_account(account).await?;
        if row.access_token != seen {
            return Ok(row);
        }
        // An earlier refresh got a new pair that could not be stored. The old pair is invalid.
        if let Some(pair) = self.take_unsaved_tokens(account, seen) {
            return self.save(pair).await;
        }
        let app = self
            .credentials
            .get()
            .ok_or(TokenError::CredentialsMissing)?;
        let Ok(refresh_token) = self.database.vault.decrypt(&row.refresh_token) else {
            return Err(self
                .mark_reconnect(&row, ReconnectReason::Unreadable)
                .await?);
        };
        let permit = self
            .breaker
            .admit(&self.host, Some(account))
            .map_err(TokenError::CircuitOpen)?;
        // The lifetime counts from the request: TikTok made the token before the answer arrived.
        let asked_at = self.clock.now();
        // If this mark cannot be stored, a new pair could not be stored either.
        if !self.store.refresh_asked(&row, asked_at).await? {
            return self.connected_account(account).await;
        }
        fault_point!("refresh.ask.before");
        let answer = self.tiktok.refresh(&app, &refresh_token).await;
        fault_point!("refresh.ask.after");
        if let Some(outcome) = Outcome::of(&answer) {
            permit.ended(outcome);
        }
        let answer = read_answer(answer);
        self.app_refused.send_if_modified(|refused| {
            let now = match &answer {
                Answer::AppRefused(_) => true,
                Answer::Pair(_) | Answer::Refused => false,
                Answer::NotAsked(_) | Answer::Unknown(_) => *refused,
            };
            std::mem::replace(refused, now) != now
        });
        match answer {
            Answer::Pair(grant) if grant.open_id != row.open_id => {
                tracing::error!(
                    account,
                    "[Accounts] Refresh failed: another creator's tokens"
                );
                Err(self
                    .mark_reconnect(&row, ReconnectReason::AnotherCreator)
                    .await?)
            }
            Answer::Pair(grant) => {
                let (grant, row) = (*grant, row);
                self.save(UnsavedTokens {
                    row,
                    grant,
                    asked_at,
                })
                .await
            }
            Answer::Refused => {
                let why = ReconnectReason::by_refusal(&row, self.clock.now());
                Err(self.mark_reconnect(&row, why).await?)
            }
            Answer::AppRefused(error) => {
                tracing::warn!(account, %error, "[Accounts] Refresh failed");
                self.store.refresh_not_asked(&row).await?;
                Err(TokenError::CredentialsRefused)
            }
            Answer::NotAsked(error) => {
                self.store.refresh_not_asked(&row).await?;
                Err(error.into())
            }
            Answer::Unknown(error) => Err(error.into()),
        }
    }

    /// Stores a new pair. A pair that the database refuses is kept in memory for the next attempt.
    async fn save(&self, pair: UnsavedTokens) -> Result<AccountRow, TokenError> {
        let (row, now) = (&pair.row, self.clock.now());
        let account = row.id.as_str();
        let stored = self
            .store
            .refreshed(row, &pair.grant, &self.database.vault, pair.asked_at, now)
            .await;
        match stored {
            Err(error) => {
                self.database.note(&error);
                self.known
                    .with(&pair.row.id.clone(), |known| known.unsaved = Some(pair));
                return Err(error.into());
            }
            Ok(Stored::Revocation) => self.revocable.notify_one(),
            Ok(Stored::Account | Stored::Nowhere) => {}
        }
        let warned = row.expiry_warning(now).is_some();
        let row = self.connected_account(account).await?;
        tracing::info!(account, "[Accounts] tokens refreshed");
        let at = ClockReading::of(self.clock.as_ref());
        self.known.with(account, |known| {
            known.lifetime = Some(TokenLifetime::issued(&row, at));
            known.removal = None;
        });
        self.changed.notify_one();
        if warned {
            // The refresh may have ended the warning.
            self.events.send(Event::AccountsChanged);
        }
        Ok(row)
    }

    /// The unsaved pair that replaces the one stored as `seen`. An account that was reconnected since has a newer pair.
    fn take_unsaved_tokens(&self, account: &str, seen: &str) -> Option<UnsavedTokens> {
        let pair = self.known.with(account, |known| known.unsaved.take())?;
        (pair.row.access_token == seen).then_some(pair)
    }

    /// Marks the account as needing a reconnect and returns the error to report, unless its tokens changed since `row`
    /// was read.
    pub(super) async fn mark_reconnect(
        &self,
        row: &AccountRow,
        why: ReconnectReason,
    ) -> Result<TokenError, TokenError> {
        let removal = self.known.with(&row.id, |known| known.removal.take());
        let why = removal.map_or(why, ReconnectReason::Removed);
        let marked = self
            .store
            .require_reconnect(row, why, &self.database.vault, self.clock.now())
            .await?;
        if marked {
            tracing::warn!(
                account = row.id,
                reason = why.as_str(),
                "[Accounts] The tokens are of no use any more: reconnect needed"
            );
            self.accounts_changed();
        }
        Ok(TokenError::ReconnectNeeded)
    }

    /// Deletes the account and queues the revocation of its tokens. It does not wait for a running refresh: the new
    /// pair goes to the revocation.
    pub async fn disconnect(&self, row: &AccountRow) -> Result<(), TokenError> {
        if let Some(pair) = self.known.with(&row.id, |known| known.unsaved.take()) {
            // The deletion below would fail for the same reason.
            if let Err(error @ TokenError::Database(_)) = self.save(pair).await {
                return Err(error);
            }
        }
        let revoke = !row.access_token.is_empty()
            && (row.is_connected()
                || !matches!(
                    row.reconnect_reason(),
                    ReconnectReason::Removed(_) | ReconnectReason::Forgotten
                ));
        self.store
            .disconnect(row, revoke, &self.database.vault, self.clock.now())
            .await?;
        if !revoke {
            self.known.remove(&row.id);
        }
        self.accounts_changed();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tiktok_api::{NetworkKind, OAuthErrorCode, Operation};

    use super::*;

    fn oauth(code: &str) -> Answer {
        read_answer(Err(ApiError::OAuth {
            operation: Operation::RefreshToken,
            http: 400,
            code: OAuthErrorCode::from(code),
            description: String::new(),
            log_id: None,
            retry_after: None,
        }))
    }

    #[test]
    fn only_a_rejected_grant_requires_a_reconnect() {
        for code in ["invalid_grant", "access_denied"] {
            assert!(matches!(oauth(code), Answer::Refused), "{code}");
        }
        for code in ["invalid_client", "unauthorized_client"] {
            assert!(matches!(oauth(code), Answer::AppRefused(_)), "{code}");
        }
        for code in ["server_error", "temporarily_unavailable", "brand_new"] {
            assert!(matches!(oauth(code), Answer::Unknown(_)), "{code}");
        }
        for code in ["invalid_request", "unsupported_grant_type", "invalid_scope"] {
            assert!(matches!(oauth(code), Answer::NotAsked(_)), "{code}");
        }
    }

    #[test]
    fn a_lost_answer_may_have_replaced_the_tokens() {
        let network = |kind| {
            read_answer(Err(ApiError::Network {
                operation: Operation::RefreshToken,
                kind,
                source: "test".into(),
            }))
        };
        assert!(matches!(network(NetworkKind::Connect), Answer::NotAsked(_)));
        for kind in [
            NetworkKind::Timeout,
            NetworkKind::Interrupted,
            NetworkKind::Other,
        ] {
            assert!(matches!(network(kind), Answer::Unknown(_)), "{kind}");
        }
        let server = ApiError::Server {
            operation: Operation::RefreshToken,
            http: 503,
            retry_after: None,
        };
        assert!(matches!(read_answer(Err(server)), Answer::Unknown(_)));
    }
}
