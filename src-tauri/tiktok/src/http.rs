//! Shared parts of all requests: clients, bounded reads, wiped forms, `Retry-After`, and errors without addresses.

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
/// The time for which an idle connection stays open. Its buffers keep the last request, including the token, until
/// the connection is closed or reused.
const POOL_IDLE: Duration = Duration::from_secs(10);
const POOL_SIZE: usize = 4;

/// The kind of address that a client is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// The internet: https only, through the system's proxy if there is one.
    Internet,
    /// This computer: http is allowed, and no proxy is used.
    Loopback,
}

/// A client for short requests, with a timeout for each whole request.
pub(crate) fn api_client(route: Route) -> Result<Client, Error> {
    build(base(route).timeout(API_TIMEOUT))
}

/// A client for long uploads, without a timeout for the whole request. The caller detects a stalled upload.
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
        // Only the caller knows whether a retry is safe.
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

/// Converts an error of the HTTP client. The result has no address.
pub(crate) fn network(operation: Operation, cause: reqwest::Error) -> Error {
    // A timeout during the connection is both kinds. That the request was not sent is the more useful fact.
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

/// The reason why a body could not be read.
pub(crate) enum ReadError {
    /// The connection broke.
    Network(reqwest::Error),
    /// The body is longer than allowed.
    TooLong,
}

/// Reads a body of at most `max` bytes. The memory is wiped on drop and whenever the buffer grows.
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

/// A form body whose memory is wiped after the request was sent.
pub(crate) fn form(fields: &[(&str, &str)]) -> Body {
    // The capacity covers the worst case, three bytes per byte, so that no reallocation leaves a copy behind.
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

/// The `Authorization` header of an API call. `Debug` does not print it, and its memory is wiped after the request.
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

/// Reads `Retry-After`, in seconds or as a date. The header is not documented, so an unreadable value is ignored.
///
/// A date is compared with the server's own `Date` header, if there is one, because the local clock may be wrong.
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
    fn retry_after_is_seconds_or_a_date() {
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
    fn retry_after_ignores_invalid_values_and_has_a_bound() {
        assert_eq!(waits(&[]), None);
        assert_eq!(waits(&[(RETRY_AFTER, "soon")]), None);
        assert_eq!(waits(&[(RETRY_AFTER, "-5")]), None);
        assert_eq!(
            waits(&[(RETRY_AFTER, "18446744073709551615")]),
            Some(RETRY_AFTER_MAX)
        );
    }

    #[test]
    fn form_is_encoded_like_a_browsers() {
        let body = form(&[("code", "a*b+c/é"), ("x", "")]);
        assert_eq!(
            body.as_bytes(),
            Some(b"code=a*b%2Bc%2F%C3%A9&x=".as_slice())
        );
    }

    #[test]
    fn invalid_token_is_refused_and_hidden() {
        let error = bearer(Operation::UserInfo, "act.secret\r\nX: y").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("act."));
        assert!(!format!("{:?}", bearer(Operation::UserInfo, "act.x").unwrap()).contains("act."));
    }
}
