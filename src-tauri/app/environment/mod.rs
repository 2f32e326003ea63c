//! The settings from environment variables, read once at the start.

use std::{ffi::OsString, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use slipway_engine::{AppCredentials, EndpointError, Endpoints, redaction, texts::Language};

use crate::texts;

/// The log filter if `RUST_LOG` is not set.
const DEFAULT_LOG_FILTER: &str =
    "slipway=info,slipway_engine=info,tiktok_api=info,tiktok_sandbox=warn";

/// The settings from the environment. An empty variable counts as unset.
#[derive(Debug, Clone)]
pub struct Environment {
    /// `SLIPWAY_DATA_DIR`.
    pub data_dir: Option<PathBuf>,
    /// `SLIPWAY_TIKTOK_AUTH_URL` and `SLIPWAY_TIKTOK_API_URL`, if at least one of them is set.
    pub endpoints: Option<Endpoints>,
    /// `SLIPWAY_FERNET_KEY`.
    pub fernet_key: Option<SecretString>,
    /// `SLIPWAY_CLIENT_KEY` and `SLIPWAY_CLIENT_SECRET`.
    pub credentials: Option<AppCredentials>,
    /// `SLIPWAY_BROWSER`.
    pub browser: Option<OsString>,
    /// `RUST_LOG`.
    pub log_filter: String,
    /// `SLIPWAY_LANGUAGE`.
    pub language: Language,
}

/// A variable with an invalid value. The messages omit the value, because it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// The value is not valid Unicode.
    #[error("[Environment] Read failed: {0} is not valid Unicode")]
    NotText(&'static str),
    /// The value is not a valid origin.
    #[error("[Environment] Read failed: {name}: {reason}")]
    Endpoint {
        /// The variable.
        name: &'static str,
        /// The reason why it is invalid.
        reason: EndpointError,
    },
    /// Only one of client key and client secret is set.
    #[error("[Environment] Read failed: {missing} is missing beside {given}")]
    HalfCredentials {
        /// The variable that is set.
        given: &'static str,
        /// The variable that is not set.
        missing: &'static str,
    },
    /// `SLIPWAY_FERNET_KEY` is not a Fernet key.
    #[error("[Environment] Read failed: SLIPWAY_FERNET_KEY is not a Fernet key")]
    Key,
    /// `SLIPWAY_LANGUAGE` names an unknown language.
    #[error("[Environment] Read failed: SLIPWAY_LANGUAGE names an unknown language")]
    Language,
}

impl Environment {
    /// Reads the variables through `get`. Returns all valid settings, and the first error.
    pub fn read(get: impl Fn(&str) -> Option<OsString>) -> (Self, Result<(), EnvironmentError>) {
        let mut problem = Ok(());
        let mut note = |error| {
            if problem.is_ok() {
                problem = Err(error);
            }
        };
        let set = |name: &str| get(name).filter(|value| !value.is_empty());
        let mut text = |name: &'static str| {
            let value = set(name)?;
            let text = value.into_string();
            text.map_err(|_| note(EnvironmentError::NotText(name))).ok()
        };

        let (auth, api) = (
            text("SLIPWAY_TIKTOK_AUTH_URL"),
            text("SLIPWAY_TIKTOK_API_URL"),
        );
        let key = text("SLIPWAY_CLIENT_KEY");
        let secret = text("SLIPWAY_CLIENT_SECRET").map(SecretString::from);
        let fernet_key = text("SLIPWAY_FERNET_KEY").map(SecretString::from);
        for secret in [&secret, &fernet_key].into_iter().flatten() {
            redaction::register_for_good(secret.expose_secret());
        }
        let tag = text(texts::VARIABLE);
        let log_filter = text("RUST_LOG").unwrap_or_else(|| DEFAULT_LOG_FILTER.to_owned());

        if fernet_key.as_ref().is_some_and(|key| !is_fernet_key(key)) {
            note(EnvironmentError::Key);
        }
        let language = tag
            .as_deref()
            .map_or(Some(Language::default()), Language::from_tag);
        if language.is_none() {
            note(EnvironmentError::Language);
        }
        let environment = Self {
            data_dir: set("SLIPWAY_DATA_DIR").map(PathBuf::from),
            endpoints: endpoints(auth.as_deref(), api.as_deref()).unwrap_or_else(|error| {
                note(error);
                None
            }),
            fernet_key,
            credentials: credentials(key, secret).unwrap_or_else(|error| {
                note(error);
                None
            }),
            browser: set("SLIPWAY_BROWSER"),
            log_filter,
            language: language.unwrap_or_default(),
        };
        (environment, problem)
    }
}

fn endpoints(auth: Option<&str>, api: Option<&str>) -> Result<Option<Endpoints>, EnvironmentError> {
    if auth.is_none() && api.is_none() {
        return Ok(None);
    }
    let usual = Endpoints::tiktok();
    let (usual_auth, usual_api) = (usual.auth().as_str(), usual.api().as_str());
    let bad = |name| move |reason| EnvironmentError::Endpoint { name, reason };
    let auth = auth.unwrap_or(usual_auth);
    // Checks the sign-in origin alone first, so that the error names the right variable.
    Endpoints::new(auth, usual_api).map_err(bad("SLIPWAY_TIKTOK_AUTH_URL"))?;
    Endpoints::new(auth, api.unwrap_or(usual_api))
        .map(Some)
        .map_err(bad("SLIPWAY_TIKTOK_API_URL"))
}

fn credentials(
    key: Option<String>,
    secret: Option<SecretString>,
) -> Result<Option<AppCredentials>, EnvironmentError> {
    const KEY: &str = "SLIPWAY_CLIENT_KEY";
    const SECRET: &str = "SLIPWAY_CLIENT_SECRET";
    let half = |given, missing| Err(EnvironmentError::HalfCredentials { given, missing });
    match (key, secret) {
        (Some(client_key), Some(client_secret)) => Ok(Some(AppCredentials {
            client_key,
            client_secret,
        })),
        (None, None) => Ok(None),
        (Some(_), None) => half(KEY, SECRET),
        (None, Some(_)) => half(SECRET, KEY),
    }
}

/// True if the text has the form of a Fernet key: 32 bytes in URL-safe base64. The engine checks it again; this check
/// comes before the creator makes any choice.
fn is_fernet_key(key: &SecretString) -> bool {
    URL_SAFE_NO_PAD
        .decode(key.expose_secret().trim().trim_end_matches('='))
        .is_ok_and(|bytes| bytes.len() == 32)
}

#[cfg(test)]
mod tests;
