//! The control page and the control API, for people and for tests in another process.

mod api;
mod forms;

use axum::routing::{delete, get, post};
use axum::{Router, middleware};

use crate::{guard, pages, platform::SharedPlatform, profile};

/// Returns the routes under `/sandbox`. Forms and the control API refuse pages of other origins.
pub(crate) fn routes(platform: &SharedPlatform) -> Router<SharedPlatform> {
    let steering = Router::new()
        .route("/sandbox/faults", post(forms::add_fault))
        .route("/sandbox/faults/clear", post(forms::clear_faults))
        .route("/sandbox/options", post(forms::set_options))
        .route("/sandbox/requests/clear", post(forms::clear_requests))
        .route("/sandbox/drafts", post(forms::draft))
        .route("/sandbox/access", post(forms::remove_access))
        .route(
            "/sandbox/api/requests",
            get(api::requests).delete(api::clear_requests),
        )
        .route("/sandbox/api/posts", get(api::posts))
        .route("/sandbox/api/publishes", get(api::publishes))
        .route("/sandbox/api/creators", get(api::creators))
        .route("/sandbox/api/creators/{name}", post(api::patch_creator))
        .route(
            "/sandbox/api/creators/{name}/access",
            delete(api::remove_access),
        )
        .route(
            "/sandbox/api/faults",
            get(api::faults)
                .post(api::add_fault)
                .delete(api::clear_faults),
        )
        .route("/sandbox/api/faults/{id}", delete(api::remove_fault))
        .route(
            "/sandbox/api/options",
            get(api::options)
                .post(api::patch_options)
                .delete(api::reset_options),
        )
        .route(
            "/sandbox/api/clock",
            get(api::clock).post(api::advance_clock),
        )
        .layer(middleware::from_fn_with_state(
            platform.clone(),
            guard::own_origin_only,
        ));
    Router::new()
        .route("/sandbox", get(forms::page))
        .route("/sandbox/style.css", get(pages::style))
        .route("/sandbox/icon.svg", get(pages::icon))
        .route("/sandbox/avatars/{file}", get(profile::avatar))
        .route("/sandbox/videos/{publish_id}", get(profile::video))
        .merge(steering)
}
