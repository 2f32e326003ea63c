//! Tests of the engine against the sandbox, through the engine's public interface.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod accounts;
mod audit;
mod bad_input;
mod connect;
mod database;
mod daylight_saving;
mod diagnostics;
mod folders;
mod leaks;
mod memory;
mod planning;
mod publisher;
mod transcode;
mod vault;
mod webhooks;
