//! The notices of the errors at the engine's door.

use slipway_accounts::{
    accounts::account_gone,
    connect::{CallPurpose, ConnectError, busy, call_failed, circuit_open},
};
use slipway_core::{notice::Explain, views::Notice};
use slipway_store::database::DatabaseFault;

use super::EngineError;
use crate::posts::{Cause, PostError, credentials_refused, not_usable};

pub(crate) mod text {
    //! The texts about requests to the engine.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice too_late = "post.too_late";
        notice setup_malformed = "setup.malformed";
        notice setup_fixed = "setup.fixed";
        notice vault_unreadable = "vault.unreadable";
        notice diagnostics = "diagnostics";
    }
}

impl Explain for EngineError {
    fn explain(&self) -> Notice {
        match self {
            Self::NoSuchPost => PostError::NoSuchPost.explain(),
            Self::NoSuchAccount => account_gone(),
            &Self::WrongState { operation, state } => {
                PostError::WrongState { operation, state }.explain()
            }
            Self::Incomplete(incomplete) => incomplete.explain(),
            Self::File(error) => not_usable(error),
            Self::Transcode(error) => error.explain(),
            Self::Schedule(error) => error.explain(),
            Self::Settings(error) => error.explain(),
            Self::Folder(error) => error.explain(),
            Self::Busy { .. } => busy(),
            Self::CircuitOpen { .. } => circuit_open(),
            Self::TooLateToCancel => text::too_late(),
            Self::Connect(error) => error.explain(),
            Self::CredentialsMalformed => text::setup_malformed(),
            Self::CredentialsFixed => text::setup_fixed(),
            Self::CredentialsMissing => ConnectError::CredentialsMissing.explain(),
            Self::CredentialsRefused => credentials_refused(CallPurpose::Request),
            Self::Label(error) => error.explain(),
            Self::ReconnectNeeded => Cause::ReconnectNeeded.explain(),
            Self::TikTok(error) => call_failed(error, CallPurpose::Request),
            Self::Vault => text::vault_unreadable(),
            Self::Diagnostics(_) => text::diagnostics(),
            Self::Audit(error) => error.explain(),
            Self::Database(error) => DatabaseFault::of(error).explain(),
        }
    }
}
