//! Entry points for fuzzing: vault input that may be typed, damaged or forged.

use std::sync::LazyLock;

use secrecy::SecretString;
use tokio::runtime::{Builder, Runtime};

use super::{
    Change, Vault,
    passphrase::{UnwrapError, WrappedKey},
    phrase,
};
use crate::vault::{KeyOrigin, PhraseError};

/// The runtime for passphrase hashing, which blocks.
#[expect(clippy::expect_used, reason = "nothing can be fuzzed without it")]
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_current_thread()
        .build()
        .expect("a runtime without timers and sockets")
});

/// Encrypts `secret`; `None` if `key` is not a key.
pub fn encrypt(key: &SecretString, secret: &str) -> Option<String> {
    Some(vault(key)?.encrypt(secret))
}

/// Decrypts `token`; `None` if `key` is not its key.
pub fn decrypt(key: &SecretString, token: &str) -> Option<SecretString> {
    vault(key)?.decrypt(token).ok()
}

/// The recovery phrase of `key`; `None` if it is not a key.
pub fn phrase_of_key(key: &SecretString) -> Option<SecretString> {
    vault(key)?.recovery_phrase().ok()
}

/// The key of a typed phrase.
pub fn key_of_phrase(phrase: &SecretString) -> Result<SecretString, PhraseError> {
    phrase::read(phrase)
}

/// The key in a passphrase file, or the error.
pub fn unwrap(file: &[u8], passphrase: &SecretString) -> Result<SecretString, String> {
    let wrapped: WrappedKey =
        serde_json::from_slice(file).map_err(|_| UnwrapError::Damaged.to_string())?;
    RUNTIME
        .block_on(wrapped.unwrap(passphrase))
        .map_err(|error| error.to_string())
}

/// Parses the file of a change of key: whether it leads to `key`, and its debug output.
pub fn change_leads_to(file: &[u8], key: &SecretString) -> Option<(bool, String)> {
    let (change, vault): (Change, _) = (serde_json::from_slice(file).ok()?, vault(key)?);
    let before = change.before(&vault);
    Some((change.leads_to(&vault), format!("{before:?}")))
}

fn vault(key: &SecretString) -> Option<Vault> {
    Vault::new(key, KeyOrigin::Environment)
}
