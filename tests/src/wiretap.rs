//! Sits between Slipway and the sandbox's API, changes nothing, and remembers every secret that passes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::leaks::Secret;

/// Fields of forms and JSON that open something.
const SECRET_FIELDS: [&str; 7] = [
    "access_token",
    "refresh_token",
    "client_secret",
    "code",
    "code_verifier",
    "token",
    "upload_url",
];

/// A running wiretap.
#[derive(Debug)]
pub struct Wiretap {
    url: String,
    heard: Arc<Mutex<BTreeSet<Secret>>>,
    server: JoinHandle<()>,
}

#[derive(Clone)]
struct Line {
    target: String,
    client: reqwest::Client,
    heard: Arc<Mutex<BTreeSet<Secret>>>,
}

impl Wiretap {
    /// Listens in front of the API at the origin `target`.
    pub async fn before(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!(
            "http://{}",
            listener.local_addr().expect("the wiretap's address")
        );
        let heard = Arc::new(Mutex::new(BTreeSet::new()));
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client");
        let line = Line {
            target: target.to_owned(),
            client,
            heard: heard.clone(),
        };
        let router = Router::new().fallback(pass_on).with_state(line);
        let server = tokio::spawn(async move {
            axum::serve(listener, router)
                .await
                .expect("the wiretap serves");
        });
        Self { url, heard, server }
    }

    /// The origin that Slipway is told.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Every secret that passed so far.
    pub fn secrets(&self) -> Vec<Secret> {
        self.heard
            .lock()
            .expect("the wiretap's memory")
            .iter()
            .cloned()
            .collect()
    }
}

impl Drop for Wiretap {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn pass_on(
    State(line): State<Line>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    line.listen(&headers, &body);
    let mut request = line.client.request(method, format!("{}{uri}", line.target));
    for (name, value) in &headers {
        // The client writes these two itself, for the connection that it really has.
        if name != header::HOST && name != header::CONTENT_LENGTH {
            request = request.header(name, value);
        }
    }
    let Ok(answer) = request.body(body).send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let (status, headers) = (answer.status(), answer.headers().clone());
    let Ok(body) = answer.bytes().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    line.listen(&headers, &body);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    for (name, value) in &headers {
        if name != header::TRANSFER_ENCODING && name != header::CONTENT_LENGTH {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

impl Line {
    fn listen(&self, headers: &HeaderMap, body: &[u8]) {
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        if let Some(token) = bearer.and_then(|value| value.strip_prefix("Bearer ")) {
            self.note("access_token", token);
        }
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => self.listen_to(&value),
            Err(_) => url::form_urlencoded::parse(body).for_each(|(name, value)| {
                self.note(&name, &value);
            }),
        }
    }

    fn listen_to(&self, value: &Value) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| match value {
                Value::String(text) => self.note(name, text),
                other => self.listen_to(other),
            }),
            Value::Array(items) => items.iter().for_each(|item| self.listen_to(item)),
            _ => {}
        }
    }

    fn note(&self, name: &str, value: &str) {
        // An empty or short `code` is an error code such as `ok`.
        if !SECRET_FIELDS.contains(&name)
            || value.len() < 16
            || value.bytes().all(|b| b == b'_' || b.is_ascii_lowercase())
        {
            return;
        }
        let mut heard = self.heard.lock().expect("the wiretap's memory");
        heard.insert(Secret::new(name, value));
        if name == "upload_url"
            && let Some((_, query)) = value.split_once('?')
        {
            // The other part is the publish's own number, which is no secret.
            for (part, value) in url::form_urlencoded::parse(query.as_bytes()) {
                if part == "upload_token" {
                    heard.insert(Secret::new("upload_token", value.into_owned()));
                }
            }
        }
    }
}
