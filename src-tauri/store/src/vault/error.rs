//! Where the vault's key comes from, and why a recovery phrase is refused.

/// Why a text is no recovery phrase. None of its words is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// It has not 24 words.
    #[error("the phrase has {found} words")]
    Count {
        /// How many it has.
        found: usize,
    },
    /// A word is not one of the list.
    #[error("word {position} of the phrase is not on the list")]
    Unknown {
        /// Which, from 1.
        position: usize,
    },
    /// All words are on the list, and do not belong together.
    #[error("the words of the phrase do not fit together")]
    Checksum,
}

/// Where the vault's key came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOrigin {
    /// `SLIPWAY_FERNET_KEY`.
    Environment,
    /// The operating system's keyring.
    Keyring,
    /// A key wrapped with a passphrase.
    Passphrase,
}

impl std::fmt::Display for KeyOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Environment => "the environment",
            Self::Keyring => "the keyring",
            Self::Passphrase => "the passphrase file",
        })
    }
}

/// A stored secret that the key does not open.
#[derive(Debug, thiserror::Error)]
#[error("[Vault] Decrypt failed: the stored text is not readable with this key")]
pub struct DecryptError;
