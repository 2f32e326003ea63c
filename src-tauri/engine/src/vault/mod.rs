//! The vault: Fernet tokens in, secrets out, and the key that it all hangs on.

mod keys;
mod passphrase;

use fernet::Fernet;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

#[cfg(test)]
pub(crate) use keys::new_key;
pub(crate) use keys::{KeyPlan, find_key};

use crate::error::KeyOrigin;

/// Lays a passphrase file into `folder`, as a creator without a keyring has one.
#[cfg(test)]
pub(crate) fn wrap_for_test(folder: &std::path::Path, key: &SecretString, phrase: &SecretString) {
    passphrase::write(&folder.join("key.json"), key, phrase).unwrap();
}

/// What the canary says once it is decrypted.
const CANARY: &str = "slipway vault canary 1";

/// A stored secret that the key does not open.
#[derive(Debug, thiserror::Error)]
#[error("[Vault] Decrypt failed: the stored text is not readable with this key")]
pub(crate) struct Unreadable;

/// Encrypts and decrypts with one key.
pub(crate) struct Vault {
    fernet: Fernet,
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
    pub(crate) fn new(key: &SecretString, origin: KeyOrigin) -> Option<Self> {
        Fernet::new(key.expose_secret().trim()).map(|fernet| Self { fernet, origin })
    }

    /// Where the key came from.
    pub(crate) fn origin(&self) -> KeyOrigin {
        self.origin
    }

    /// A Fernet token of the secret.
    pub(crate) fn encrypt(&self, secret: &str) -> String {
        self.fernet.encrypt(secret.as_bytes())
    }

    /// The secret in a Fernet token.
    pub(crate) fn decrypt(&self, token: &str) -> Result<SecretString, Unreadable> {
        let bytes = Zeroizing::new(self.fernet.decrypt(token).map_err(|_| Unreadable)?);
        let text = std::str::from_utf8(&bytes).map_err(|_| Unreadable)?;
        Ok(SecretString::from(text))
    }

    /// A Fernet token of a text that is no secret, as proof that it was written with this key.
    pub(crate) fn seal(&self, text: &str) -> String {
        self.fernet.encrypt(text.as_bytes())
    }

    /// The text in a seal, if it was made with this key.
    pub(crate) fn unseal(&self, seal: &str) -> Result<String, Unreadable> {
        let bytes = self.fernet.decrypt(seal).map_err(|_| Unreadable)?;
        String::from_utf8(bytes).map_err(|_| Unreadable)
    }

    /// What is stored beside the data to prove a key later.
    pub(crate) fn canary(&self) -> String {
        self.encrypt(CANARY)
    }

    /// Whether this is the key that made the canary.
    pub(crate) fn opens(&self, canary: &str) -> bool {
        self.decrypt(canary)
            .is_ok_and(|text| text.expose_secret() == CANARY)
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
