//! The conventions of TikTok's v2 API: bearer tokens, scopes, JSON bodies and the response envelope.

use std::borrow::Cow;
use std::collections::BTreeSet;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    config::Options, creators::Creator, error::SandboxError, hex::hex, oauth::grant::digest,
    operation::Operation, platform::Platform, request_log::Trace,
};

/// An error in the response envelope (`/doc/tiktok-api-v2-error-handling`).
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: Cow<'static, str>,
    message: String,
    retry_after: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            retry_after: None,
        }
    }

    /// Creates an `invalid_param` error. `respond` selects the spelling.
    pub(crate) fn invalid_param(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_param", message)
    }

    pub(crate) fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// Changes the status to HTTP 200, which creator info uses for some errors.
    #[must_use]
    pub(crate) fn with_ok_status(self) -> Self {
        Self {
            status: StatusCode::OK,
            ..self
        }
    }

    pub(crate) fn respond(self, options: &Options, now: Timestamp) -> Response {
        let code = match self.code.as_ref() {
            "invalid_param" if options.plural_invalid_params => "invalid_params",
            code => code,
        };
        let error = json!({"code": code, "message": self.message, "log_id": log_id(now)});
        let body = if options.bare_errors {
            error
        } else {
            json!({"data": {}, "error": error})
        };
        let mut response = (self.status, Json(body)).into_response();
        set_retry_after(
            &mut response,
            self.retry_after.filter(|_| options.retry_after),
        );
        response
    }
}

impl From<SandboxError> for ApiError {
    fn from(_: SandboxError) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "The sandbox could not save its state.",
        )
    }
}

/// `data` of a successful response, or `None` if the endpoint returns no data.
pub(crate) type ApiResult = Result<Option<Value>, ApiError>;

/// Converts a result to a response in the envelope.
pub(crate) fn respond(platform: &Platform, result: ApiResult) -> Response {
    let now = platform.now();
    match result {
        Ok(data) => {
            let mut body = json!({"error": {"code": "ok", "message": "", "log_id": log_id(now)}});
            if let Some(data) = data {
                body["data"] = data;
            }
            Json(body).into_response()
        }
        Err(error) => error.respond(&platform.options(), now),
    }
}

pub(crate) fn set_retry_after(response: &mut Response, seconds: Option<u64>) {
    if let Some(seconds) = seconds {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// Returns a log id in TikTok's format: the time, then random digits.
pub(crate) fn log_id(now: Timestamp) -> String {
    format!(
        "{}{}",
        now.strftime("%Y%m%d%H%M%S"),
        hex(&rand::random::<[u8; 9]>()).to_uppercase()
    )
}

/// The authenticated creator and the granted scopes.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) creator: Creator,
    pub(crate) scopes: BTreeSet<String>,
}

/// Checks the bearer token, then the scopes, then the rate limit. One of `scopes` must be granted; none are required if
/// it is empty.
pub(crate) fn authenticate(
    platform: &Platform,
    headers: &HeaderMap,
    trace: &Trace,
    operation: Operation,
    scopes: &[&str],
) -> Result<Caller, ApiError> {
    let invalid = || {
        ApiError::new(
            StatusCode::UNAUTHORIZED,
            "access_token_invalid",
            "The access token is invalid or not found in the request.",
        )
    };
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or_else(invalid)?;
    let token = digest(token);
    let now = platform.now();
    let caller = platform.read(|state| {
        let grant = state.grants.iter().find(|grant| {
            grant.client_key == platform.client_key && grant.accepts_access_token(&token, now)
        })?;
        Some(Caller {
            creator: state.creator(&grant.creator)?.clone(),
            scopes: grant.scopes.clone(),
        })
    });
    let caller = caller.ok_or_else(invalid)?;
    trace.set_creator(&caller.creator.name);
    if !scopes.is_empty() && !scopes.iter().any(|scope| caller.scopes.contains(*scope)) {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "scope_not_authorized",
            "The user did not authorize the scope required for completing this request.",
        ));
    }
    if platform.options().rate_limits
        && let Err(seconds) = platform.rate_limiter.lock().check(&token, operation, now)
    {
        return Err(ApiError {
            retry_after: Some(seconds),
            ..ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limit_exceeded",
                "The API rate limit was exceeded. Please try again later.",
            )
        });
    }
    Ok(caller)
}

/// A JSON object whose fields are read one by one. `finish` reports unknown fields.
#[derive(Debug)]
pub(crate) struct JsonFields {
    path: String,
    remaining: Map<String, Value>,
}

impl JsonFields {
    /// Parses a body with the content type of JSON.
    pub(crate) fn from_body(headers: &HeaderMap, body: &[u8]) -> Result<Self, ApiError> {
        if !is_json(headers) {
            return Err(ApiError::invalid_param(
                "Content-Type must be application/json; charset=UTF-8",
            ));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(remaining)) => Ok(Self {
                path: String::new(),
                remaining,
            }),
            _ => Err(ApiError::invalid_param(
                "The request body is not a JSON object",
            )),
        }
    }

    fn take<T>(
        &mut self,
        name: &str,
        kind: &str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        let Some(value) = self.remaining.remove(name) else {
            return Ok(None);
        };
        read(value)
            .map(Some)
            .ok_or_else(|| ApiError::invalid_param(format!("{}{name} must be {kind}", self.path)))
    }

    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Self>, ApiError> {
        let path = format!("{}{name}.", self.path);
        self.take(name, "an object", |value| match value {
            Value::Object(remaining) => Some(Self { path, remaining }),
            _ => None,
        })
    }

    pub(crate) fn string(&mut self, name: &str) -> Result<Option<String>, ApiError> {
        self.take(name, "a string", |value| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
    }

    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, ApiError> {
        Ok(self
            .take(name, "a bool", |value| value.as_bool())?
            .unwrap_or_default())
    }

    pub(crate) fn int64(&mut self, name: &str) -> Result<Option<i64>, ApiError> {
        self.take(name, "an int64", |value| value.as_i64())
    }

    pub(crate) fn int32(&mut self, name: &str) -> Result<Option<i32>, ApiError> {
        self.take(name, "an int32", |value| value.as_i64()?.try_into().ok())
    }

    /// Refuses fields that the endpoint does not define.
    pub(crate) fn finish(self, options: &Options) -> Result<(), ApiError> {
        match self.remaining.keys().next() {
            Some(name) if !options.ignore_unknown_fields => Err(ApiError::invalid_param(format!(
                "{}{name} is not a field of this request",
                self.path
            ))),
            _ => Ok(()),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(text) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let mut parts = text.split(';').map(str::trim);
    parts
        .next()
        .is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"))
        && parts.all(|parameter| parameter.eq_ignore_ascii_case("charset=utf-8"))
}
