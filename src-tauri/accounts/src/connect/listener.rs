//! The HTTP listener on a loopback port that takes TikTok's answer: bound to this computer, for one answer, and closed
//! before the browser shows the result.
//!
//! Any local program and any web page can call it. Requests that do not belong here are refused without touching the
//! attempt. The number of connections is limited, and a new connection replaces the oldest idle one, so that slow
//! callers cannot block the browser. The end of the attempt closes them all.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tiktok_api::Callback;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use super::{answer_page, attempt::AnswerChannel, connector::Connector, error::ConnectError};

/// The path of the redirect address.
const PATH: &str = "/callback/";
/// The maximum number of connections at a time.
const CONNECTIONS: usize = 16;
/// The maximum size of a request's head, in bytes.
const HEAD: usize = 16 * 1024;
/// The maximum number of header fields of a request.
const FIELDS: usize = 64;
/// The pause after the system refused a connection, for example because of its limit of open files.
const ACCEPT_RETRY: Duration = Duration::from_secs(1);

/// The shared state of all requests.
#[derive(Debug)]
struct Port {
    connector: Arc<Connector>,
    attempt: String,
    /// The expected `Host` header.
    host: String,
    /// Cancelled when the port is closed.
    closed: CancellationToken,
}

/// Serves the redirect address of one attempt until `end`. Requests that are being answered are finished.
pub(super) async fn serve(
    listener: TcpListener,
    port: u16,
    connector: Arc<Connector>,
    attempt: String,
    end: CancellationToken,
) {
    let closed = CancellationToken::new();
    let clock = connector.clock.clone();
    let port = Arc::new(Port {
        connector,
        attempt,
        host: format!("127.0.0.1:{port}"),
        closed: closed.clone(),
    });
    let mut connections = Connections::default();
    loop {
        let accepted = tokio::select! {
            () = end.cancelled() => break,
            accepted = listener.accept() => accepted,
            Some(_) = connections.tasks.join_next() => continue,
        };
        match accepted {
            Ok((socket, _)) => connections.add(socket, &port),
            Err(error) => {
                tracing::debug!(%error, "[Connect] Accept failed");
                let pause = clock.sleep(ACCEPT_RETRY);
                end.run_until_cancelled(pause).await;
            }
        }
    }
    drop(listener);
    closed.cancel();
    connections.finish().await;
}

/// The connections of one port, oldest first.
#[derive(Default)]
struct Connections {
    tasks: JoinSet<()>,
    open: Vec<Open>,
}

struct Open {
    task: AbortHandle,
    /// Whether a complete request arrived.
    has_request: Arc<AtomicBool>,
}

impl Connections {
    /// Accepts a connection. If there are too many, closes the oldest idle one.
    fn add(&mut self, socket: TcpStream, port: &Arc<Port>) {
        self.open.retain(|open| !open.task.is_finished());
        if self.open.len() >= CONNECTIONS {
            let Some(idle) = self.open.iter().position(Open::is_idle) else {
                // All connections wait for TikTok.
                return;
            };
            self.open.remove(idle).task.abort();
        }
        let has_request = Arc::<AtomicBool>::default();
        let task = self
            .tasks
            .spawn(talk(socket, port.clone(), has_request.clone()));
        self.open.push(Open { task, has_request });
    }

    /// Closes idle connections and waits for the others.
    async fn finish(mut self) {
        for open in self.open.iter().filter(|open| open.is_idle()) {
            open.task.abort();
        }
        while self.tasks.join_next().await.is_some() {}
    }
}

impl Open {
    fn is_idle(&self) -> bool {
        !self.has_request.load(Ordering::SeqCst)
    }
}

/// Serves one request.
async fn talk(socket: TcpStream, port: Arc<Port>, has_request: Arc<AtomicBool>) {
    let service = service_fn(move |request: Request<Incoming>| {
        has_request.store(true, Ordering::SeqCst);
        let port = port.clone();
        async move { Ok::<_, Infallible>(port.answer(&request).await) }
    });
    let connection = http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(HEAD)
        .max_headers(FIELDS)
        .serve_connection(TokioIo::new(socket), service);
    if let Err(error) = connection.await {
        tracing::debug!("[Connect] Connection broke off: {error}");
    }
}

impl Port {
    async fn answer(&self, request: &Request<Incoming>) -> Response<Body> {
        if request.method() != Method::GET {
            return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET")]).into_response();
        }
        if request.uri().path() != PATH {
            return StatusCode::NOT_FOUND.into_response();
        }
        // DNS rebinding: another site must not reach this port under its own name.
        if field(request.headers(), "host") != Some(&self.host) {
            return StatusCode::MISDIRECTED_REQUEST.into_response();
        }
        // Nor embedded in a page, as an image or a frame: TikTok redirects a whole page.
        if field(request.headers(), "sec-fetch-dest").is_some_and(|dest| dest != "document") {
            return StatusCode::FORBIDDEN.into_response();
        }
        let query = Zeroizing::new(request.uri().query().unwrap_or_default().to_owned());
        let answer = match Callback::parse(&query) {
            Ok(callback) => {
                self.connector
                    .answer(AnswerChannel::Port(&self.attempt), callback)
                    .await
            }
            Err(error) => Err(error.into()),
        };
        let stays_open = matches!(
            answer,
            Err(ConnectError::StateMismatch
                | ConnectError::StateUsed
                | ConnectError::Unreadable(_))
        );
        if !stays_open {
            self.closed.cancelled().await;
        }
        answer_page::page(&answer, self.connector.texts)
    }
}

fn field<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
