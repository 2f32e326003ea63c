//! The upload endpoint, `PUT` of chunks to an upload address (`/doc/content-posting-api-media-transfer-guide`). Headers
//! are checked first, then the body is streamed to disk.

mod check;
mod drain;
mod receive;
mod refusal;

use axum::extract::{Extension, Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use self::{
    check::{Chunk, check},
    drain::drain,
    receive::receive,
    refusal::Refusal,
};
use crate::{
    config::UploadedRange,
    hang_up::hang_up,
    platform::{Platform, SharedPlatform},
    publish::Publish,
    request_log::Trace,
};

pub(crate) async fn chunk(
    State(platform): State<SharedPlatform>,
    Extension(trace): Extension<Trace>,
    Path(upload_id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default();
    match check(&platform, &trace, &upload_id, query, &parts.headers, &body) {
        Err(refusal) => {
            // The body is read to its end: a client that is still sending would miss the response.
            drain(&trace, body).await;
            refused(&platform, refusal)
        }
        Ok(Chunk::Repeated(publish)) => {
            drain(&trace, body).await;
            accepted(&platform, &publish)
        }
        Ok(Chunk::Next(publish, range)) => {
            match receive(&platform, &trace, &publish, range, body).await {
                Ok(publish) => accepted(&platform, &publish),
                Err(refusal) => refused(&platform, refusal),
            }
        }
    }
}

fn accepted(platform: &Platform, publish: &Publish) -> Response {
    let complete = publish.uploaded == publish.plan.video_size;
    let status = if complete {
        StatusCode::CREATED
    } else {
        StatusCode::PARTIAL_CONTENT
    };
    with_progress(platform, status.into_response(), publish)
}

fn refused(platform: &Platform, refusal: Refusal) -> Response {
    match refusal {
        Refusal::NotFound => (StatusCode::NOT_FOUND, "no such upload task\n").into_response(),
        Refusal::Expired => {
            (StatusCode::FORBIDDEN, "the upload address has expired\n").into_response()
        }
        Refusal::LengthRequired => {
            (StatusCode::LENGTH_REQUIRED, "Content-Length is required\n").into_response()
        }
        Refusal::Malformed(reason) => {
            (StatusCode::BAD_REQUEST, format!("{reason}\n")).into_response()
        }
        Refusal::OutOfStep(publish) => with_progress(
            platform,
            StatusCode::RANGE_NOT_SATISFIABLE.into_response(),
            &publish,
        ),
        Refusal::Disconnected => hang_up(),
        Refusal::Storage(error) => {
            tracing::error!(%error, "storing a chunk failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Adds `Content-Range: bytes 0-{UPLOADED}/{TOTAL}` in the form that the options select.
fn with_progress(platform: &Platform, mut response: Response, publish: &Publish) -> Response {
    let total = publish.plan.video_size;
    let text = match (platform.options().uploaded_range, publish.uploaded) {
        (UploadedRange::Count, uploaded) => format!("bytes 0-{uploaded}/{total}"),
        (UploadedRange::LastIndex, 0) => format!("bytes */{total}"),
        (UploadedRange::LastIndex, uploaded) => format!("bytes 0-{}/{total}", uploaded - 1),
    };
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    response
}
