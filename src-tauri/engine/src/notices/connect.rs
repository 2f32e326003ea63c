//! What came of connecting an account, in the window and on the page that the browser shows.

use tiktok_api::OAuthErrorCode;

use super::{Explain, notice, refused};
use crate::{error::ConnectError, views::Notice};

impl Explain for ConnectError {
    fn explain(&self) -> Notice {
        const NOTHING: &str = "No account was connected, and your other accounts are not affected.";
        const AGAIN: &str = "Go back to Slipway and choose Connect account again.";
        match self {
            Self::CredentialsMissing => notice(
                "connect.credentials_missing",
                "Slipway does not know your TikTok app yet.",
                NOTHING,
                "Enter its client key and secret in Settings.",
            ),
            Self::Listen(error) => notice(
                "connect.listen",
                format!("No local port could be opened for TikTok’s answer: {error}."),
                NOTHING,
                "Close programs that block local connections, then try again.",
            ),
            Self::Unknown | Self::Expired => notice(
                "connect.expired",
                "This sign-in has expired. It is good for ten minutes.",
                NOTHING,
                AGAIN,
            ),
            Self::Cancelled => notice(
                "connect.cancelled",
                "This sign-in was given up in Slipway.",
                NOTHING,
                AGAIN,
            ),
            Self::TooMany => notice(
                "connect.too_many",
                "Eight newer sign-ins were begun, so this one, the oldest, was given up.",
                NOTHING,
                "Finish or close the others, then connect again.",
            ),
            Self::StateMismatch => notice(
                "connect.state_mismatch",
                "This answer does not belong to the sign-in that Slipway started.",
                "Slipway ignored it. The sign-in that is under way goes on.",
                "Use the browser page that Slipway opened, or connect again.",
            ),
            Self::StateUsed => notice(
                "connect.state_used",
                "This sign-in was already used.",
                "Slipway takes each answer once.",
                "Look into Slipway: your account may already be there. Otherwise connect again.",
            ),
            Self::Unreadable(_) => notice(
                "connect.unreadable",
                "TikTok’s answer cannot be read.",
                "Slipway ignored it. The sign-in that is under way goes on.",
                "Use the browser page that Slipway opened, or connect again.",
            ),
            Self::Refused {
                error_type: Some(kind),
                ..
            } if kind == "non_sandbox_target" => notice(
                "connect.not_a_target_user",
                "Your TikTok app is in sandbox mode, and this account is not one of its target users.",
                NOTHING,
                "Add the account under Sandbox, Target users in TikTok’s developer portal (it can take an hour), then connect again.",
            ),
            Self::Refused {
                error: OAuthErrorCode::AccessDenied,
                ..
            } => notice(
                "connect.denied",
                "You did not allow the connection.",
                NOTHING,
                "If that was a mistake, connect again.",
            ),
            Self::Refused {
                error, description, ..
            } => notice(
                "connect.refused",
                format!(
                    "TikTok refused the connection: {} {description}",
                    error.as_str()
                ),
                NOTHING,
                "Check your TikTok app’s products, scopes and redirect address in the developer portal.",
            ),
            Self::NothingGranted => notice(
                "connect.nothing_granted",
                "Neither posting nor sending drafts was allowed, so Slipway could do nothing with this account.",
                NOTHING,
                "Connect again and leave at least one of the two ticked.",
            ),
            Self::TikTok(error) => tiktok(error, NOTHING, AGAIN),
            Self::Store(_) => notice(
                "connect.store",
                "The account could not be saved.",
                NOTHING,
                "Check that your disk has space, then connect again.",
            ),
        }
    }
}

/// What the page in the browser says once TikTok's answer is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AnswerText {
    /// In a few words.
    pub(crate) title: &'static str,
    /// What happened.
    pub(crate) first: String,
    /// What comes next.
    pub(crate) second: String,
}

impl AnswerText {
    /// The account is there; `fewer` when scopes are missing that it had before.
    pub(crate) fn connected(name: &str, fewer: bool) -> Self {
        let second = if fewer {
            "Some of what you allowed before was left out this time. Slipway shows on the account’s card what does not work without it."
        } else {
            "You can close this page and go back to Slipway."
        };
        Self {
            title: "Connected",
            first: format!("{name} is connected to Slipway."),
            second: second.to_owned(),
        }
    }

    /// Another creator agreed than the one whose account it is.
    pub(crate) fn another_creator(expected: &str, agreed: &str) -> Self {
        Self {
            title: "Not connected yet",
            first: format!("{agreed} agreed, but this sign-in was for {expected}."),
            second: "Nothing was changed. Go back to Slipway and choose what to do.".to_owned(),
        }
    }

    /// It did not work.
    pub(crate) fn not_connected(notice: Notice) -> Self {
        Self {
            title: "Not connected",
            first: notice.happened,
            second: format!("{} {}", notice.slipway, notice.you),
        }
    }
}

/// What an error of TikTok's or of the way there is called.
pub(super) fn tiktok(error: &tiktok_api::Error, slipway: &str, you: &str) -> Notice {
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
