//! The vault: Fernet tokens in, secrets out, and the key that it all hangs on.

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

pub use change::{Before, Change};
pub use error::{KeyOrigin, PhraseError};
#[cfg(test)]
pub use keys::new_key;
pub use keys::{KeyPlace, Proof, has_keyring, vault as vault_of};
pub use phrase::read as key_of_phrase;
pub use request::{KeyRequest, Protection};
pub use sealed::{ForgetStatement, SecretColumn, carry_over, recall};

/// What the canary says once it is decrypted.
const CANARY: &str = "slipway vault canary 1";
/// Later than any clock shows, in seconds since 1970, with room for what the library adds.
const LATEST: u64 = u64::MAX / 2;

/// A stored secret that the key does not open.
#[derive(Debug, thiserror::Error)]
#[error("[Vault] Decrypt failed: the stored text is not readable with this key")]
pub struct Unreadable;

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
    /// A vault with this key, if the key is a Fernet key: 32 bytes in URL-safe base64.
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

    /// The key as words that a creator can write down.
    pub fn recovery_phrase(&self) -> Result<SecretString, Unreadable> {
        phrase::write(&self.key)
    }

    /// Where the key came from.
    pub fn origin(&self) -> KeyOrigin {
        self.origin
    }

    /// A Fernet token of the secret.
    pub fn encrypt(&self, secret: &str) -> String {
        redaction::register(secret);
        self.fernet.encrypt(secret.as_bytes())
    }

    /// The secret in a Fernet token.
    pub fn decrypt(&self, token: &str) -> Result<SecretString, Unreadable> {
        let bytes = Zeroizing::new(self.open(token)?);
        let text = std::str::from_utf8(&bytes).map_err(|_| Unreadable)?;
        redaction::register(text);
        Ok(SecretString::from(text))
    }

    /// The bytes in a token, whenever it says that it was made. The library refuses tokens that are ahead of the clock:
    /// a clock that was set back would close the vault.
    fn open(&self, token: &str) -> Result<Vec<u8>, Unreadable> {
        let opened = self.fernet.decrypt_at_time(token, None, LATEST);
        opened.map_err(|_| Unreadable)
    }

    /// A Fernet token of a text that is no secret, as proof that it was written with this key.
    pub fn seal(&self, text: &str) -> String {
        self.fernet.encrypt(text.as_bytes())
    }

    /// The text in a seal, if it was made with this key.
    pub fn unseal(&self, seal: &str) -> Result<String, Unreadable> {
        let bytes = self.open(seal)?;
        String::from_utf8(bytes).map_err(|_| Unreadable)
    }

    /// What is stored beside the data to prove a key later.
    pub fn canary(&self) -> String {
        self.seal(CANARY)
    }

    /// Whether this is the key that made the canary.
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
    fn secrets_come_back_and_look_like_fernet() {
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
    fn a_clock_that_was_set_back_closes_nothing() {
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
            // 44 letters A decode to 33 bytes: one too many.
            assert!(!ok, "{key}");
        }
    }

    #[test]
    fn python_cryptography_made_this() {
        // The specification's own vector: key, token and text.
        let key = SecretString::from("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=");
        let vault = Vault::new(&key, KeyOrigin::Environment).unwrap();
        let token = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
        assert_eq!(vault.decrypt(token).unwrap().expose_secret(), "hello");
    }
}
