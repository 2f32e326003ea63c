//! Notices about TikTok's own refusals.

use slipway_core::{notice::notice, views::Notice};
use tiktok_api::{ErrorCode, OAuthErrorCode};

/// For the rate limit of a minute.
pub fn rate_limited() -> Notice {
    notice(
        "post.rate_limited",
        "TikTok allows only so many requests in a minute.",
        "Slipway goes on in a moment.",
        "",
    )
}

/// For an account whose sign-in TikTok no longer accepts.
pub fn reconnect_needed() -> Notice {
    notice(
        "post.reconnect",
        "TikTok no longer accepts this account’s sign-in.",
        "Slipway keeps the post and goes on after you reconnect.",
        "Connect the same account again.",
    )
}

/// The API's refusals. Source: `/doc/content-posting-api-reference-direct-post`.
pub fn refused(code: &ErrorCode, message: &str) -> Notice {
    let (happened, slipway, you) = match code {
        ErrorCode::SpamRiskTooManyPosts => (
            "This creator has reached TikTok’s daily number of posts through apps.",
            "Slipway waits and tries again in some hours.",
            "You can still post in the TikTok app.",
        ),
        ErrorCode::SpamRiskTooManyPendingShare => (
            "Five drafts from the last 24 hours still wait in the TikTok inbox.",
            "Slipway waits and tries again later.",
            "Finish or discard some of them in the TikTok app.",
        ),
        ErrorCode::SpamRiskUserBannedFromPosting => (
            "TikTok has barred this account from posting.",
            "Slipway stopped.",
            "See the TikTok app for the reason.",
        ),
        ErrorCode::ReachedActiveUserCap => (
            "Your TikTok app has reached the number of creators who may post with it in a day.",
            "Slipway waits and tries again in some hours.",
            "Sending it to the inbox may work at once.",
        ),
        ErrorCode::UnauditedClientCanOnlyPostToPrivateAccounts => (
            "Your TikTok app is not audited yet, so TikTok lets it post only to private accounts.",
            "Slipway stopped. Nothing was published.",
            "Make the account private in the TikTok app (Settings, Privacy, Private account), or send the video to the inbox. Choosing “Only me” is not enough.",
        ),
        ErrorCode::PrivacyLevelOptionMismatch => (
            "The audience that you chose is not offered for this account.",
            "Slipway did not send the video.",
            "Choose again who can see it.",
        ),
        ErrorCode::ScopeNotAuthorized | ErrorCode::ScopePermissionMissed => (
            "This account did not grant what this way of posting needs.",
            "Slipway stopped. Nothing was published.",
            "Choose “Grant more” for the account and leave the permission ticked, then try again.",
        ),
        ErrorCode::RateLimitExceeded => return rate_limited(),
        ErrorCode::AccessTokenInvalid => return reconnect_needed(),
        _ => {
            return notice(
                &format!("tiktok.{}", code.as_str()),
                format!("TikTok refused: {} {message}", code.as_str())
                    .trim()
                    .to_owned(),
                "Slipway stopped. Nothing was published.",
                "Try again later. If it stays so, the message above tells what TikTok wants.",
            );
        }
    };
    notice(&format!("tiktok.{}", code.as_str()), happened, slipway, you)
}

/// What an error of TikTok's or of the way there is called.
pub fn tiktok(error: &tiktok_api::Error, slipway: &str, you: &str) -> Notice {
    use tiktok_api::Error;
    match error {
        Error::Network { .. } => notice(
            "tiktok.offline",
            "TikTok cannot be reached.",
            slipway,
            "Check your internet connection, then try again.",
        ),
        Error::Api { code, message, .. } => Notice {
            slipway: slipway.to_owned(),
            ..refused(code, message)
        },
        Error::OAuth {
            code: OAuthErrorCode::InvalidClient | OAuthErrorCode::UnauthorizedClient,
            ..
        } => notice(
            "tiktok.invalid_client",
            "TikTok does not accept your app’s client key and secret.",
            slipway,
            "Compare both with your app’s page in the developer portal and correct them in Settings.",
        ),
        Error::OAuth {
            code, description, ..
        } => notice(
            &format!("tiktok.{}", code.as_str()),
            format!("TikTok refused: {} {description}", code.as_str()),
            slipway,
            you,
        ),
        Error::Server { http, .. } => notice(
            "tiktok.down",
            format!("TikTok has a fault of its own (HTTP {http})."),
            slipway,
            you,
        ),
        _ => notice(
            "tiktok.unreadable",
            "TikTok’s answer makes no sense.",
            slipway,
            you,
        ),
    }
}
