//! Requests about the vault's key during a start.

use secrecy::SecretString;

use super::KeyOrigin;

/// A request about the vault's key. A key from the environment permits only the first two.
#[derive(Debug, Clone, Default)]
pub enum KeyRequest {
    /// Use the stored key.
    #[default]
    Usual,
    /// Use this passphrase: it unwraps the key, or becomes the first passphrase of a new vault.
    Passphrase(SecretString),
    /// Restore the lost key from its recovery phrase.
    Restore {
        /// The 24 words.
        phrase: SecretString,
        /// The protection of the key from now on.
        protection: Protection,
    },
    /// Abandon the lost key: create a new key and delete every secret. Queue and history stay.
    ForgetTokens {
        /// The protection of the new key.
        protection: Protection,
    },
    /// Change the key and re-encrypt every secret.
    Change {
        /// The passphrase of the present key, if it has one.
        current: Option<SecretString>,
        /// The protection of the new key.
        protection: Protection,
    },
}

/// The protection of a key.
#[derive(Debug, Clone)]
pub enum Protection {
    /// The operating system's keyring.
    Keyring,
    /// A passphrase of at least eight characters, which is not stored.
    Passphrase(SecretString),
}

impl KeyRequest {
    /// The passphrase of the present key.
    pub fn passphrase(&self) -> Option<&SecretString> {
        match self {
            Self::Passphrase(passphrase) => Some(passphrase),
            Self::Change { current, .. } => current.as_ref(),
            Self::Usual | Self::Restore { .. } | Self::ForgetTokens { .. } => None,
        }
    }

    /// The protection of the key from now on.
    pub fn protection(&self) -> Option<&Protection> {
        match self {
            Self::Restore { protection, .. }
            | Self::ForgetTokens { protection }
            | Self::Change { protection, .. } => Some(protection),
            Self::Usual | Self::Passphrase(_) => None,
        }
    }
}

impl Protection {
    /// The origin of a key with this protection.
    pub fn origin(&self) -> KeyOrigin {
        match self {
            Self::Keyring => KeyOrigin::Keyring,
            Self::Passphrase(_) => KeyOrigin::Passphrase,
        }
    }
}
