//! The vault's key protection, without the key.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The source of the vault's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum KeySource {
    /// `SLIPWAY_FERNET_KEY`; it cannot be changed here.
    Environment,
    /// The operating system's keyring.
    Keyring,
    /// A passphrase of the creator's.
    Passphrase,
}

/// The protection of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum KeyProtection {
    /// The operating system's keyring.
    Keyring,
    /// A passphrase of the creator's.
    Passphrase,
}

/// The protection of the stored secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct VaultView {
    /// The source of the key.
    pub source: KeySource,
    /// Whether there is a keyring that could hold it.
    pub keyring: bool,
    /// Since when this key is in use, as RFC 3339; unknown for keys of older versions.
    pub since: Option<String>,
    /// When this key's recovery phrase was last shown, as RFC 3339.
    pub phrase_shown_at: Option<String>,
}
