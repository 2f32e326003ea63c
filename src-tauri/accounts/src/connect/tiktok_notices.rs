//! Notices about refusals and faults of TikTok, by what Slipway was doing at the time.

use slipway_core::views::Notice;
use tiktok_api::{ErrorCode, FailureKind, OAuthErrorCode};

pub(crate) mod text {
    //! The texts about TikTok.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice offline = "tiktok.offline" (context: text);
        notice invalid_client = "tiktok.invalid_client" (context: text);
        notice down = "tiktok.down" (http: text, context: text);
        notice unreadable = "tiktok.unreadable" (context: text);
        notice busy = "tiktok.busy";
        notice circuit_open = "tiktok.resting";
        notice too_many_posts = "tiktok.spam_risk_too_many_posts" (context: text);
        notice too_many_pending = "tiktok.spam_risk_too_many_pending_share" (context: text);
        notice banned = "tiktok.spam_risk_user_banned_from_posting" (context: text);
        notice user_cap = "tiktok.reached_active_user_cap" (context: text);
        notice unaudited = "tiktok.unaudited_client_can_only_post_to_private_accounts" (context: text);
        notice privacy = "tiktok.privacy_level_option_mismatch" (context: text);
        notice scope_not_authorized = "tiktok.scope_not_authorized" (context: text);
        notice scope_missed = "tiktok.scope_permission_missed" (context: text);
        notice other = "tiktok.*" (code: text, message: message, context: text) open last;
        message said = "tiktok.said" (text: text);
        message part_refused = "tiktok.part_refused";
        notice rate_limited = "post.rate_limited" (context: text);
        notice reconnect = "post.reconnect" (context: text);
    }
}

/// The prefix of the codes of refused chunks; the HTTP status follows.
pub const UPLOAD: &str = "upload_";

/// The operation that TikTok refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallPurpose {
    /// Sending a post.
    Post,
    /// Connecting an account.
    Connect,
    /// A command of the creator.
    Request,
}

impl CallPurpose {
    /// The name that the catalogs select by.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Connect => "connect",
            Self::Request => "request",
        }
    }
}

/// Explains a failed call of the API.
pub fn failed(error: &tiktok_api::Error, context: CallPurpose) -> Notice {
    let name = context.as_str();
    // The code of an OAuth refusal decides, also where its shape is not documented for the call.
    let meaning = error
        .oauth_code()
        .map_or_else(|| error.meaning(), OAuthErrorCode::meaning);
    match meaning.kind {
        FailureKind::Offline => text::offline(name),
        FailureKind::AppRejected => text::invalid_client(name),
        _ => in_its_words(error, context),
    }
}

/// Explains a failure by what TikTok's answer itself says: its code and message, or else its status.
fn in_its_words(error: &tiktok_api::Error, context: CallPurpose) -> Notice {
    use tiktok_api::Error;
    let name = context.as_str();
    match error {
        Error::Api { code, message, .. } => refused(code, message, context),
        Error::OAuth {
            code, description, ..
        } => text::other(code.as_str(), code.as_str(), text::said(description), name),
        Error::Server { http, .. } => text::down(http.to_string(), name),
        _ => text::unreadable(name),
    }
}

/// Explains a refusal of the API. Source: `/doc/content-posting-api-reference-direct-post`.
pub fn refused(code: &ErrorCode, message: &str, context: CallPurpose) -> Notice {
    let name = context.as_str();
    match code {
        ErrorCode::SpamRiskTooManyPosts => text::too_many_posts(name),
        ErrorCode::SpamRiskTooManyPendingShare => text::too_many_pending(name),
        ErrorCode::SpamRiskUserBannedFromPosting => text::banned(name),
        ErrorCode::ReachedActiveUserCap => text::user_cap(name),
        ErrorCode::UnauditedClientCanOnlyPostToPrivateAccounts => text::unaudited(name),
        ErrorCode::PrivacyLevelOptionMismatch => text::privacy(name),
        ErrorCode::ScopeNotAuthorized => text::scope_not_authorized(name),
        ErrorCode::ScopePermissionMissed => text::scope_missed(name),
        ErrorCode::RateLimitExceeded => rate_limited(context),
        ErrorCode::AccessTokenInvalid => reconnect(context),
        other => {
            let code = other.as_str();
            // The code of a refused chunk is Slipway's own.
            let said = if code.starts_with(UPLOAD) {
                text::part_refused()
            } else {
                text::said(message)
            };
            text::other(code, code, said, name)
        }
    }
}

/// For a call that has to wait for TikTok's limit of the last minute.
pub fn busy() -> Notice {
    text::busy()
}

/// For a call while TikTok is not called because it failed.
pub fn circuit_open() -> Notice {
    text::circuit_open()
}

/// For TikTok's limit of the last minute.
pub fn rate_limited(context: CallPurpose) -> Notice {
    text::rate_limited(context.as_str())
}

/// For an account whose sign-in TikTok refuses.
pub fn reconnect(context: CallPurpose) -> Notice {
    text::reconnect(context.as_str())
}
