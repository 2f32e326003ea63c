//! The user info endpoint, `GET /v2/user/info/` (`/doc/tiktok-api-v2-get-user-info`).

use axum::extract::{Extension, OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::{
    api::{self, ApiError, ApiResult},
    creators::Creator,
    operation::Operation,
    platform::{Platform, SharedPlatform},
    publish::Stage,
    request_log::Trace,
};

const BASIC: &str = "user.info.basic";
const PROFILE: &str = "user.info.profile";
const STATS: &str = "user.info.stats";

pub(crate) async fn info(
    State(platform): State<SharedPlatform>,
    Extension(trace): Extension<Trace>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let result = read(&platform, &trace, &headers, uri.query().unwrap_or_default());
    api::respond(&platform, result)
}

fn read(platform: &Platform, trace: &Trace, headers: &HeaderMap, query: &str) -> ApiResult {
    let caller = api::authenticate(
        platform,
        headers,
        trace,
        Operation::UserInfo,
        &[BASIC, PROFILE, STATS],
    )?;
    let invalid =
        |message: String| ApiError::new(StatusCode::BAD_REQUEST, "invalid_params", message);
    let fields = url::form_urlencoded::parse(query.as_bytes())
        .find_map(|(name, value)| (name == "fields").then(|| value.into_owned()))
        .filter(|fields| !fields.is_empty())
        .ok_or_else(|| invalid("Fields is required".to_owned()))?;
    let mut user = Map::new();
    for field in fields.split(',') {
        let (scope, value) = value_of(platform, &caller.creator, field)
            .ok_or_else(|| invalid(format!("Unknown field: {field}")))?;
        if caller.scopes.contains(scope) {
            user.insert(field.to_owned(), value);
        } else if !platform.options().omit_ungranted_fields {
            return Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "scope_permission_missed",
                format!("Additional scope permissions are required for the field {field}."),
            ));
        }
    }
    Ok(Some(json!({ "user": user })))
}

/// Returns the required scope and the value of a field.
fn value_of(platform: &Platform, creator: &Creator, field: &str) -> Option<(&'static str, Value)> {
    Some(match field {
        "open_id" => (BASIC, json!(creator.open_id(&platform.client_key))),
        "union_id" => (BASIC, json!(creator.union_id())),
        "avatar_url" | "avatar_url_100" | "avatar_large_url" => {
            (BASIC, json!(avatar_url(platform, creator)))
        }
        "display_name" => (BASIC, json!(creator.nickname)),
        "bio_description" => (PROFILE, json!(creator.bio)),
        "profile_deep_link" => (
            PROFILE,
            json!(format!("{}/@{}", platform.origin, creator.handle)),
        ),
        "username" => (PROFILE, json!(creator.handle)),
        "is_verified" => (PROFILE, json!(false)),
        // The counts are derived from the handle: stable, but different for each creator.
        "follower_count" => (STATS, json!(1200 + audience(creator) * 37)),
        "following_count" => (STATS, json!(80 + audience(creator))),
        "likes_count" => (STATS, json!(9000 + audience(creator) * 211)),
        "video_count" => (STATS, json!(public_videos(platform, creator))),
        _ => return None,
    })
}

fn audience(creator: &Creator) -> u32 {
    creator.handle.bytes().map(u32::from).sum()
}

fn public_videos(platform: &Platform, creator: &Creator) -> usize {
    platform.read(|state| {
        state
            .publishes
            .iter()
            .filter(|publish| publish.creator == creator.name)
            .filter(|publish| {
                matches!(
                    publish.stage,
                    Stage::Published {
                        available: true,
                        ..
                    }
                )
            })
            .count()
    })
}

/// Returns the address of a creator's picture.
pub(crate) fn avatar_url(platform: &Platform, creator: &Creator) -> String {
    format!("{}/sandbox/avatars/{}.svg", platform.origin, creator.name)
}
