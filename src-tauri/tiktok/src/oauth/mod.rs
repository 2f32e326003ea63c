//! Login Kit v2: the app's credentials, the consent page, its callback, and the tokens.

mod authorize;
mod callback;
mod credentials;
mod pkce;
mod token;

pub use authorize::AuthorizeRequest;
pub(crate) use authorize::authorize_url;
pub use callback::{Callback, CallbackError};
pub use credentials::AppCredentials;
pub use pkce::{Pkce, PkceError};
pub(crate) use token::TokenAnswer;
pub use token::TokenGrant;
