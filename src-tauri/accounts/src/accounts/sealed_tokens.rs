//! Encrypted token pairs with their expiry times, as the database stores them.

use jiff::Timestamp;
use secrecy::ExposeSecret;
use slipway_core::clock;
use slipway_store::vault::Vault;
use tiktok_api::TokenGrant;

use super::token_lifetime::refresh_due;

/// An access token and a refresh token, encrypted for the database. Times are in milliseconds since 1970.
pub(super) struct SealedTokens {
    pub(super) access: String,
    pub(super) refresh: String,
    pub(super) scopes: String,
    pub(super) expires: i64,
    pub(super) due: i64,
    pub(super) refresh_expires: i64,
}

impl SealedTokens {
    /// Encrypts the tokens of a grant that was requested at `asked_at`.
    pub(super) fn new(grant: &TokenGrant, vault: &Vault, asked_at: Timestamp) -> Self {
        let due = refresh_due(asked_at, grant.expires_in, &mut rand::rng());
        Self {
            access: vault.encrypt(grant.access_token.expose_secret()),
            refresh: vault.encrypt(grant.refresh_token.expose_secret()),
            scopes: tiktok_api::join_scopes(&grant.scopes),
            expires: clock::after(asked_at, grant.expires_in).as_millisecond(),
            due: due.as_millisecond(),
            refresh_expires: clock::after(asked_at, grant.refresh_expires_in).as_millisecond(),
        }
    }
}
