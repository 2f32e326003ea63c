//! PauseReason an account must be connected again.

use jiff::Timestamp;
use slipway_core::clock;
use tiktok_api::RemovalReason;

use super::account_row::AccountRow;

/// PauseReason the tokens of an account are of no use any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReconnectReason {
    /// TikTok refuses them and does not say why.
    Refused,
    /// TikTok refuses them, and its answer to an earlier refresh never came: it may have replaced them then.
    Unanswered,
    /// TikTok told that the access was taken back.
    Removed(RemovalReason),
    /// The refresh token had come to its end.
    Ended,
    /// They are not readable with the vault's key.
    Unreadable,
    /// They were forgotten because their key was lost.
    Forgotten,
    /// TikTok answered a refresh with another creator's tokens.
    AnotherCreator,
}

impl ReconnectReason {
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

    /// Its name in the database and in the audit trail.
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

    /// What a stored name stands for; a name that is not known, or none, says no more than that TikTok refused.
    pub(super) fn from_name(name: Option<&str>) -> Self {
        Self::ALL
            .into_iter()
            .find(|lost| Some(lost.as_str()) == name)
            .unwrap_or(Self::Refused)
    }

    /// What it means for an account that TikTok refuses to refresh it at `now`.
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
    fn every_reason_is_read_as_it_was_stored() {
        for lost in ReconnectReason::ALL {
            assert_eq!(ReconnectReason::from_name(Some(lost.as_str())), lost);
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
    fn a_refusal_is_explained_by_what_is_known_of_the_tokens() {
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
