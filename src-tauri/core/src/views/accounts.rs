//! Accounts, the limits of their creators, and sign-in attempts.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::text::{Message, Notice};

/// Whether an account can still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum AccountState {
    /// Its tokens are valid.
    Connected,
    /// The creator must connect it again.
    ReconnectNeeded,
}

/// A scope that the creator did not grant or revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MissingScope {
    /// TikTok's name of the scope.
    pub scope: String,
    /// The feature that needs the scope.
    pub disables: Message,
}

/// Marker colours of accounts. The UI decides their shades.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum AccountColour {
    /// Red.
    Red,
    /// Orange.
    Orange,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Teal.
    Teal,
    /// Blue.
    Blue,
    /// Violet.
    Violet,
    /// Pink.
    Pink,
}

/// A disconnected account whose access TikTok must still revoke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PendingRevocation {
    /// The account's nickname.
    pub account_name: String,
    /// When the creator disconnected it, as RFC 3339.
    pub since: String,
}

/// A connected TikTok account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Slipway's own id of the account.
    pub id: String,
    /// The creator's nickname.
    pub display_name: String,
    /// The handle, without `@`, where TikTok gave it.
    pub username: Option<String>,
    /// The avatar as a data URL, cached on this computer.
    pub avatar: Option<String>,
    /// The scopes that the creator granted.
    pub scopes: Vec<String>,
    /// Whether direct posts are possible (`video.publish` was granted).
    pub can_direct_post: bool,
    /// Whether inbox drafts are possible (`video.upload` was granted).
    pub can_inbox: bool,
    /// Features that are unavailable because a scope was not granted.
    pub missing: Vec<MissingScope>,
    /// Whether the account can still be used.
    pub state: AccountState,
    /// Why it must be reconnected, if it must.
    pub reconnect: Option<Notice>,
    /// The creator's own name for it.
    pub label: Option<String>,
    /// The colour that marks it.
    pub colour: Option<AccountColour>,
    /// When it was connected, as RFC 3339.
    pub connected_at: String,
    /// When its refresh token expires unless it is renewed before, as RFC 3339.
    pub ends_at: String,
    /// The warning that it expires soon.
    pub ending: Option<Notice>,
}

/// A creator's present limits, queried each time the posting page is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Creator {
    /// Slipway's id of the account.
    pub account_id: String,
    /// The nickname that the posting page must show.
    pub nickname: String,
    /// The handle, without `@`.
    pub username: String,
    /// The privacy levels on offer, in TikTok's words and order.
    pub privacy_options: Vec<String>,
    /// The creator has disabled comments in general.
    pub comment_disabled: bool,
    /// Duets are off, or the account is private.
    pub duet_disabled: bool,
    /// Stitches are off, or the account is private.
    pub stitch_disabled: bool,
    /// The longest video that this creator may post directly, in seconds.
    pub max_duration_sec: u32,
    /// Why the creator cannot post directly at present.
    pub cannot_post: Option<Notice>,
}

/// The purpose of a sign-in attempt.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ConnectPurpose {
    /// Connect another account.
    #[default]
    New,
    /// Reconnect this account. The same creator must agree.
    Reconnect {
        /// Slipway's id of the account.
        account_id: String,
    },
    /// Grant more scopes to this account. The same creator must agree.
    GrantMore {
        /// Slipway's id of the account.
        account_id: String,
    },
}

/// A sign-in attempt in the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectAttempt {
    /// The attempt's id; not the `state` parameter.
    pub id: String,
    /// When it expires, as RFC 3339.
    pub expires_at: String,
}

/// The outcome of a sign-in attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ConnectOutcome {
    /// The account is connected.
    Connected {
        /// Slipway's id of the account.
        account_id: String,
        /// The nickname.
        display_name: String,
    },
    /// The attempt failed.
    Failed {
        /// The text.
        notice: Notice,
    },
    /// Another creator agreed than the one of the account to reconnect. Nothing changed so far: the attempt waits for
    /// the choice to add this creator as another account, or to cancel.
    AnotherCreator {
        /// The nickname of the account to reconnect.
        expected: String,
        /// The nickname of the creator who agreed.
        agreed: String,
        /// Whether that creator's account is connected already.
        connected_already: bool,
    },
    /// The creator cancelled the attempt.
    Cancelled,
}
