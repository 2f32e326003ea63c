//! Per-account state that is kept in memory only: token lifetime, refresh pauses, and tokens that are not stored yet.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::Timestamp;
use parking_lot::Mutex;
use tiktok_api::{RemovalReason, TokenGrant};

use super::{account_row::AccountRow, token_lifetime::TokenLifetime};

/// The in-memory state of one account.
#[derive(Debug, Default)]
pub(super) struct KnownAccount {
    /// Held during a refresh: one at a time per account.
    pub(super) refresh_lock: Arc<tokio::sync::Mutex<()>>,
    /// The lifetime of its access token.
    pub(super) lifetime: Option<TokenLifetime>,
    /// A new pair that the database did not take.
    pub(super) unsaved: Option<UnsavedTokens>,
    /// The pause before the next refresh, after one that failed.
    pub(super) pause: Option<RefreshPause>,
    /// The number of failed refreshes since the start.
    pub(super) failures: u64,
    /// The reported reason for removed access, until a call proves or refutes it.
    pub(super) removal: Option<RemovalReason>,
    /// When its avatar was last fetched, by uptime.
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

/// A pause after failed refreshes.
#[derive(Debug, Clone, Copy)]
pub(super) struct RefreshPause {
    /// The end of the pause, by uptime.
    pub(super) until: Duration,
    pub(super) why: PauseReason,
    /// The number of refreshes that failed in a row.
    pub(super) tries: u32,
}

/// Why a refresh failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PauseReason {
    /// TikTok is unreachable.
    Unreachable,
    /// TikTok or this computer has a fault.
    Fault,
    /// No client key and secret are configured.
    AppMissing,
    /// TikTok rejects the client key and secret.
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
