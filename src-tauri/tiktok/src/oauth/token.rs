//! The pair of tokens that TikTok returns for a code or a refresh token.

use std::{fmt, time::Duration};

use secrecy::SecretString;
use serde::Deserialize;

use crate::{
    limits::TOKEN_LIFE_MAX,
    scope::{Scope, parse_scopes},
    wire,
};

/// A pair of tokens, with lifetimes and scopes (`/doc/oauth-get-a-user-access-token`).
///
/// Lifetimes differ by app and date, so always use the values here. The refresh token rotates: store the new one before
/// any use of the grant (`/docs/en/oauth-refresh-a-user-access-token`).
#[derive(Clone)]
pub struct TokenGrant {
    /// The token for API calls.
    pub access_token: SecretString,
    /// Lifetime of the access token, from now on.
    pub expires_in: Duration,
    /// The token for the next refresh.
    pub refresh_token: SecretString,
    /// Lifetime of the refresh token, from now on.
    pub refresh_expires_in: Duration,
    /// The creator's id within this app.
    pub open_id: String,
    /// The scopes of the access token.
    pub scopes: Vec<Scope>,
}

impl fmt::Debug for TokenGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenGrant")
            .field("access_token", &"[masked]")
            .field("expires_in", &self.expires_in)
            .field("refresh_token", &"[masked]")
            .field("refresh_expires_in", &self.refresh_expires_in)
            .field("open_id", &self.open_id)
            .field("scopes", &self.scopes)
            .finish()
    }
}

/// The answer of the endpoint. Some clients received the numbers in quotes.
#[derive(Deserialize)]
pub(crate) struct TokenAnswer {
    #[serde(deserialize_with = "wire::secret")]
    access_token: SecretString,
    #[serde(deserialize_with = "wire::number")]
    expires_in: u64,
    #[serde(deserialize_with = "wire::secret")]
    refresh_token: SecretString,
    #[serde(deserialize_with = "wire::number")]
    refresh_expires_in: u64,
    #[serde(deserialize_with = "wire::filled")]
    open_id: String,
    #[serde(default)]
    scope: Option<String>,
}

impl From<TokenAnswer> for TokenGrant {
    fn from(answer: TokenAnswer) -> Self {
        Self {
            access_token: answer.access_token,
            expires_in: lifetime(answer.expires_in),
            refresh_token: answer.refresh_token,
            refresh_expires_in: lifetime(answer.refresh_expires_in),
            open_id: answer.open_id,
            scopes: parse_scopes(answer.scope.as_deref().unwrap_or_default()),
        }
    }
}

/// Bounds a lifetime, so that adding it to an instant cannot overflow.
fn lifetime(seconds: u64) -> Duration {
    Duration::from_secs(seconds).min(TOKEN_LIFE_MAX)
}
