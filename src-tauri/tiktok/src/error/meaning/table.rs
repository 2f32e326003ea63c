//! The table: one row for each code and fail reason that TikTok documents.
//!
//! The columns are the kind of failure, the retry without the creator, and the change that must come first.
//! A row describes an answer that refuses, unless `faulted` marks it as an error of TikTok's servers.

use super::{
    Change as C, Effect, FailureKind as K, Meaning,
    Retry::{self, AfterRefresh, Backoff, Never},
};
use crate::{
    error::codes::{ErrorCode, FailReason, NON_SANDBOX_TARGET, OAuthErrorCode},
    limits::{CAP_WAIT, PENDING_DRAFTS_WAIT, RATE_LIMIT_WAIT},
};

const AT_CAP: Retry = Retry::WhenCapFrees { at_most: CAP_WAIT };
const IN_A_MINUTE: Retry = Retry::After(RATE_LIMIT_WAIT);
const IN_HOURS: Retry = Retry::After(CAP_WAIT);
const IN_AN_HOUR: Retry = Retry::After(PENDING_DRAFTS_WAIT);

const fn row(kind: K, retry: Retry, change: Option<C>) -> Meaning {
    Meaning::answered(kind, retry, change)
}

// The rows that a code of an init shares with a fail reason of its post.
const TOO_MANY_POSTS: Meaning = row(K::PostCap, AT_CAP, None);
const BANNED: Meaning = row(K::Banned, Never, Some(C::LiftBan));

impl ErrorCode {
    /// The meaning of the code alone, whatever the HTTP status.
    ///
    /// A comment names the source of a row and of the rows below it.
    #[expect(clippy::match_same_arms, reason = "rows are grouped by their source")]
    pub const fn meaning(&self) -> Meaning {
        match self {
            // `/doc/tiktok-api-v2-error-handling`
            Self::AccessTokenInvalid => row(K::TokenRejected, AfterRefresh, Some(C::Reconnect)),
            // A refresh returns a token with the same scopes.
            Self::ScopeNotAuthorized | Self::ScopePermissionMissed => {
                row(K::MissingScope, Never, Some(C::Scope))
            }
            Self::InvalidParam => row(K::Refused, Never, None),
            Self::InvalidFileUpload => row(K::FileRejected, Never, Some(C::File)),
            Self::InternalError => row(K::Unavailable, Backoff, None).faulted(),
            // `/docs/en/tiktok-api-v2-rate-limit`: a sliding minute.
            Self::RateLimitExceeded => row(K::RateLimited, IN_A_MINUTE, None),
            // `/doc/content-sharing-guidelines`: a cap in 24 hours, shared by all apps.
            Self::SpamRiskTooManyPosts => TOO_MANY_POSTS,
            // `/doc/content-posting-api-reference-upload-video`: finished and discarded drafts make room.
            Self::SpamRiskTooManyPendingShare => {
                row(K::DraftCap, IN_AN_HOUR, Some(C::FinishDrafts))
            }
            // `/doc/content-posting-api-reference-direct-post`
            Self::SpamRiskUserBannedFromPosting => BANNED,
            Self::SpamRisk => row(K::ContentRejected, Never, None),
            // `/doc/content-sharing-guidelines`: the posting users of 24 hours.
            Self::ReachedActiveUserCap => row(K::PostCap, IN_HOURS, None),
            // `/doc/content-posting-api-reference-direct-post`. The account must be private, not only the post.
            Self::UnauditedClientCanOnlyPostToPrivateAccounts => {
                row(K::Refused, Never, Some(C::PrivateAccount))
            }
            // Only for videos that TikTok pulls, and Slipway sends files.
            Self::UrlOwnershipUnverified => row(K::Refused, Never, None),
            Self::PrivacyLevelOptionMismatch => row(K::Refused, Never, Some(C::Privacy)),
            Self::AppVersionCheckFailed => row(K::Refused, Never, Some(C::UpdateTikTokApp)),
            // `/doc/content-posting-api-reference-get-video-status`. TikTok returned the id earlier and no longer knows it.
            Self::InvalidPublishId => row(K::UnknownPublishId, Never, None),
            Self::TokenNotAuthorizedForSpecifiedPublishId => row(K::Refused, Never, None),
            // `/doc/content-posting-api-media-transfer-guide`
            Self::PublishNotCancellable => row(K::Refused, Never, None),
            // A new rule of TikTok's: a retry could break it again.
            Self::Other(_) => row(K::Refused, Never, None),
        }
    }
}

impl OAuthErrorCode {
    /// The meaning of the code as the answer of an OAuth call. Source: `/doc/oauth-error-handling`.
    ///
    /// Slipway retries a refresh that TikTok refused for another reason than the grant or the app, so that a fault of
    /// TikTok's does not cost the account.
    pub const fn meaning(&self) -> Meaning {
        match self {
            Self::InvalidRequest | Self::UnsupportedGrantType | Self::UnsupportedResponseType => {
                row(K::Refused, Backoff, None)
            }
            Self::InvalidGrant => row(K::GrantRejected, Never, Some(C::Reconnect)),
            Self::AccessDenied => row(K::AccessDenied, Never, Some(C::Reconnect)),
            Self::InvalidClient | Self::UnauthorizedClient => {
                row(K::AppRejected, Never, Some(C::Credentials))
            }
            Self::InvalidScope => row(K::Refused, Backoff, Some(C::AppSetup)),
            Self::ServerError | Self::TemporarilyUnavailable => {
                row(K::Unavailable, Backoff, None).faulted()
            }
            // An unknown code does not prove that the old tokens still work.
            Self::Other(_) => row(K::Refused, Backoff, None).effect(Effect::Possible),
        }
    }

    /// The meaning of the code as the answer of the consent page, which may add an `error_type`.
    ///
    /// Nothing is retried: the creator starts the connection again.
    pub fn callback_meaning(&self, error_type: Option<&str>) -> Meaning {
        if error_type == Some(NON_SANDBOX_TARGET) {
            // Not every `access_denied` is the creator's refusal.
            return row(K::NotTargetUser, Never, Some(C::TargetUser));
        }
        Meaning {
            retry: Never,
            ..self.meaning()
        }
    }
}

impl FailReason {
    /// The meaning of the reason for the post that failed. A retry is a new upload of the same file.
    ///
    /// Source: `/doc/content-posting-api-reference-get-video-status`.
    #[expect(clippy::match_same_arms, reason = "rows are grouped by their source")]
    pub const fn meaning(&self) -> Meaning {
        match self {
            Self::FileFormatCheckFailed
            | Self::DurationCheckFailed
            | Self::FrameRateCheckFailed
            | Self::PictureSizeCheckFailed => row(K::FileRejected, Never, Some(C::File)),
            // The page calls it retryable; `INTERNAL_UPLOADS_MAX` bounds the uploads.
            Self::Internal => row(K::Unavailable, Backoff, None),
            // Only for media that TikTok pulls, and Slipway sends files.
            Self::VideoPullFailed | Self::PhotoPullFailed => row(K::Refused, Never, None),
            Self::PublishCancelled => row(K::Refused, Never, None),
            // The creator may have connected the account again already; the next call finds out.
            Self::AuthRemoved => row(K::GrantRejected, Backoff, Some(C::Reconnect)),
            Self::SpamRiskTooManyPosts => TOO_MANY_POSTS,
            Self::SpamRiskUserBannedFromPosting => BANNED,
            Self::SpamRiskText => row(K::ContentRejected, Never, Some(C::Caption)),
            Self::SpamRisk => row(K::ContentRejected, Never, Some(C::Content)),
            // The bitrate check is undocumented, so it counts as an unknown reason.
            Self::VideoBitrateCheckFailed | Self::Other(_) => row(K::Refused, Never, None),
        }
    }
}
