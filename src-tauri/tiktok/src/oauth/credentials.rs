//! The credentials of the creator's TikTok app.

use std::fmt;

use secrecy::SecretString;

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
