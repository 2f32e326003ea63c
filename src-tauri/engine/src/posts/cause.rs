//! Why a post waits, failed or is unconfirmed: stored as a fact, turned into text only when shown.

use serde::{Deserialize, Serialize};
use slipway_core::views::WaitReason;
use tiktok_api::{ErrorCode, FailReason};

/// A reason, with what a creator needs to know of it and no secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Cause {
    /// The file is not where it was.
    FileMissing,
    /// The file is not the one that was added.
    FileChanged,
    /// The file cannot be read.
    FileUnreadable { detail: String },
    /// TikTok cannot be reached.
    Offline,
    /// TikTok answers with its own faults.
    TikTokDown { http: u16 },
    /// TikTok's answer makes no sense.
    AnswerUnreadable,
    /// Too many requests in a minute.
    RateLimited,
    /// The upload's hour ended, or TikTok lost it, too often.
    TooManyStarts,
    /// The account's tokens are refused.
    ReconnectNeeded,
    /// The account was disconnected.
    AccountGone,
    /// No client key and secret are known.
    CredentialsMissing,
    /// TikTok does not accept client key and secret.
    CredentialsRefused,
    /// TikTok's API refused, by code.
    Refused { code: String, message: String },
    /// TikTok ended the publish by a fault of its own; it is sent again.
    Faulted,
    /// TikTok ended the publish, by reason.
    Ended { reason: String },
    /// At the upload limit that is set, the upload cannot be over within the hour that TikTok gives it.
    TooSlow { minutes: u64 },
    /// Longer than this creator may post.
    TooLong { found_sec: u64, max_sec: u64 },
    /// The chosen privacy level is no longer offered.
    PrivacyGone { level: String },
    /// All bytes are there and a day passed without an end.
    NeverSaid,
    /// TikTok no longer knows the publish id.
    Forgotten,
    /// The network costs, and the creator wants uploads to wait.
    Metered,
    /// The creator has paused everything.
    PausedAll,
    /// Another post of the account went out less than the chosen spacing ago.
    Spacing,
    /// Its moment passed by more than the grace period; `due` in milliseconds since 1970.
    Missed { due: i64 },
    /// It comes from a backup made at `from`, in milliseconds since 1970: it may have been sent since.
    Restored { from: i64 },
}

impl Cause {
    /// Whether trying again, as it is or after an edit, can help.
    pub(crate) fn can_retry(&self) -> bool {
        match self {
            Self::Ended { reason } => !matches!(
                FailReason::from(reason.as_str()),
                FailReason::SpamRiskUserBannedFromPosting
                    | FailReason::FileFormatCheckFailed
                    | FailReason::DurationCheckFailed
                    | FailReason::FrameRateCheckFailed
                    | FailReason::PictureSizeCheckFailed
            ),
            Self::Refused { code, .. } => !matches!(
                ErrorCode::from(code.as_str()),
                ErrorCode::SpamRiskUserBannedFromPosting | ErrorCode::InvalidFileUpload
            ),
            Self::FileChanged => false,
            _ => true,
        }
    }

    /// Whether the creator must choose something anew before another try.
    pub(crate) fn needs_edit(&self) -> bool {
        match self {
            Self::PrivacyGone { .. } | Self::TooLong { .. } | Self::AccountGone => true,
            Self::Ended { reason } => matches!(
                FailReason::from(reason.as_str()),
                FailReason::SpamRiskText | FailReason::SpamRisk
            ),
            Self::Refused { code, .. } => matches!(
                ErrorCode::from(code.as_str()),
                ErrorCode::PrivacyLevelOptionMismatch
                    | ErrorCode::UnauditedClientCanOnlyPostToPrivateAccounts
            ),
            _ => false,
        }
    }

    /// Whether later posts of the same account and mode wait behind a post with this cause: they would meet the same
    /// limit, and must not overtake.
    pub(crate) fn keeps_order(&self) -> bool {
        matches!(self, Self::RateLimited | Self::Spacing)
            || matches!(self, Self::Refused { code, .. } if matches!(
                ErrorCode::from(code.as_str()),
                ErrorCode::SpamRiskTooManyPosts
                    | ErrorCode::SpamRiskTooManyPendingShare
                    | ErrorCode::ReachedActiveUserCap
            ))
    }

    /// What a post with this cause waits for.
    pub(crate) fn wait_reason(&self) -> WaitReason {
        match self {
            Self::Offline => WaitReason::Offline,
            Self::ReconnectNeeded
            | Self::AccountGone
            | Self::CredentialsMissing
            | Self::CredentialsRefused => WaitReason::Reconnect,
            Self::Metered => WaitReason::Metered,
            Self::PausedAll => WaitReason::Paused,
            Self::Spacing => WaitReason::Spacing,
            Self::RateLimited | Self::Refused { .. } => WaitReason::Quota,
            _ => WaitReason::TikTokDown,
        }
    }
}
