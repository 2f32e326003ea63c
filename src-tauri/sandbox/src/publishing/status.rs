//! The status endpoint, `POST /v2/post/publish/status/fetch/` (`/doc/content-posting-api-reference-get-video-status`).

use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use crate::{
    api::{self, ApiResult},
    operation::Operation,
    platform::{Platform, SharedPlatform},
    publish::Stage,
    publishing::publish_lookup::PublishQuery,
    request_log::Trace,
};

pub(crate) async fn fetch(
    State(platform): State<SharedPlatform>,
    Extension(trace): Extension<Trace>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    api::respond(&platform, read(&platform, &trace, &headers, &body))
}

fn read(platform: &Platform, trace: &Trace, headers: &HeaderMap, body: &[u8]) -> ApiResult {
    let query = PublishQuery::read(platform, trace, headers, body, Operation::Status)?;
    let publish = platform.read(|state| query.find(state).cloned())?;
    // The documentation spells it "publicaly".
    let ids = if platform.options().correct_post_id_spelling {
        "publicly_available_post_id"
    } else {
        "publicaly_available_post_id"
    };
    let mut data = json!({ "status": publish.status(), "uploaded_bytes": publish.uploaded });
    match &publish.stage {
        Stage::Published {
            available: true, ..
        } => data[ids] = json!([publish.post_id]),
        Stage::Failed { reason, .. } => data["fail_reason"] = json!(reason),
        _ => {}
    }
    Ok(Some(data))
}
