//! What can go wrong behind the engine's door, typed by what the caller can do about it.

use std::path::PathBuf;

use tiktok_api::OAuthErrorCode;

/// Whatever lies behind an error.
type BoxError = Box<dyn std::error::Error + Send + Sync>;

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
    /// The data folder cannot be used.
    #[error("[Storage] Open failed: {path}: {source}")]
    Storage {
        /// What was touched.
        path: PathBuf,
        /// Why it did not work.
        source: std::io::Error,
    },
    /// The protocol client could not be built.
    #[error("[TikTok] Open failed: {0}")]
    Client(#[from] tiktok_api::Error),
}

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

/// A file was not added to the queue.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AddError {
    /// Nothing is there.
    #[error("[Posts] Add failed: the file does not exist")]
    Missing,
    /// A folder.
    #[error("[Posts] Add failed: it is a folder")]
    Folder,
    /// Neither a file nor a folder.
    #[error("[Posts] Add failed: it is no regular file")]
    NotAFile,
    /// No bytes.
    #[error("[Posts] Add failed: the file is empty")]
    Empty,
    /// A picture; TikTok takes photos only from verified web addresses.
    #[error("[Posts] Add failed: it is a picture")]
    Picture,
    /// Not a video that Slipway knows.
    #[error("[Posts] Add failed: it is no video: {0}")]
    NotAVideo(clip::ProbeError),
    /// The name is not text.
    #[error("[Posts] Add failed: the name is not valid Unicode")]
    Name,
    /// It cannot be read.
    #[error("[Posts] Add failed: {0}")]
    Unreadable(std::io::Error),
    /// It is already being composed.
    #[error("[Posts] Add failed: it is a draft already")]
    Duplicate,
}

/// An account was not connected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// No client key and secret are known.
    #[error("[Connect] Start failed: no client key and secret")]
    CredentialsMissing,
    /// No local port could be opened for TikTok's answer.
    #[error("[Connect] Start failed: no local port: {0}")]
    Listen(std::io::Error),
    /// No connect is under way that this belongs to.
    #[error("[Connect] Callback refused: unknown attempt")]
    Unknown,
    /// The answer's `state` is missing or not the one that was sent.
    #[error("[Connect] Callback refused: the state does not match")]
    StateMismatch,
    /// The `state` was used before.
    #[error("[Connect] Callback refused: the state was used already")]
    StateUsed,
    /// Ten minutes passed.
    #[error("[Connect] Callback refused: the attempt has expired")]
    Expired,
    /// The creator gave it up in Slipway.
    #[error("[Connect] Callback refused: the attempt was given up")]
    Cancelled,
    /// Too many attempts came after it.
    #[error("[Connect] Attempt given up: too many at a time")]
    TooMany,
    /// The answer cannot be read.
    #[error("[Connect] Callback refused: {0}")]
    Unreadable(#[from] tiktok_api::CallbackError),
    /// The creator or TikTok said no.
    #[error("[Connect] Authorize refused: {error:?} {description}")]
    Refused {
        /// TikTok's code.
        error: OAuthErrorCode,
        /// TikTok's words.
        description: String,
        /// TikTok's `error_type`, such as `non_sandbox_target`.
        error_type: Option<String>,
    },
    /// The creator left out what every use needs.
    #[error("[Connect] Authorize failed: neither video.publish nor video.upload was granted")]
    NothingGranted,
    /// TikTok did not give the tokens or the profile.
    #[error("[Connect] Exchange failed: {0}")]
    TikTok(#[from] tiktok_api::Error),
    /// The account could not be stored.
    #[error("[Connect] Store failed: {0}")]
    Store(#[from] sqlx::Error),
}

/// Something asked of the engine did not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The post is gone.
    #[error("[Posts] Find failed: no such post")]
    NoSuchPost,
    /// The account is gone.
    #[error("[Accounts] Find failed: no such account")]
    NoSuchAccount,
    /// Not possible in the state that the post is in now.
    #[error("[Posts] {operation} failed: the post is {state}")]
    WrongState {
        /// What was asked.
        operation: &'static str,
        /// The state's name.
        state: &'static str,
    },
    /// The post cannot be sent as it is composed.
    #[error("[Posts] Submit failed: {0:?}")]
    Incomplete(Incomplete),
    /// The file of a post cannot be taken as it is now.
    #[error(transparent)]
    File(AddError),
    /// A file was not made to fit.
    #[error(transparent)]
    Fit(#[from] crate::fit::FitError),
    /// A moment or a slot cannot be used as it is.
    #[error(transparent)]
    Schedule(#[from] crate::schedule::ScheduleError),
    /// What was asked of the watched folders did not work.
    #[error(transparent)]
    Folder(#[from] crate::folders::FolderError),
    /// Settings make no sense as they are.
    #[error(transparent)]
    Settings(#[from] crate::settings::SettingsError),
    /// TikTok's limit leaves no room for the call before then.
    #[error("[TikTok] Call failed: the limit of the last minute is reached until {until}")]
    Busy {
        /// When there is room again.
        until: jiff::Timestamp,
    },
    /// TikTok failed for a while and is left alone until then.
    #[error("[TikTok] Call failed: TikTok is left alone until {until}")]
    TikTokResting {
        /// The next try.
        until: jiff::Timestamp,
    },
    /// TikTok already has the whole video.
    #[error("[Posts] Cancel failed: all bytes are at TikTok")]
    TooLateToCancel,
    /// A connect did not work.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Client key or secret are not usable as they are.
    #[error("[Setup] Save failed: client key or secret is empty or has blanks")]
    CredentialsMalformed,
    /// They come from the environment.
    #[error("[Setup] Save failed: client key and secret come from the environment")]
    CredentialsFixed,
    /// No client key and secret are known.
    #[error("[Setup] no client key and secret")]
    CredentialsMissing,
    /// TikTok does not accept client key and secret.
    #[error("[Setup] TikTok does not accept client key and secret")]
    CredentialsRefused,
    /// A label for an account cannot be taken.
    #[error(transparent)]
    Label(#[from] crate::accounts::LabelError),
    /// The account must be connected again.
    #[error("[Accounts] the account must be connected again")]
    ReconnectNeeded,
    /// TikTok refused or could not be reached.
    #[error(transparent)]
    TikTok(#[from] tiktok_api::Error),
    /// A stored secret cannot be read with the vault's key.
    #[error("[Vault] Read failed: a stored secret is damaged")]
    Vault,
    /// Diagnostics could not be put together.
    #[error("[Diagnostics] Export failed: {0}")]
    Diagnostics(BoxError),
    /// The audit trail could not be read.
    #[error(transparent)]
    Audit(#[from] crate::audit::AuditError),
    /// The database did not do what it was asked.
    #[error("[Database] {0}")]
    Database(#[from] sqlx::Error),
}

/// What is missing before a post can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incomplete {
    /// No account chosen.
    Account,
    /// The account did not grant what this way of posting needs.
    Scope {
        /// The missing scope.
        scope: &'static str,
    },
    /// No privacy level chosen.
    Privacy,
    /// The caption is too long.
    Caption {
        /// Its length in UTF-16 units.
        units: usize,
        /// The most that TikTok takes.
        max: usize,
    },
    /// Commercial content is disclosed without saying whose.
    Disclosure,
    /// Branded content cannot be private.
    BrandedPrivate,
    /// The file breaks a rule that TikTok will not bend.
    File,
}
