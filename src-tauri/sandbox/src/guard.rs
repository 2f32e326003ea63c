//! Protection against other websites: checks of the `Host` and `Origin` headers.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::platform::{Platform, SharedPlatform};

/// Refuses requests whose `Host` is not this sandbox. Another name that resolves to loopback indicates DNS rebinding.
pub(crate) async fn own_host_only(
    State(platform): State<SharedPlatform>,
    request: Request,
    next: Next,
) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| is_own_host(&platform, host)) {
        next.run(request).await
    } else {
        (
            StatusCode::MISDIRECTED_REQUEST,
            "The Host header does not name this sandbox.\n",
        )
            .into_response()
    }
}

/// Refuses requests from pages of other origins. Requests without an `Origin`, such as those of programs, are allowed.
pub(crate) async fn own_origin_only(
    State(platform): State<SharedPlatform>,
    request: Request,
    next: Next,
) -> Response {
    if is_own_origin(&platform, request.headers()) {
        next.run(request).await
    } else {
        (
            StatusCode::FORBIDDEN,
            "Requests from pages of another origin are not allowed.\n",
        )
            .into_response()
    }
}

/// Returns whether a request comes from one of the sandbox's own pages or from a program.
pub(crate) fn is_own_origin(platform: &Platform, headers: &HeaderMap) -> bool {
    let origin_fits = headers.get(header::ORIGIN).is_none_or(|origin| {
        origin
            .to_str()
            .ok()
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_some_and(|host| is_own_host(platform, host))
    });
    let site_fits = headers
        .get("sec-fetch-site")
        .is_none_or(|site| matches!(site.as_bytes(), b"same-origin" | b"none"));
    origin_fits && site_fits
}

fn is_own_host(platform: &Platform, host: &str) -> bool {
    host.rsplit_once(':').is_some_and(|(name, port)| {
        matches!(name, "127.0.0.1" | "localhost") && port.parse() == Ok(platform.port)
    })
}
