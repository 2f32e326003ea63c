//! All that Slipway does, with no window: accounts, vault, queue, publisher. [`Engine`] is the one door.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod accounts;
mod audit;
mod blocking;
mod breaker;
pub mod clock;
mod connect;
mod credentials;
mod database;
mod diagnostics;
mod engine;
mod error;
mod events;
mod fault;
mod fit;
mod folders;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod library;
pub mod network;
mod notices;
mod planner;
mod posts;
mod publisher;
mod quota;
pub mod redaction;
mod retry;
mod schedule;
mod settings;
mod standing;
pub mod texts;
mod vault;
pub mod views;
mod webhook;

pub use accounts::LabelError;
pub use audit::AuditError;
pub use connect::{HostedPageError, link};
pub use credentials::REDIRECT_PATTERN;
pub use diagnostics::Diagnostics;
pub use engine::{Engine, EngineConfig};
pub use error::{
    AddError, ConnectError, EngineError, Incomplete, KeyOrigin, OpenError, PhraseError,
};
pub use fit::FitError;
pub use folders::FolderError;
pub use notices::{Explain, REGISTRIES};
pub use schedule::ScheduleError;
pub use settings::SettingsError;
pub use tiktok_api::{AppCredentials, EndpointError, Endpoints};
pub use vault::{KeyRequest, Protection};

/// The points at which a test may stop the process, by what is going on.
#[cfg(feature = "fault-points")]
pub mod fault_points {
    pub use crate::fault::{KEY, POST, REFRESH};
}
