//! [`EngineError`]: every error of the engine's public API, grouped by what the caller can do.

use slipway_accounts::{
    accounts::{AccountError, TokenError},
    connect::ConnectError,
    credentials::CredentialsError,
};
use slipway_store::BoxError;

use crate::{
    diagnostics::DiagnosticsError,
    folders::FolderError,
    planner::PlanError,
    posts::{AddError, Incomplete, PostError},
    publisher::PublishError,
    transcode::TranscodeError,
    videos::VideoError,
};

/// An operation of the engine failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// No post has this id.
    #[error("[Posts] Find failed: no such post")]
    NoSuchPost,
    /// No account has this id.
    #[error("[Accounts] Find failed: no such account")]
    NoSuchAccount,
    /// The post's state does not allow the operation.
    #[error("[Posts] {operation} failed: the post is {state}")]
    WrongState {
        /// The name of the operation.
        operation: &'static str,
        /// The state's name.
        state: &'static str,
    },
    /// The post lacks something that TikTok requires.
    #[error("[Posts] Submit failed: {0:?}")]
    Incomplete(Incomplete),
    /// The file of a post cannot be used.
    #[error(transparent)]
    File(AddError),
    /// A file was not transcoded.
    #[error(transparent)]
    Transcode(TranscodeError),
    /// A time or a slot is invalid.
    #[error(transparent)]
    Schedule(#[from] crate::schedule::ScheduleError),
    /// An operation on watched folders failed.
    #[error(transparent)]
    Folder(FolderError),
    /// The settings are invalid.
    #[error(transparent)]
    Settings(#[from] crate::settings::SettingsError),
    /// The rate limit allows the call only later.
    #[error("[TikTok] Call failed: the limit of the last minute is reached until {until}")]
    Busy {
        /// When the call is allowed again.
        until: jiff::Timestamp,
    },
    /// The circuit breaker is open, because TikTok failed repeatedly.
    #[error("[TikTok] Call failed: TikTok is left alone until {until}")]
    CircuitOpen {
        /// The next attempt.
        until: jiff::Timestamp,
    },
    /// TikTok already has the whole video.
    #[error("[Posts] Cancel failed: all bytes are at TikTok")]
    TooLateToCancel,
    /// Connecting an account failed.
    #[error(transparent)]
    Connect(ConnectError),
    /// The client key or secret is malformed.
    #[error("[Setup] Save failed: client key or secret is empty or has blanks")]
    CredentialsMalformed,
    /// The client key and secret come from the environment.
    #[error("[Setup] Save failed: client key and secret come from the environment")]
    CredentialsFixed,
    /// No client key and secret are stored.
    #[error("[Setup] no client key and secret")]
    CredentialsMissing,
    /// TikTok does not accept client key and secret.
    #[error("[Setup] TikTok does not accept client key and secret")]
    CredentialsRefused,
    /// The label of an account is invalid.
    #[error(transparent)]
    Label(#[from] slipway_accounts::accounts::LabelError),
    /// The account must be connected again.
    #[error("[Accounts] the account must be connected again")]
    ReconnectNeeded,
    /// TikTok refused or could not be reached.
    #[error(transparent)]
    TikTok(#[from] tiktok_api::Error),
    /// A stored secret cannot be decrypted with the vault's key.
    #[error("[Vault] Read failed: a stored secret is damaged")]
    Vault,
    /// The diagnostics could not be gathered.
    #[error("[Diagnostics] Export failed: {0}")]
    Diagnostics(BoxError),
    /// The audit trail could not be read.
    #[error(transparent)]
    Audit(#[from] slipway_store::audit::AuditError),
    /// The database refused the operation.
    #[error("[Database] {0}")]
    Database(#[from] sqlx::Error),
}

impl From<AccountError> for EngineError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::NoSuchAccount => Self::NoSuchAccount,
            AccountError::Label(error) => Self::Label(error),
            AccountError::Database(error) => Self::Database(error),
        }
    }
}

impl From<CredentialsError> for EngineError {
    fn from(error: CredentialsError) -> Self {
        match error {
            CredentialsError::Malformed => Self::CredentialsMalformed,
            CredentialsError::Fixed => Self::CredentialsFixed,
            CredentialsError::Database(error) => Self::Database(error),
        }
    }
}

impl From<ConnectError> for EngineError {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::NoSuchAccount => Self::NoSuchAccount,
            ConnectError::Store(error) => Self::Database(error),
            error => Self::Connect(error),
        }
    }
}

impl From<TokenError> for EngineError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::NoSuchAccount => Self::NoSuchAccount,
            TokenError::ReconnectNeeded => Self::ReconnectNeeded,
            TokenError::CredentialsMissing => Self::CredentialsMissing,
            TokenError::CredentialsRefused => Self::CredentialsRefused,
            TokenError::Busy { until } => Self::Busy { until },
            TokenError::CircuitOpen(circuit) => Self::CircuitOpen {
                until: circuit.until,
            },
            TokenError::TikTok(error) => Self::TikTok(error),
            TokenError::Database(error) => Self::Database(error),
        }
    }
}

impl From<VideoError> for EngineError {
    fn from(error: VideoError) -> Self {
        match error {
            VideoError::Unreadable(error) => Self::File(AddError::Unreadable(error)),
            VideoError::Database(error) => Self::Database(error),
        }
    }
}

impl From<PostError> for EngineError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::NoSuchPost => Self::NoSuchPost,
            PostError::WrongState { operation, state } => Self::WrongState { operation, state },
            PostError::Video(error) => error.into(),
            PostError::Database(error) => Self::Database(error),
        }
    }
}

impl From<PlanError> for EngineError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::NoSuchAccount => Self::NoSuchAccount,
            PlanError::Incomplete(incomplete) => Self::Incomplete(incomplete),
            PlanError::Schedule(error) => Self::Schedule(error),
            PlanError::Post(error) => error.into(),
            PlanError::Database(error) => Self::Database(error),
        }
    }
}

impl From<PublishError> for EngineError {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Post(error) => error.into(),
            PublishError::Video(error) => error.into(),
            PublishError::Call(error) => error.into(),
            PublishError::SecretUnreadable => Self::Vault,
            PublishError::Database(error) => Self::Database(error),
        }
    }
}

impl From<TranscodeError> for EngineError {
    fn from(error: TranscodeError) -> Self {
        match error {
            TranscodeError::File(error) => Self::File(error),
            TranscodeError::Post(error) => error.into(),
            TranscodeError::Video(error) => error.into(),
            TranscodeError::Database(error) => Self::Database(error),
            error => Self::Transcode(error),
        }
    }
}

impl From<FolderError> for EngineError {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::NoSuchAccount => Self::NoSuchAccount,
            FolderError::Incomplete(incomplete) => Self::Incomplete(incomplete),
            FolderError::Post(error) => error.into(),
            FolderError::Plan(error) => error.into(),
            FolderError::Video(error) => error.into(),
            FolderError::Schedule(error) => Self::Schedule(error),
            FolderError::Settings(error) => Self::Settings(error),
            FolderError::Database(error) => Self::Database(error),
            error => Self::Folder(error),
        }
    }
}

impl From<DiagnosticsError> for EngineError {
    fn from(error: DiagnosticsError) -> Self {
        match error {
            DiagnosticsError::Serialise(error) => Self::Diagnostics(error),
            DiagnosticsError::Database(error) => Self::Database(error),
        }
    }
}
