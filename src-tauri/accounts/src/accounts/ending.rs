//! The coming end of an account's refresh token: when the creator is warned, and which warnings were read.

use std::time::Duration;

use jiff::Timestamp;
use slipway_core::{clock, notice::Explain, views::Notice};

use super::{AccountRow, AccountStore};

/// Before the end, the creator is warned this early, and once more.
pub(super) const FIRST_WARNING: Duration = days(14);
const LAST_WARNING: Duration = days(3);

/// What the codes of these notices begin with in the standing, after `account.`.
const CODE: &str = "ending.";

const fn days(days: u64) -> Duration {
    Duration::from_hours(24 * days)
}

/// That an account's refresh token comes to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub account_name: String,
    pub ends_at: Timestamp,
    /// How early it is, in days.
    pub days: i64,
}

impl AccountRow {
    /// The warning that is due at `now`, read or not. An account that must be connected again anyway has none.
    pub(super) fn ending(&self, now: Timestamp) -> Option<Warning> {
        if !self.is_connected() {
            return None;
        }
        let ends_at = clock::from_millis(self.refresh_expires_at);
        let left = clock::until(now, ends_at);
        let days = match left {
            left if left <= LAST_WARNING => 3,
            left if left <= FIRST_WARNING => 14,
            _ => return None,
        };
        Some(Warning {
            account_name: self
                .label
                .clone()
                .unwrap_or_else(|| self.display_name.clone()),
            ends_at,
            days,
        })
    }
}

/// The warnings that the creator has not read, and when there may be others by time alone.
pub fn due_warnings(accounts: &[AccountRow], now: Timestamp) -> (Vec<Notice>, Option<Timestamp>) {
    let notices = accounts
        .iter()
        .filter_map(|row| {
            let warning = row.ending(now)?;
            let unread = row.end_warning_read.is_none_or(|read| warning.days < read);
            let code = format!("{CODE}{}.{}", warning.days, row.id);
            unread.then(|| super::notices::account_ending(&warning, &code))
        })
        .collect();
    let next = accounts
        .iter()
        .filter(|row| row.is_connected())
        .flat_map(|row| {
            let ends_at = clock::from_millis(row.refresh_expires_at);
            [FIRST_WARNING, LAST_WARNING].map(|early| clock::before(ends_at, early))
        })
        .filter(|threshold| *threshold > now)
        .min();
    (notices, next)
}

/// Remembers that the creator has read the notice with this code, if it is one of these.
pub async fn read_warning(store: &AccountStore, code: &str) -> Result<(), sqlx::Error> {
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

    const NOW: i64 = 1_790_000_000_000;

    fn account(left: Duration, read: Option<i64>) -> AccountRow {
        let now = clock::from_millis(NOW);
        AccountRow {
            id: "one".into(),
            state: "connected".into(),
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
    fn the_creator_is_warned_twice_and_each_is_read_once() {
        let (early, late) = ("account.ending.14.one", "account.ending.3.one");
        assert!(codes(days(15), None).is_empty());
        assert_eq!(codes(days(14), None), [early]);
        assert!(codes(days(10), Some(14)).is_empty());
        assert_eq!(codes(days(3), Some(14)), [late]);
        assert!(codes(days(1), Some(3)).is_empty());
        assert_eq!(codes(Duration::ZERO, None), [late]);
        let lost = AccountRow {
            state: "reconnect_needed".into(),
            ..account(days(1), None)
        };
        assert_eq!(lost.ending(clock::from_millis(NOW)), None);
    }

    proptest! {
        #[test]
        fn nothing_changes_before_the_next_moment(
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
