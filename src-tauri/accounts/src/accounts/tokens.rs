//! Authorised calls on behalf of accounts: valid tokens, replays after rejected tokens, rate limits, and circuit
//! breakers.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use slipway_core::{
    clock::{self, Clock},
    events::Events,
    views::Event,
};
use slipway_store::database::Database;
use tiktok_api::{Error as ApiError, FailureKind, RemovalReason, Retry, Scope, TikTok};
use tokio::sync::{Notify, RwLock, RwLockReadGuard, RwLockWriteGuard, watch};
use tokio_util::task::TaskTracker;

use super::{
    account_row::AccountRow,
    error::TokenError,
    known_accounts::KnownAccounts,
    reconnect_reason::ReconnectReason,
    store::AccountStore,
    token_lifetime::{ClockReading, TokenAge, TokenLifetime},
};
use crate::{
    circuit_breaker::{CircuitBreaker, CircuitOpen, Outcome},
    credentials::Credentials,
    rate_limit::{Call, RateLimiter, TryTakeError},
};

/// The maximum number of replays of a call with a new token. Twice, because the first new token may come from a refresh
/// that ran before the computer slept.
const REPLAYS: usize = 2;

/// The pause before retrying a call during which the computer slept for longer than a token lives.
const AFTER_SLEEP: Duration = Duration::from_secs(5);

/// The behaviour of a call that the rate limit does not permit yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenRateLimited {
    /// Wait for a permit.
    Wait,
    /// Fail with [`TokenError::Busy`].
    Fail,
}

/// Makes authorised calls and keeps the tokens of all accounts valid.
#[derive(Debug)]
pub struct Tokens {
    pub(super) tiktok: TikTok,
    pub(super) store: AccountStore,
    pub(super) database: Arc<Database>,
    pub(super) credentials: Arc<Credentials>,
    limiter: RateLimiter,
    pub(super) breaker: CircuitBreaker,
    /// The API's host.
    pub(super) host: String,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) events: Events,
    pub(super) known: KnownAccounts,
    /// Running refreshes. They finish even if their callers are cancelled.
    pub(super) refreshes: TaskTracker,
    /// Notified when an account was added or changed: wakes the refresh scheduler.
    pub(super) changed: Notify,
    /// Notified when pending revocations may succeed.
    pub(super) revocable: Notify,
    /// Grants are shared; a revocation is exclusive.
    grants: RwLock<()>,
    /// Whether TikTok rejects the client key and secret.
    pub(super) app_refused: watch::Sender<bool>,
}

impl Tokens {
    /// Creates the token service. It starts no task.
    pub fn new(
        tiktok: TikTok,
        database: Arc<Database>,
        credentials: Arc<Credentials>,
        limiter: RateLimiter,
        breaker: CircuitBreaker,
        clock: Arc<dyn Clock>,
        events: Events,
    ) -> Self {
        let host = tiktok.endpoints().api().host_str().unwrap_or_default();
        Self {
            limiter,
            breaker,
            host: host.to_owned(),
            tiktok,
            store: AccountStore {
                pool: database.pool.clone(),
            },
            database,
            credentials,
            clock,
            events,
            known: KnownAccounts::default(),
            refreshes: TaskTracker::new(),
            changed: Notify::new(),
            revocable: Notify::new(),
            grants: RwLock::default(),
            app_refused: watch::Sender::new(false),
        }
    }

    /// Makes a call of this kind with a valid access token, within the rate limits and while the circuit is closed.
    /// After a rejected token, the tokens are refreshed and the call is replayed, at most [`REPLAYS`] times. If TikTok
    /// still rejects the token, the account is marked for a reconnect.
    pub async fn call<T, C, F>(
        self: &Arc<Self>,
        account: &str,
        kind: Call,
        when_limited: WhenRateLimited,
        call: C,
    ) -> Result<T, TokenError>
    where
        C: Fn(TikTok, SecretString) -> F + Send + Sync,
        F: Future<Output = Result<T, ApiError>> + Send,
        T: Send,
    {
        let mut row = self.fresh(account).await?;
        for _ in 0..REPLAYS {
            match self.send(&row, kind, when_limited, &call).await? {
                Some(answer) => return self.update_from_answer(&row, kind, answer).await,
                None => row = self.refresh(account, &row.access_token).await?,
            }
        }
        if let Some(answer) = self.send(&row, kind, when_limited, &call).await? {
            return self.update_from_answer(&row, kind, answer).await;
        }
        // The computer may have slept, so that the new token expired too: that says nothing about the account.
        let at = ClockReading::of(self.clock.as_ref());
        if self.age(&row, at) == TokenAge::Expired {
            return Err(TokenError::CircuitOpen(CircuitOpen {
                until: clock::after(at.now, AFTER_SLEEP),
                silent: true,
            }));
        }
        Err(self.mark_reconnect(&row, ReconnectReason::Refused).await?)
    }

    /// The account with an access token that should be valid.
    async fn fresh(self: &Arc<Self>, account: &str) -> Result<AccountRow, TokenError> {
        let row = self.connected_account(account).await?;
        let at = ClockReading::of(self.clock.as_ref());
        let age = self.age(&row, at);
        if age == TokenAge::Fresh || (age == TokenAge::Due && self.is_paused(account, at)) {
            return Ok(row);
        }
        match self.refresh(account, &row.access_token).await {
            Err(TokenError::ReconnectNeeded) => Err(TokenError::ReconnectNeeded),
            // The token is still valid: a failed refresh must not stop the call.
            Err(error) if age == TokenAge::Due => {
                tracing::debug!(account, %error, "[Accounts] Refresh failed: going on with the old token");
                self.connected_account(account).await
            }
            refreshed => refreshed,
        }
    }

    /// Makes one request when the rate limit permits it. Returns `None` if TikTok rejects the access token or the vault
    /// cannot decrypt it.
    async fn send<T, C, F>(
        &self,
        row: &AccountRow,
        kind: Call,
        when_limited: WhenRateLimited,
        call: &C,
    ) -> Result<Option<Result<T, ApiError>>, TokenError>
    where
        C: Fn(TikTok, SecretString) -> F + Send + Sync,
        F: Future<Output = Result<T, ApiError>> + Send,
    {
        let Ok(token) = self.database.vault.decrypt(&row.access_token) else {
            return Ok(None);
        };
        let permit = match when_limited {
            WhenRateLimited::Wait => self.limiter.take(&row.id, kind).await?,
            WhenRateLimited::Fail => match self.limiter.try_take(&row.id, kind).await {
                Ok(permit) => permit,
                Err(TryTakeError::Busy { wait }) => {
                    let until = clock::after(self.clock.now(), wait);
                    return Err(TokenError::Busy { until });
                }
                Err(TryTakeError::Database(error)) => return Err(error.into()),
            },
        };
        let call_permit = match self.breaker.admit(&self.host, Some(&row.id)) {
            Ok(call_permit) => call_permit,
            Err(open) => {
                permit.give_back();
                return Err(TokenError::CircuitOpen(open));
            }
        };
        let answer = call(self.tiktok.clone(), token).await;
        if let Some(outcome) = Outcome::of(&answer) {
            call_permit.ended(outcome);
        }
        let failure = answer.as_ref().err().and_then(code_kind);
        if let Err(error) = &answer
            && failure == Some(FailureKind::RateLimited)
            && let Retry::After(wait) = error.meaning().retry
        {
            self.limiter.hold(&row.id, kind, wait);
        }
        // Dropped only now: TikTok has certainly counted the call.
        drop(permit);
        if failure == Some(FailureKind::TokenRejected) {
            return Ok(None);
        }
        Ok(Some(answer))
    }

    /// Updates the account with facts from an answer.
    async fn update_from_answer<T>(
        &self,
        row: &AccountRow,
        kind: Call,
        answer: Result<T, ApiError>,
    ) -> Result<T, TokenError> {
        match &answer {
            Ok(_) => self.known.with(&row.id, |known| known.removal = None),
            Err(error) => {
                if let Some(scope) = missing_scope(kind, error)
                    && self.store.scope_missing(row, &scope).await?
                {
                    tracing::warn!(
                        account = row.id,
                        scope = scope.as_str(),
                        "[Accounts] TikTok says that a scope is not granted"
                    );
                    self.events.send(Event::AccountsChanged);
                }
            }
        }
        Ok(answer?)
    }

    /// Whether TikTok rejects the client key and secret, now and with each change.
    pub fn app_refused(&self) -> watch::Receiver<bool> {
        self.app_refused.subscribe()
    }

    /// Hold the guard from before a grant is requested until it is stored or discarded. A revocation ends a creator's
    /// whole consent, so one in between would end the new grant.
    pub async fn granting(&self) -> RwLockReadGuard<'_, ()> {
        self.grants.read().await
    }

    /// Hold the guard during a revocation, so that no grant is made in that time.
    pub async fn revoking(&self) -> RwLockWriteGuard<'_, ()> {
        self.grants.write().await
    }

    /// Announces that an account was added, changed or removed.
    pub fn accounts_changed(&self) {
        self.changed.notify_one();
        self.revocable.notify_one();
        self.events.send(Event::AccountsChanged);
    }

    /// Handles TikTok's report that an account's access was removed. The report may be outdated: a call to TikTok
    /// decides, and the reason is kept in case it is true.
    pub async fn access_removed(
        self: &Arc<Self>,
        row: &AccountRow,
        reason: RemovalReason,
    ) -> Result<(), TokenError> {
        if !row.is_connected() {
            let (vault, now) = (&self.database.vault, self.clock.now());
            let why = ReconnectReason::Removed(reason);
            if self.store.explain_loss(row, why, vault, now).await? {
                self.events.send(Event::AccountsChanged);
            }
            return Ok(());
        }
        self.known.with(&row.id, |known| {
            // A specific reason is not replaced by an unknown one.
            if known.removal.is_none() || reason != RemovalReason::Unknown {
                known.removal = Some(reason);
            }
        });
        let ask = |tiktok: TikTok, token: SecretString| async move {
            tiktok.user_info(&token, &[Scope::UserInfoBasic]).await
        };
        match self
            .call(&row.id, Call::UserInfo, WhenRateLimited::Wait, ask)
            .await
        {
            Ok(_) => {
                tracing::info!(
                    account = row.id,
                    "[Accounts] Still connected: the notice is outdated"
                );
                Ok(())
            }
            Err(TokenError::ReconnectNeeded | TokenError::NoSuchAccount) => Ok(()),
            Err(error @ TokenError::Database(_)) => Err(error),
            Err(error) => {
                tracing::info!(account = row.id, %error, "[Accounts] Not asked whether still connected");
                Ok(())
            }
        }
    }

    /// The account, if it does not need a reconnect.
    pub(super) async fn connected_account(&self, account: &str) -> Result<AccountRow, TokenError> {
        let row = self
            .store
            .get(account)
            .await?
            .ok_or(TokenError::NoSuchAccount)?;
        if row.is_connected() {
            Ok(row)
        } else {
            Err(TokenError::ReconnectNeeded)
        }
    }

    /// The lifetime of an account's access token.
    pub(super) fn lifetime(&self, row: &AccountRow, at: ClockReading) -> TokenLifetime {
        self.known.with(&row.id, |known| match &known.lifetime {
            Some(lifetime) if lifetime.is_of(row) => lifetime.clone(),
            _ => known.lifetime.insert(TokenLifetime::seen(row, at)).clone(),
        })
    }

    fn age(&self, row: &AccountRow, at: ClockReading) -> TokenAge {
        self.lifetime(row, at).age(row, at)
    }
}

/// The kind of failure that TikTok's API code alone means, whatever the HTTP status.
fn code_kind(error: &ApiError) -> Option<FailureKind> {
    error.code_meaning().map(|meaning| meaning.kind)
}

/// The scope that TikTok reports as missing, if the call needs exactly one. Source:
/// `/doc/tiktok-api-v2-error-handling`.
fn missing_scope(kind: Call, error: &ApiError) -> Option<Scope> {
    if code_kind(error) != Some(FailureKind::MissingScope) {
        return None;
    }
    match kind {
        Call::DirectPostInit | Call::CreatorInfo => Some(Scope::VideoPublish),
        Call::InboxInit => Some(Scope::VideoUpload),
        Call::UserInfo => Some(Scope::UserInfoBasic),
        // Either of two scopes permits these calls.
        Call::Status | Call::Cancel => None,
    }
}
