//! What the web UI may ask for, one file per noun: bounds are checked here, the rest is the engine's.

pub mod accounts;
pub mod audit;
pub mod connect;
pub mod diagnostics;
pub mod files;
pub mod fit;
pub mod folders;
pub mod pages;
pub mod planning;
pub mod posts;
pub mod settings;
pub mod setup;
pub mod startup;
pub mod vault;

use std::error::Error;

use secrecy::{ExposeSecret, SecretString};
use slipway_engine::{Explain, redaction, views::Notice};

use crate::error::ShellError;

/// Longest id, in bytes; Slipway's own have 36.
const ID: usize = 64;
/// Longest client key, client secret or passphrase, in bytes.
const ENTRY: usize = 1024;
/// Longest recovery phrase as it is typed, in bytes: 24 words of eight letters, with numbers and room.
const PHRASE: usize = 2048;
/// Longest caption that is stored, in bytes: well over what TikTok takes, so that a long one can be told so.
const CAPTION: usize = 100_000;
/// Most files in one go.
const FILES: usize = 1000;

/// The text for the creator; the log gets the error itself.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
fn refused(error: impl Explain + Error) -> Notice {
    tracing::warn!(%error);
    error.explain()
}

/// Refuses an argument that is larger than what the window sends.
fn bounded(name: &'static str, size: usize, most: usize) -> Result<(), Notice> {
    if size > most {
        return Err(refused(ShellError::OutOfBounds(name)));
    }
    Ok(())
}

/// Takes a secret that was typed in, as one that no log may show.
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
    fn what_is_too_large_is_refused_and_what_just_fits_is_not() {
        assert!(bounded("id", ID, ID).is_ok());
        assert_eq!(
            bounded("id", ID + 1, ID).unwrap_err().code,
            "shell.out_of_bounds"
        );
    }
}
