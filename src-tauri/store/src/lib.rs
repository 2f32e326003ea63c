//! Storage: the vault, the audit trail, and the SQLite database with its migrations and backups.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod audit;
pub mod database;
mod error;
pub mod vault;

pub use error::{BoxError, OpenError};

/// Every text that this crate gives, by module.
pub const TEXTS: &[&[slipway_core::texts::Spec]] =
    &[audit::TEXTS, database::TEXTS, database::OPEN_TEXTS];
