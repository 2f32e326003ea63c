//! Per-account state that is kept in memory only: token lifetime, refresh pauses, and tokens that are not stored yet.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::Timestamp;
use parking_lot::Mutex;
use tiktok_api::{RemovalReason, TokenGrant};

use super::{account_row::AccountRow, token_lifetime::TokenLifetime};

/// What this run of Slipway knows of an account beyond what is stored.
#[derive(Debug, Default)]
pub(super) struct KnownAccount {
    /// One refresh at a time.
    pub(super) turn: Arc<tokio::sync::Mutex<()>>,
    /// The life of its access token.
    pub(super) lifetime: Option<TokenLifetime>,
    /// A new pair that the database did not take.
    pub(super) unsaved: Option<UnsavedTokens>,
    /// How long its refresh rests after one that could not be made.
    pub(super) pause: Option<RefreshPause>,
    /// How many refreshes could not be made.
    pub(super) failures: u64,
    /// PauseReason TikTok says that it took the access back, until that proves true or old.
    pub(super) removal: Option<RemovalReason>,
    /// When its picture was fetched, by uptime.
    pub(super) avatar_fetched: Option<Duration>,
}

/// A new pair that the database did not take.
#[derive(Debug)]
pub(super) struct UnsavedTokens {
    /// The account with the pair that this one replaces.
    pub(super) row: AccountRow,
    pub(super) grant: TokenGrant,
    pub(super) asked_at: Timestamp,
}

/// A rest after refreshes that could not be made.
#[derive(Debug, Clone, Copy)]
pub(super) struct RefreshPause {
    /// By uptime.
    pub(super) until: Duration,
    pub(super) why: PauseReason,
    /// How many in a row.
    pub(super) tries: u32,
}

/// PauseReason a refresh could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PauseReason {
    /// TikTok does not answer.
    Unreachable,
    /// TikTok or this computer has a fault.
    Fault,
    /// There is no client key and secret.
    AppMissing,
    /// TikTok refuses them.
    AppRefused,
}

/// The in-memory state of all accounts, by Slipway's id.
#[derive(Debug, Default)]
pub(super) struct KnownAccounts(Mutex<HashMap<String, KnownAccount>>);

impl KnownAccounts {
    /// Reads or changes the state of an account.
    pub(super) fn with<T>(&self, account: &str, change: impl FnOnce(&mut KnownAccount) -> T) -> T {
        change(self.0.lock().entry(account.to_owned()).or_default())
    }

    /// The accounts with a token pair that is not stored yet.
    pub(super) fn unsaved(&self) -> Vec<String> {
        let known = self.0.lock();
        let unsaved = known.iter().filter(|(_, known)| known.unsaved.is_some());
        unsaved.map(|(account, _)| account.clone()).collect()
    }

    /// Ends all pauses, so that every refresh may run at once.
    pub(super) fn end_pauses(&self) {
        for known in self.0.lock().values_mut() {
            known.pause = None;
        }
    }

    /// Drops the state of an account that no longer exists.
    pub(super) fn remove(&self, account: &str) {
        self.0.lock().remove(account);
    }
}
