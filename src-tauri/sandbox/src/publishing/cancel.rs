//! The cancel endpoint, `POST /v2/post/publish/cancel/` (`/doc/content-posting-api-media-transfer-guide`).

use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::{
    api::{self, ApiError, ApiResult},
    operation::Operation,
    platform::{Platform, SharedPlatform},
    publish::Stage,
    publishing::publish_lookup::PublishQuery,
    request_log::Trace,
};

pub(crate) async fn cancel(
    State(platform): State<SharedPlatform>,
    Extension(trace): Extension<Trace>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    api::respond(
        &platform,
        cancel_publish(&platform, &trace, &headers, &body),
    )
}

fn cancel_publish(
    platform: &Platform,
    trace: &Trace,
    headers: &HeaderMap,
    body: &[u8],
) -> ApiResult {
    let query = PublishQuery::read(platform, trace, headers, body, Operation::Cancel)?;
    let (now, options) = (platform.now(), platform.options());
    let upload_id = platform.change(|state| {
        let publish = query.find(state)?;
        if publish.stage != Stage::Uploading || !options.cancel_uploads {
            return Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "publish_not_cancellable",
                "The publish is already finalized, or too far on to be cancelled.",
            ));
        }
        let upload_id = publish.upload_id.clone();
        if let Some(publish) = state.publish_mut(&query.publish_id) {
            publish.stage = Stage::Failed {
                since: now,
                reason: "publish_cancelled".to_owned(),
            };
        }
        Ok(upload_id)
    })??;
    platform.transfers.interrupt(&upload_id);
    Ok(None)
}
