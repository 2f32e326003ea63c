//! The loopback port that TikTok's answer comes to: open to this computer alone, for one answer, and closed by the time
//! that the browser shows what came of it.
//!
//! Any program on this computer and any web page can call it. What does not belong here is turned away without touching
//! the attempt. Slow callers cost a connection each, and the oldest of them makes room for the next caller, so that none
//! can keep the browser out; the end of the attempt ends them all.

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

use super::{Connector, answer_page, attempt::Door};
use crate::connect::ConnectError;

/// The path of the redirect address.
const PATH: &str = "/callback/";
/// How many connections there may be at once.
const CONNECTIONS: usize = 16;
/// Room for a request's head, in bytes.
const HEAD: usize = 16 * 1024;
/// How many header fields a request may have.
const FIELDS: usize = 64;
/// How long no connection is taken after the system refused one, for instance for want of file handles.
const BREATH: Duration = Duration::from_secs(1);

/// What a request meets.
#[derive(Debug)]
struct Port {
    connector: Arc<Connector>,
    attempt: String,
    /// The `Host` that the browser names.
    host: String,
    /// Done once nobody can call any more.
    closed: CancellationToken,
}

/// Serves the redirect address of one attempt until `end`; what is being answered then is answered to its end.
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
                let breath = clock.sleep(BREATH);
                end.run_until_cancelled(breath).await;
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
    /// Whether a request has come whole.
    asked: Arc<AtomicBool>,
}

impl Connections {
    /// Takes a connection. Where there are too many, the oldest without a request goes.
    fn add(&mut self, socket: TcpStream, port: &Arc<Port>) {
        self.open.retain(|open| !open.task.is_finished());
        if self.open.len() >= CONNECTIONS {
            let Some(idle) = self.open.iter().position(Open::is_idle) else {
                // All are being answered, which takes as long as TikTok.
                return;
            };
            self.open.remove(idle).task.abort();
        }
        let asked = Arc::<AtomicBool>::default();
        let task = self.tasks.spawn(talk(socket, port.clone(), asked.clone()));
        self.open.push(Open { task, asked });
    }

    /// Ends those without a request, and waits for the answers to the others.
    async fn finish(mut self) {
        for open in self.open.iter().filter(|open| open.is_idle()) {
            open.task.abort();
        }
        while self.tasks.join_next().await.is_some() {}
    }
}

impl Open {
    fn is_idle(&self) -> bool {
        !self.asked.load(Ordering::SeqCst)
    }
}

/// One request, one answer.
async fn talk(socket: TcpStream, port: Arc<Port>, asked: Arc<AtomicBool>) {
    let service = service_fn(move |request: Request<Incoming>| {
        asked.store(true, Ordering::SeqCst);
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
        // A page elsewhere must not reach this port under a name of its own.
        if field(request.headers(), "host") != Some(&self.host) {
            return StatusCode::MISDIRECTED_REQUEST.into_response();
        }
        // Nor from within a page, as a picture or a frame: TikTok's answer is a page that the creator sees.
        if field(request.headers(), "sec-fetch-dest").is_some_and(|dest| dest != "document") {
            return StatusCode::FORBIDDEN.into_response();
        }
        let query = Zeroizing::new(request.uri().query().unwrap_or_default().to_owned());
        let answer = match Callback::parse(&query) {
            Ok(callback) => {
                self.connector
                    .answer(Door::Port(&self.attempt), callback)
                    .await
            }
            Err(error) => Err(error.into()),
        };
        let goes_on = matches!(
            answer,
            Err(ConnectError::StateMismatch
                | ConnectError::StateUsed
                | ConnectError::Unreadable(_))
        );
        if !goes_on {
            self.closed.cancelled().await;
        }
        answer_page::page(&answer, &self.connector.texts)
    }
}

fn field<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
