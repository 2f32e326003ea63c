//! The preview server on loopback: serves the videos of the queue to Slipway's own window only.
//!
//! `WebKitGTK` plays no custom scheme in `<video>`, so the window gets an `http` address with a random token.

use std::{future::Future, net::SocketAddr, path::PathBuf, sync::Arc};

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use subtle::ConstantTimeEq;
use tokio::net::TcpListener;
use tower_http::services::ServeFile;
use uuid::Uuid;

use crate::shell::Shell;

/// A video file that the server may serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Video {
    /// The path of the file.
    pub path: PathBuf,
    /// Its container, as the engine names it.
    pub container: String,
}

/// Finds the videos that the server may serve.
pub trait VideoSource: Clone + Send + Sync + 'static {
    /// The video of the post `id`, if the post exists.
    fn video(&self, id: &str) -> impl Future<Output = Option<Video>> + Send;
}

impl VideoSource for Shell {
    async fn video(&self, id: &str) -> Option<Video> {
        let post = self.engine().await.ok()?.post(id).await.ok()?;
        Some(Video {
            path: post.path,
            container: post.media.container,
        })
    }
}

/// A running preview server. It runs until the program ends.
#[derive(Debug)]
pub struct MediaServer {
    address: SocketAddr,
    token: String,
}

struct Access<L> {
    videos: L,
    token: String,
    host: String,
    origin: HeaderValue,
}

impl<L> Access<L> {
    /// True if the headers allow that the request comes from the window. `Host` reveals DNS rebinding, `Origin` a
    /// foreign page.
    fn allows(&self, headers: &HeaderMap) -> bool {
        let foreign = headers
            .get(header::ORIGIN)
            .is_some_and(|origin| *origin != self.origin);
        headers
            .get(header::HOST)
            .is_some_and(|host| *host == self.host)
            && !foreign
    }
}

impl MediaServer {
    /// Starts a server on a free port of 127.0.0.1. Only pages of `origin` may read its responses.
    pub async fn start<L: VideoSource>(videos: L, origin: HeaderValue) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let token = Uuid::new_v4().simple().to_string();
        let access = Arc::new(Access {
            videos,
            token: token.clone(),
            host: address.to_string(),
            origin,
        });
        let routes = Router::new()
            .route("/{token}/{id}", get(serve::<L>))
            .with_state(access);
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                tracing::error!(%error, "[Preview] Serve failed");
            }
        });
        Ok(Self { address, token })
    }

    /// The address of the video of the post `id`.
    pub fn url(&self, id: &str) -> String {
        let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
        format!("http://{}/{}/{id}", self.address, self.token)
    }
}

async fn serve<L: VideoSource>(
    State(access): State<Arc<Access<L>>>,
    Path((token, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    if !access.allows(request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    // In constant time, so that the response time reveals nothing about the token.
    if !bool::from(token.as_bytes().ct_eq(access.token.as_bytes())) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(video) = access.videos.video(&id).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let served = ServeFile::new(&video.path).try_call(request).await;
    let mut response = match served {
        Ok(response) => response.into_response(),
        Err(error) => {
            tracing::warn!(%error, "[Preview] Read failed");
            StatusCode::NOT_FOUND.into_response()
        }
    };
    set_headers(response.headers_mut(), &video.container, &access.origin);
    response
}

fn set_headers(headers: &mut HeaderMap, container: &str, origin: &HeaderValue) {
    let kind = match container {
        "MP4" => "video/mp4",
        "MOV" => "video/quicktime",
        "WebM" => "video/webm",
        "MKV" => "video/x-matroska",
        _ => "application/octet-stream",
    };
    let fixed = HeaderValue::from_static;
    // The file name may have the wrong extension.
    headers.insert(header::CONTENT_TYPE, fixed(kind));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
    headers.insert(header::CACHE_CONTROL, fixed("no-store"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(header::VARY, fixed("origin"));
}

#[cfg(test)]
mod tests;
