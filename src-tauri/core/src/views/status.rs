//! How the engine stands as a whole: what holds uploads back, and what the creator should know.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::text::Notice;

/// How the engine stands as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// The creator has paused everything.
    pub paused: bool,
    /// What is known of the network.
    pub network: NetworkState,
    /// The services that do not answer at present; empty when all is well.
    pub services: Vec<Service>,
    /// What the creator should know until it is settled or dismissed, such as a restored backup or a full disk.
    pub notices: Vec<Notice>,
}

/// What is known of the network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum NetworkState {
    /// The system does not tell.
    #[default]
    Unknown,
    /// Connected.
    Online,
    /// Connected, and what goes through it costs.
    Metered,
    /// Not connected.
    Offline,
}

/// A service that failed for a while and is left alone until its next try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// The host's name.
    pub host: String,
    /// The account that it fails for; all of them when it is not set.
    pub account_id: Option<String>,
    /// Whether it is being tried right now.
    pub trying: bool,
    /// The next try, as RFC 3339.
    pub next_try: String,
    /// The text.
    pub notice: Notice,
}
