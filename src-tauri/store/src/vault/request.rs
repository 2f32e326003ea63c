//! What a creator may ask about the vault's key when Slipway opens.

use secrecy::SecretString;

use super::KeyOrigin;

/// What is to be done about the vault's key while the engine opens. Where the key comes from the environment, only the
/// first two are possible.
#[derive(Debug, Clone, Default)]
pub enum KeyRequest {
    /// The key is where it always is.
    #[default]
    Usual,
    /// The passphrase: the one that the key is wrapped with, or the first one of a new vault.
    Passphrase(SecretString),
    /// The key is lost where it was, and given back by its recovery phrase.
    Restore {
        /// The 24 words.
        phrase: SecretString,
        /// What the key is kept by from now on.
        protection: Protection,
    },
    /// The key is lost for good: a new one is made, and every secret is forgotten. Queue and history stay.
    ForgetTokens {
        /// What the new key is kept by.
        protection: Protection,
    },
    /// A new key is made, and every secret encrypted anew with it.
    Change {
        /// The passphrase of the present key, where it has one.
        current: Option<SecretString>,
        /// What the new key is kept by.
        protection: Protection,
    },
}

/// What a key is kept by.
#[derive(Debug, Clone)]
pub enum Protection {
    /// The operating system's keyring.
    Keyring,
    /// A passphrase of at least eight letters, which is stored nowhere.
    Passphrase(SecretString),
}

impl KeyRequest {
    /// The passphrase of the key as it is kept now.
    pub fn passphrase(&self) -> Option<&SecretString> {
        match self {
            Self::Passphrase(passphrase) => Some(passphrase),
            Self::Change { current, .. } => current.as_ref(),
            Self::Usual | Self::Restore { .. } | Self::ForgetTokens { .. } => None,
        }
    }

    /// What the key is to be kept by from now on.
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
    pub fn origin(&self) -> KeyOrigin {
        match self {
            Self::Keyring => KeyOrigin::Keyring,
            Self::Passphrase(_) => KeyOrigin::Passphrase,
        }
    }
}
