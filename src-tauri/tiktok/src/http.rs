//! What all requests share: clients, bounded reading, wiped forms, waiting hints, and errors without addresses.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::{
    Body, Client, Response,
    header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER},
    redirect,
};
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::{
    error::{ClientError, Error, NetworkKind, Operation},
    limits::RETRY_AFTER_MAX,
};

const USER_AGENT: &str = concat!("tiktok-api/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
const API_TIMEOUT: Duration = Duration::from_secs(30);
const KEEPALIVE: Duration = Duration::from_secs(30);
/// How long a connection waits for the next request. Its buffers keep the last one, token and all, until it is closed
/// or used again, so it is not kept for long.
const POOL_IDLE: Duration = Duration::from_secs(10);
const POOL_SIZE: usize = 4;

/// What kind of address a client is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// The internet: https only, through the system's proxy if there is one.
    Internet,
    /// This computer: also http, never through a proxy.
    Loopback,
}

/// A client for short requests, with a time limit on the whole of each.
pub(crate) fn api_client(route: Route) -> Result<Client, Error> {
    build(base(route).timeout(API_TIMEOUT))
}

/// A client for long uploads: no limit on the whole, its user watches for silence.
pub(crate) fn transfer_client(route: Route) -> Result<Client, Error> {
    build(base(route))
}

fn base(route: Route) -> reqwest::ClientBuilder {
    let builder = Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_keepalive(KEEPALIVE)
        .pool_idle_timeout(POOL_IDLE)
        .pool_max_idle_per_host(POOL_SIZE)
        .redirect(redirect::Policy::none())
        // A request is repeated by those who know whether that is safe, never in here.
        .retry(reqwest::retry::never())
        .referer(false);
    match route {
        Route::Internet => builder.https_only(true),
        Route::Loopback => builder.no_proxy(),
    }
}

fn build(builder: reqwest::ClientBuilder) -> Result<Client, Error> {
    builder.build().map_err(|cause| Error::Client {
        operation: Operation::BuildClient,
        source: ClientError::Build(cause.without_url()),
    })
}

/// An error of the HTTP client, sorted by what it says about the request, without the address.
pub(crate) fn network(operation: Operation, cause: reqwest::Error) -> Error {
    // A time-out while connecting is both; that the request never left is the more useful fact.
    let kind = if cause.is_connect() {
        NetworkKind::Connect
    } else if cause.is_timeout() {
        NetworkKind::Timeout
    } else if cause.is_request() || cause.is_body() || cause.is_decode() {
        NetworkKind::Interrupted
    } else {
        NetworkKind::Other
    };
    Error::Network {
        operation,
        kind,
        source: Box::new(cause.without_url()),
    }
}

/// Why a body could not be read.
pub(crate) enum ReadError {
    /// The connection broke.
    Network(reqwest::Error),
    /// It is longer than allowed.
    TooLong,
}

/// Reads a body of at most `max` bytes into memory that is wiped afterwards, also when it has to grow.
pub(crate) async fn read_bounded(
    response: &mut Response,
    max: usize,
) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    let announced = response
        .content_length()
        .map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    if announced.is_some_and(|length| length > max) {
        return Err(ReadError::TooLong);
    }
    let mut body = Zeroizing::new(Vec::with_capacity(announced.unwrap_or(4096)));
    while let Some(piece) = response.chunk().await.map_err(ReadError::Network)? {
        let length = body.len() + piece.len();
        if length > max {
            return Err(ReadError::TooLong);
        }
        if length > body.capacity() {
            let mut grown = Zeroizing::new(Vec::with_capacity(length * 2));
            grown.extend_from_slice(&body);
            body = grown;
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// A form body whose memory is wiped once it has been sent.
pub(crate) fn form(fields: &[(&str, &str)]) -> Body {
    // Room for the worst case, three bytes for each, so that the text never moves and leaves a copy behind.
    let room = fields
        .iter()
        .map(|(name, value)| 3 * (name.len() + value.len()) + 2)
        .sum();
    let mut text = form_urlencoded::Serializer::new(String::with_capacity(room));
    text.extend_pairs(fields);
    Body::from(Bytes::from_owner(Zeroizing::new(
        text.finish().into_bytes(),
    )))
}

/// `Authorization` for an API call, marked so that it is never printed, and wiped once it has been sent.
pub(crate) fn bearer(operation: Operation, token: &str) -> Result<HeaderValue, Error> {
    let text = Zeroizing::new(format!("Bearer {token}").into_bytes());
    let value = HeaderValue::from_maybe_shared(Bytes::from_owner(text));
    let mut value = value.map_err(|_| Error::Client {
        operation,
        source: ClientError::Token,
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// `Retry-After`, in seconds or as a date. It is not documented, so what cannot be read is ignored.
///
/// A date is compared with the server's own `Date` where there is one: the clock here may be wrong.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if let Ok(seconds) = value.parse::<u64>() {
        Duration::from_secs(seconds)
    } else {
        let until = httpdate::parse_http_date(value).ok()?;
        let now = headers
            .get(DATE)
            .and_then(|date| date.to_str().ok())
            .and_then(|date| httpdate::parse_http_date(date).ok())
            .unwrap_or_else(SystemTime::now);
        until.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(pairs: &[(reqwest::header::HeaderName, &str)]) -> Option<Duration> {
        let headers = pairs
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()))
            .collect();
        retry_after(&headers)
    }

    #[test]
    fn a_waiting_hint_is_read_as_seconds_or_as_a_date() {
        assert_eq!(waits(&[(RETRY_AFTER, "17")]), Some(Duration::from_secs(17)));
        let date = (DATE, "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(
            waits(&[date.clone(), (RETRY_AFTER, "Sun, 06 Nov 1994 08:50:07 GMT")]),
            Some(Duration::from_secs(30))
        );
        assert_eq!(
            waits(&[date, (RETRY_AFTER, "Sun, 06 Nov 1994 08:00:00 GMT")]),
            Some(Duration::ZERO)
        );
        assert_eq!(
            waits(&[(RETRY_AFTER, "Sun, 06 Nov 1994 08:49:37 GMT")]),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn an_unreadable_hint_is_ignored_and_an_absurd_one_bounded() {
        assert_eq!(waits(&[]), None);
        assert_eq!(waits(&[(RETRY_AFTER, "soon")]), None);
        assert_eq!(waits(&[(RETRY_AFTER, "-5")]), None);
        assert_eq!(
            waits(&[(RETRY_AFTER, "18446744073709551615")]),
            Some(RETRY_AFTER_MAX)
        );
    }

    #[test]
    fn a_form_is_encoded_as_browsers_do() {
        let body = form(&[("code", "a*b+c/é"), ("x", "")]);
        assert_eq!(
            body.as_bytes(),
            Some(b"code=a*b%2Bc%2F%C3%A9&x=".as_slice())
        );
    }

    #[test]
    fn a_token_that_no_header_can_carry_is_refused_without_being_shown() {
        let error = bearer(Operation::UserInfo, "act.secret\r\nX: y").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("act."));
        assert!(!format!("{:?}", bearer(Operation::UserInfo, "act.x").unwrap()).contains("act."));
    }
}
