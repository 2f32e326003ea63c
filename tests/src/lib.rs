//! The harness of the window tests: a desktop, a browser, videos and a traffic recorder, all temporary.
//!
//! Tests are written as user actions and visible results. An expectation that is not met in time panics with its
//! description; the desktop then leaves a picture of the screen and all logs in `test-results/`.

#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a test harness reports by panicking"
)]

pub mod browser;
pub mod desktop;
pub mod engine_process;
pub mod fast_clock;
pub mod fixture;
pub mod journey;
pub mod leaks;
pub mod login_manager;
pub mod messages;
pub mod notifications;
pub mod orders;
pub mod page;
pub mod process;
pub mod pseudo;
pub mod running;
pub mod scene;
pub mod session_bus;
pub mod stage;
pub mod tray_host;
pub mod vault_process;
pub mod video;
pub mod wait;
pub mod window;
pub mod wiretap;
