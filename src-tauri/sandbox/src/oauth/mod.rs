//! Login Kit: consent, tokens and revocation.

pub(crate) mod authorize;
pub(crate) mod consent;
pub(crate) mod grant;
pub(crate) mod redirect;
pub(crate) mod response;
pub(crate) mod revoke;
pub(crate) mod token;
