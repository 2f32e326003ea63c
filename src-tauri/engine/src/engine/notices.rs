//! The notices of the errors at the engine's door.

use slipway_accounts::{
    accounts::account_gone,
    connect::{ConnectError, tiktok},
};
use slipway_core::{
    notice::{Explain, notice},
    views::Notice,
};
use slipway_store::database::DatabaseFault;

use super::EngineError;
use crate::posts::{Cause, PostError};

impl Explain for EngineError {
    fn explain(&self) -> Notice {
        const UNCHANGED: &str = "Nothing was changed.";
        match self {
            Self::NoSuchPost => PostError::NoSuchPost.explain(),
            Self::NoSuchAccount => account_gone(),
            &Self::WrongState { operation, state } => {
                PostError::WrongState { operation, state }.explain()
            }
            Self::Incomplete(incomplete) => incomplete.explain(),
            Self::File(error) => Notice {
                slipway: UNCHANGED.to_owned(),
                ..error.explain()
            },
            Self::Fit(error) => error.explain(),
            Self::Schedule(error) => error.explain(),
            Self::Settings(error) => error.explain(),
            Self::Folder(error) => error.explain(),
            Self::Busy { .. } => notice(
                "tiktok.busy",
                "TikTok was asked as often in the last minute as it allows.",
                UNCHANGED,
                "Try again in a minute.",
            ),
            Self::TikTokResting { .. } => notice(
                "tiktok.resting",
                "TikTok has not been answering.",
                "Slipway leaves it alone for a moment and then tries again by itself.",
                "Try again in a moment.",
            ),
            Self::TooLateToCancel => notice(
                "post.too_late",
                "TikTok already has the whole video.",
                "Slipway goes on watching how it ends.",
                "Delete the post in the TikTok app once it is there.",
            ),
            Self::Connect(error) => error.explain(),
            Self::CredentialsMalformed => notice(
                "setup.malformed",
                "Client key and client secret must not be empty or contain spaces.",
                UNCHANGED,
                "Copy both from your app’s page in TikTok’s developer portal.",
            ),
            Self::CredentialsFixed => notice(
                "setup.fixed",
                "Client key and secret come from SLIPWAY_CLIENT_KEY and SLIPWAY_CLIENT_SECRET.",
                UNCHANGED,
                "Change the variables, or remove them to enter values here.",
            ),
            Self::CredentialsMissing => ConnectError::CredentialsMissing.explain(),
            Self::CredentialsRefused => Notice {
                slipway: UNCHANGED.to_owned(),
                ..Cause::CredentialsRefused.explain()
            },
            Self::Label(error) => error.explain(),
            Self::ReconnectNeeded => Cause::ReconnectNeeded.explain(),
            Self::TikTok(error) => tiktok(error, UNCHANGED, "Try again in a moment."),
            Self::Vault => notice(
                "vault.unreadable",
                "A stored secret cannot be decrypted.",
                "Slipway leaves it as it is.",
                "Disconnect the account and connect it again.",
            ),
            Self::Diagnostics(_) => notice(
                "diagnostics",
                "The diagnostics could not be put together.",
                UNCHANGED,
                "Try again. If it stays so, quit Slipway and start it again.",
            ),
            Self::Audit(error) => error.explain(),
            Self::Database(error) => DatabaseFault::of(error).explain(),
        }
    }
}
