//! The conventions of TikTok's v2 API: bearer tokens, scopes, JSON bodies and the envelope of every answer.

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

/// A refusal in the envelope (`/doc/tiktok-api-v2-error-handling`).
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

    /// Our word for a request that is wrong; `respond` knows which spelling is due.
    pub(crate) fn invalid_param(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_param", message)
    }

    pub(crate) fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// The same refusal with HTTP 200, as creator info gives some of them.
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

/// `data` of a success, or `None` where the endpoint has none.
pub(crate) type ApiResult = Result<Option<Value>, ApiError>;

/// The envelope round a result.
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

/// An id like the ones that TikTok's support asks for: the time, then randomness.
pub(crate) fn log_id(now: Timestamp) -> String {
    format!(
        "{}{}",
        now.strftime("%Y%m%d%H%M%S"),
        hex(&rand::random::<[u8; 9]>()).to_uppercase()
    )
}

/// Who calls, and what they may.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) creator: Creator,
    pub(crate) scopes: BTreeSet<String>,
}

/// Checks the bearer token, one of the scopes, and the minute's limit, in this order.
pub(crate) fn admit(
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
        let grant = state
            .grants
            .iter()
            .find(|grant| grant.client_key == platform.client_key && grant.admits(&token, now))?;
        Some(Caller {
            creator: state.creator(&grant.creator)?.clone(),
            scopes: grant.scopes.clone(),
        })
    });
    let caller = caller.ok_or_else(invalid)?;
    trace.creator(&caller.creator.name);
    if !scopes.is_empty() && !scopes.iter().any(|scope| caller.scopes.contains(*scope)) {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "scope_not_authorized",
            "The user did not authorize the scope required for completing this request.",
        ));
    }
    if platform.options().rate_limits
        && let Err(seconds) = platform.rates.lock().admit(&token, operation, now)
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

/// A JSON object being read field by field; what nobody asked for is noticed at the end.
#[derive(Debug)]
pub(crate) struct Fields {
    place: String,
    left: Map<String, Value>,
}

impl Fields {
    /// Reads a body that must be JSON and say so.
    pub(crate) fn from_body(headers: &HeaderMap, body: &[u8]) -> Result<Self, ApiError> {
        if !is_json(headers) {
            return Err(ApiError::invalid_param(
                "Content-Type must be application/json; charset=UTF-8",
            ));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(left)) => Ok(Self {
                place: String::new(),
                left,
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
        let Some(value) = self.left.remove(name) else {
            return Ok(None);
        };
        read(value)
            .map(Some)
            .ok_or_else(|| ApiError::invalid_param(format!("{}{name} must be {kind}", self.place)))
    }

    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Self>, ApiError> {
        let place = format!("{}{name}.", self.place);
        self.take(name, "an object", |value| match value {
            Value::Object(left) => Some(Self { place, left }),
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

    /// Refuses fields that the endpoint does not have.
    pub(crate) fn finish(self, options: &Options) -> Result<(), ApiError> {
        match self.left.keys().next() {
            Some(name) if !options.ignore_unknown_fields => Err(ApiError::invalid_param(format!(
                "{}{name} is not a field of this request",
                self.place
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
