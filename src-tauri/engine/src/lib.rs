//! All that Slipway does, with no window: accounts, vault, queue, publisher. [`Engine`] is the one door.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod accounts;
// Until the publisher asks it.
#[allow(dead_code)]
mod breaker;
pub mod clock;
mod connect;
mod credentials;
// Until the engine shows its news.
#[allow(dead_code)]
mod database;
mod engine;
mod error;
mod events;
// Until the publisher names its points.
#[allow(dead_code, unused_macros, unused_imports)]
mod fault;
pub mod network;
mod notices;
mod posts;
mod publisher;
// Until the publisher takes its turns.
#[allow(dead_code)]
mod quota;
// Until the publisher takes its pauses from here.
#[allow(dead_code)]
mod retry;
// Until the engine plans with them.
#[allow(dead_code, unused_imports)]
mod schedule;
#[allow(dead_code, unused_imports)]
mod settings;
mod vault;
pub mod views;
// Until the engine starts it.
#[allow(dead_code)]
mod webhook;

pub use credentials::REDIRECT_PATTERN;
pub use engine::{Engine, EngineConfig};
#[cfg(feature = "fault-points")]
pub use fault::ALL as FAULT_POINTS;
pub use error::{AddError, ConnectError, EngineError, Incomplete, KeyOrigin, OpenError};
pub use notices::Explain;
pub use tiktok_api::{AppCredentials, EndpointError, Endpoints};
