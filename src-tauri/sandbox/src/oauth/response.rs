//! Error responses and form bodies of the OAuth endpoints (`/doc/oauth-error-handling`).

use std::borrow::Cow;
use std::collections::HashMap;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{api::log_id, config::Options, error::SandboxError, platform::Platform};

/// An error of the OAuth endpoints.
#[derive(Clone, Debug)]
pub(crate) struct OAuthError {
    status: StatusCode,
    error: Cow<'static, str>,
    description: String,
}

impl OAuthError {
    pub(crate) fn new(
        status: StatusCode,
        error: impl Into<Cow<'static, str>>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            status,
            error: error.into(),
            description: description.into(),
        }
    }

    pub(crate) fn bad(error: &'static str, description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, description)
    }

    pub(crate) fn respond(self, options: &Options, now: Timestamp) -> Response {
        let status = if options.oauth_errors_with_200 {
            StatusCode::OK
        } else {
            self.status
        };
        let body = json!({
            "error": self.error,
            "error_description": self.description,
            "log_id": log_id(now),
        });
        (status, Json(body)).into_response()
    }
}

impl From<SandboxError> for OAuthError {
    fn from(_: SandboxError) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server_error",
            "The sandbox could not save its state.",
        )
    }
}

/// Converts a result to a response that must not be cached.
pub(crate) fn respond(platform: &Platform, result: Result<Response, OAuthError>) -> Response {
    let mut response =
        result.unwrap_or_else(|error| error.respond(&platform.options(), platform.now()));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A form body without repeated fields.
#[derive(Debug)]
pub(crate) struct Form(HashMap<String, String>);

impl Form {
    /// Parses a body with the content type of a form. Parameters in the query are refused.
    pub(crate) fn read(headers: &HeaderMap, uri: &Uri, body: &[u8]) -> Result<Self, OAuthError> {
        let content_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(OAuthError::bad(
                "invalid_request",
                "Only `application/x-www-form-urlencoded` is accepted as Content-Type.",
            ));
        }
        if uri.query().is_some_and(|query| !query.is_empty()) {
            return Err(OAuthError::bad(
                "invalid_request",
                "Parameters must be in the body, not in the query.",
            ));
        }
        let mut fields = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            if fields
                .insert(name.clone().into_owned(), value.into_owned())
                .is_some()
            {
                return Err(OAuthError::bad(
                    "invalid_request",
                    format!("The parameter {name} is repeated."),
                ));
            }
        }
        Ok(Self(fields))
    }

    /// Returns a field that must be present and not empty.
    pub(crate) fn required(&self, name: &str) -> Result<&str, OAuthError> {
        match self.0.get(name).map(String::as_str) {
            None | Some("") => Err(OAuthError::bad(
                "invalid_request",
                format!("The request is missing the parameter {name}."),
            )),
            Some(value) => Ok(value),
        }
    }

    /// Checks the client key and the client secret.
    pub(crate) fn check_client(&self, platform: &Platform) -> Result<(), OAuthError> {
        let (key, secret) = (
            self.required("client_key")?,
            self.required("client_secret")?,
        );
        // Digests are compared, so that the time taken does not reveal the position of a difference.
        let same = |given: &str, known: &str| Sha256::digest(given) == Sha256::digest(known);
        if same(key, &platform.client_key) && same(secret, &platform.client_secret) {
            Ok(())
        } else {
            Err(OAuthError::new(
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "Client key or secret is incorrect.",
            ))
        }
    }
}
