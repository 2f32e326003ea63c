//! The webhook receiver: an HTTP server on this computer, off by default.
//!
//! The creator's own tunnel leads to it, under any host name, so that the `Host` header proves nothing and is ignored.
//! The signature authenticates a delivery. Deliveries only speed things up: polling finds the same a little later. A
//! delivery may therefore be lost, but must not have an effect twice.

mod notices;

pub(crate) use notices::text::TEXTS;

use std::{
    io,
    net::Ipv4Addr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use slipway_core::{
    clock::{self, Clock},
    notice::Explain as _,
    views::{Notice, Settings, WebhookSettings},
};
use sqlx::SqlitePool;
use tiktok_api::{
    AppCredentials, Delivery, SIGNATURE_HEADER, WebhookError, WebhookEvent,
    limits::{WEBHOOK_RETRY_LIFE, WEBHOOK_SIZE_MAX, WEBHOOK_TOLERANCE},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

/// The timeout of a connection, which carries one request.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);
/// The most simultaneous connections. Further ones wait.
const CONNECTIONS_MAX: usize = 32;
/// The largest head of a request, in bytes.
const HEAD_MAX: usize = 16 * 1024;
/// The pause before a retry to open the port.
const RETRY_INTERVAL: Duration = Duration::from_mins(1);
/// The pause after the system failed to accept a connection, for example because no file handle was free.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// An authenticated delivery that was not received before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceivedEvent {
    /// TikTok's id of the account. Empty if TikTok does not send it.
    pub(crate) open_id: String,
    /// The event.
    pub(crate) event: WebhookEvent,
}

/// The state of the receiver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum ReceiverState {
    /// The receiver is switched off.
    #[default]
    Off,
    /// The receiver listens.
    Open {
        /// The port on 127.0.0.1.
        port: u16,
    },
    /// The port cannot be opened. The receiver retries every minute.
    Shut(PortUnavailable),
}

/// A port that cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortUnavailable {
    /// The port on 127.0.0.1.
    pub(crate) port: u16,
    /// The kind of the error.
    pub(crate) kind: io::ErrorKind,
}

impl ReceiverState {
    /// Returns the notice to show in this state.
    pub(crate) fn notice(&self) -> Option<Notice> {
        match self {
            Self::Off | Self::Open { .. } => None,
            Self::Shut(shut) => Some(shut.explain()),
        }
    }
}

/// Returns the present client key and secret.
pub(crate) type App = Box<dyn Fn() -> Option<AppCredentials> + Send + Sync>;

/// Receives deliveries and forwards their events.
pub(crate) struct WebhookReceiver {
    app: App,
    pool: SqlitePool,
    clock: Arc<dyn Clock>,
    sink: mpsc::Sender<ReceivedEvent>,
    reception: watch::Sender<ReceiverState>,
}

impl WebhookReceiver {
    /// Creates a receiver that authenticates deliveries with `app`, records them in `pool` and sends events to `sink`.
    pub(crate) fn new(
        app: App,
        pool: SqlitePool,
        clock: Arc<dyn Clock>,
        sink: mpsc::Sender<ReceivedEvent>,
    ) -> Arc<Self> {
        Arc::new(Self {
            app,
            pool,
            clock,
            sink,
            reception: watch::Sender::default(),
        })
    }

    /// Subscribes to the state of the receiver.
    pub(crate) fn reception(&self) -> watch::Receiver<ReceiverState> {
        self.reception.subscribe()
    }

    /// Listens as the settings say, follows their changes, and ends with `stop`.
    pub(crate) async fn run(
        self: Arc<Self>,
        mut settings: watch::Receiver<Settings>,
        stop: CancellationToken,
    ) {
        loop {
            let wanted = settings.borrow_and_update().webhook.clone();
            tokio::select! {
                () = stop.cancelled() => break,
                () = changed_from(&wanted, &mut settings) => {}
                () = self.listen(&wanted) => {}
            }
        }
        self.set_state(ReceiverState::Off);
    }

    /// Listens until the future is dropped, which also closes all connections.
    async fn listen(self: &Arc<Self>, wanted: &WebhookSettings) {
        if !wanted.enabled {
            self.set_state(ReceiverState::Off);
            return std::future::pending().await;
        }
        loop {
            let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted.port)).await;
            match bound.and_then(|listener| Ok((listener.local_addr()?.port(), listener))) {
                Ok((port, listener)) => {
                    tracing::info!(port, "[Webhook] Listening");
                    self.set_state(ReceiverState::Open { port });
                    self.serve(listener).await;
                }
                Err(error) => {
                    tracing::warn!(port = wanted.port, %error, "[Webhook] Listen failed");
                    self.set_state(ReceiverState::Shut(PortUnavailable {
                        port: wanted.port,
                        kind: error.kind(),
                    }));
                    self.clock.sleep(RETRY_INTERVAL).await;
                }
            }
        }
    }

    async fn serve(self: &Arc<Self>, listener: TcpListener) {
        let router = Router::new()
            .route("/webhook", post(take))
            .layer(DefaultBodyLimit::max(WEBHOOK_SIZE_MAX))
            .with_state(self.clone());
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept(), if connections.len() < CONNECTIONS_MAX => match accepted {
                    Ok((socket, _)) => {
                        connections.spawn(answer(socket, router.clone(), self.clock.sleep(CONNECTION_TIMEOUT)));
                    }
                    Err(error) => {
                        tracing::debug!(%error, "[Webhook] Accept failed");
                        self.clock.sleep(ACCEPT_PAUSE).await;
                    }
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }

    /// Authenticates a delivery and forwards its event, unless the delivery was received before.
    async fn receive(&self, header: &str, body: &[u8]) -> StatusCode {
        let Some(app) = (self.app)() else {
            tracing::debug!("[Webhook] Delivery refused: no client secret to prove it with");
            return StatusCode::UNAUTHORIZED;
        };
        // A time that `SystemTime` cannot represent is too far from every signature anyway.
        let now = SystemTime::try_from(self.clock.now()).unwrap_or(SystemTime::UNIX_EPOCH);
        let delivery = match Delivery::verify(header, body, &app, now) {
            Ok(delivery) => delivery,
            Err(error) => {
                tracing::debug!("{error}");
                return match error {
                    WebhookError::Body(_) => StatusCode::BAD_REQUEST,
                    _ => StatusCode::UNAUTHORIZED,
                };
            }
        };
        // Space in the queue is reserved first, because a recorded delivery must be processed. TikTok retries after every
        // status but 200.
        let Ok(place) = self.sink.try_reserve() else {
            return StatusCode::SERVICE_UNAVAILABLE;
        };
        match self.remember(&delivery.signature).await {
            Ok(true) => place.send(ReceivedEvent {
                open_id: delivery.user_openid,
                event: delivery.event,
            }),
            Ok(false) => tracing::debug!("[Webhook] Delivery known already"),
            Err(error) => {
                tracing::warn!(%error, "[Webhook] Store failed");
                return StatusCode::SERVICE_UNAVAILABLE;
            }
        }
        StatusCode::OK
    }

    /// Records a delivery. Returns true if it is new. Deletes the deliveries that TikTok no longer retries.
    async fn remember(&self, signature: &str) -> Result<bool, sqlx::Error> {
        let now = self.clock.now();
        let over = now
            .checked_sub(WEBHOOK_RETRY_LIFE + WEBHOOK_TOLERANCE)
            .unwrap_or(jiff::Timestamp::MIN);
        let (at, over) = (now.as_millisecond(), over.as_millisecond());
        let mut transaction = self.pool.begin().await?;
        sqlx::query!("DELETE FROM webhook_deliveries WHERE at < ?", over)
            .execute(&mut *transaction)
            .await?;
        let added = sqlx::query!(
            "INSERT OR IGNORE INTO webhook_deliveries (signature, at) VALUES (?, ?)",
            signature,
            at
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(added.rows_affected() == 1)
    }

    fn set_state(&self, now: ReceiverState) {
        self.reception.send_if_modified(|before| {
            let differs = *before != now;
            *before = now;
            differs
        });
    }
}

/// Waits until the webhook settings differ from `current`.
async fn changed_from(current: &WebhookSettings, settings: &mut watch::Receiver<Settings>) {
    // A closed channel means that the settings cannot change any more.
    if settings
        .wait_for(|now| now.webhook != *current)
        .await
        .is_err()
    {
        std::future::pending::<()>().await;
    }
}

/// Serves one request within the timeout.
async fn answer(socket: TcpStream, router: Router, timeout: clock::Wait) {
    let connection = http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(HEAD_MAX)
        .serve_connection(TokioIo::new(socket), TowerToHyperService::new(router));
    tokio::select! {
        ended = connection => if let Err(error) = ended {
            tracing::debug!(%error, "[Webhook] Connection broke off");
        },
        () = timeout => tracing::debug!("[Webhook] Connection was too slow"),
    }
}

async fn take(
    State(receiver): State<Arc<WebhookReceiver>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let header = headers
        .get(SIGNATURE_HEADER)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    receiver.receive(header, &body).await
}

#[cfg(test)]
mod tests;
