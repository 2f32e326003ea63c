//! Calls on an account's behalf: a fresh access token for each, few replays after a refusal, within TikTok's limits and
//! while TikTok answers.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use slipway_core::{
    clock::{self, Clock},
    events::Events,
    views::Event,
};
use slipway_store::database::Database;
use tiktok_api::{Error as ApiError, FailureKind, RemovalReason, Scope, TikTok, limits};
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

/// How often a call is replayed with a new token. Twice, because the first new one may be one that somebody else got
/// before the computer slept.
const REPLAYS: usize = 2;

/// How soon a call is tried again in whose middle the computer slept for longer than a token lives.
const AFTER_SLEEP: Duration = Duration::from_secs(5);

/// What a call does when TikTok's limit leaves no room for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenRateLimited {
    /// It waits for its turn.
    Wait,
    /// It is not made.
    Fail,
}

/// Hands out access tokens.
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
    /// Refreshes under way, which end on their own whoever asked for them.
    pub(super) refreshes: TaskTracker,
    /// Rung when an account came or changed, so that the keeper looks anew.
    pub(super) changed: Notify,
    /// Rung when TikTok may hear of disconnects that it has not heard of.
    pub(super) revocable: Notify,
    /// Grants come into being side by side; one is revoked alone.
    grants: RwLock<()>,
    /// Whether TikTok refuses client key and secret.
    pub(super) app_refused: watch::Sender<bool>,
}

impl Tokens {
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

    /// Runs `call`, which is one of `kind`, with a fresh access token, within TikTok's limits and while TikTok answers.
    /// A refused token is refreshed and the call replayed, [`REPLAYS`] times at most; refused still, the account is
    /// marked for reconnecting.
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
            match self.once(&row, kind, when_limited, &call).await? {
                Some(answer) => return self.learn(&row, kind, answer).await,
                None => row = self.refresh(account, &row.access_token).await?,
            }
        }
        if let Some(answer) = self.once(&row, kind, when_limited, &call).await? {
            return self.learn(&row, kind, answer).await;
        }
        // Where the computer slept in between, the new token has ended too: that says nothing of the account.
        let at = ClockReading::of(self.clock.as_ref());
        if self.age(&row, at) == TokenAge::Expired {
            return Err(TokenError::CircuitOpen(CircuitOpen {
                until: clock::after(at.now, AFTER_SLEEP),
                silent: true,
            }));
        }
        Err(self.mark_reconnect(&row, ReconnectReason::Refused).await?)
    }

    /// The account with an access token that should be good.
    async fn fresh(self: &Arc<Self>, account: &str) -> Result<AccountRow, TokenError> {
        let row = self.usable(account).await?;
        let at = ClockReading::of(self.clock.as_ref());
        let age = self.age(&row, at);
        if age == TokenAge::Fresh || (age == TokenAge::Due && self.is_paused(account, at)) {
            return Ok(row);
        }
        match self.refresh(account, &row.access_token).await {
            Err(TokenError::ReconnectNeeded) => Err(TokenError::ReconnectNeeded),
            // Still good for a while: a refresh that could not be made must not stop the call.
            Err(error) if age == TokenAge::Due => {
                tracing::debug!(account, %error, "[Accounts] Refresh failed: going on with the old token");
                self.usable(account).await
            }
            refreshed => refreshed,
        }
    }

    /// One request, when its turn has come. Nothing when TikTok refuses the access token, or when it cannot be read.
    async fn once<T, C, F>(
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
        let turn = match when_limited {
            WhenRateLimited::Wait => self.limiter.take(&row.id, kind).await?,
            WhenRateLimited::Fail => match self.limiter.try_take(&row.id, kind).await {
                Ok(turn) => turn,
                Err(TryTakeError::Busy { wait }) => {
                    let until = clock::after(self.clock.now(), wait);
                    return Err(TokenError::Busy { until });
                }
                Err(TryTakeError::Database(error)) => return Err(error.into()),
            },
        };
        let pass = match self.breaker.admit(&self.host, Some(&row.id)) {
            Ok(pass) => pass,
            Err(resting) => {
                turn.give_back();
                return Err(TokenError::CircuitOpen(resting));
            }
        };
        let answer = call(self.tiktok.clone(), token).await;
        if let Some(outcome) = Outcome::of(&answer) {
            pass.ended(outcome);
        }
        let failure = answer.as_ref().err().and_then(code_kind);
        if let Err(error) = &answer
            && failure == Some(FailureKind::RateLimited)
        {
            let wait = error.retry_after().unwrap_or(limits::RATE_LIMIT_WAIT);
            self.limiter.hold(&row.id, kind, wait);
        }
        // Its place rests from now on: only now TikTok has counted the call for sure.
        drop(turn);
        if failure == Some(FailureKind::TokenRejected) {
            return Ok(None);
        }
        Ok(Some(answer))
    }

    /// Takes from an answer what it says of the account.
    async fn learn<T>(
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

    /// Whether TikTok refuses client key and secret, told with each change.
    pub fn app_refused(&self) -> watch::Receiver<bool> {
        self.app_refused.subscribe()
    }

    /// Held from before TikTok is asked for a grant until that is stored or given up: TikTok ends a creator's whole
    /// consent with one token, so that a revocation in between would end the new grant.
    pub async fn granting(&self) -> RwLockReadGuard<'_, ()> {
        self.grants.read().await
    }

    /// Held while a grant is revoked, so that none comes into being meanwhile.
    pub async fn revoking(&self) -> RwLockWriteGuard<'_, ()> {
        self.grants.write().await
    }

    /// Tells that an account came or went.
    pub fn accounts_changed(&self) {
        self.changed.notify_one();
        self.revocable.notify_one();
        self.events.send(Event::AccountsChanged);
    }

    /// TikTok told that it took the access of an account back, which may be old news: asks TikTok, and keeps the reason
    /// in case that it is so.
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
            // A reason that says nothing does not take the place of one that does.
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
                    "[Accounts] Still connected: the news is old"
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

    /// The account, if its tokens were not refused for good.
    pub(super) async fn usable(&self, account: &str) -> Result<AccountRow, TokenError> {
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

    /// The life of an account's access token.
    pub(super) fn lifetime(&self, row: &AccountRow, at: ClockReading) -> TokenLifetime {
        self.known.with(&row.id, |known| match &known.lifetime {
            Some(life) if life.is_of(row) => life.clone(),
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

/// The scope that TikTok says is missing, where the call tells which.
/// Source: `/doc/tiktok-api-v2-error-handling`.
fn missing_scope(kind: Call, error: &ApiError) -> Option<Scope> {
    if code_kind(error) != Some(FailureKind::MissingScope) {
        return None;
    }
    match kind {
        Call::DirectPostInit | Call::CreatorInfo => Some(Scope::VideoPublish),
        Call::InboxInit => Some(Scope::VideoUpload),
        Call::UserInfo => Some(Scope::UserInfoBasic),
        // Either of two scopes opens these.
        Call::Status | Call::Cancel => None,
    }
}
