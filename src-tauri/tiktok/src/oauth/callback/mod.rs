//! The callback of the consent page. Any program on the computer can call the redirect address, so the input is
//! hostile.

use std::borrow::Cow;

use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded;

use crate::{
    answer::clean,
    error::OAuthErrorCode,
    scope::{Scope, parse_scopes},
};

/// Longest query that is accepted, in bytes. Real ones have a few hundred.
const QUERY_MAX: usize = 8 * 1024;

/// The answer of the consent page (`/doc/login-kit-desktop`).
#[derive(Debug)]
pub enum Callback {
    /// The creator agreed.
    Granted {
        /// The code, decoded exactly once, ready for the exchange.
        code: SecretString,
        /// The granted scopes. The creator may have unticked some.
        scopes: Vec<Scope>,
        /// The returned state. Compare it before any other use of the answer.
        state: Option<SecretString>,
    },
    /// The creator or TikTok refused.
    Refused {
        /// TikTok's code.
        error: OAuthErrorCode,
        /// TikTok's message, without control characters. Do not trust it.
        description: String,
        /// The detailed reason, such as [`NON_SANDBOX_TARGET`](crate::NON_SANDBOX_TARGET).
        error_type: Option<String>,
        /// The returned state, if TikTok sent it.
        state: Option<SecretString>,
    },
}

/// The reason why a query is not an answer of the consent page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// The query is far longer than any real answer.
    #[error("the callback is too long")]
    TooLong,
    /// A parameter appears twice.
    #[error("the callback has more than one `{0}`")]
    Repeated(&'static str),
    /// The query has neither a code nor an error.
    #[error("the callback has neither a code nor an error")]
    Empty,
}

impl Callback {
    /// Parses the query of the redirect address, with or without its question mark.
    ///
    /// An error takes precedence over a code. Undocumented parameters are ignored.
    pub fn parse(query: &str) -> Result<Self, CallbackError> {
        let query = query.strip_prefix('?').unwrap_or(query);
        if query.len() > QUERY_MAX {
            return Err(CallbackError::TooLong);
        }
        let mut fields = Fields::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            fields.take(&name, value)?;
        }
        let clear = |text: Option<SecretString>| text.map(|text| clean(text.expose_secret(), &[]));
        if let Some(error) = clear(fields.error) {
            return Ok(Self::Refused {
                error: OAuthErrorCode::from(error),
                description: clear(fields.description).unwrap_or_default(),
                error_type: clear(fields.error_type),
                state: fields.state,
            });
        }
        let scopes = fields.scopes.or(fields.scope);
        Ok(Self::Granted {
            code: fields.code.ok_or(CallbackError::Empty)?,
            scopes: scopes
                .map(|list| parse_scopes(list.expose_secret()))
                .unwrap_or_default(),
            state: fields.state,
        })
    }
}

/// The documented parameters. Each is kept as a secret, because the order of the query is unknown.
#[derive(Default)]
struct Fields {
    code: Option<SecretString>,
    state: Option<SecretString>,
    scopes: Option<SecretString>,
    scope: Option<SecretString>,
    error: Option<SecretString>,
    description: Option<SecretString>,
    error_type: Option<SecretString>,
    /// The names found so far, including those with an empty value.
    met: Vec<&'static str>,
}

impl Fields {
    fn take(&mut self, name: &str, value: Cow<'_, str>) -> Result<(), CallbackError> {
        let (name, place) = match name {
            "code" => ("code", &mut self.code),
            "state" => ("state", &mut self.state),
            "scopes" => ("scopes", &mut self.scopes),
            "scope" => ("scope", &mut self.scope),
            "error" => ("error", &mut self.error),
            "error_description" => ("error_description", &mut self.description),
            "error_type" => ("error_type", &mut self.error_type),
            _ => return Ok(()),
        };
        if self.met.contains(&name) {
            return Err(CallbackError::Repeated(name));
        }
        self.met.push(name);
        if !value.is_empty() {
            *place = Some(SecretString::from(value.into_owned()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
