//! Previews: a server on loopback that plays the videos in the queue to Slipway's own window and to nobody else.
//!
//! `WebKitGTK` plays no custom scheme in `<video>`, so the window gets an `http` address with an unguessable part.

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

/// A video file that may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Video {
    /// Where it lies.
    pub path: PathBuf,
    /// Its container, in the engine's words.
    pub container: String,
}

/// Where videos are looked up.
pub trait Library: Clone + Send + Sync + 'static {
    /// The video of the post `id`, if there is such a post.
    fn video(&self, id: &str) -> impl Future<Output = Option<Video>> + Send;
}

impl Library for Shell {
    async fn video(&self, id: &str) -> Option<Video> {
        let post = self.engine().await.ok()?.post(id).await.ok()?;
        Some(Video {
            path: post.path,
            container: post.media.container,
        })
    }
}

/// A running server. It lives as long as the program.
#[derive(Debug)]
pub struct MediaServer {
    address: SocketAddr,
    token: String,
}

struct Gate<L> {
    library: L,
    token: String,
    host: String,
    origin: HeaderValue,
}

impl<L> Gate<L> {
    /// Whether a request comes from the window, as far as its headers say. A name that an attacker points at
    /// 127.0.0.1 shows in Host; a foreign page shows in Origin.
    fn admits(&self, headers: &HeaderMap) -> bool {
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
    /// Binds a free port of 127.0.0.1. Only pages of `origin` may read what it serves.
    pub async fn start<L: Library>(library: L, origin: HeaderValue) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let token = Uuid::new_v4().simple().to_string();
        let gate = Arc::new(Gate {
            library,
            token: token.clone(),
            host: address.to_string(),
            origin,
        });
        let routes = Router::new()
            .route("/{token}/{id}", get(serve::<L>))
            .with_state(gate);
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                tracing::error!(%error, "[Preview] Serve failed");
            }
        });
        Ok(Self { address, token })
    }

    /// The address of a post's video.
    pub fn url(&self, id: &str) -> String {
        let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
        format!("http://{}/{}/{id}", self.address, self.token)
    }
}

async fn serve<L: Library>(
    State(gate): State<Arc<Gate<L>>>,
    Path((token, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    if !gate.admits(request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    // In constant time: how long a refusal takes must not tell how much of a guess was right.
    if !bool::from(token.as_bytes().ct_eq(gate.token.as_bytes())) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(video) = gate.library.video(&id).await else {
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
    mark(response.headers_mut(), &video.container, &gate.origin);
    response
}

fn mark(headers: &mut HeaderMap, container: &str, origin: &HeaderValue) {
    let kind = match container {
        "MP4" => "video/mp4",
        "MOV" => "video/quicktime",
        "WebM" => "video/webm",
        "MKV" => "video/x-matroska",
        _ => "application/octet-stream",
    };
    let fixed = HeaderValue::from_static;
    // The file's name may lie about what is in it.
    headers.insert(header::CONTENT_TYPE, fixed(kind));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
    headers.insert(header::CACHE_CONTROL, fixed("no-store"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(header::VARY, fixed("origin"));
}

#[cfg(test)]
mod tests;
