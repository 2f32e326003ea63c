//! The creator info endpoint, `POST /v2/post/publish/creator_info/query/`
//! (`/doc/content-posting-api-reference-query-creator-info`).

use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use crate::{
    api::{self, ApiError, ApiResult, JsonFields},
    operation::Operation,
    platform::{Platform, SharedPlatform},
    publishing::posting_limits,
    request_log::Trace,
    user_info::avatar_url,
};

pub(crate) async fn query(
    State(platform): State<SharedPlatform>,
    Extension(trace): Extension<Trace>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    api::respond(&platform, read(&platform, &trace, &headers, &body))
}

fn read(platform: &Platform, trace: &Trace, headers: &HeaderMap, body: &[u8]) -> ApiResult {
    let creator = api::authenticate(
        platform,
        headers,
        trace,
        Operation::CreatorInfo,
        &["video.publish"],
    )?
    .creator;
    let options = platform.options();
    // The endpoint has no body. Some HTTP libraries send an empty object instead.
    if !body.is_empty() {
        JsonFields::from_body(headers, body)?.finish(&options)?;
    }
    let now = platform.now();
    // This endpoint reports "cannot post now" with HTTP 200.
    platform
        .read(|state| posting_limits::check_direct_post(state, &creator, now, &options))
        .map_err(ApiError::with_ok_status)?;
    Ok(Some(json!({
        "creator_avatar_url": avatar_url(platform, &creator),
        "creator_username": creator.handle,
        "creator_nickname": creator.nickname,
        "privacy_level_options": creator.privacy_level_options(),
        "comment_disabled": creator.comment_disabled,
        "duet_disabled": creator.is_duet_disabled(),
        "stitch_disabled": creator.is_stitch_disabled(),
        "max_video_post_duration_sec": creator.max_video_seconds,
    })))
}
