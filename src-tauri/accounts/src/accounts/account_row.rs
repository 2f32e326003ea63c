//! The stored form of an account and of a new connection.

use tiktok_api::TokenGrant;

/// A row of the `accounts` table.
#[derive(Debug, Clone, Default)]
pub struct AccountRow {
    /// Slipway's id of the account.
    pub id: String,
    /// TikTok's id of the creator for this app.
    pub open_id: String,
    /// The creator's nickname.
    pub display_name: String,
    /// The handle, without `@`, if TikTok gave it.
    pub username: Option<String>,
    /// The avatar as a data URL.
    pub avatar: Option<String>,
    /// The granted scopes, as TikTok lists them.
    pub scopes: String,
    /// Whether the tokens can be used.
    pub state: ConnectionState,
    /// The access token as a Fernet token; empty if it was deleted.
    pub access_token: String,
    /// When the access token expires, in milliseconds since 1970.
    pub access_expires_at: i64,
    /// When the next refresh is due, in milliseconds since 1970.
    pub refresh_due_at: i64,
    /// The refresh token as a Fernet token; empty if it was deleted.
    pub refresh_token: String,
    /// When the refresh token expires, in milliseconds since 1970.
    pub refresh_expires_at: i64,
    /// When the account was first connected, in milliseconds since 1970.
    pub connected_at: i64,
    /// The creator's own name for the account.
    pub label: Option<String>,
    /// The stored name of the account's colour.
    pub colour: Option<String>,
    /// The stored name of the reason to reconnect.
    pub lost: Option<String>,
    /// When a refresh was requested whose answer is not stored, in milliseconds since 1970.
    pub refresh_asked_at: Option<i64>,
    /// The last expiry warning that the creator dismissed, by its number of days.
    pub end_warning_read: Option<i64>,
}

impl AccountRow {
    /// Whether the tokens can be used.
    pub fn is_connected(&self) -> bool {
        self.state == ConnectionState::Connected
    }
}

/// The `state` column of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConnectionState {
    /// Stored as `connected`: the tokens are stored and TikTok did not reject them.
    Connected,
    /// Stored as `reconnect_needed`: the creator must connect the account again.
    #[default]
    ReconnectNeeded,
}

impl ConnectionState {
    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::ReconnectNeeded => "reconnect_needed",
        }
    }
}

impl From<String> for ConnectionState {
    /// Reads a stored name. An unknown name means that the account must be connected again.
    fn from(name: String) -> Self {
        match name.as_str() {
            "connected" => Self::Connected,
            _ => Self::ReconnectNeeded,
        }
    }
}

/// The tokens and the profile of an account that was just connected.
#[derive(Debug)]
pub struct NewAccount {
    /// The tokens that TikTok granted.
    pub grant: TokenGrant,
    /// The creator's nickname.
    pub display_name: String,
    /// The handle, without `@`, if TikTok gave it.
    pub username: Option<String>,
    /// The avatar as a data URL.
    pub avatar: Option<String>,
}
