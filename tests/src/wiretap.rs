//! A proxy between Slipway and the sandbox's API that records each secret that passes.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, Response, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::leaks::Secret;

/// Fields of forms and JSON that are secrets.
const SECRET_FIELDS: [&str; 7] = [
    "access_token",
    "refresh_token",
    "client_secret",
    "code",
    "code_verifier",
    "token",
    "upload_url",
];

/// The largest message of the API, with room to spare.
const MOST: usize = 10_000_000;

/// Changes the answer of a path.
type Alter = Box<dyn Fn(&str, &mut Value) + Send + Sync>;

/// A running wiretap.
#[derive(Debug)]
pub struct Wiretap {
    url: String,
    heard: Arc<Mutex<BTreeSet<Secret>>>,
    server: JoinHandle<()>,
}

struct Line {
    target: String,
    client: reqwest::Client,
    heard: Arc<Mutex<BTreeSet<Secret>>>,
    alter: Option<Alter>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}

impl Wiretap {
    /// Starts a proxy before the API at the origin `target`. It changes nothing.
    pub async fn before(target: &str) -> Self {
        Self::start(target, None).await
    }

    /// Starts a proxy that passes each JSON answer and its path to `alter`: a hostile TikTok.
    pub async fn that_alters(
        target: &str,
        alter: impl Fn(&str, &mut Value) + Send + Sync + 'static,
    ) -> Self {
        Self::start(target, Some(Box::new(alter))).await
    }

    async fn start(target: &str, alter: Option<Alter>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!(
            "http://{}",
            listener.local_addr().expect("the wiretap's address")
        );
        let heard = Arc::new(Mutex::new(BTreeSet::new()));
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        let line = Arc::new(Line {
            target: target.to_owned(),
            client,
            heard: heard.clone(),
            alter,
        });
        let server = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let line = line.clone();
                let service = service_fn(move |request| {
                    let line = line.clone();
                    async move { line.pass_on(request).await }
                });
                // It fails when the sandbox closes its connection. Then this connection is closed as well.
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { url, heard, server }
    }

    /// The origin that Slipway gets as TikTok's.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The secrets that have passed so far.
    pub fn secrets(&self) -> Vec<Secret> {
        self.heard.lock().iter().cloned().collect()
    }
}

impl Drop for Wiretap {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Line {
    async fn pass_on(&self, request: Request<Incoming>) -> io::Result<Response<Body>> {
        let (head, body) = request.into_parts();
        let body = read(Body::new(body)).await?;
        self.listen(&head.headers, &body);
        let url = format!("{}{}", self.target, head.uri);
        let mut request = self.client.request(head.method, url);
        for (name, value) in &head.headers {
            // The client writes these two headers for its own connection.
            if name != header::HOST && name != header::CONTENT_LENGTH {
                request = request.header(name, value);
            }
        }
        let answer = request.body(body).send().await.map_err(io::Error::other)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = answer.bytes().await.map_err(io::Error::other)?;
        self.listen(&headers, &body);
        if let Some(alter) = &self.alter
            && let Ok(mut value) = serde_json::from_slice(&body)
        {
            alter(head.uri.path(), &mut value);
            body = value.to_string().into();
        }
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        for (name, value) in &headers {
            if name != header::TRANSFER_ENCODING && name != header::CONTENT_LENGTH {
                response.headers_mut().append(name, value.clone());
            }
        }
        Ok(response)
    }

    fn listen(&self, headers: &HeaderMap, body: &[u8]) {
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        if let Some(token) = bearer.and_then(|value| value.strip_prefix("Bearer ")) {
            self.note("access_token", token);
        }
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => self.listen_to(&value),
            Err(_) if body.starts_with(b"{") => self.listen_to_broken(body),
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

    /// Records the secrets in truncated JSON: the complete ones, and the beginning of the last one.
    fn listen_to_broken(&self, body: &[u8]) {
        let text = String::from_utf8_lossy(body);
        for name in SECRET_FIELDS {
            for (_, rest) in text
                .match_indices(&format!("\"{name}\":\""))
                .map(|(at, found)| text.split_at(at + found.len()))
            {
                self.note(name, rest.split('"').next().unwrap_or_default());
            }
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
        let mut heard = self.heard.lock();
        heard.insert(Secret::new(name, value));
        if name == "upload_url"
            && let Some((_, query)) = value.split_once('?')
        {
            // The other part is the number of the publish, which is no secret.
            for (part, value) in url::form_urlencoded::parse(query.as_bytes()) {
                if part == "upload_token" && value.len() >= 16 {
                    heard.insert(Secret::new("upload_token", value.into_owned()));
                }
            }
        }
    }
}

async fn read(body: Body) -> io::Result<Bytes> {
    axum::body::to_bytes(body, MOST)
        .await
        .map_err(io::Error::other)
}
