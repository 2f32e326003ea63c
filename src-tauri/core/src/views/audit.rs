//! The audit trail as it may be shown and exported.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Message, Notice};

/// What an entry tells of.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "camelCase")]
pub enum AuditKind {
    /// An account was connected for the first time.
    Connected,
    /// An account was connected again.
    Reconnected,
    /// Connecting was refused, by TikTok, the creator or Slipway.
    ConnectRefused,
    /// TikTok gave a new pair of tokens.
    Refreshed,
    /// TikTok refused the tokens for good: the account must be connected again.
    RefreshRefused,
    /// The creator or TikTok took the access back.
    AccessRemoved,
    /// An account was disconnected here.
    Disconnected,
    /// TikTok was told of a disconnect.
    Revoked,
    /// A vault was made with its first key.
    KeyMade,
    /// The vault has another key, or it is kept elsewhere.
    KeyChanged,
    /// The key was given back by its recovery phrase.
    KeyRestored,
    /// The recovery phrase was shown.
    PhraseShown,
    /// The tokens were forgotten because their key was lost.
    TokensForgotten,
    /// The creator agreed to TikTok's terms when sending a post.
    ConsentGiven,
    /// A direct post was handed to TikTok.
    DirectPost,
    /// A draft was handed to the creator's TikTok inbox.
    InboxDraft,
    /// A setting that matters to security or consent was changed.
    SettingChanged,
    /// Client key and secret were entered or forgotten.
    AppChanged,
    /// The database was restored from a backup.
    Restored,
    /// The trail was exported.
    Exported,
}

/// One entry of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Its place in the trail, from 1.
    pub seq: u64,
    /// When, as RFC 3339.
    pub at: String,
    /// What it tells of.
    pub kind: AuditKind,
    /// Slipway's id of the account, if it is about one.
    pub account_id: Option<String>,
    /// The account's nickname at that time.
    pub account_name: Option<String>,
    /// What happened.
    pub message: Message,
    /// The particulars as they are stored and hashed; no secret is among them.
    pub details: BTreeMap<String, String>,
    /// BLAKE3 over this entry and the hash before it, in hex.
    pub hash: String,
}

/// Which entries to show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct AuditFilter {
    /// Of these kinds; of all when empty.
    pub kinds: Vec<AuditKind>,
    /// About this account.
    pub account_id: Option<String>,
    /// Not before this moment, as RFC 3339.
    pub from: Option<String>,
    /// Before this moment, as RFC 3339.
    pub to: Option<String>,
    /// Older than this entry: where the next page begins.
    pub before: Option<u64>,
}

/// Some entries, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    /// At most 100.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins, if there is one.
    pub next: Option<u64>,
}

/// Whether the trail is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditState {
    /// How many entries there are.
    pub entries: u64,
    /// When it was last verified, as RFC 3339.
    pub verified_at: String,
    /// The first entry that is not as it was written, if there is one.
    pub broken_at: Option<u64>,
    /// What to know about it then.
    pub notice: Option<Notice>,
}

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum AuditFormat {
    /// One JSON object a line.
    JsonLines,
    /// Comma-separated values, for spreadsheets.
    Csv,
}
