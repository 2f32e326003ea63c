//! Fuzzes the query that a browser brings back from the consent page. Any program on the computer can forge one.

use std::fmt::Write as _;

use secrecy::{ExposeSecret, SecretString};
use tiktok_api::{Callback, join_scopes, parse_scopes};
use url::form_urlencoded::Serializer;

use crate::is_tame;

/// The longest query that is read, in bytes.
const QUERY_MAX: usize = 8 * 1024;

/// Reads one query.
pub fn run(input: &[u8]) {
    let Ok(query) = std::str::from_utf8(input) else {
        return;
    };
    match Callback::parse(query) {
        Ok(callback) => {
            assert!(query.len() <= QUERY_MAX + 1, "{} bytes", query.len());
            judge(&callback);
        }
        Err(error) => {
            let mut shown = format!("{error:?}");
            // Writing to a String cannot fail.
            let _ = write!(shown, "{error}");
            assert!(shown.len() < 100, "{shown}");
        }
    }
}

pub(crate) fn judge(callback: &Callback) {
    // The text does not depend on the secrets.
    let masked = format!("{:?}", with_secrets(callback, "one", "two"));
    assert_eq!(
        masked,
        format!("{:?}", with_secrets(callback, "three", "four"))
    );
    assert_eq!(masked, format!("{callback:?}"));

    let mut query = Serializer::new(String::new());
    let mut blank = false;
    match callback {
        Callback::Granted { code, scopes, .. } => {
            assert!(!code.expose_secret().is_empty());
            assert_eq!(&parse_scopes(&join_scopes(scopes)), scopes);
            query
                .append_pair("code", code.expose_secret())
                .append_pair("scopes", &join_scopes(scopes));
        }
        Callback::Refused {
            error,
            description,
            error_type,
            ..
        } => {
            let kind = error_type.as_deref().unwrap_or_default();
            assert!(is_tame(error.as_str()) && is_tame(description) && is_tame(kind));
            blank = error.as_str().is_empty() || error_type.as_deref() == Some("");
            query
                .append_pair("error", error.as_str())
                .append_pair("error_description", description)
                .append_pair("error_type", kind);
        }
    }
    if let Some(state) = state(callback) {
        query.append_pair("state", state.expose_secret());
    }
    // Percent-encoded, it can be longer than the limit. If it has only control characters, it is empty.
    let query = query.finish();
    if query.len() <= QUERY_MAX && !blank {
        match Callback::parse(&query) {
            Ok(again) => {
                assert_eq!(format!("{again:?}"), masked);
                assert_eq!(exposed(state(&again)), exposed(state(callback)));
                assert_eq!(exposed(code(&again)), exposed(code(callback)));
            }
            Err(error) => panic!("{callback:?} became {error:?}"),
        }
    }
}

fn code(callback: &Callback) -> Option<&SecretString> {
    match callback {
        Callback::Granted { code, .. } => Some(code),
        Callback::Refused { .. } => None,
    }
}

fn state(callback: &Callback) -> Option<&SecretString> {
    match callback {
        Callback::Granted { state, .. } | Callback::Refused { state, .. } => state.as_ref(),
    }
}

fn exposed(secret: Option<&SecretString>) -> Option<&str> {
    secret.map(ExposeSecret::expose_secret)
}

/// The same answer with another code and another state.
fn with_secrets(callback: &Callback, code: &str, state: &str) -> Callback {
    let other = |secret: &Option<SecretString>| secret.as_ref().map(|_| SecretString::from(state));
    match callback {
        Callback::Granted { scopes, state, .. } => Callback::Granted {
            code: SecretString::from(code),
            scopes: scopes.clone(),
            state: other(state),
        },
        Callback::Refused {
            error,
            description,
            error_type,
            state,
        } => Callback::Refused {
            error: error.clone(),
            description: description.clone(),
            error_type: error_type.clone(),
            state: other(state),
        },
    }
}
