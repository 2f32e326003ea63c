//! The loopback port that TikTok's answer comes to, and the page that the browser shows then.

use std::sync::Arc;

use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Connector, LINGER};
use crate::{error::ConnectError, notices::Explain, views::Notice};

const PAGE: &str = include_str!("page.html");

#[derive(Clone)]
struct Door {
    connector: Arc<Connector>,
    attempt: String,
    port: u16,
    end: CancellationToken,
}

/// Serves `/callback/` until `end`.
pub(super) async fn serve(
    listener: TcpListener,
    port: u16,
    connector: Arc<Connector>,
    attempt: String,
    end: CancellationToken,
) {
    let door = Door {
        connector,
        attempt,
        port,
        end: end.clone(),
    };
    let router = Router::new()
        .route("/callback/", get(callback))
        .with_state(door);
    let served = axum::serve(listener, router)
        .with_graceful_shutdown(async move { end.cancelled().await })
        .await;
    if let Err(error) = served {
        tracing::warn!(%error, "[Connect] Listen failed");
    }
}

async fn callback(
    State(door): State<Door>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    // A page elsewhere must not reach this port under a name of its own.
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    if host != format!("127.0.0.1:{}", door.port) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    let answer = door
        .connector
        .answer(&door.attempt, query.as_deref().unwrap_or_default())
        .await;
    let over = !matches!(
        answer,
        Err(ConnectError::StateMismatch | ConnectError::Unreadable(_) | ConnectError::StateUsed)
    );
    if over {
        let (connector, attempt, end) = (
            door.connector.clone(),
            door.attempt.clone(),
            door.end.clone(),
        );
        tokio::spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(LINGER) => {}
                () = end.cancelled() => {}
            }
            connector.cancel(&attempt);
        });
    }
    match answer {
        Ok(account) => page(
            StatusCode::OK,
            "Connected",
            &format!("{} is connected to Slipway.", account.display_name),
            "You can close this page and go back to Slipway.",
        ),
        Err(error) => {
            let Notice {
                happened,
                slipway,
                you,
                ..
            } = error.explain();
            page(
                StatusCode::BAD_REQUEST,
                "Not connected",
                &happened,
                &format!("{slipway} {you}"),
            )
        }
    }
}

fn page(status: StatusCode, title: &str, first: &str, second: &str) -> Response {
    let html = PAGE
        .replace("{title}", &escape(title))
        .replace("{first}", &escape(first))
        .replace("{second}", &escape(second))
        .replace(
            "{open}",
            if status.is_success() {
                "slipway://connected"
            } else {
                "slipway://open"
            },
        );
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
        ),
    ];
    (status, headers, Html(html)).into_response()
}

/// Makes text harmless inside HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
