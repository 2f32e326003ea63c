//! The middleware in front of TikTok's endpoints: records every request and applies faults.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;

use crate::{
    api::{self, ApiError},
    fault::FaultKind,
    hang_up::{hang_up, is_hang_up},
    oauth::response::OAuthError,
    operation::Operation,
    pages,
    platform::{Platform, SharedPlatform},
    redaction::{fingerprint, redact_body, redact_form},
    request_log::{Outcome, RecordedRequest, Trace},
};

/// Maximum size of a request body, except for uploads.
const BODY_LIMIT: usize = 1024 * 1024;

pub(crate) async fn intercept(
    State(platform): State<SharedPlatform>,
    request: Request,
    next: Next,
) -> Response {
    let operation = Operation::from_path(request.uri().path());
    let trace = platform
        .log
        .open(new_record(&platform, &request, operation));
    let guard = trace.guard();
    let applied = operation
        .map(|operation| platform.faults.lock().on_request(operation))
        .unwrap_or_default();
    trace.set_fault(applied.fault);
    if !applied.delay.is_zero() {
        tokio::time::sleep(applied.delay).await;
    }
    let response = match (operation, applied.kind) {
        (Some(operation), Some(fault)) => {
            run_with_fault(&platform, operation, fault, request, next, &trace).await
        }
        (operation, _) => run(operation, request, next, &trace).await,
    };
    if is_hang_up(&response) {
        trace.close(Outcome::NoAnswer, None);
    } else {
        trace.close(Outcome::Answered, Some(response.status()));
    }
    drop(guard);
    response
}

fn new_record(
    platform: &Platform,
    request: &Request,
    operation: Option<Operation>,
) -> RecordedRequest {
    let text = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let query = if operation == Some(Operation::Upload) {
        None
    } else {
        request.uri().query()
    };
    RecordedRequest {
        id: 0,
        at: platform.now(),
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        operation,
        query: query.map(|query| redact_form(query.as_bytes())),
        outcome: Outcome::Pending,
        status: None,
        creator: None,
        body: None,
        bearer: text(header::AUTHORIZATION).map(|value| {
            fingerprint(
                value
                    .split_once(' ')
                    .map_or(value.as_str(), |(_, token)| token),
            )
        }),
        content_type: text(header::CONTENT_TYPE),
        content_length: content_length(request.headers()),
        content_range: text(header::CONTENT_RANGE),
        bytes_received: 0,
        fault: None,
    }
}

/// Runs a request. Except for uploads, the body is read first, so that it is recorded in any case.
async fn run(
    operation: Option<Operation>,
    request: Request,
    next: Next,
    trace: &Trace,
) -> Response {
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(trace.clone());
    if operation == Some(Operation::Upload) {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let too_large = content_length(&parts.headers).is_some_and(|length| length > BODY_LIMIT as u64);
    let Some(bytes) = read_and_record(&parts.headers, body, trace).await else {
        if too_large {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        }
        trace.close(Outcome::ClientGone, None);
        return hang_up();
    };
    next.run(Request::from_parts(parts, Body::from(bytes)))
        .await
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

async fn read_and_record(headers: &HeaderMap, body: Body, trace: &Trace) -> Option<Bytes> {
    let bytes = to_bytes(body, BODY_LIMIT).await.ok()?;
    trace.add_received(bytes.len());
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    trace.set_body(redact_body(content_type, &bytes));
    Some(bytes)
}

async fn run_with_fault(
    platform: &Platform,
    operation: Operation,
    fault: FaultKind,
    request: Request,
    next: Next,
    trace: &Trace,
) -> Response {
    match fault {
        FaultKind::LostAnswer => {
            run(Some(operation), request, next, trace).await;
            hang_up()
        }
        FaultKind::LateAnswer { ms } => {
            let response = run(Some(operation), request, next, trace).await;
            tokio::time::sleep(Duration::from_millis(ms)).await;
            response
        }
        FaultKind::MalformedJson => {
            truncate_body(run(Some(operation), request, next, trace).await).await
        }
        FaultKind::CutAfter { bytes } => {
            discard(request, trace, bytes).await;
            hang_up()
        }
        FaultKind::Status {
            http,
            code,
            message,
        } => {
            discard(request, trace, u64::MAX).await;
            let status = StatusCode::from_u16(http)
                .ok()
                .filter(|status| !status.is_informational())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            fault_response(
                platform,
                operation,
                status,
                code,
                message.unwrap_or_default(),
                None,
            )
        }
        FaultKind::RateLimit { retry_after } => {
            discard(request, trace, u64::MAX).await;
            fault_response(
                platform,
                operation,
                StatusCode::TOO_MANY_REQUESTS,
                Some("rate_limit_exceeded".to_owned()),
                "The API rate limit was exceeded. Please try again later.".to_owned(),
                retry_after,
            )
        }
        // Publish faults only affect an accepted init, and the latency has already been applied.
        FaultKind::Latency { .. } | FaultKind::FailWith { .. } | FaultKind::StuckProcessing => {
            run(Some(operation), request, next, trace).await
        }
    }
}

/// Reads and discards up to `limit` bytes of a body.
async fn discard(request: Request, trace: &Trace, limit: u64) {
    let (parts, body) = request.into_parts();
    // Small bodies are recorded although the request is not run.
    if content_length(&parts.headers).is_some_and(|length| length <= limit.min(64 * 1024))
        && Operation::from_path(parts.uri.path()) != Some(Operation::Upload)
    {
        read_and_record(&parts.headers, body, trace).await;
        return;
    }
    let mut left = limit;
    let mut frames = body.into_data_stream();
    while left > 0 {
        let Some(Ok(frame)) = frames.next().await else {
            return;
        };
        let taken = u64::try_from(frame.len()).unwrap_or(u64::MAX).min(left);
        trace.add_received(usize::try_from(taken).unwrap_or(usize::MAX));
        left -= taken;
    }
}

/// Returns an error in the format of the endpoint. Without a code the body is empty, like a 5xx from a gateway.
fn fault_response(
    platform: &Platform,
    operation: Operation,
    status: StatusCode,
    code: Option<String>,
    message: String,
    retry_after: Option<u64>,
) -> Response {
    let options = platform.options();
    let mut response = match (operation, code) {
        (Operation::Authorize, code) => {
            pages::problem(status, code.as_deref().unwrap_or("server_error"), &message)
                .into_response()
        }
        (Operation::Upload, _) | (_, None) => status.into_response(),
        (Operation::Token | Operation::Revoke, Some(code)) => {
            OAuthError::new(status, code, message).respond(&options, platform.now())
        }
        (_, Some(code)) => ApiError::new(status, code, message).respond(&options, platform.now()),
    };
    // The fault's status overrides the options for error statuses.
    *response.status_mut() = status;
    api::set_retry_after(&mut response, retry_after);
    response
}

/// Truncates a response body to its first half.
async fn truncate_body(response: Response) -> Response {
    if is_hang_up(&response) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    let half = if whole.len() < 2 {
        Bytes::from_static(b"{\"data\":{")
    } else {
        whole.slice(..whole.len() / 2)
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(half))
}
