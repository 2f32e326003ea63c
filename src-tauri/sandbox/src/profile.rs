//! Endpoints of the profile pages, and of their videos and pictures.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tower_http::services::ServeFile;

use crate::{
    pages::{self, ProfileView},
    platform::{Platform, SharedPlatform},
    publish::Publish,
};

/// `GET /@handle`.
pub(crate) async fn show(
    State(platform): State<SharedPlatform>,
    Path(profile): Path<String>,
) -> Response {
    match view(&platform, &profile) {
        Some(view) => pages::profile(&view).into_response(),
        None => pages::not_found().await.into_response(),
    }
}

/// `GET /@handle/video/{post_id}`.
pub(crate) async fn post(
    State(platform): State<SharedPlatform>,
    Path((profile, post)): Path<(String, String)>,
) -> Response {
    let found = view(&platform, &profile).and_then(|view| {
        let post = view
            .publishes
            .iter()
            .filter_map(Publish::as_post)
            .find(|known| known.post_id.to_string() == post)?;
        Some(pages::post(&view.creator, &post))
    });
    match found {
        Some(page) => page.into_response(),
        None => pages::not_found().await.into_response(),
    }
}

/// `GET /sandbox/videos/{publish_id}`: the uploaded bytes, with support for range requests.
pub(crate) async fn video(
    State(platform): State<SharedPlatform>,
    Path(publish_id): Path<String>,
    request: Request,
) -> Response {
    let found = platform.read(|state| {
        let publish = state
            .publishes
            .iter()
            .find(|publish| publish.publish_id == publish_id)?;
        publish
            .sha256
            .is_some()
            .then(|| (publish.upload_id.clone(), publish.media_type.clone()))
    });
    let Some((upload_id, media_type)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(served) = ServeFile::new(platform.video_path(&upload_id))
        .oneshot(request)
        .await;
    let mut response = served.into_response();
    let media_type = media_type.and_then(|text| HeaderValue::from_str(&text).ok());
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        media_type.unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    response
}

/// `GET /sandbox/avatars/{name}.svg`.
pub(crate) async fn avatar(
    State(platform): State<SharedPlatform>,
    Path(file): Path<String>,
) -> Response {
    let creator = file
        .strip_suffix(".svg")
        .and_then(|name| platform.read(|state| state.creator(name).cloned()));
    match creator {
        Some(creator) => (
            [(header::CONTENT_TYPE, "image/svg+xml")],
            creator.avatar().into_string(),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn view(platform: &Platform, profile: &str) -> Option<ProfileView> {
    let handle = profile.strip_prefix('@')?;
    platform.read(|state| {
        let creator = state
            .creators
            .iter()
            .find(|creator| creator.handle == handle)?
            .clone();
        let mut publishes: Vec<Publish> = state
            .publishes
            .iter()
            .filter(|publish| publish.creator == creator.name)
            .cloned()
            .collect();
        publishes.reverse();
        Some(ProfileView { creator, publishes })
    })
}
