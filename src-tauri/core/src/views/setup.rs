//! The creator's TikTok app, without its secret.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The TikTok app that Slipway speaks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Setup {
    /// The app's client key, once known.
    pub client_key: Option<String>,
    /// Whether a client secret is stored. The secret itself never leaves the vault.
    pub has_secret: bool,
    /// Whether key and secret come from the environment and cannot be changed here.
    pub from_environment: bool,
    /// The exact redirect address to register at TikTok.
    pub redirect_uri: String,
    /// Whether the configured API is on this computer.
    pub sandbox: bool,
}
