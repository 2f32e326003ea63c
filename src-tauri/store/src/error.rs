//! Errors of opening the data folder, its key or its database.

use std::path::PathBuf;

use crate::vault::{KeyOrigin, PhraseError};

/// The cause of an error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why Slipway's data could not be opened. Nothing on disk was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The vault's key is not a Fernet key.
    #[error("[Vault] Open failed: the key from {origin} is malformed")]
    KeyMalformed {
        /// The origin of the key.
        origin: KeyOrigin,
    },
    /// The key is well formed but does not open this database.
    #[error("[Vault] Open failed: the key from {origin} does not open this database")]
    KeyWrong {
        /// The origin of the key.
        origin: KeyOrigin,
    },
    /// The keyring is available but no longer has the key.
    #[error("[Vault] Open failed: the keyring does not hold the key")]
    KeyMissing,
    /// The keyring is locked.
    #[error("[Vault] Open failed: the keyring is locked: {detail}")]
    KeyringLocked {
        /// The keyring's own words.
        detail: String,
        /// Whether the first key was to be stored.
        first: bool,
    },
    /// The keyring did not store a new key.
    #[error("[Vault] Open failed: the keyring did not take the key: {detail}")]
    KeyringUnusable {
        /// The keyring's own words.
        detail: String,
    },
    /// The key comes from the environment and cannot be changed here.
    #[error("[Vault] Change failed: the key comes from the environment")]
    KeyFixed,
    /// An earlier change of key is not finished.
    #[error("[Vault] Change failed: the last change is not at its end")]
    KeyChanging,
    /// The text is not a recovery phrase.
    #[error("[Vault] Restore failed: {0}")]
    PhraseUnreadable(PhraseError),
    /// The recovery phrase is valid but belongs to another key.
    #[error("[Vault] Restore failed: the phrase is of another key")]
    PhraseWrong,
    /// There is no keyring, and no passphrase is set yet.
    #[error("[Vault] Open failed: there is no keyring and no passphrase yet")]
    PassphraseNew,
    /// A new passphrase is too short.
    #[error("[Vault] Open failed: the new passphrase is too short")]
    PassphraseShort,
    /// The vault's key is wrapped with a passphrase, and none was given.
    #[error("[Vault] Open failed: a passphrase is needed")]
    PassphraseNeeded,
    /// The passphrase is wrong.
    #[error("[Vault] Open failed: the passphrase is wrong")]
    PassphraseWrong,
    /// A newer Slipway wrote the database.
    #[error("[Database] Open failed: it has version {found}, this Slipway knows {known}")]
    DatabaseNewer {
        /// The version found.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// The database is damaged, and no backup can replace it.
    #[error("[Database] Open failed: {path} is damaged: {source}")]
    DatabaseDamaged {
        /// The database's file.
        path: PathBuf,
        /// The kind of damage.
        source: BoxError,
    },
    /// The database can be read but not used, for example because a migration failed.
    #[error("[Database] Open failed: {path} cannot be used: {source}")]
    DatabaseUnusable {
        /// The database's file.
        path: PathBuf,
        /// Why.
        source: BoxError,
    },
    /// Another program locks the database.
    #[error("[Database] Open failed: another program holds {path}")]
    DatabaseBusy {
        /// The database's file.
        path: PathBuf,
    },
    /// The folder or the database is not writable.
    #[error("[Storage] Open failed: {path} cannot be written: {source}")]
    ReadOnly {
        /// The path of the failed operation.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The disk is full.
    #[error("[Storage] Open failed: no space for {path}: {source}")]
    DiskFull {
        /// The path of the failed operation.
        path: PathBuf,
        /// The cause.
        source: BoxError,
    },
    /// Another process has the data folder open.
    #[error("[Database] Open failed: another Slipway uses {path}")]
    AlreadyRunning {
        /// The data folder.
        path: PathBuf,
    },
    /// The HTTP client of the crate above could not be built.
    #[error("[TikTok] Open failed: {0}")]
    Client(#[source] BoxError),
    /// The data folder cannot be used.
    #[error("[Storage] Open failed: {path}: {source}")]
    Storage {
        /// The path of the failed operation.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}
