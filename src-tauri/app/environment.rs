//! The environment variables that tests and automation rely on, read once at the start.

use std::{ffi::OsString, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use slipway_engine::{AppCredentials, EndpointError, Endpoints, redaction, texts::Language};

use crate::words;

/// The log filter where `RUST_LOG` is not set.
const DEFAULT_LOG_FILTER: &str =
    "slipway=info,slipway_engine=info,tiktok_api=info,tiktok_sandbox=warn";

/// What the environment says. An empty variable counts as unset.
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

/// A variable that cannot be used. Values are not repeated, they may be secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// It is not text.
    #[error("[Environment] Read failed: {0} is not valid Unicode")]
    NotText(&'static str),
    /// It is no origin that TikTok could be at.
    #[error("[Environment] Read failed: {name}: {reason}")]
    Endpoint {
        /// The variable.
        name: &'static str,
        /// What is wrong with it.
        reason: EndpointError,
    },
    /// Client key and secret belong together, and one of them is missing.
    #[error("[Environment] Read failed: {missing} is missing beside {given}")]
    HalfCredentials {
        /// The variable that is set.
        given: &'static str,
        /// The one that is not.
        missing: &'static str,
    },
    /// `SLIPWAY_FERNET_KEY` is not a Fernet key.
    #[error("[Environment] Read failed: SLIPWAY_FERNET_KEY is not a Fernet key")]
    Key,
    /// `SLIPWAY_LANGUAGE` names a language that Slipway does not speak.
    #[error("[Environment] Read failed: SLIPWAY_LANGUAGE names an unknown language")]
    Language,
}

impl Environment {
    /// Reads the variables through `get`. With the first that cannot be used comes everything else.
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
        let tag = text(words::VARIABLE);
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
    // Each alone first, so that the message names the right one.
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

/// Whether the text can be a Fernet key: 32 bytes in URL-safe base64. The engine has the last word; this one comes
/// before the creator has made any choice.
fn is_fernet_key(key: &SecretString) -> bool {
    URL_SAFE_NO_PAD
        .decode(key.expose_secret().trim().trim_end_matches('='))
        .is_ok_and(|bytes| bytes.len() == 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "c2xpcHdheS10ZXN0cy1rZXktb2YtMzItYnl0ZXMhISE=";

    fn read(values: &[(&str, &str)]) -> (Environment, Result<(), EnvironmentError>) {
        Environment::read(|name| {
            let found = values.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn nothing_set_means_tiktok_itself_and_the_usual_logs() {
        let (environment, problem) = read(&[]);
        assert_eq!(problem, Ok(()));
        assert!(environment.endpoints.is_none() && environment.credentials.is_none());
        assert!(environment.data_dir.is_none() && environment.browser.is_none());
        assert_eq!(environment.log_filter, DEFAULT_LOG_FILTER);
        assert_eq!(environment.language, Language::English);
    }

    #[test]
    fn everything_set_is_taken() {
        let (environment, problem) = read(&[
            ("SLIPWAY_DATA_DIR", "/tmp/data"),
            ("SLIPWAY_TIKTOK_AUTH_URL", "http://127.0.0.1:4000"),
            ("SLIPWAY_TIKTOK_API_URL", "http://localhost:4001"),
            ("SLIPWAY_FERNET_KEY", KEY),
            ("SLIPWAY_CLIENT_KEY", "key"),
            ("SLIPWAY_CLIENT_SECRET", "hush-hush"),
            ("SLIPWAY_BROWSER", "firefox"),
            ("RUST_LOG", "debug"),
            ("SLIPWAY_LANGUAGE", "en-XA"),
        ]);
        assert_eq!(problem, Ok(()));
        assert_eq!(environment.data_dir, Some(PathBuf::from("/tmp/data")));
        let endpoints = environment.endpoints.clone().unwrap();
        assert_eq!(endpoints.auth().as_str(), "http://127.0.0.1:4000/");
        assert_eq!(endpoints.api().as_str(), "http://localhost:4001/");
        let app = environment.credentials.clone().unwrap();
        assert_eq!(
            (app.client_key.as_str(), app.client_secret.expose_secret()),
            ("key", "hush-hush")
        );
        assert_eq!(environment.browser, Some(OsString::from("firefox")));
        assert_eq!(environment.log_filter, "debug");
        assert_eq!(environment.language, Language::Pseudo);
        let shown = format!("{environment:?}");
        assert!(
            !shown.contains("hush-hush") && !shown.contains(KEY),
            "{shown}"
        );
    }

    #[test]
    fn one_origin_alone_leaves_the_other_at_tiktok() {
        let (environment, problem) = read(&[("SLIPWAY_TIKTOK_API_URL", "https://api.example.com")]);
        assert_eq!(problem, Ok(()));
        assert_eq!(
            environment.endpoints.unwrap().auth(),
            Endpoints::tiktok().auth()
        );
    }

    #[test]
    fn what_cannot_be_used_is_named_and_never_repeated() {
        let endpoint = |name, reason| EnvironmentError::Endpoint { name, reason };
        let half = |given, missing| EnvironmentError::HalfCredentials { given, missing };
        for (name, value, expected) in [
            (
                "SLIPWAY_TIKTOK_AUTH_URL",
                "http://tiktok.example",
                endpoint("SLIPWAY_TIKTOK_AUTH_URL", EndpointError::Insecure),
            ),
            (
                "SLIPWAY_TIKTOK_API_URL",
                "https://api.example/v2?secret-word",
                endpoint("SLIPWAY_TIKTOK_API_URL", EndpointError::NotAnOrigin),
            ),
            (
                "SLIPWAY_TIKTOK_API_URL",
                "secret-word",
                endpoint("SLIPWAY_TIKTOK_API_URL", EndpointError::Invalid),
            ),
            (
                "SLIPWAY_LANGUAGE",
                "secret-word",
                EnvironmentError::Language,
            ),
            ("SLIPWAY_FERNET_KEY", "secret-word", EnvironmentError::Key),
            ("SLIPWAY_FERNET_KEY", "c2hvcnQ=", EnvironmentError::Key),
            (
                "SLIPWAY_CLIENT_KEY",
                "secret-word",
                half("SLIPWAY_CLIENT_KEY", "SLIPWAY_CLIENT_SECRET"),
            ),
            (
                "SLIPWAY_CLIENT_SECRET",
                "secret-word",
                half("SLIPWAY_CLIENT_SECRET", "SLIPWAY_CLIENT_KEY"),
            ),
        ] {
            let (_, problem) = read(&[(name, value)]);
            let problem = problem.unwrap_err();
            assert_eq!(problem, expected);
            assert!(!problem.to_string().contains("secret-word"), "{problem}");
        }
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let (environment, problem) = read(&[
            ("SLIPWAY_FERNET_KEY", ""),
            ("SLIPWAY_TIKTOK_API_URL", ""),
            ("SLIPWAY_DATA_DIR", ""),
        ]);
        assert_eq!(problem, Ok(()));
        assert!(environment.fernet_key.is_none() && environment.data_dir.is_none());
    }

    #[cfg(unix)]
    #[test]
    fn text_that_is_not_text_is_a_problem_and_not_a_panic() {
        use std::os::unix::ffi::OsStringExt;
        let (_, problem) = Environment::read(|name| {
            (name == "SLIPWAY_CLIENT_KEY").then(|| OsString::from_vec(vec![0xff, 0xfe]))
        });
        assert_eq!(
            problem,
            Err(EnvironmentError::NotText("SLIPWAY_CLIENT_KEY"))
        );
    }
}
