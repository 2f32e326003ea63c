//! Warnings before an account's refresh token expires, and their dismissal.

use std::time::Duration;

use jiff::Timestamp;
use slipway_core::{clock, views::Notice};

use super::{
    account_row::AccountRow, notices::account_ending, store::AccountStore,
    token_lifetime::FIRST_EXPIRY_WARNING,
};

/// The time before a refresh token expires at which the creator is warned for the second time.
const LAST_WARNING: Duration = days(3);

/// The prefix of the notice codes on the status board, after `account.`.
const CODE: &str = "ending.";

const fn days(days: u64) -> Duration {
    Duration::from_hours(24 * days)
}

/// A warning that an account's refresh token expires soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiryWarning {
    /// The creator's own name for the account, or its nickname.
    pub account_name: String,
    /// When the refresh token expires.
    pub ends_at: Timestamp,
    /// The days between the warning and the expiry of the token: 14 or 3.
    pub days: i64,
}

impl AccountRow {
    /// The warning that is due at `now`, dismissed or not. An account that must be reconnected has none.
    pub(super) fn expiry_warning(&self, now: Timestamp) -> Option<ExpiryWarning> {
        if !self.is_connected() {
            return None;
        }
        let ends_at = clock::from_millis(self.refresh_expires_at);
        let left = clock::until(now, ends_at);
        let days = match left {
            left if left <= LAST_WARNING => 3,
            left if left <= FIRST_EXPIRY_WARNING => 14,
            _ => return None,
        };
        Some(ExpiryWarning {
            account_name: self
                .label
                .clone()
                .unwrap_or_else(|| self.display_name.clone()),
            ends_at,
            days,
        })
    }
}

/// The warnings that the creator did not dismiss, and when the list next changes by time alone.
pub fn due_warnings(accounts: &[AccountRow], now: Timestamp) -> (Vec<Notice>, Option<Timestamp>) {
    let notices = accounts
        .iter()
        .filter_map(|row| {
            let warning = row.expiry_warning(now)?;
            let unread = row.end_warning_read.is_none_or(|read| warning.days < read);
            let code = format!("{CODE}{}.{}", warning.days, row.id);
            unread.then(|| account_ending(&warning, &code))
        })
        .collect();
    let next = accounts
        .iter()
        .filter(|row| row.is_connected())
        .flat_map(|row| {
            let ends_at = clock::from_millis(row.refresh_expires_at);
            [FIRST_EXPIRY_WARNING, LAST_WARNING].map(|early| clock::before(ends_at, early))
        })
        .filter(|threshold| *threshold > now)
        .min();
    (notices, next)
}

/// Stores that the creator dismissed the notice with this code. Other codes have no effect.
pub async fn dismiss_warning(store: &AccountStore, code: &str) -> Result<(), sqlx::Error> {
    let Some((days, id)) = code
        .strip_prefix("account.")
        .and_then(|rest| rest.strip_prefix(CODE))
        .and_then(|rest| rest.split_once('.'))
    else {
        return Ok(());
    };
    match days.parse() {
        Ok(days @ (3 | 14)) => store.warning_read(id, days).await,
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::accounts::ConnectionState;

    const NOW: i64 = 1_790_000_000_000;

    fn account(left: Duration, read: Option<i64>) -> AccountRow {
        let now = clock::from_millis(NOW);
        AccountRow {
            id: "one".into(),
            state: ConnectionState::Connected,
            refresh_expires_at: clock::after(now, left).as_millisecond(),
            end_warning_read: read,
            ..AccountRow::default()
        }
    }

    fn codes(left: Duration, read: Option<i64>) -> Vec<String> {
        let (notices, _) = due_warnings(&[account(left, read)], clock::from_millis(NOW));
        notices.into_iter().map(|notice| notice.code).collect()
    }

    #[test]
    fn both_warnings_appear_until_they_are_dismissed() {
        let (early, late) = ("account.ending.14.one", "account.ending.3.one");
        assert!(codes(days(15), None).is_empty());
        assert_eq!(codes(days(14), None), [early]);
        assert!(codes(days(10), Some(14)).is_empty());
        assert_eq!(codes(days(3), Some(14)), [late]);
        assert!(codes(days(1), Some(3)).is_empty());
        assert_eq!(codes(Duration::ZERO, None), [late]);
        let disconnected = AccountRow {
            state: ConnectionState::ReconnectNeeded,
            ..account(days(1), None)
        };
        assert_eq!(disconnected.expiry_warning(clock::from_millis(NOW)), None);
    }

    proptest! {
        #[test]
        fn warnings_change_only_at_the_returned_time(
            left in prop::collection::vec(0..3_000_000_u64, 1..5),
            part in 0.0..1.0_f64,
        ) {
            let accounts: Vec<_> = left
                .into_iter()
                .map(|seconds| account(Duration::from_secs(seconds), None))
                .collect();
            let now = clock::from_millis(NOW);
            let (before, next) = due_warnings(&accounts, now);
            let Some(next) = next else { return Ok(()) };
            let wait = clock::until(now, next);
            prop_assert!(!wait.is_zero());
            let between = clock::after(now, wait.mul_f64(part * 0.999));
            prop_assert_eq!(&due_warnings(&accounts, between).0, &before);
            prop_assert_ne!(&due_warnings(&accounts, next).0, &before);
        }
    }
}
