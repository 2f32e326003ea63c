//! Why an account must be connected again, that it will have to be, what it cannot do, and what it cannot be called.

use slipway_core::{
    notice::{Explain, moment, notice},
    views::Notice,
};
use tiktok_api::{RemovalReason, Scope};

use super::{ExpiryWarning, LabelError, ReconnectReason};

impl Explain for ReconnectReason {
    fn explain(&self) -> Notice {
        const WAITS: &str = "Slipway keeps its posts and goes on with them after you reconnect.";
        const RECONNECT: &str = "Reconnect the account as the same creator.";
        let happened = match self {
            Self::Refused => "TikTok no longer accepts this account’s sign-in.",
            Self::Unanswered => {
                "This account’s sign-in was renewed and TikTok’s answer got lost on the way. TikTok no longer accepts the old one."
            }
            Self::Removed(RemovalReason::UserDisconnected) => {
                "The creator took Slipway’s access back in the TikTok app."
            }
            Self::Removed(RemovalReason::AccountDeleted) => {
                return notice(
                    "account.account_deleted",
                    "This TikTok account was deleted.",
                    "Slipway keeps its posts until you disconnect it.",
                    "Disconnect it here. If TikTok gives the account back, reconnect it.",
                );
            }
            Self::Removed(RemovalReason::AgeChanged) => {
                return notice(
                    "account.age_changed",
                    "TikTok took Slipway’s access back because the age on the account was changed.",
                    WAITS,
                    "Look into the TikTok app, then reconnect the account as the same creator.",
                );
            }
            Self::Removed(RemovalReason::AccountBanned) => {
                return notice(
                    "account.account_banned",
                    "TikTok has banned this account.",
                    WAITS,
                    "See the TikTok app for the reason. If TikTok lifts the ban, reconnect the account.",
                );
            }
            Self::Removed(RemovalReason::DeveloperRevoked) => {
                "Your TikTok app’s access to this account was revoked."
            }
            Self::Removed(_) => "TikTok took Slipway’s access to this account back.",
            Self::Ended => {
                "This account’s sign-in has come to its end. TikTok asks for a new one from time to time."
            }
            Self::Unreadable => "This account’s sign-in is damaged on this computer.",
            Self::Forgotten => {
                "This account’s sign-in was forgotten, because the key that it was stored with is lost."
            }
            Self::AnotherCreator => {
                return notice(
                    "account.another_creator",
                    "TikTok answered for another creator than this account’s.",
                    "Slipway did not use that answer, so that nothing appears on a wrong profile. It keeps the account’s posts and goes on after you reconnect.",
                    RECONNECT,
                );
            }
        };
        notice(
            &format!("account.{}", self.as_str()),
            happened,
            WAITS,
            RECONNECT,
        )
    }
}

impl Explain for ExpiryWarning {
    fn explain(&self) -> Notice {
        notice(
            "account.ending",
            format!(
                "The sign-in of {} ends on {}, unless TikTok prolongs it.",
                self.account_name,
                moment(self.ends_at.as_millisecond())
            ),
            "Slipway works with it until then. After that its posts wait.",
            "Reconnect the account before, as the same creator.",
        )
    }
}

/// For a TikTok app whose client key and secret TikTok refuses.
pub fn app_refused() -> Notice {
    notice(
        "account.app_refused",
        "TikTok does not accept your app’s client key and secret.",
        "Your accounts stay connected. Slipway renews their sign-ins and goes on with their posts as soon as TikTok accepts the app.",
        "Compare both with your app’s page in the developer portal and correct them in Settings.",
    )
}

/// What does not work without a scope. Source: `/doc/tiktok-api-scopes`.
pub fn disabled_without(scope: &Scope) -> &'static str {
    match scope {
        Scope::UserInfoBasic => "Slipway cannot show this account’s name and picture.",
        Scope::VideoPublish => {
            "Posts cannot go straight to the profile. Drafts can still be sent to the inbox."
        }
        Scope::VideoUpload => {
            "Drafts cannot be sent to the TikTok inbox. Videos can still be posted directly."
        }
        _ => "Slipway needs it for nothing at present.",
    }
}

/// For an account that is no longer connected.
pub fn account_gone() -> Notice {
    notice(
        "account.gone",
        "This account is no longer connected.",
        "Nothing was changed.",
        "",
    )
}

impl Explain for LabelError {
    fn explain(&self) -> Notice {
        const UNCHANGED: &str = "Nothing was changed.";
        match self {
            Self::Long { max } => notice(
                "account.label_long",
                format!("A label can have {max} characters."),
                UNCHANGED,
                "Shorten it.",
            ),
            Self::Control => notice(
                "account.label_control",
                "A label cannot hold line breaks or invisible characters.",
                UNCHANGED,
                "Type it anew.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_loss_has_words_of_its_own_and_a_way_out() {
        let mut codes = std::collections::BTreeSet::new();
        for lost in ReconnectReason::ALL {
            let told = lost.explain();
            assert!(
                !told.happened.is_empty() && !told.you.is_empty(),
                "{lost:?}"
            );
            assert!(!told.slipway.is_empty(), "{lost:?}");
            assert!(codes.insert(told.code.clone()), "{}", told.code);
            assert!(told.code.starts_with("account."), "{}", told.code);
        }
        let known = ReconnectReason::Removed(RemovalReason::Other(9)).explain();
        assert_eq!(known.code, "account.removed");
    }
}
