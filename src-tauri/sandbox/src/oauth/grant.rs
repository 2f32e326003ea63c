//! What creators have agreed to: codes, access tokens, refresh tokens; all kept as SHA-256 only.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{config::Options, hex::hex, time::later};

/// The scopes that an app can have here (`/doc/tiktok-api-scopes`), with what each one lets it do.
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

/// Refresh tokens that a grant remembers after their time, to tell a used one from an unknown one.
const REMEMBERED: usize = 32;

/// What stands for a token on disk.
pub(crate) fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}

/// 24 random bytes as URL-safe text.
pub(crate) fn random_text() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>())
}

/// An authorization code that was given out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) digest: String,
    pub(crate) client_key: String,
    pub(crate) creator: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) expires_at: Timestamp,
    pub(crate) spent: bool,
    /// What it was exchanged for.
    pub(crate) grant: Option<u64>,
}

/// A token and its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Token {
    digest: String,
    expires_at: Timestamp,
}

impl Token {
    fn is(&self, digest: &str) -> bool {
        self.digest == digest
    }
}

/// One creator's consent and the tokens that stand for it.
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

/// Tokens in the clear, on their way to the client.
pub(crate) struct IssuedTokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl IssuedTokens {
    fn new() -> Self {
        Self {
            access: format!("act.{}!sb", random_text()),
            refresh: format!("rft.{}!sb", random_text()),
        }
    }
}

impl Grant {
    /// A new grant from a code, with its first tokens.
    pub(crate) fn issue(code: &Code, now: Timestamp, options: &Options) -> (Self, IssuedTokens) {
        let tokens = IssuedTokens::new();
        let grant = Self {
            id: rand::random(),
            client_key: code.client_key.clone(),
            creator: code.creator.clone(),
            scopes: code.scopes.clone(),
            revoked: false,
            access: vec![Token {
                digest: digest(&tokens.access),
                expires_at: later(now, options.access_token_life),
            }],
            refresh: Token {
                digest: digest(&tokens.refresh),
                expires_at: later(now, options.refresh_token_life),
            },
            rotated: Vec::new(),
        };
        (grant, tokens)
    }

    /// New tokens; the refresh token until now is dead, the access tokens live on until their own end
    /// (`/docs/en/oauth-refresh-a-user-access-token`).
    pub(crate) fn rotate(&mut self, now: Timestamp, options: &Options) -> IssuedTokens {
        let tokens = IssuedTokens::new();
        self.access.retain(|token| now < token.expires_at);
        self.access.push(Token {
            digest: digest(&tokens.access),
            expires_at: later(now, options.access_token_life),
        });
        let next = Token {
            digest: digest(&tokens.refresh),
            expires_at: later(now, options.refresh_token_life),
        };
        let previous = std::mem::replace(&mut self.refresh, next);
        if self.rotated.len() == REMEMBERED {
            self.rotated.remove(0);
        }
        self.rotated.push(previous.digest);
        tokens
    }

    /// Whether this access token, by its digest, opens the API now.
    pub(crate) fn admits(&self, digest: &str, now: Timestamp) -> bool {
        !self.revoked
            && self
                .access
                .iter()
                .any(|token| token.is(digest) && now < token.expires_at)
    }

    /// Whether this access token was given out under this grant, dead or alive.
    pub(crate) fn gave_access(&self, digest: &str) -> bool {
        self.access.iter().any(|token| token.is(digest))
    }

    /// Whether this is the one refresh token that works now.
    pub(crate) fn can_refresh(&self, digest: &str, now: Timestamp) -> bool {
        !self.revoked && self.refresh.is(digest) && now < self.refresh.expires_at
    }

    /// Whether this refresh token worked once and was replaced.
    pub(crate) fn was_rotated(&self, digest: &str) -> bool {
        self.rotated.iter().any(|old| old == digest)
    }

    /// Whether it is good for anything now.
    pub(crate) fn is_alive(&self, now: Timestamp) -> bool {
        !self.revoked && now < self.refresh.expires_at
    }

    /// Whether nothing can come of it any more.
    pub(crate) fn is_forgotten(&self, now: Timestamp) -> bool {
        now > later(self.refresh.expires_at, Duration::from_hours(24))
    }
}
