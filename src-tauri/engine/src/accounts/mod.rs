//! Accounts: who is connected, their tokens, and a fresh token whenever a call needs one.

mod ending;
mod keeper;
mod label;
mod life;
mod lost;
mod profile;
mod refresh;
mod revocations;
mod store;
mod tokens;

pub(crate) use ending::{Warning, due_warnings, read_warning};
pub use label::LabelError;
pub(crate) use lost::Lost;
pub(crate) use store::{AccountRow, AccountStore, NewAccount};
pub(crate) use tokens::{Patience, TokenError, Tokens};

use jiff::Timestamp;
use tiktok_api::Scope;

use crate::{
    clock,
    error::EngineError,
    notices::{self, Explain},
    views::{Account, AccountColour, AccountState, MissingScope},
};

/// The scopes that Slipway asks for.
pub(crate) fn wanted_scopes() -> [Scope; 3] {
    [
        Scope::UserInfoBasic,
        Scope::VideoPublish,
        Scope::VideoUpload,
    ]
}

impl AccountRow {
    /// Whether its tokens were not refused for good.
    pub(crate) fn is_connected(&self) -> bool {
        self.state == "connected"
    }

    /// Why it must be connected again, if it must.
    pub(crate) fn lost(&self) -> Lost {
        Lost::from_name(self.lost.as_deref())
    }

    /// The account without its secrets, as it stands at `now`.
    pub(crate) fn view(&self, now: Timestamp) -> Account {
        let scopes = tiktok_api::parse_scopes(&self.scopes);
        let missing = wanted_scopes()
            .iter()
            .filter(|wanted| !scopes.contains(wanted))
            .map(|wanted| MissingScope {
                scope: wanted.as_str().to_owned(),
                disables: notices::disabled_without(wanted),
            })
            .collect();
        let connected = self.is_connected();
        Account {
            id: self.id.clone(),
            display_name: self.display_name.clone(),
            username: self.username.clone(),
            avatar: self.avatar.clone(),
            can_direct_post: scopes.contains(&Scope::VideoPublish),
            can_inbox: scopes.contains(&Scope::VideoUpload),
            scopes: scopes
                .iter()
                .map(|scope| scope.as_str().to_owned())
                .collect(),
            missing,
            state: if connected {
                AccountState::Connected
            } else {
                AccountState::ReconnectNeeded
            },
            reconnect: (!connected).then(|| self.lost().explain()),
            label: self.label.clone(),
            colour: self.colour.as_deref().and_then(label::colour),
            connected_at: clock::from_millis(self.connected_at).to_string(),
            ends_at: clock::from_millis(self.refresh_expires_at).to_string(),
            ending: self.ending(now).map(|warning| warning.explain()),
        }
    }
}

impl AccountStore {
    /// Stores what the creator calls an account, and the colour that marks it.
    ///
    /// # Errors
    /// [`EngineError::Label`] when the label cannot be taken, [`EngineError::NoSuchAccount`] when the account is gone.
    pub(crate) async fn update(
        &self,
        id: &str,
        label: Option<&str>,
        colour: Option<AccountColour>,
    ) -> Result<AccountRow, EngineError> {
        let label = match label {
            Some(text) => label::label(text)?,
            None => None,
        };
        let colour = colour.and_then(label::colour_name);
        if !self.mark(id, label, colour).await? {
            return Err(EngineError::NoSuchAccount);
        }
        self.get(id).await?.ok_or(EngineError::NoSuchAccount)
    }
}
