//! Everything that Slipway does, without its window: posts, schedule, publisher, watched folders. [`Engine`] is the
//! public API.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod diagnostics;
mod engine;
mod folders;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod planner;
mod posts;
mod publisher;
mod schedule;
mod settings;
mod status;
mod transcode;
mod videos;
mod webhook;

pub use diagnostics::Diagnostics;
pub use engine::{Engine, EngineConfig, EngineError};
pub use folders::FolderError;
pub use posts::{AddError, Incomplete};
pub use schedule::ScheduleError;
pub use settings::SettingsError;
pub use slipway_accounts::{
    accounts::{AccountError, LabelError},
    connect::{ConnectError, HostedPageError, link},
    credentials::{CredentialsError, REDIRECT_PATTERN},
};
pub use slipway_core::{clock, network, notice::Explain, redaction, views};
pub use slipway_store::{
    OpenError,
    audit::AuditError,
    vault::{KeyOrigin, KeyRequest, PhraseError, Protection},
};
pub use tiktok_api::{AppCredentials, EndpointError, Endpoints};
pub use transcode::TranscodeError;

/// The points at which a test can stop the process or make an operation fail.
#[cfg(debug_assertions)]
#[doc(hidden)]
pub use slipway_core::fault_points;
