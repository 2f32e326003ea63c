//! Every error that the engine's door returns, typed by what the caller can do about it.

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
    transcode::FitError,
    videos::VideoError,
};

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
    Fit(FitError),
    /// A moment or a slot cannot be used as it is.
    #[error(transparent)]
    Schedule(#[from] crate::schedule::ScheduleError),
    /// What was asked of the watched folders did not work.
    #[error(transparent)]
    Folder(FolderError),
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
    Connect(ConnectError),
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
    Label(#[from] slipway_accounts::accounts::LabelError),
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
    Audit(#[from] slipway_store::audit::AuditError),
    /// The database did not do what it was asked.
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
            TokenError::CircuitOpen(resting) => Self::TikTokResting {
                until: resting.until,
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

impl From<FitError> for EngineError {
    fn from(error: FitError) -> Self {
        match error {
            FitError::File(error) => Self::File(error),
            FitError::Post(error) => error.into(),
            FitError::Video(error) => error.into(),
            FitError::Database(error) => Self::Database(error),
            error => Self::Fit(error),
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
