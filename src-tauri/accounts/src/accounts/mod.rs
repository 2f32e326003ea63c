//! Accounts: who is connected, their tokens, and a fresh token whenever a call needs one.

mod ending;
mod error;
mod label;
mod notices;
mod profile;
mod reconnect_reason;
mod refresh;
mod refresh_scheduler;
mod revocations;
mod store;
mod token_lifetime;
mod tokens;

pub use ending::{Warning, due_warnings, read_warning};
pub use error::{AccountError, TokenError};
pub use label::LabelError;
pub(crate) use notices::text::TEXTS;
pub use notices::{account_ending, account_gone, app_refused, disabled_without, scope_key};
pub use reconnect_reason::Lost;
pub use store::{AccountRow, AccountStore, NewAccount};
pub use tokens::{Patience, Tokens};

use jiff::Timestamp;
use slipway_core::{
    clock,
    notice::Explain,
    views::{Account, AccountColour, AccountState, MissingScope},
};
use slipway_store::{
    database::Tables,
    vault::{ForgetStatement, SecretColumn},
};
use tiktok_api::Scope;

/// The tables of this module, for the database. Accounts stay when the key is lost: each can be connected again.
pub const TABLES: Tables = Tables {
    secrets: &[
        SecretColumn {
            table: "accounts",
            column: "access_token",
        },
        SecretColumn {
            table: "accounts",
            column: "refresh_token",
        },
        SecretColumn {
            table: "revocations",
            column: "access_token",
        },
        SecretColumn {
            table: "revocations",
            column: "refresh_token",
        },
    ],
    forget: &[
        ForgetStatement {
            table: "accounts",
            column: "access_token",
            sql: "UPDATE accounts SET access_token = '', refresh_token = '', state = 'reconnect_needed'",
        },
        ForgetStatement {
            table: "accounts",
            column: "lost",
            sql: "UPDATE accounts SET lost = 'forgotten', refresh_asked_at = NULL",
        },
        ForgetStatement {
            table: "revocations",
            column: "access_token",
            sql: "DELETE FROM revocations",
        },
    ],
    park: None,
};

/// The scopes that Slipway asks for.
pub fn wanted_scopes() -> [Scope; 3] {
    [
        Scope::UserInfoBasic,
        Scope::VideoPublish,
        Scope::VideoUpload,
    ]
}

impl AccountRow {
    /// Whether its tokens were not refused for good.
    pub fn is_connected(&self) -> bool {
        self.state == "connected"
    }

    /// Why it must be connected again, if it must.
    pub fn lost(&self) -> Lost {
        Lost::from_name(self.lost.as_deref())
    }

    /// The account without its secrets, as it stands at `now`.
    pub fn view(&self, now: Timestamp) -> Account {
        let scopes = tiktok_api::parse_scopes(&self.scopes);
        let missing = wanted_scopes()
            .iter()
            .filter(|wanted| !scopes.contains(wanted))
            .map(|wanted| MissingScope {
                scope: wanted.as_str().to_owned(),
                disables: disabled_without(wanted),
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
    /// [`AccountError::Label`] when the label cannot be taken, [`AccountError::NoSuchAccount`] when the account is gone.
    pub async fn update(
        &self,
        id: &str,
        label: Option<&str>,
        colour: Option<AccountColour>,
    ) -> Result<AccountRow, AccountError> {
        let label = match label {
            Some(text) => label::label(text)?,
            None => None,
        };
        let colour = colour.and_then(label::colour_name);
        if !self.mark(id, label, colour).await? {
            return Err(AccountError::NoSuchAccount);
        }
        self.get(id).await?.ok_or(AccountError::NoSuchAccount)
    }
}
