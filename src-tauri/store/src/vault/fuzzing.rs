//! The way in for fuzzing: what the vault reads that somebody may have typed, damaged or made up.

use std::sync::LazyLock;

use secrecy::SecretString;
use tokio::runtime::{Builder, Runtime};

use super::{
    Change, Vault,
    passphrase::{UnwrapError, WrappedKey},
    phrase,
};
use crate::vault::{KeyOrigin, PhraseError};

/// Where the work of a passphrase is done; it is not to be done where answers are awaited.
#[expect(clippy::expect_used, reason = "nothing can be fuzzed without it")]
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_current_thread()
        .build()
        .expect("a runtime without timers and sockets")
});

/// Encrypts `secret`, if `key` is a key.
pub fn encrypt(key: &SecretString, secret: &str) -> Option<String> {
    Some(vault(key)?.encrypt(secret))
}

/// Decrypts `token`, if `key` is a key and the token's.
pub fn decrypt(key: &SecretString, token: &str) -> Option<SecretString> {
    vault(key)?.decrypt(token).ok()
}

/// The recovery phrase of `key`, if it is a key.
pub fn phrase_of_key(key: &SecretString) -> Option<SecretString> {
    vault(key)?.recovery_phrase().ok()
}

/// The key that a typed phrase stands for.
pub fn key_of_phrase(phrase: &SecretString) -> Result<SecretString, PhraseError> {
    phrase::read(phrase)
}

/// The key in a passphrase file, or what is wrong with it.
pub fn unwrap(file: &[u8], passphrase: &SecretString) -> Result<SecretString, String> {
    let wrapped: WrappedKey =
        serde_json::from_slice(file).map_err(|_| UnwrapError::Damaged.to_string())?;
    RUNTIME
        .block_on(wrapped.unwrap(passphrase))
        .map_err(|error| error.to_string())
}

/// Whether the file of a change of key can be read and leads to `key`; what it shows of itself beside that.
pub fn change_leads_to(file: &[u8], key: &SecretString) -> Option<(bool, String)> {
    let (change, vault): (Change, _) = (serde_json::from_slice(file).ok()?, vault(key)?);
    let before = change.before(&vault);
    Some((change.led_to(&vault), format!("{before:?}")))
}

fn vault(key: &SecretString) -> Option<Vault> {
    Vault::new(key, KeyOrigin::Environment)
}
