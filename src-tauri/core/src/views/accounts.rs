//! Accounts, what their creators may do, and how one is connected.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Message, Notice};

/// Whether an account can still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum AccountState {
    /// Tokens are there and were not refused.
    Connected,
    /// TikTok refused the tokens for good.
    ReconnectNeeded,
}

/// A scope that the creator did not grant, or not any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MissingScope {
    /// TikTok's name of it.
    pub scope: String,
    /// What does not work without it.
    pub disables: Message,
}

/// The colours that tell accounts apart; the UI decides how each looks.
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

/// An account that is gone here and that TikTok has still to be told about.
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
    /// What is missing because a scope was not granted; empty when everything was.
    pub missing: Vec<MissingScope>,
    /// Whether the account can still be used.
    pub state: AccountState,
    /// Why it must be connected again, while it must.
    pub reconnect: Option<Notice>,
    /// What the creator calls it.
    pub label: Option<String>,
    /// The colour that marks it.
    pub colour: Option<AccountColour>,
    /// When it was connected, as RFC 3339.
    pub connected_at: String,
    /// When TikTok will want the creator to connect it again, unless its tokens are renewed before, as RFC 3339.
    pub ends_at: String,
    /// That this moment is near.
    pub ending: Option<Notice>,
}

/// What a creator may do right now, asked afresh each time the posting page is shown.
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
    /// The creator has switched comments off for everybody.
    pub comment_disabled: bool,
    /// Duets are off, or the account is private.
    pub duet_disabled: bool,
    /// Stitches are off, or the account is private.
    pub stitch_disabled: bool,
    /// The longest video that this creator may post directly, in seconds.
    pub max_duration_sec: u32,
    /// Why the creator cannot post directly at the moment.
    pub cannot_post: Option<Notice>,
}

/// What a visit to the consent page is for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ConnectPurpose {
    /// Another account, whoever it is.
    #[default]
    New,
    /// This account again: the same creator must agree.
    Reconnect {
        /// Slipway's id of the account.
        account_id: String,
    },
    /// More scopes for this account: the same creator must agree.
    GrantMore {
        /// Slipway's id of the account.
        account_id: String,
    },
}

/// A connect under way in the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectAttempt {
    /// The attempt's id; not the `state` parameter.
    pub id: String,
    /// When it expires, as RFC 3339.
    pub expires_at: String,
}

/// How a connect ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ConnectOutcome {
    /// An account is there.
    Connected {
        /// Slipway's id of the account.
        account_id: String,
        /// The nickname.
        display_name: String,
    },
    /// It did not work.
    Failed {
        /// The text.
        notice: Notice,
    },
    /// Somebody else agreed than the creator whose account was to be connected again. Nothing changed so far:
    /// the attempt waits for the choice to add this creator as another account, or to give it up.
    AnotherCreator {
        /// The nickname of the account that was to be connected again.
        expected: String,
        /// The nickname of the creator who agreed.
        agreed: String,
        /// Whether that creator's account is connected already.
        connected_already: bool,
    },
    /// The creator gave up in Slipway.
    Cancelled,
}
