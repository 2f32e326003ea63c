//! One refresh of an account's tokens: asked for by one at a time, remembered before TikTok is asked, and stored before
//! the new pair is used.

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

/// What TikTok's answer to a refresh means.
#[derive(Debug)]
pub(super) enum Answer {
    /// A new pair; the old one is dead.
    Pair(Box<TokenGrant>),
    /// The refresh token is of no use any more.
    Refused,
    /// Client key or secret are wrong, which says nothing of the account.
    AppRefused(ApiError),
    /// TikTok did nothing: it never had the question, or says so.
    NotAsked(ApiError),
    /// TikTok may have made a new pair that never came.
    Unknown(ApiError),
}

/// Reads an answer. Source: `/doc/oauth-error-handling`.
pub(super) fn read_answer(answer: Result<TokenGrant, ApiError>) -> Answer {
    let error = match answer {
        Ok(grant) => return Answer::Pair(Box::new(grant)),
        Err(error) => error,
    };
    let meaning = error.meaning();
    match (meaning.kind, meaning.effect) {
        (FailureKind::GrantRejected | FailureKind::AccessDenied, _) => Answer::Refused,
        (FailureKind::AppRejected, _) => Answer::AppRefused(error),
        (_, Effect::None) => Answer::NotAsked(error),
        (_, Effect::Possible) => Answer::Unknown(error),
    }
}

impl Tokens {
    /// Refreshes the tokens, unless somebody else did since `seen` (the stored text) was read.
    ///
    /// TikTok replaces the old pair the moment it makes the new one. Whoever asks for it may be stopped at any time, so
    /// a task of its own sees to it that the new pair is stored.
    pub(super) async fn refresh(
        self: &Arc<Self>,
        account: &str,
        seen: &str,
    ) -> Result<AccountRow, TokenError> {
        let (tokens, account, seen) = (self.clone(), account.to_owned(), seen.to_owned());
        let refresh = async move { tokens.refresh_in_turn(&account, &seen).await };
        match self
            .refreshes
            .spawn(refresh)
            .await
            .map_err(JoinError::try_into_panic)
        {
            Ok(refreshed) => refreshed,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            // The runtime ends, and whoever asked with it.
            Err(Err(_)) => std::future::pending().await,
        }
    }

    /// Waits until no refresh is under way, none beginning after the last call, and stores what could not be stored
    /// before, if it can be now.
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

    async fn refresh_in_turn(&self, account: &str, seen: &str) -> Result<AccountRow, TokenError> {
        let (turn, failures) = self
            .known
            .with(account, |known| (known.turn.clone(), known.failures));
        let _turn = turn.lock().await;
        // Whoever stood in line behind a refresh that could not be made does not ask the same at once.
        if let Some(error) = self.failed_since(account, failures) {
            return Err(error);
        }
        let refreshed = self.refresh_now(account, seen).await;
        self.record_refresh(account, refreshed.as_ref().err());
        refreshed
    }

    async fn refresh_now(&self, account: &str, seen: &str) -> Result<AccountRow, TokenError> {
        let row = self.usable(account).await?;
        if row.access_token != seen {
            return Ok(row);
        }
        // TikTok gave a new pair before that could not be stored, and the old one is dead.
        if let Some(pair) = self.take_unsaved(account, seen) {
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
        let pass = self
            .breaker
            .admit(&self.host, Some(account))
            .map_err(TokenError::CircuitOpen)?;
        // A token lives from when TikTok made it, which is before the answer is here.
        let asked_at = self.clock.now();
        // Where this cannot be stored, neither could a new pair.
        if !self.store.refresh_asked(&row, asked_at).await? {
            return self.usable(account).await;
        }
        fault_point!("refresh.ask.before");
        let answer = self.tiktok.refresh(&app, &refresh_token).await;
        fault_point!("refresh.ask.after");
        if let Some(outcome) = Outcome::of(&answer) {
            pass.ended(outcome);
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

    /// Stores a new pair; one that the database does not take is kept for the next try.
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
        let row = self.usable(account).await?;
        tracing::info!(account, "[Accounts] tokens refreshed");
        let at = ClockReading::of(self.clock.as_ref());
        self.known.with(account, |known| {
            known.lifetime = Some(TokenLifetime::made(&row, at));
            known.removal = None;
        });
        self.changed.notify_one();
        if warned {
            // The warning may be over.
            self.events.send(Event::AccountsChanged);
        }
        Ok(row)
    }

    /// A pair that replaces the one stored as `seen`. An account that was connected anew since has a better one.
    fn take_unsaved(&self, account: &str, seen: &str) -> Option<UnsavedTokens> {
        let pair = self.known.with(account, |known| known.unsaved.take())?;
        (pair.row.access_token == seen).then_some(pair)
    }

    /// Marks an account whose tokens, as they were read, are of no use any more; gives the error that says so.
    pub(super) async fn mark_reconnect(
        &self,
        row: &AccountRow,
        why: ReconnectReason,
    ) -> Result<TokenError, TokenError> {
        let removal = self.known.with(&row.id, |known| known.removal.take());
        let why = removal.map_or(why, ReconnectReason::Removed);
        let marked = self
            .store
            .lost(row, why, &self.database.vault, self.clock.now())
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

    /// Ends the account here. What TikTok has to hear of it is kept until TikTok has heard it. A refresh under way is
    /// not waited for: its new pair goes to the revocation.
    pub async fn disconnect(&self, row: &AccountRow) -> Result<(), TokenError> {
        if let Some(pair) = self.known.with(&row.id, |known| known.unsaved.take()) {
            // What the database does not take now it will not take below either.
            if let Err(error @ TokenError::Database(_)) = self.save(pair).await {
                return Err(error);
            }
        }
        let tells = !row.access_token.is_empty()
            && (row.is_connected()
                || !matches!(
                    row.reconnect_reason(),
                    ReconnectReason::Removed(_) | ReconnectReason::Forgotten
                ));
        self.store
            .disconnect(row, tells, &self.database.vault, self.clock.now())
            .await?;
        if !tells {
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
    fn only_a_true_refusal_costs_the_account() {
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
    fn an_answer_that_never_came_may_have_replaced_the_tokens() {
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
