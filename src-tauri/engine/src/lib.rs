//! All that Slipway does, with no window: posts, schedule, publisher, watched folders. [`Engine`] is the one door.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

#[cfg(test)]
mod catalog_tests;
mod diagnostics;
mod engine;
mod folders;
#[cfg(debug_assertions)]
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
pub use slipway_core::{clock, network, notice::Explain, redaction, texts, views};
pub use slipway_store::{
    OpenError,
    audit::AuditError,
    vault::{KeyOrigin, KeyRequest, PhraseError, Protection},
};
pub use tiktok_api::{AppCredentials, EndpointError, Endpoints};
pub use transcode::FitError;

/// Every text that the engine and the crates below it give, by module.
pub const REGISTRIES: &[&[texts::Spec]] = &[
    slipway_store::TEXTS[0],
    slipway_store::TEXTS[1],
    slipway_store::TEXTS[2],
    slipway_accounts::TEXTS[0],
    slipway_accounts::TEXTS[1],
    slipway_accounts::TEXTS[2],
    slipway_accounts::TEXTS[3],
    engine::TEXTS,
    folders::TEXTS,
    posts::TEXTS[0],
    posts::TEXTS[1],
    posts::TEXTS[2],
    schedule::TEXTS,
    settings::TEXTS,
    transcode::TEXTS,
    webhook::TEXTS,
];

/// The points at which a test may stop the process, by what is going on.
#[cfg(debug_assertions)]
#[doc(hidden)]
pub use slipway_core::fault_points;
