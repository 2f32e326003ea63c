//! What the browser brings back from the consent page. Anything on the computer can call that address, so all of it is hostile.

use secrecy::SecretString;
use url::form_urlencoded;

use super::OAuthErrorCode;
use crate::{
    answer::clean,
    scope::{Scope, parse_scopes},
};

/// Longest query that is read, in bytes. Real ones have a few hundred.
const QUERY_MAX: usize = 8 * 1024;

/// The answer of the consent page (`/doc/login-kit-desktop`).
#[derive(Debug)]
pub enum Callback {
    /// The creator agreed.
    Granted {
        /// The code, decoded exactly once, ready for the exchange.
        code: SecretString,
        /// The scopes that were granted; the creator may have unticked some.
        scopes: Vec<Scope>,
        /// The state as it came back; compare it before anything else.
        state: Option<String>,
    },
    /// The creator or TikTok refused.
    Refused {
        /// Why.
        error: OAuthErrorCode,
        /// TikTok's own words, cleaned of control characters; not to be trusted.
        description: String,
        /// The finer reason, such as `non_sandbox_target`: not every `access_denied` is a creator's "no".
        error_type: Option<String>,
        /// The state as it came back, if TikTok sent it along.
        state: Option<String>,
    },
}

/// A query that is no answer of the consent page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// It is far longer than any real answer.
    #[error("the callback is too long")]
    TooLong,
    /// A parameter comes twice.
    #[error("the callback has more than one `{0}`")]
    Repeated(&'static str),
    /// It has neither a code nor an error.
    #[error("the callback has neither a code nor an error")]
    Empty,
}

impl Callback {
    /// Reads the query of the redirect address, with or without its question mark.
    ///
    /// An error beside a code counts as a refusal. Parameters that TikTok does not document are ignored.
    pub fn parse(query: &str) -> Result<Self, CallbackError> {
        let query = query.strip_prefix('?').unwrap_or(query);
        if query.len() > QUERY_MAX {
            return Err(CallbackError::TooLong);
        }
        let one = |name: &'static str| -> Result<Option<String>, CallbackError> {
            let mut values = form_urlencoded::parse(query.as_bytes())
                .filter(|(key, _)| key == name)
                .map(|(_, value)| value);
            let first = values.next();
            if values.next().is_some() {
                return Err(CallbackError::Repeated(name));
            }
            Ok(first
                .map(std::borrow::Cow::into_owned)
                .filter(|value| !value.is_empty()))
        };

        let state = one("state")?;
        let code = one("code")?.map(SecretString::from);
        if let Some(error) = one("error")? {
            return Ok(Self::Refused {
                error: OAuthErrorCode::from(clean(&error, &[])),
                description: clean(&one("error_description")?.unwrap_or_default(), &[]),
                error_type: one("error_type")?.map(|kind| clean(&kind, &[])),
                state,
            });
        }
        let code = code.ok_or(CallbackError::Empty)?;
        let scopes = match one("scopes")? {
            Some(scopes) => Some(scopes),
            None => one("scope")?,
        };
        Ok(Self::Granted {
            code,
            scopes: scopes.map(|list| parse_scopes(&list)).unwrap_or_default(),
            state,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_grant_is_read_and_its_code_decoded_exactly_once() {
        let answer = Callback::parse(
            "?code=Ab%2B1%2a0%214532.e1%252F&scopes=user.info.basic%2Cvideo.publish&state=x%3Dy",
        )
        .unwrap();
        assert!(!format!("{answer:?}").contains("4532"));
        let Callback::Granted {
            code,
            scopes,
            state,
        } = answer
        else {
            panic!("not a grant")
        };
        assert_eq!(code.expose_secret(), "Ab+1*0!4532.e1%2F");
        assert_eq!(scopes, [Scope::UserInfoBasic, Scope::VideoPublish]);
        assert_eq!(state.as_deref(), Some("x=y"));
    }

    #[test]
    fn a_refusal_keeps_its_finer_reason_and_wins_over_a_code() {
        let Callback::Refused {
            error,
            description,
            error_type,
            state,
        } = Callback::parse(
            "code=x&error=access_denied&error_description=No%0Away&error_type=non_sandbox_target",
        )
        .unwrap()
        else {
            panic!("not a refusal")
        };
        assert_eq!(error, OAuthErrorCode::AccessDenied);
        assert_eq!(description, "No way");
        assert_eq!(error_type.as_deref(), Some("non_sandbox_target"));
        assert_eq!(state, None);
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for (query, error) in [
            ("", CallbackError::Empty),
            ("?", CallbackError::Empty),
            ("code=&state=s", CallbackError::Empty),
            ("code=a&code=b", CallbackError::Repeated("code")),
            ("code=a&state=b&state=c", CallbackError::Repeated("state")),
            ("error=a&error=b", CallbackError::Repeated("error")),
        ] {
            assert_eq!(Callback::parse(query).unwrap_err(), error, "{query}");
        }
        let long = format!("code={}", "a".repeat(QUERY_MAX));
        assert_eq!(Callback::parse(&long).unwrap_err(), CallbackError::TooLong);
    }

    proptest! {
        #[test]
        fn any_query_is_answered_without_a_panic(query in "\\PC{0,200}|[a-z=&%?+0-9]{0,200}") {
            let _ = Callback::parse(&query);
        }

        #[test]
        fn any_code_and_state_survive_the_way(code in "\\PC{1,80}", state in "\\PC{1,80}", noise in "[a-z]{0,9}") {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("state", &state)
                .append_pair("lang", &noise)
                .append_pair("code", &code)
                .finish();
            match Callback::parse(&query) {
                Ok(Callback::Granted { code: got, state: came, .. }) => {
                    prop_assert_eq!(got.expose_secret(), code.as_str());
                    prop_assert_eq!(came, Some(state));
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }
}
