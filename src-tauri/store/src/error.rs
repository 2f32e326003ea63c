//! Why the data folder, its key or its database does not open.

use std::path::PathBuf;

use crate::vault::{KeyOrigin, PhraseError};

/// The cause of an error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The engine could not be opened. Nothing was changed on disk.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The vault's key is not a Fernet key.
    #[error("[Vault] Open failed: the key from {origin} is malformed")]
    KeyMalformed {
        /// Where the key came from.
        origin: KeyOrigin,
    },
    /// The key is well formed and does not open this database.
    #[error("[Vault] Open failed: the key from {origin} does not open this database")]
    KeyWrong {
        /// Where the key came from.
        origin: KeyOrigin,
    },
    /// The keyring is there and no longer holds the key.
    #[error("[Vault] Open failed: the keyring does not hold the key")]
    KeyMissing,
    /// The keyring cannot be opened.
    #[error("[Vault] Open failed: the keyring is locked: {detail}")]
    KeyringLocked {
        /// The keyring's own words.
        detail: String,
        /// Whether there is no key yet that it could hold.
        first: bool,
    },
    /// The keyring did not take a key that the creator wants kept there.
    #[error("[Vault] Open failed: the keyring did not take the key: {detail}")]
    KeyringUnusable {
        /// The keyring's own words.
        detail: String,
    },
    /// The key comes from the environment and cannot be changed from within.
    #[error("[Vault] Change failed: the key comes from the environment")]
    KeyFixed,
    /// A change of key did not come to its end yet.
    #[error("[Vault] Change failed: the last change is not at its end")]
    KeyChanging,
    /// What was typed is no recovery phrase.
    #[error("[Vault] Restore failed: {0}")]
    PhraseUnreadable(PhraseError),
    /// The recovery phrase is one, and its key does not open this database.
    #[error("[Vault] Restore failed: the phrase is of another key")]
    PhraseWrong,
    /// There is no keyring, and no passphrase was chosen yet.
    #[error("[Vault] Open failed: there is no keyring and no passphrase yet")]
    PassphraseNew,
    /// A new passphrase is too short.
    #[error("[Vault] Open failed: the new passphrase is too short")]
    PassphraseShort,
    /// The vault is closed with a passphrase, and none was given.
    #[error("[Vault] Open failed: a passphrase is needed")]
    PassphraseNeeded,
    /// The passphrase does not open the vault.
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
    /// The database cannot be read, and there is no backup that could take its place.
    #[error("[Database] Open failed: {path} is damaged: {source}")]
    DatabaseDamaged {
        /// The database's file.
        path: PathBuf,
        /// What is wrong with it.
        source: BoxError,
    },
    /// The database is not one that this Slipway can work with, though it can be read.
    #[error("[Database] Open failed: {path} cannot be used: {source}")]
    DatabaseUnusable {
        /// The database's file.
        path: PathBuf,
        /// Why.
        source: BoxError,
    },
    /// Another program holds the database.
    #[error("[Database] Open failed: another program holds {path}")]
    DatabaseBusy {
        /// The database's file.
        path: PathBuf,
    },
    /// Folder or database cannot be written.
    #[error("[Storage] Open failed: {path} cannot be written: {source}")]
    ReadOnly {
        /// What was touched.
        path: PathBuf,
        /// Why it did not work.
        source: std::io::Error,
    },
    /// The disk takes nothing more.
    #[error("[Storage] Open failed: no space for {path}: {source}")]
    DiskFull {
        /// What was touched.
        path: PathBuf,
        /// Why it did not work.
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
        /// What was touched.
        path: PathBuf,
        /// Why it did not work.
        source: std::io::Error,
    },
}
