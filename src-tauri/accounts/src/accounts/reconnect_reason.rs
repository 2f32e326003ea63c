//! The reasons for which an account must be reconnected.

use jiff::Timestamp;
use slipway_core::clock;
use tiktok_api::RemovalReason;

use super::account_row::AccountRow;

/// Why an account's tokens cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReconnectReason {
    /// TikTok rejected them without a reason.
    Refused,
    /// TikTok rejected them after an earlier refresh had no answer: that refresh may have replaced them.
    Unanswered,
    /// TikTok reported that the access was removed.
    Removed(RemovalReason),
    /// The refresh token expired.
    Ended,
    /// The vault's key does not decrypt them.
    Unreadable,
    /// They were deleted because the vault's key was lost.
    Forgotten,
    /// TikTok answered a refresh with the tokens of another creator.
    AnotherCreator,
}

impl ReconnectReason {
    /// Every reason.
    pub const ALL: [Self; 12] = [
        Self::Refused,
        Self::Unanswered,
        Self::Removed(RemovalReason::Unknown),
        Self::Removed(RemovalReason::UserDisconnected),
        Self::Removed(RemovalReason::AccountDeleted),
        Self::Removed(RemovalReason::AgeChanged),
        Self::Removed(RemovalReason::AccountBanned),
        Self::Removed(RemovalReason::DeveloperRevoked),
        Self::Ended,
        Self::Unreadable,
        Self::Forgotten,
        Self::AnotherCreator,
    ];

    /// The name in the database and in the audit trail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Unanswered => "answer_lost",
            Self::Removed(RemovalReason::UserDisconnected) => "removed_by_creator",
            Self::Removed(RemovalReason::AccountDeleted) => "account_deleted",
            Self::Removed(RemovalReason::AgeChanged) => "age_changed",
            Self::Removed(RemovalReason::AccountBanned) => "account_banned",
            Self::Removed(RemovalReason::DeveloperRevoked) => "revoked_by_developer",
            Self::Removed(_) => "removed",
            Self::Ended => "ended",
            Self::Unreadable => "unreadable",
            Self::Forgotten => "forgotten",
            Self::AnotherCreator => "another_creator",
        }
    }

    /// The reason with this stored name. An unknown or missing name means [`Self::Refused`].
    pub(super) fn from_name(name: Option<&str>) -> Self {
        Self::ALL
            .into_iter()
            .find(|reason| Some(reason.as_str()) == name)
            .unwrap_or(Self::Refused)
    }

    /// The reason to record when TikTok rejects a refresh at `now`.
    pub(super) fn by_refusal(row: &AccountRow, now: Timestamp) -> Self {
        if clock::from_millis(row.refresh_expires_at) <= now {
            Self::Ended
        } else if row.refresh_asked_at.is_some() {
            Self::Unanswered
        } else {
            Self::Refused
        }
    }
}

impl AccountRow {
    /// The reason to reconnect the account, if it must be reconnected.
    pub(super) fn reconnect_reason(&self) -> ReconnectReason {
        ReconnectReason::from_name(self.lost.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_reasons_are_read_back() {
        for reason in ReconnectReason::ALL {
            assert_eq!(ReconnectReason::from_name(Some(reason.as_str())), reason);
        }
        assert_eq!(
            ReconnectReason::from_name(Some("new")),
            ReconnectReason::Refused
        );
        assert_eq!(ReconnectReason::from_name(None), ReconnectReason::Refused);
        let unknown = ReconnectReason::Removed(RemovalReason::Other(77));
        assert_eq!(unknown.as_str(), "removed");
    }

    #[test]
    fn a_rejected_refresh_is_explained_by_the_stored_token_state() {
        let now = Timestamp::UNIX_EPOCH;
        let row = |refresh_expires_at, refresh_asked_at| AccountRow {
            refresh_expires_at,
            refresh_asked_at,
            ..AccountRow::default()
        };
        assert_eq!(
            ReconnectReason::by_refusal(&row(1, None), now),
            ReconnectReason::Refused
        );
        assert_eq!(
            ReconnectReason::by_refusal(&row(1, Some(0)), now),
            ReconnectReason::Unanswered
        );
        assert_eq!(
            ReconnectReason::by_refusal(&row(0, Some(0)), now),
            ReconnectReason::Ended
        );
    }
}
