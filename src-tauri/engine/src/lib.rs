//! Everything that Slipway does, without its window: posts, schedule, publisher, watched folders. [`Engine`] is the
//! public API.

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
pub use slipway_core::{clock, io_fault, network, notice::Explain, redaction, texts, views};
pub use slipway_store::{
    OpenError,
    audit::AuditError,
    vault::{KeyOrigin, KeyRequest, PhraseError, Protection},
};
pub use tiktok_api::{AppCredentials, EndpointError, Endpoints};
pub use transcode::TranscodeError;

/// The crates behind this API. Their log statements avoid secrets, so that logs may show them in detail.
pub const LOGGING_CRATES: [&str; 6] = [
    "slipway_engine",
    "slipway_accounts",
    "slipway_store",
    "slipway_core",
    "tiktok_api",
    "clip",
];

/// Every text that the engine and the crates below it give, by module.
pub fn registries() -> Vec<&'static [texts::Spec]> {
    let engine = [
        engine::TEXTS,
        folders::TEXTS,
        schedule::TEXTS,
        settings::TEXTS,
        transcode::TEXTS,
        videos::TEXTS,
        webhook::TEXTS,
    ];
    [
        &slipway_core::TEXTS,
        slipway_store::TEXTS,
        slipway_accounts::TEXTS,
        &posts::TEXTS,
        &engine,
    ]
    .concat()
}

/// The points at which a test can stop the process or make an operation fail.
#[cfg(debug_assertions)]
#[doc(hidden)]
pub use slipway_core::fault_points;
