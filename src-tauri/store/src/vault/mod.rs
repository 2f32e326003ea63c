//! The vault: encrypts and decrypts secrets as Fernet tokens with one key.

mod change;
mod error;
#[cfg(debug_assertions)]
pub mod fuzzing;
mod keyring;
mod keys;
mod passphrase;
mod phrase;
mod request;
mod sealed;

use fernet::Fernet;
use secrecy::{ExposeSecret, SecretString};
use slipway_core::redaction;
use zeroize::Zeroizing;

pub use change::{Change, OldKey};
pub use error::{DecryptError, KeyOrigin, PhraseError};
#[cfg(test)]
pub use keys::new_key;
pub use keys::{KeyPlace, Proof, has_keyring, vault as vault_of};
pub use phrase::read as key_of_phrase;
pub use request::{KeyRequest, Protection};
pub(crate) use sealed::column_exists;
pub use sealed::{ForgetStatement, SecretColumn, carry_over, register_for_redaction};

/// The decrypted text of the canary.
const CANARY: &str = "slipway vault canary 1";
/// A time later than any clock, in seconds since 1970, with room for the library's additions.
const LATEST: u64 = u64::MAX / 2;

/// Encrypts and decrypts with one key.
pub struct Vault {
    fernet: Fernet,
    key: SecretString,
    origin: KeyOrigin,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl Vault {
    /// Creates a vault with this key; `None` unless it is a Fernet key: 32 bytes in URL-safe base64.
    pub fn new(key: &SecretString, origin: KeyOrigin) -> Option<Self> {
        let text = key.expose_secret().trim();
        let fernet = Fernet::new(text)?;
        redaction::register_for_good(text);
        Some(Self {
            fernet,
            key: SecretString::from(text),
            origin,
        })
    }

    /// The key itself.
    fn key(&self) -> &SecretString {
        &self.key
    }

    /// The key as a recovery phrase.
    pub fn recovery_phrase(&self) -> Result<SecretString, DecryptError> {
        phrase::write(&self.key)
    }

    /// The origin of the key.
    pub fn origin(&self) -> KeyOrigin {
        self.origin
    }

    /// Encrypts a secret as a Fernet token and registers it for redaction.
    pub fn encrypt(&self, secret: &str) -> String {
        redaction::register(secret);
        self.fernet.encrypt(secret.as_bytes())
    }

    /// Decrypts a Fernet token and registers the secret for redaction.
    ///
    /// # Errors
    /// [`DecryptError`] if the token was not made with this key.
    pub fn decrypt(&self, token: &str) -> Result<SecretString, DecryptError> {
        let bytes = Zeroizing::new(self.open(token)?);
        let text = std::str::from_utf8(&bytes).map_err(|_| DecryptError)?;
        redaction::register(text);
        Ok(SecretString::from(text))
    }

    /// Decrypts a token of any age. The library rejects tokens from the future, so a clock that was set back would lock
    /// the vault.
    fn open(&self, token: &str) -> Result<Vec<u8>, DecryptError> {
        let opened = self.fernet.decrypt_at_time(token, None, LATEST);
        opened.map_err(|_| DecryptError)
    }

    /// Encrypts a text that is not secret, as proof that it was written with this key.
    pub fn seal(&self, text: &str) -> String {
        self.fernet.encrypt(text.as_bytes())
    }

    /// Decrypts a seal.
    ///
    /// # Errors
    /// [`DecryptError`] if the seal was not made with this key.
    pub fn unseal(&self, seal: &str) -> Result<String, DecryptError> {
        let bytes = self.open(seal)?;
        String::from_utf8(bytes).map_err(|_| DecryptError)
    }

    /// Creates a canary: a token that later proves a key.
    pub fn canary(&self) -> String {
        self.seal(CANARY)
    }

    /// Whether this key made the canary.
    pub fn opens(&self, canary: &str) -> bool {
        self.unseal(canary).is_ok_and(|text| text == CANARY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::new(&new_key(), KeyOrigin::Environment).unwrap()
    }

    #[test]
    fn secrets_are_decrypted_from_fernet_tokens() {
        let vault = vault();
        let token = vault.encrypt("act.é");
        assert!(token.starts_with("gAAAAA"));
        assert_eq!(vault.decrypt(&token).unwrap().expose_secret(), "act.é");
    }

    #[test]
    fn another_key_opens_nothing() {
        let (one, other) = (vault(), vault());
        assert!(one.opens(&one.canary()));
        assert!(!other.opens(&one.canary()));
        assert!(other.decrypt(&one.encrypt("x")).is_err());
    }

    #[test]
    fn tokens_from_the_future_are_decrypted() {
        let vault = vault();
        let day = 24 * 60 * 60;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let tomorrow = now.unwrap().as_secs() + day;
        let token = vault.fernet.encrypt_at_time(b"act.1", tomorrow);
        assert_eq!(vault.decrypt(&token).unwrap().expose_secret(), "act.1");
        let canary = vault.fernet.encrypt_at_time(CANARY.as_bytes(), tomorrow);
        assert!(vault.opens(&canary));
    }

    #[test]
    fn malformed_keys_are_refused() {
        for key in ["", "abc", "not base64 at all!", "AAAA", &"A".repeat(44)] {
            let ok = Vault::new(&SecretString::from(key), KeyOrigin::Environment).is_some();
            // 44 letters A decode to 33 bytes, one too many.
            assert!(!ok, "{key}");
        }
    }

    #[test]
    fn the_specification_vector_is_decrypted() {
        // The test vector of the Fernet specification: key, token and text.
        let key = SecretString::from("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=");
        let vault = Vault::new(&key, KeyOrigin::Environment).unwrap();
        let token = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
        assert_eq!(vault.decrypt(token).unwrap().expose_secret(), "hello");
    }
}
