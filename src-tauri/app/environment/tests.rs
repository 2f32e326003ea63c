//! Values that are used, values that are rejected, and messages without secrets.

use super::*;

const KEY: &str = "c2xpcHdheS10ZXN0cy1rZXktb2YtMzItYnl0ZXMhISE=";

fn read(values: &[(&str, &str)]) -> (Environment, Result<(), EnvironmentError>) {
    Environment::read(|name| {
        let found = values.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| OsString::from(value))
    })
}

#[test]
fn an_empty_environment_means_tiktok_and_the_default_log_filter() {
    let (environment, problem) = read(&[]);
    assert_eq!(problem, Ok(()));
    assert!(environment.endpoints.is_none() && environment.credentials.is_none());
    assert!(environment.data_dir.is_none() && environment.browser.is_none());
    assert_eq!(environment.log_filter, DEFAULT_LOG_FILTER);
    assert_eq!(environment.language, Language::English);
}

#[test]
fn every_variable_is_read() {
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
fn one_origin_alone_keeps_the_default_of_the_other() {
    let (environment, problem) = read(&[("SLIPWAY_TIKTOK_API_URL", "https://api.example.com")]);
    assert_eq!(problem, Ok(()));
    assert_eq!(
        environment.endpoints.unwrap().auth(),
        Endpoints::tiktok().auth()
    );
}

#[test]
fn an_error_names_the_variable_and_never_its_value() {
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
fn invalid_unicode_is_an_error_and_not_a_panic() {
    use std::os::unix::ffi::OsStringExt;
    let (_, problem) = Environment::read(|name| {
        (name == "SLIPWAY_CLIENT_KEY").then(|| OsString::from_vec(vec![0xff, 0xfe]))
    });
    assert_eq!(
        problem,
        Err(EnvironmentError::NotText("SLIPWAY_CLIENT_KEY"))
    );
}
