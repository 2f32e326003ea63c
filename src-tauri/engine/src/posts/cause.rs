//! The causes of waiting, failed, paused and unconfirmed posts: stored as data, turned into text when shown.

use serde::{Deserialize, Serialize};
use slipway_core::views::WaitReason;
use tiktok_api::{ErrorCode, FailReason, FailureKind, Meaning};

/// The cause of a post's state. Contains no secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Cause {
    /// The file does not exist at its path.
    FileMissing,
    /// The file has changed since it was added.
    FileChanged,
    /// The file cannot be read.
    FileUnreadable {
        /// The name of an [`IoFault`](slipway_core::io_fault::IoFault), or the text of the error in older versions.
        detail: String,
    },
    /// The file is empty.
    FileEmpty,
    /// The file is larger than TikTok accepts.
    FileTooLarge,
    /// TikTok cannot be reached.
    Offline,
    /// TikTok's servers fail. No status is known while Slipway does not call them, because they failed before.
    TikTokDown {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        http: Option<u16>,
    },
    /// TikTok's answer cannot be read.
    AnswerUnreadable,
    /// Slipway sent too many requests in a minute.
    RateLimited,
    /// The upload expired, or TikTok lost it, too often.
    TooManyStarts,
    /// TikTok refuses the account's tokens.
    ReconnectNeeded,
    /// The account was disconnected.
    AccountGone,
    /// No client key and secret are known.
    CredentialsMissing,
    /// TikTok refuses the client key and secret.
    CredentialsRefused,
    /// TikTok's API refused with this code.
    Refused { code: String, message: String },
    /// TikTok's servers failed and ended the post; Slipway uploads it again.
    Faulted,
    /// TikTok ended the post with this reason.
    Ended { reason: String },
    /// At the present upload limit, the upload takes longer than the hour that TikTok allows.
    TooSlow { minutes: u64 },
    /// The video is longer than this creator may post.
    TooLong { found_sec: u64, max_sec: u64 },
    /// The chosen privacy level is no longer offered.
    PrivacyGone { level: String },
    /// TikTok has all bytes and did not report an end for a day.
    NeverSaid,
    /// TikTok no longer knows the publish id.
    Forgotten,
    /// The network is metered, and the creator wants uploads to wait.
    Metered,
    /// The creator has paused all posts.
    PausedAll,
    /// The account's last upload started less than the chosen spacing ago.
    Spacing,
    /// The scheduled time passed by more than the grace period. `due` is in milliseconds since 1970.
    Missed { due: i64 },
    /// The post comes from a backup made at `from`, in milliseconds since 1970, and may have been published since.
    Restored { from: i64 },
}

/// The kinds of causes by which waiting posts are released, serialised like the `kind` of a stored [`Cause`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CauseKind {
    Offline,
    Metered,
    PausedAll,
    Spacing,
    AnswerUnreadable,
}

impl CauseKind {
    /// The kinds that hold back all uploads.
    pub(crate) const GATES: [Self; 3] = [Self::PausedAll, Self::Metered, Self::Offline];

    /// Whether a cause of this kind holds back all uploads.
    pub(crate) fn is_gate(self) -> bool {
        Self::GATES.contains(&self)
    }
}

impl Cause {
    /// The kind of the cause, if waiting posts are released by it.
    pub(crate) fn kind(&self) -> Option<CauseKind> {
        Some(match self {
            Self::Offline => CauseKind::Offline,
            Self::Metered => CauseKind::Metered,
            Self::PausedAll => CauseKind::PausedAll,
            Self::Spacing => CauseKind::Spacing,
            Self::AnswerUnreadable => CauseKind::AnswerUnreadable,
            _ => return None,
        })
    }

    /// The meaning of TikTok's code or reason, if TikTok gave one.
    fn meaning(&self) -> Option<Meaning> {
        match self {
            Self::Ended { reason } => Some(FailReason::from(reason.as_str()).meaning()),
            Self::Refused { code, .. } => Some(ErrorCode::from(code.as_str()).meaning()),
            _ => None,
        }
    }

    /// Whether a retry, of the post as it is or after an edit, can succeed.
    pub(crate) fn can_retry(&self) -> bool {
        // Another file makes another post.
        !matches!(
            self,
            Self::FileChanged | Self::FileEmpty | Self::FileTooLarge
        ) && self.meaning().is_none_or(|meaning| meaning.can_retry())
    }

    /// Whether the creator must edit the post before a retry.
    pub(crate) fn needs_edit(&self) -> bool {
        match self {
            Self::PrivacyGone { .. } | Self::TooLong { .. } | Self::AccountGone => true,
            _ => self.meaning().is_some_and(|meaning| meaning.needs_edit()),
        }
    }

    /// Whether the post failed because of its file's content, so that another file can help.
    pub(crate) fn concerns_file(&self) -> bool {
        match self {
            Self::TooLong { .. } | Self::FileEmpty | Self::FileTooLarge => true,
            _ => self
                .meaning()
                .is_some_and(|meaning| meaning.kind == FailureKind::FileRejected),
        }
    }

    /// Whether later posts of the same account and mode wait behind a post with this cause. They would reach the same
    /// limit, and must not overtake it.
    pub(crate) fn keeps_order(&self) -> bool {
        match self {
            Self::RateLimited | Self::Spacing => true,
            Self::Refused { .. } => self.meaning().is_some_and(|meaning| meaning.is_cap()),
            _ => false,
        }
    }

    /// The reason that the window shows for a post that waits with this cause.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_status_is_read_with_and_without_its_number() {
        for (stored, http) in [
            (r#"{"kind":"tik_tok_down","http":503}"#, Some(503)),
            (r#"{"kind":"tik_tok_down"}"#, None),
        ] {
            let cause: Cause = serde_json::from_str(stored).unwrap();
            assert_eq!(cause, Cause::TikTokDown { http });
            assert_eq!(serde_json::to_string(&cause).unwrap(), stored);
        }
    }

    #[test]
    fn kinds_have_the_names_that_causes_are_stored_under() {
        for cause in [
            Cause::Offline,
            Cause::Metered,
            Cause::PausedAll,
            Cause::Spacing,
            Cause::AnswerUnreadable,
        ] {
            let stored = serde_json::to_value(&cause).unwrap();
            let kind = serde_json::to_value(cause.kind().unwrap()).unwrap();
            assert_eq!(stored["kind"], kind);
        }
    }
}
