//! Proof key for code exchange (PKCE), in TikTok's variant: the challenge is hex, not base64url.

use std::fmt::{self, Write as _};

use rand::RngExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use crate::limits::{PKCE_VERIFIER_MAX, PKCE_VERIFIER_MIN};

const ALPHABET: &[u8; 66] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
const GENERATED_LENGTH: usize = 64;

/// A PKCE verifier, new for every login (`/doc/login-kit-desktop`).
#[derive(Clone)]
pub struct Pkce {
    verifier: SecretString,
}

/// The reason why TikTok would refuse a verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PkceError {
    /// The verifier is shorter than 43 or longer than 128 characters.
    #[error("a PKCE verifier has 43 to 128 characters")]
    Length,
    /// The verifier contains a character other than letters, digits and `-._~`.
    #[error("a PKCE verifier contains only letters, digits and -._~")]
    Alphabet,
}

impl Pkce {
    /// Generates a verifier of 64 characters from the system's secure random source.
    pub fn generate() -> Self {
        let mut rng = rand::rng();
        let mut text = String::with_capacity(GENERATED_LENGTH);
        for _ in 0..GENERATED_LENGTH {
            text.push(char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]));
        }
        Self {
            // The buffer is full, so boxing it moves the text and leaves no copy behind.
            verifier: SecretString::from(text),
        }
    }

    /// Restores a verifier that was generated earlier.
    pub fn from_verifier(verifier: SecretString) -> Result<Self, PkceError> {
        let text = verifier.expose_secret();
        if !(PKCE_VERIFIER_MIN..=PKCE_VERIFIER_MAX).contains(&text.len()) {
            return Err(PkceError::Length);
        }
        if !text.bytes().all(|byte| ALPHABET.contains(&byte)) {
            return Err(PkceError::Alphabet);
        }
        Ok(Self { verifier })
    }

    /// The verifier, for the code exchange only.
    pub fn verifier(&self) -> &SecretString {
        &self.verifier
    }

    /// The challenge for the consent page: the SHA-256 of the verifier in lowercase hex (`/doc/login-kit-desktop`).
    pub fn challenge(&self) -> String {
        let digest = Sha256::digest(self.verifier.expose_secret());
        digest
            .iter()
            .fold(String::with_capacity(64), |mut hex, byte| {
                // Writing to a string cannot fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            })
    }
}

impl fmt::Debug for Pkce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pkce([masked])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_lowercase_hex_of_sha256() {
        let pkce =
            Pkce::from_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into()).unwrap();
        assert_eq!(
            pkce.challenge(),
            "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3"
        );
    }

    #[test]
    fn generated_verifiers_are_valid_and_differ() {
        let one = Pkce::generate();
        let two = Pkce::generate();
        assert_ne!(
            one.verifier().expose_secret(),
            two.verifier().expose_secret()
        );
        assert!(Pkce::from_verifier(one.verifier().clone()).is_ok());
        assert!(!format!("{one:?}").contains(one.verifier().expose_secret()));
    }

    #[test]
    fn invalid_verifiers_are_refused() {
        for (verifier, error) in [
            ("a".repeat(42), PkceError::Length),
            ("a".repeat(129), PkceError::Length),
            (format!("{}+", "a".repeat(50)), PkceError::Alphabet),
            (format!("{}é", "a".repeat(50)), PkceError::Alphabet),
        ] {
            assert_eq!(Pkce::from_verifier(verifier.into()).unwrap_err(), error);
        }
        assert!(Pkce::from_verifier("a".repeat(43).into()).is_ok());
        assert!(Pkce::from_verifier("a".repeat(128).into()).is_ok());
    }
}
