//! What came of connecting an account, in the window and on the page that the browser shows.

use slipway_core::{
    notice::{Explain, notice},
    views::Notice,
};
use tiktok_api::OAuthErrorCode;

use super::{HostedPageError, tiktok_notices::tiktok};
use crate::{accounts::account_gone, connect::ConnectError};

impl Explain for ConnectError {
    fn explain(&self) -> Notice {
        const NOTHING: &str = "No account was connected, and your other accounts are not affected.";
        const AGAIN: &str = "Go back to Slipway and choose Connect account again.";
        match self {
            Self::NoSuchAccount => account_gone(),
            Self::HostedPage(error) => error.explain(),
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
pub struct AnswerText {
    /// In a few words.
    pub title: &'static str,
    /// What happened.
    pub first: String,
    /// What comes next.
    pub second: String,
}

impl AnswerText {
    /// The account is there; `fewer` when scopes are missing that it had before.
    pub fn connected(name: &str, fewer: bool) -> Self {
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
    pub fn another_creator(expected: &str, agreed: &str) -> Self {
        Self {
            title: "Not connected yet",
            first: format!("{agreed} agreed, but this sign-in was for {expected}."),
            second: "Nothing was changed. Go back to Slipway and choose what to do.".to_owned(),
        }
    }

    /// It did not work.
    pub fn not_connected(notice: Notice) -> Self {
        Self {
            title: "Not connected",
            first: notice.happened,
            second: format!("{} {}", notice.slipway, notice.you),
        }
    }
}

impl Explain for HostedPageError {
    fn explain(&self) -> Notice {
        const KEPT: &str = "Slipway keeps the settings as they were.";

        let why = match self {
            HostedPageError::NotAnAddress => "is not a web address",
            HostedPageError::NotHttps => "does not begin with https://",
            HostedPageError::User => "names a user",
            HostedPageError::NotStatic => "has a ? or a # in it",
            HostedPageError::TooLong { .. } => "is too long: TikTok takes up to 511 characters",
        };
        notice(
            "settings.hosted_page",
            format!("The address of your page {why}."),
            KEPT,
            "Enter the address exactly as you registered it at TikTok, such as https://your.domain/slipway/.",
        )
    }
}
