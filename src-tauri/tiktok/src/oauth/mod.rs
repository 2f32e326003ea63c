//! Login Kit v2: who the app is, how a creator is asked, what comes back.

mod authorize;
mod callback;
mod pkce;
mod token;

use std::fmt;

use secrecy::SecretString;

use crate::wire::wire_enum;

pub use authorize::AuthorizeRequest;
pub(crate) use authorize::authorize_url;
pub use callback::{Callback, CallbackError};
pub use pkce::{Pkce, PkceError};
pub(crate) use token::TokenAnswer;
pub use token::TokenGrant;

/// The credentials of a TikTok app. Desktop apps need the secret too (`/doc/oauth-user-access-token-management`).
#[derive(Clone)]
pub struct AppCredentials {
    /// The app's key; TikTok does not call it "client id".
    pub client_key: String,
    /// The app's secret.
    pub client_secret: SecretString,
}

impl fmt::Debug for AppCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppCredentials")
            .field("client_key", &self.client_key)
            .field("client_secret", &"[masked]")
            .finish()
    }
}

wire_enum! {
    /// `error` of the OAuth endpoints and of the callback (`/doc/oauth-error-handling`).
    pub enum OAuthErrorCode {
        /// A field is missing or malformed, or the redirect address differs.
        InvalidRequest = "invalid_request",
        /// The code or refresh token is invalid, expired, revoked or of another client.
        InvalidGrant = "invalid_grant",
        /// The client key or secret is wrong.
        InvalidClient = "invalid_client",
        /// The app may not use this flow.
        UnauthorizedClient = "unauthorized_client",
        /// A scope is unknown or not approved for the app.
        InvalidScope = "invalid_scope",
        /// The creator or TikTok refused.
        AccessDenied = "access_denied",
        /// The grant type is not known.
        UnsupportedGrantType = "unsupported_grant_type",
        /// The response type is not known.
        UnsupportedResponseType = "unsupported_response_type",
        /// A fault of TikTok's servers.
        ServerError = "server_error",
        /// TikTok is overloaded or under maintenance.
        TemporarilyUnavailable = "temporarily_unavailable",
    }
}
