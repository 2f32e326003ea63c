//! Grants of creators: authorization codes, access tokens and refresh tokens, stored as SHA-256 digests.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{config::Options, hex::hex, time::saturating_add};

/// The scopes of the app (`/doc/tiktok-api-scopes`) and the permission that each one gives.
pub(crate) const SCOPES: [(&str, &str); 6] = [
    ("user.info.basic", "See your name and picture"),
    (
        "user.info.profile",
        "See your @handle, bio and profile link",
    ),
    (
        "user.info.stats",
        "See your follower, like and video counts",
    ),
    ("video.list", "See your public videos"),
    ("video.publish", "Post videos to your profile"),
    ("video.upload", "Send videos to your inbox as drafts"),
];

/// Number of replaced refresh tokens that a grant keeps, to tell a used token from an unknown one.
const MAX_REPLACED_TOKENS: usize = 32;

/// Returns the digest that stands for a secret in the saved state.
pub(crate) fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}

/// Returns 24 random bytes as URL-safe text.
pub(crate) fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>())
}

/// An issued authorization code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AuthorizationCode {
    pub(crate) digest: String,
    pub(crate) client_key: String,
    pub(crate) creator: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) expires_at: Timestamp,
    pub(crate) spent: bool,
    /// Id of the grant that the code was exchanged for.
    pub(crate) grant: Option<u64>,
}

/// A token digest and its expiry.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Token {
    digest: String,
    expires_at: Timestamp,
}

impl Token {
    fn matches(&self, digest: &str) -> bool {
        self.digest == digest
    }
}

/// A creator's consent and its tokens.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) id: u64,
    pub(crate) client_key: String,
    pub(crate) creator: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) revoked: bool,
    access: Vec<Token>,
    refresh: Token,
    rotated: Vec<String>,
}

/// New tokens in plain text, for the response to the client.
pub(crate) struct IssuedTokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl IssuedTokens {
    fn new() -> Self {
        Self {
            access: format!("act.{}!sb", random_token()),
            refresh: format!("rft.{}!sb", random_token()),
        }
    }
}

impl Grant {
    /// Creates a grant and its first tokens from a code.
    pub(crate) fn issue(
        code: &AuthorizationCode,
        now: Timestamp,
        options: &Options,
    ) -> (Self, IssuedTokens) {
        let tokens = IssuedTokens::new();
        let grant = Self {
            id: rand::random(),
            client_key: code.client_key.clone(),
            creator: code.creator.clone(),
            scopes: code.scopes.clone(),
            revoked: false,
            access: vec![Token {
                digest: digest(&tokens.access),
                expires_at: saturating_add(now, options.access_token_life),
            }],
            refresh: Token {
                digest: digest(&tokens.refresh),
                expires_at: saturating_add(now, options.refresh_token_life),
            },
            rotated: Vec::new(),
        };
        (grant, tokens)
    }

    /// Issues new tokens. The previous refresh token becomes invalid; access tokens stay valid until they expire
    /// (`/docs/en/oauth-refresh-a-user-access-token`).
    pub(crate) fn rotate(&mut self, now: Timestamp, options: &Options) -> IssuedTokens {
        let tokens = IssuedTokens::new();
        self.access.retain(|token| now < token.expires_at);
        self.access.push(Token {
            digest: digest(&tokens.access),
            expires_at: saturating_add(now, options.access_token_life),
        });
        let next = Token {
            digest: digest(&tokens.refresh),
            expires_at: saturating_add(now, options.refresh_token_life),
        };
        let previous = std::mem::replace(&mut self.refresh, next);
        if self.rotated.len() == MAX_REPLACED_TOKENS {
            self.rotated.remove(0);
        }
        self.rotated.push(previous.digest);
        tokens
    }

    /// Returns whether the access token with this digest is valid now.
    pub(crate) fn accepts_access_token(&self, digest: &str, now: Timestamp) -> bool {
        !self.revoked
            && self
                .access
                .iter()
                .any(|token| token.matches(digest) && now < token.expires_at)
    }

    /// Returns whether this grant issued the access token with this digest, valid or not.
    pub(crate) fn issued_access_token(&self, digest: &str) -> bool {
        self.access.iter().any(|token| token.matches(digest))
    }

    /// Returns whether the refresh token with this digest is valid now.
    pub(crate) fn accepts_refresh_token(&self, digest: &str, now: Timestamp) -> bool {
        !self.revoked && self.refresh.matches(digest) && now < self.refresh.expires_at
    }

    /// Returns whether the refresh token with this digest was replaced by a newer one.
    pub(crate) fn has_replaced(&self, digest: &str) -> bool {
        self.rotated.iter().any(|old| old == digest)
    }

    /// Returns whether the grant can still be used.
    pub(crate) fn is_active(&self, now: Timestamp) -> bool {
        !self.revoked && now < self.refresh.expires_at
    }

    /// Returns whether the refresh token expired more than a day ago.
    pub(crate) fn can_be_removed(&self, now: Timestamp) -> bool {
        now > saturating_add(self.refresh.expires_at, Duration::from_hours(24))
    }
}
