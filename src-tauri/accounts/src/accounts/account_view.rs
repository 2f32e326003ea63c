//! Builds the view of an account for the UI.

use jiff::Timestamp;
use slipway_core::{
    clock,
    notice::Explain,
    views::{Account, AccountState, MissingScope},
};
use tiktok_api::Scope;

use super::{account_row::AccountRow, label, notices::disabled_without};

/// The scopes that Slipway requests.
pub fn wanted_scopes() -> [Scope; 3] {
    [
        Scope::UserInfoBasic,
        Scope::VideoPublish,
        Scope::VideoUpload,
    ]
}

impl AccountRow {
    /// The account without its secrets, as of `now`.
    pub fn view(&self, now: Timestamp) -> Account {
        let scopes = tiktok_api::parse_scopes(&self.scopes);
        let missing = wanted_scopes()
            .iter()
            .filter(|wanted| !scopes.contains(wanted))
            .map(|wanted| MissingScope {
                scope: wanted.as_str().to_owned(),
                disables: disabled_without(wanted).to_owned(),
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
            reconnect: (!connected).then(|| self.reconnect_reason().explain()),
            label: self.label.clone(),
            colour: self.colour.as_deref().and_then(label::colour),
            connected_at: clock::from_millis(self.connected_at).to_string(),
            ends_at: clock::from_millis(self.refresh_expires_at).to_string(),
            ending: self.expiry_warning(now).map(|warning| warning.explain()),
        }
    }
}
