//! Storage: the vault, the audit trail, and the SQLite database with its migrations and backups.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod audit;
pub mod database;
mod error;
pub mod vault;

pub use error::{BoxError, OpenError};
