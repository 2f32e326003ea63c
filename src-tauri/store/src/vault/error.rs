//! The origin of the vault's key, and the errors of keys, phrases and tokens.

/// Why a text is not a recovery phrase. No error repeats its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// It does not have 24 words.
    #[error("the phrase has {found} words")]
    Count {
        /// The number of words.
        found: usize,
    },
    /// A word is not on the list.
    #[error("word {position} of the phrase is not on the list")]
    Unknown {
        /// The position of the word, from 1.
        position: usize,
    },
    /// The checksum does not match.
    #[error("the words of the phrase do not fit together")]
    Checksum,
}

/// The origin of the vault's key.
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

/// A stored secret that the key does not decrypt.
#[derive(Debug, thiserror::Error)]
#[error("[Vault] Decrypt failed: the stored text is not readable with this key")]
pub struct DecryptError;
