//! The engine's status: pauses, network, unavailable services and notices.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::text::Notice;

/// The status of the engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppStatus {
    /// The creator has paused everything.
    pub paused: bool,
    /// The state of the network.
    pub network: NetworkState,
    /// The services with an open circuit; empty if all work.
    pub services: Vec<Service>,
    /// Notices until they are resolved or dismissed, such as a restored backup or a full disk.
    pub notices: Vec<Notice>,
}

/// The state of the network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum NetworkState {
    /// The system does not report it.
    #[default]
    Unknown,
    /// Connected.
    Online,
    /// Connected to a metered network.
    Metered,
    /// Not connected.
    Offline,
}

/// A service that failed repeatedly and is not used until the next probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// The host's name.
    pub host: String,
    /// The account that it fails for; all accounts if it is not set.
    pub account_id: Option<String>,
    /// Whether a request probes it at present.
    pub trying: bool,
    /// The next probe, as RFC 3339.
    pub next_try: String,
    /// The text.
    pub notice: Notice,
}
