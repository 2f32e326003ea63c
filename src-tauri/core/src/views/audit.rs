//! The audit trail for display and export.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::text::{Message, Notice};

/// The kind of an entry.
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
    /// TikTok issued new tokens.
    Refreshed,
    /// TikTok rejected the tokens: the account must be reconnected.
    RefreshRefused,
    /// The creator or TikTok removed the access.
    AccessRemoved,
    /// An account was disconnected here.
    Disconnected,
    /// A revocation at TikTok finished.
    Revoked,
    /// A vault was created with its first key.
    KeyMade,
    /// The vault's key or its protection was changed.
    KeyChanged,
    /// The key was restored from its recovery phrase.
    KeyRestored,
    /// The recovery phrase was shown.
    PhraseShown,
    /// The tokens were deleted because their key was lost.
    TokensForgotten,
    /// The creator agreed to TikTok's terms when sending a post.
    ConsentGiven,
    /// A direct post was handed to TikTok.
    DirectPost,
    /// A draft was handed to the creator's TikTok inbox.
    InboxDraft,
    /// A setting that matters to security or consent was changed.
    SettingChanged,
    /// The client key and secret were entered or deleted.
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
    /// Its number in the trail, from 1.
    pub seq: u64,
    /// When it was written, as RFC 3339.
    pub at: String,
    /// Its kind.
    pub kind: AuditKind,
    /// Slipway's id of the account, if it is about one.
    pub account_id: Option<String>,
    /// The account's nickname at that time.
    pub account_name: Option<String>,
    /// The text of the event.
    pub message: Message,
    /// The details as stored and hashed, without secrets.
    pub details: BTreeMap<String, String>,
    /// BLAKE3 over this entry and the hash before it, in hex.
    pub hash: String,
}

/// The filter of the audit trail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct AuditFilter {
    /// Only these kinds; all kinds if it is empty.
    pub kinds: Vec<AuditKind>,
    /// Only entries of this account.
    pub account_id: Option<String>,
    /// Not before this moment, as RFC 3339.
    pub from: Option<String>,
    /// Before this moment, as RFC 3339.
    pub to: Option<String>,
    /// Older than this entry: where the next page begins.
    pub before: Option<u64>,
}

/// A page of entries, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    /// At most 100.
    pub entries: Vec<AuditEntry>,
    /// The cursor of the next page, if there is one.
    pub next: Option<u64>,
}

/// The result of verifying the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditState {
    /// The number of entries.
    pub entries: u64,
    /// When it was last verified, as RFC 3339.
    pub verified_at: String,
    /// The first entry that is not as Slipway wrote it, if there is one.
    pub broken_at: Option<u64>,
    /// The notice about it.
    pub notice: Option<Notice>,
}

/// The file format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum AuditFormat {
    /// One JSON object a line.
    JsonLines,
    /// Comma-separated values, for spreadsheets.
    Csv,
}
