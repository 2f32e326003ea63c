//! Accounts: who is connected, their tokens, and a fresh token whenever a call needs one.

mod store;
mod tokens;

pub(crate) use store::{AccountRow, AccountStore, NewAccount};
pub(crate) use tokens::{Patience, TokenError, Tokens};

use tiktok_api::{Scope, TokenGrant};

use crate::{
    clock,
    views::{Account, AccountState},
};

/// The scopes that Slipway asks for.
pub(crate) fn wanted_scopes() -> [Scope; 3] {
    [
        Scope::UserInfoBasic,
        Scope::VideoPublish,
        Scope::VideoUpload,
    ]
}

/// How much of an access token's life passes before it is refreshed.
const REFRESH_AT: f64 = 0.8;

/// When an access token that lives for `grant.expires_in` is due for its refresh.
pub(crate) fn refresh_due(grant: &TokenGrant, now: jiff::Timestamp) -> jiff::Timestamp {
    clock::after(now, grant.expires_in.mul_f64(REFRESH_AT))
}

impl AccountRow {
    /// The account without its secrets.
    pub(crate) fn view(&self) -> Account {
        let scopes = tiktok_api::parse_scopes(&self.scopes);
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
            state: if self.state == "connected" {
                AccountState::Connected
            } else {
                AccountState::ReconnectNeeded
            },
            missing: Vec::new(),
            reconnect: None,
            label: None,
            colour: None,
            connected_at: clock::from_millis(self.connected_at).to_string(),
            ends_at: clock::from_millis(self.connected_at).to_string(),
            ending: None,
        }
    }
}
