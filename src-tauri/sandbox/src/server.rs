//! The HTTP server and its routes. It runs axum routes on hyper, so that a fault can close a connection without a response.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{HeaderName, HeaderValue};
use axum::response::Response;
use axum::routing::{any, get, post, put};
use axum::{Router, middleware};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::{
    control, guard,
    hang_up::{ConnectionDropped, is_hang_up},
    interceptor, oauth,
    operation::Operation,
    pages,
    platform::SharedPlatform,
    profile, publishing, user_info,
};

/// Serves until `shutdown` is cancelled, then closes all connections and waits for running state changes.
pub(crate) async fn serve(
    listener: TcpListener,
    platform: SharedPlatform,
    shutdown: CancellationToken,
) {
    let router = router(&platform);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(connection(stream, router.clone())); }
                Err(error) => {
                    tracing::warn!(%error, "accepting a connection failed");
                    // Most likely the process has no free file handles: let running requests finish first.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    connections.shutdown().await;
    platform.tasks.close();
    platform.tasks.wait().await;
}

async fn connection(stream: TcpStream, router: Router) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "setting TCP_NODELAY failed");
    }
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let result: Result<Response, Infallible> = router.oneshot(request.map(Body::new)).await;
            let Ok(response) = result;
            if is_hang_up(&response) {
                Err(ConnectionDropped)
            } else {
                Ok(response)
            }
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "the connection closed early");
    }
}

fn router(platform: &SharedPlatform) -> Router {
    let tiktok = Router::new()
        .route(
            Operation::Authorize.path(),
            get(oauth::consent::show).post(oauth::consent::submit),
        )
        .route(Operation::Token.path(), post(oauth::token::token))
        .route(Operation::Revoke.path(), post(oauth::revoke::revoke))
        .route(Operation::UserInfo.path(), get(user_info::info))
        .route(
            Operation::CreatorInfo.path(),
            post(publishing::creator_info::query),
        )
        .route(Operation::Init.path(), post(publishing::init::direct))
        .route(Operation::InboxInit.path(), post(publishing::init::inbox))
        .route(Operation::Upload.path(), put(publishing::upload::chunk))
        .route(Operation::Status.path(), post(publishing::status::fetch))
        .route(Operation::Cancel.path(), post(publishing::cancel::cancel))
        .route("/{profile}", get(profile::show))
        .route("/{profile}/video/{post}", get(profile::post))
        .fallback(any(pages::not_found))
        .layer(middleware::from_fn_with_state(
            platform.clone(),
            interceptor::intercept,
        ));
    Router::new()
        .merge(control::routes(platform))
        .fallback_service(tiktok.with_state(platform.clone()))
        .layer(middleware::from_fn_with_state(
            platform.clone(),
            guard::own_host_only,
        ))
        .layer(middleware::map_response(with_safe_headers))
        .with_state(platform.clone())
}

/// Adds security headers: no scripts, no external resources, no framing.
async fn with_safe_headers(mut response: Response) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; \
                          base-uri 'none'; frame-ancestors 'none'";
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        // Not no-referrer: with it, a browser sends `Origin: null` with the forms of these pages.
        ("referrer-policy", "same-origin"),
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}
