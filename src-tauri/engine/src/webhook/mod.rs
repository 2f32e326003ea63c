//! The receiver of TikTok's webhooks: on this computer alone, off until the creator switches it on.
//!
//! A tunnel of the creator's own leads to it, under whatever name the tunnel has, so the `Host` header proves nothing
//! and is not asked: the signature is the proof. TikTok's news only hurries things along; asking for the status finds
//! out the same a little later. So a delivery may get lost here, but must not have an effect twice.

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

/// How long a connection may last: one request, which TikTok sends in one piece.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many connections there may be at once; more wait.
const CONNECTIONS: usize = 32;
/// Room for a request's head, in bytes.
const HEAD: usize = 16 * 1024;
/// When a port that could not be opened is tried again.
const TRY_AGAIN: Duration = Duration::from_mins(1);
/// How long no connection is taken after the system refused one, for instance for want of file handles.
const BREATH: Duration = Duration::from_secs(1);

/// Something that TikTok told, proven and for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct News {
    /// Whose account it is about, by TikTok's id. Empty when TikTok does not say.
    pub(crate) open_id: String,
    /// What happened.
    pub(crate) event: WebhookEvent,
}

/// Whether the receiver can be reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Reception {
    /// It is switched off.
    #[default]
    Off,
    /// It listens.
    Open {
        /// The port on 127.0.0.1.
        port: u16,
    },
    /// It should listen and cannot; the port is tried again every minute.
    Shut(PortShut),
}

/// A port that cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortShut {
    /// The port on 127.0.0.1.
    pub(crate) port: u16,
    /// Why.
    pub(crate) kind: io::ErrorKind,
}

impl Reception {
    /// What a creator should know for as long as it is so.
    pub(crate) fn notice(&self) -> Option<Notice> {
        match self {
            Self::Off | Self::Open { .. } => None,
            Self::Shut(shut) => Some(shut.explain()),
        }
    }
}

/// Tells the present client key and secret.
pub(crate) type App = Box<dyn Fn() -> Option<AppCredentials> + Send + Sync>;

/// Takes deliveries and hands the news on.
pub(crate) struct Receiver {
    app: App,
    pool: SqlitePool,
    clock: Arc<dyn Clock>,
    sink: mpsc::Sender<News>,
    reception: watch::Sender<Reception>,
}

impl Receiver {
    /// A receiver that proves deliveries with `app`, remembers them in `pool` and hands them to `sink`.
    pub(crate) fn new(
        app: App,
        pool: SqlitePool,
        clock: Arc<dyn Clock>,
        sink: mpsc::Sender<News>,
    ) -> Arc<Self> {
        Arc::new(Self {
            app,
            pool,
            clock,
            sink,
            reception: watch::Sender::default(),
        })
    }

    /// Whether it can be reached, now and whenever that changes.
    pub(crate) fn reception(&self) -> watch::Receiver<Reception> {
        self.reception.subscribe()
    }

    /// Listens as the settings say, and moves with them, until `stop`.
    pub(crate) async fn run(
        self: Arc<Self>,
        mut settings: watch::Receiver<Settings>,
        stop: CancellationToken,
    ) {
        loop {
            let wanted = settings.borrow_and_update().webhook.clone();
            tokio::select! {
                () = stop.cancelled() => break,
                () = other_than(&wanted, &mut settings) => {}
                () = self.listen(&wanted) => {}
            }
        }
        self.tell(Reception::Off);
    }

    /// Listens for as long as it is let; connections end with it.
    async fn listen(self: &Arc<Self>, wanted: &WebhookSettings) {
        if !wanted.enabled {
            self.tell(Reception::Off);
            return std::future::pending().await;
        }
        loop {
            let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted.port)).await;
            match bound.and_then(|listener| Ok((listener.local_addr()?.port(), listener))) {
                Ok((port, listener)) => {
                    tracing::info!(port, "[Webhook] Listening");
                    self.tell(Reception::Open { port });
                    self.serve(listener).await;
                }
                Err(error) => {
                    tracing::warn!(port = wanted.port, %error, "[Webhook] Listen failed");
                    self.tell(Reception::Shut(PortShut {
                        port: wanted.port,
                        kind: error.kind(),
                    }));
                    self.clock.sleep(TRY_AGAIN).await;
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
                accepted = listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                    Ok((socket, _)) => {
                        connections.spawn(answer(socket, router.clone(), self.clock.sleep(PATIENCE)));
                    }
                    Err(error) => {
                        tracing::debug!(%error, "[Webhook] Accept failed");
                        self.clock.sleep(BREATH).await;
                    }
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }

    /// Proves a delivery and hands it on, unless that was done before.
    async fn receive(&self, header: &str, body: &[u8]) -> StatusCode {
        let Some(app) = (self.app)() else {
            tracing::debug!("[Webhook] Delivery refused: no client secret to prove it with");
            return StatusCode::UNAUTHORIZED;
        };
        // The system holds every time that a clock can show; any other is too far from every signature.
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
        // Room first: what is remembered as taken must be taken. TikTok comes again on anything but 200.
        let Ok(place) = self.sink.try_reserve() else {
            return StatusCode::SERVICE_UNAVAILABLE;
        };
        match self.remember(&delivery.signature).await {
            Ok(true) => place.send(News {
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

    /// Notes a delivery; says whether it is new. Forgets those that TikTok no longer repeats.
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

    fn tell(&self, now: Reception) {
        self.reception.send_if_modified(|before| {
            let news = *before != now;
            *before = now;
            news
        });
    }
}

/// Waits until other webhook settings are wanted.
async fn other_than(current: &WebhookSettings, settings: &mut watch::Receiver<Settings>) {
    // Without anybody who could change them, they stay.
    if settings
        .wait_for(|now| now.webhook != *current)
        .await
        .is_err()
    {
        std::future::pending::<()>().await;
    }
}

/// One request, one answer, and not for long.
async fn answer(socket: TcpStream, router: Router, patience: clock::Wait) {
    let connection = http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(socket), TowerToHyperService::new(router));
    tokio::select! {
        ended = connection => if let Err(error) = ended {
            tracing::debug!(%error, "[Webhook] Connection broke off");
        },
        () = patience => tracing::debug!("[Webhook] Connection was too slow"),
    }
}

async fn take(
    State(receiver): State<Arc<Receiver>>,
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
