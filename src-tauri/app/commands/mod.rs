//! The commands of the web UI, one file per topic. They check the size of arguments and call the engine.

pub mod accounts;
pub mod audit;
pub mod background;
pub mod connect;
pub mod diagnostics;
pub mod files;
pub mod folders;
pub mod pages;
pub mod planning;
pub mod posts;
pub mod settings;
pub mod setup;
pub mod startup;
pub mod transcode;
pub mod vault;

use std::error::Error;

use secrecy::{ExposeSecret, SecretString};
use slipway_engine::{Explain, redaction, views::Notice};

use crate::error::ShellError;

/// The longest id in bytes; Slipway's own have 36.
const ID: usize = 64;
/// The longest client key, client secret or passphrase in bytes.
const ENTRY: usize = 1024;
/// The longest typed recovery phrase in bytes: 24 words of eight letters, with numbers and spaces.
const PHRASE: usize = 2048;
/// The longest stored caption in bytes: well over TikTok's limit, so that the engine can report the excess.
const CAPTION: usize = 100_000;
/// The most files in one call.
const FILES: usize = 1000;

/// Logs an error, and returns its notice for the creator.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
fn refused(error: impl Explain + Error) -> Notice {
    tracing::warn!(%error);
    error.explain()
}

/// Rejects an argument that exceeds its size limit.
fn bounded(name: &'static str, size: usize, most: usize) -> Result<(), Notice> {
    if size > most {
        return Err(refused(ShellError::OutOfBounds(name)));
    }
    Ok(())
}

/// Checks a typed secret, and registers it for redaction.
fn secret(name: &'static str, text: String, most: usize) -> Result<SecretString, Notice> {
    let secret = SecretString::from(text);
    redaction::register(secret.expose_secret());
    bounded(name, secret.expose_secret().len(), most)?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_over_the_limit_are_rejected() {
        assert!(bounded("id", ID, ID).is_ok());
        assert_eq!(
            bounded("id", ID + 1, ID).unwrap_err().code,
            "shell.out_of_bounds"
        );
    }
}
