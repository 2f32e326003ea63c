//! Calls on an account's behalf: a fresh access token for each, one refresh in flight per account, the new pair stored
//! before it is used, few replays after a refusal, within TikTok's limits and while TikTok answers.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use secrecy::SecretString;
use tiktok_api::{Error as ApiError, ErrorCode, OAuthErrorCode, TikTok, TokenGrant, limits};
use tokio::{sync::Notify, task::JoinError};
use tokio_util::task::TaskTracker;

use super::{AccountRow, AccountStore};
use crate::{
    breaker::{Breaker, Outcome, Resting},
    clock::{self, Clock},
    credentials::Credentials,
    database::Database,
    events::Events,
    quota::{Call, Limiter, TryTakeError},
    views::Event,
};

/// How often a call is replayed with a new token. Twice, because the first new one may be one that somebody else got
/// before the computer slept.
const REPLAYS: usize = 2;
/// How long the keeper rests after a refresh that could not be made.
const KEEPER_PAUSE: Duration = Duration::from_mins(1);

/// Why a call on behalf of an account did not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("the account is gone")]
    NoSuchAccount,
    #[error("the account must be connected again")]
    ReconnectNeeded,
    #[error("no client key and secret")]
    CredentialsMissing,
    #[error("TikTok does not accept client key and secret")]
    CredentialsRefused,
    #[error("a stored token cannot be decrypted")]
    Vault,
    #[error("TikTok's limit is reached until {until}")]
    Busy { until: Timestamp },
    #[error("TikTok is left alone until {}", .0.until)]
    Resting(Resting),
    #[error(transparent)]
    TikTok(#[from] ApiError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What a call does when TikTok's limit leaves no room for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// It waits for its turn.
    Waits,
    /// It is not made.
    Now,
}

/// A new pair that the database did not take.
#[derive(Debug)]
struct Unsaved {
    /// The access token that it replaces, as it is stored.
    replaces: String,
    grant: TokenGrant,
    asked_at: Timestamp,
}

/// Hands out access tokens.
#[derive(Debug)]
pub(crate) struct Tokens {
    tiktok: TikTok,
    store: AccountStore,
    database: Arc<Database>,
    credentials: Arc<Credentials>,
    limiter: Limiter,
    breaker: Breaker,
    /// The API's host.
    host: String,
    clock: Arc<dyn Clock>,
    events: Events,
    /// One refresh at a time for each account.
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// Refreshes under way, which end on their own whoever asked for them.
    refreshes: TaskTracker,
    /// New pairs that the database did not take, by account.
    unsaved: Mutex<HashMap<String, Unsaved>>,
    /// Rung when an account came or changed, so that the keeper looks anew.
    changed: Notify,
}

impl Tokens {
    pub(crate) fn new(
        tiktok: TikTok,
        database: Arc<Database>,
        credentials: Arc<Credentials>,
        limiter: Limiter,
        breaker: Breaker,
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
            turns: Mutex::default(),
            refreshes: TaskTracker::new(),
            unsaved: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Runs `call`, which is one of `kind`, with a fresh access token, within TikTok's limits and while TikTok answers.
    /// A refused token is refreshed and the call replayed, [`REPLAYS`] times at most; refused still, the account is
    /// marked for reconnecting.
    pub(crate) async fn call<T, C, F>(
        self: &Arc<Self>,
        account: &str,
        kind: Call,
        patience: Patience,
        call: C,
    ) -> Result<T, TokenError>
    where
        C: Fn(TikTok, SecretString) -> F + Send + Sync,
        F: Future<Output = Result<T, ApiError>> + Send,
        T: Send,
    {
        let row = self.usable(account).await?;
        let now = self.clock.now().as_millisecond();
        let row = if row.access_expires_at <= now || row.refresh_due_at <= now {
            match self.refresh(account, &row.access_token).await {
                Ok(fresh) => fresh,
                // Still good for a while: a refresh that could not be made must not stop the call.
                Err(TokenError::TikTok(_) | TokenError::Resting(_))
                    if row.access_expires_at > now =>
                {
                    row
                }
                Err(error) => return Err(error),
            }
        } else {
            row
        };
        let mut row = row;
        for _ in 0..REPLAYS {
            match self.once(&row, kind, patience, &call).await? {
                Err(error) if error.code() == Some(&ErrorCode::AccessTokenInvalid) => {
                    row = self.refresh(account, &row.access_token).await?;
                }
                answer => return Ok(answer?),
            }
        }
        match self.once(&row, kind, patience, &call).await? {
            // Where the computer slept in between, the new token has ended too: that says nothing of the account.
            Err(error)
                if error.code() == Some(&ErrorCode::AccessTokenInvalid)
                    && row.access_expires_at > self.clock.now().as_millisecond() =>
            {
                self.lost(&row).await?;
                Err(TokenError::ReconnectNeeded)
            }
            answer => Ok(answer?),
        }
    }

    /// One request, when its turn has come.
    async fn once<T, C, F>(
        &self,
        row: &AccountRow,
        kind: Call,
        patience: Patience,
        call: &C,
    ) -> Result<Result<T, ApiError>, TokenError>
    where
        C: Fn(TikTok, SecretString) -> F + Send + Sync,
        F: Future<Output = Result<T, ApiError>> + Send,
    {
        let token = self.open(&row.access_token)?;
        let turn = match patience {
            Patience::Waits => self.limiter.take(&row.id, kind).await?,
            Patience::Now => match self.limiter.try_take(&row.id, kind).await {
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
                return Err(TokenError::Resting(resting));
            }
        };
        let answer = call(self.tiktok.clone(), token).await;
        if let Some(outcome) = Outcome::of(&answer) {
            pass.ended(outcome);
        }
        if let Err(error) = &answer
            && error.code() == Some(&ErrorCode::RateLimitExceeded)
        {
            let rest = error.retry_after().unwrap_or(limits::RATE_LIMIT_WAIT);
            self.limiter.hold(&row.id, kind, rest);
        }
        // Its place rests from now on: only now TikTok has counted the call for sure.
        drop(turn);
        Ok(answer)
    }

    /// Tells that an account came or went.
    pub(crate) fn accounts_changed(&self) {
        self.changed.notify_one();
        self.events.send(Event::AccountsChanged);
    }

    /// Refreshes every account when it is due, for as long as it is polled.
    pub(crate) async fn keep_fresh(self: &Arc<Self>) {
        loop {
            let next = self.store.next_due().await.unwrap_or_else(|error| {
                tracing::error!(%error, "[Accounts] Refresh failed: the database did not answer");
                Some((String::new(), self.pause()))
            });
            let Some((id, due)) = next else {
                self.changed.notified().await;
                continue;
            };
            let rest = if due > self.clock.now() {
                due
            } else {
                self.refresh_due(&id).await
            };
            tokio::select! {
                () = self.clock.sleep_until(rest) => {}
                () = self.changed.notified() => {}
            }
        }
    }

    /// When to look again after a refresh that could not be made.
    fn pause(&self) -> Timestamp {
        clock::after(self.clock.now(), KEEPER_PAUSE)
    }

    /// Refreshes one account for the keeper; says when to look again.
    async fn refresh_due(self: &Arc<Self>, id: &str) -> Timestamp {
        let refreshed = match self.usable(id).await {
            Ok(row) => self.refresh(id, &row.access_token).await,
            Err(error) => Err(error),
        };
        match refreshed {
            Ok(_) | Err(TokenError::ReconnectNeeded | TokenError::NoSuchAccount) => {
                self.clock.now()
            }
            Err(error) => {
                tracing::warn!(account = id, %error, "[Accounts] Refresh failed: trying again later");
                self.pause()
            }
        }
    }

    async fn usable(&self, account: &str) -> Result<AccountRow, TokenError> {
        let row = self
            .store
            .get(account)
            .await?
            .ok_or(TokenError::NoSuchAccount)?;
        if row.state == "connected" {
            Ok(row)
        } else {
            Err(TokenError::ReconnectNeeded)
        }
    }

    fn open(&self, token: &str) -> Result<SecretString, TokenError> {
        self.database
            .vault
            .decrypt(token)
            .map_err(|_| TokenError::Vault)
    }

    /// Refreshes the tokens, unless somebody else did since `seen` (the stored text) was read.
    ///
    /// TikTok replaces the old pair the moment it makes the new one. Whoever asks for it may be stopped at any time, so
    /// a task of its own sees to it that the new pair is stored.
    async fn refresh(
        self: &Arc<Self>,
        account: &str,
        seen: &str,
    ) -> Result<AccountRow, TokenError> {
        let (tokens, account, seen) = (self.clone(), account.to_owned(), seen.to_owned());
        let refresh = async move { tokens.refresh_to_the_end(&account, &seen).await };
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

    /// Waits until no refresh is under way; none begins after the last call.
    pub(crate) async fn settled(&self) {
        self.refreshes.close();
        self.refreshes.wait().await;
    }

    async fn refresh_to_the_end(
        &self,
        account: &str,
        seen: &str,
    ) -> Result<AccountRow, TokenError> {
        let turn = self
            .turns
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(account.to_owned())
            .or_default()
            .clone();
        let _turn = turn.lock().await;
        let row = self.usable(account).await?;
        if row.access_token != seen {
            return Ok(row);
        }
        // TikTok gave a new pair before that could not be stored, and the old one is dead.
        if let Some((grant, asked_at)) = self.take_unsaved(account, seen) {
            return self.save(&row, grant, asked_at).await;
        }
        let app = self
            .credentials
            .get()
            .ok_or(TokenError::CredentialsMissing)?;
        let refresh_token = self.open(&row.refresh_token)?;
        let pass = self
            .breaker
            .admit(&self.host, Some(account))
            .map_err(TokenError::Resting)?;
        // A token lives from when TikTok made it, which is before the answer is here.
        let asked_at = self.clock.now();
        let answer = self.tiktok.refresh(&app, &refresh_token).await;
        if let Some(outcome) = Outcome::of(&answer) {
            pass.ended(outcome);
        }
        match answer {
            Ok(grant) => self.save(&row, grant, asked_at).await,
            Err(ApiError::OAuth {
                code: OAuthErrorCode::InvalidGrant | OAuthErrorCode::AccessDenied,
                ..
            }) => {
                self.lost(&row).await?;
                Err(TokenError::ReconnectNeeded)
            }
            Err(ApiError::OAuth {
                code: OAuthErrorCode::InvalidClient | OAuthErrorCode::UnauthorizedClient,
                ..
            }) => Err(TokenError::CredentialsRefused),
            Err(error) => Err(error.into()),
        }
    }

    /// Stores a new pair; one that the database does not take is kept for the next try.
    async fn save(
        &self,
        row: &AccountRow,
        grant: TokenGrant,
        asked_at: Timestamp,
    ) -> Result<AccountRow, TokenError> {
        let account = row.id.as_str();
        let stored = self
            .store
            .refreshed(account, &grant, &self.database.vault, asked_at)
            .await;
        if let Err(error) = stored {
            self.database.note(&error);
            let mut unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
            unsaved.insert(
                account.to_owned(),
                Unsaved {
                    replaces: row.access_token.clone(),
                    grant,
                    asked_at,
                },
            );
            return Err(error.into());
        }
        tracing::info!(account, "[Accounts] tokens refreshed");
        self.changed.notify_one();
        self.usable(account).await
    }

    /// A pair that replaces the one stored as `seen`. An account that was connected anew since has a better one.
    fn take_unsaved(&self, account: &str, seen: &str) -> Option<(TokenGrant, Timestamp)> {
        let mut unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = unsaved.remove(account)?;
        (pair.replaces == seen).then_some((pair.grant, pair.asked_at))
    }

    /// Marks an account whose tokens, as they were read, TikTok refuses for good.
    async fn lost(&self, row: &AccountRow) -> Result<(), TokenError> {
        tracing::warn!(
            account = row.id,
            "[Accounts] TikTok refuses the tokens: reconnect needed"
        );
        self.store
            .reconnect_needed(&row.id, &row.access_token)
            .await?;
        self.accounts_changed();
        Ok(())
    }
}
