//! A loopback server that answers from a script and records the requests.

use std::{collections::VecDeque, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, Response},
};
use parking_lot::Mutex;
use secrecy::SecretString;
use serde_json::Value;
use tiktok_api::{Endpoints, TikTok, UploadUrl};
use tokio::net::TcpListener;

/// A received request.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    /// Path and query, unchanged.
    pub target: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The fields of the form, in their order.
    pub fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.body)
            .into_owned()
            .collect()
    }
}

#[derive(Clone)]
struct Shared {
    script: Arc<Mutex<VecDeque<Response<Body>>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    read_bodies: bool,
}

pub struct Server {
    pub origin: String,
    shared: Shared,
}

impl Server {
    /// Starts a server that gives these answers in order, and 599 afterwards.
    pub async fn start(script: impl IntoIterator<Item = Response<Body>>) -> Self {
        Self::serve(script, true).await
    }

    /// Starts a server that answers before it reads the body of a request.
    pub async fn start_answering_early(script: impl IntoIterator<Item = Response<Body>>) -> Self {
        Self::serve(script, false).await
    }

    async fn serve(script: impl IntoIterator<Item = Response<Body>>, read_bodies: bool) -> Self {
        let shared = Shared {
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            seen: Arc::default(),
            read_bodies,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let app = axum::Router::new()
            .fallback(answer)
            .with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { origin, shared }
    }

    pub fn endpoints(&self) -> Endpoints {
        Endpoints::new(&self.origin, &self.origin).unwrap()
    }

    pub fn tiktok(&self) -> TikTok {
        TikTok::new(self.endpoints()).unwrap()
    }

    pub fn upload_url(&self, target: &str) -> UploadUrl {
        UploadUrl::parse(&format!("{}{target}", self.origin), &self.endpoints()).unwrap()
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().clone()
    }

    /// The only request that the server received.
    pub fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen[0].clone()
    }
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = if shared.read_bodies {
        axum::body::to_bytes(body, usize::MAX)
            .await
            .unwrap_or_default()
    } else {
        Bytes::new()
    };
    shared.seen.lock().push(Seen {
        method: head.method.to_string(),
        target: head.uri.to_string(),
        headers: head.headers,
        body,
    });
    shared
        .script
        .lock()
        .pop_front()
        .unwrap_or_else(|| plain(599, ""))
}

pub fn plain(status: u16, body: &str) -> Response<Body> {
    Response::builder()
        .status(status)
        .body(Body::from(body.to_owned()))
        .unwrap()
}

pub fn with_header(status: u16, name: &str, value: &str) -> Response<Body> {
    Response::builder()
        .status(status)
        .header(name, value)
        .body(Body::empty())
        .unwrap()
}

/// An envelope with the code `ok`.
pub fn data(data: &Value) -> Response<Body> {
    let body = serde_json::json!({
        "data": data, "error": {"code": "ok", "message": "", "log_id": "2026"}
    });
    plain(200, &body.to_string())
}

/// An envelope with an error code.
pub fn refusal(status: u16, code: &str) -> Response<Body> {
    let body = serde_json::json!({
        "data": {}, "error": {"code": code, "message": "because", "log_id": "2026"}
    });
    plain(status, &body.to_string())
}

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}
