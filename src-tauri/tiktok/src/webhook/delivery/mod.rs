//! A webhook delivery and its signature (`/doc/webhooks-verification`).

use std::{
    fmt::Write as _,
    time::{Duration, SystemTime},
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::ExposeSecret as _;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::{
    error::WebhookError,
    event::{self, WebhookEvent},
};
use crate::{limits::WEBHOOK_TOLERANCE, oauth::AppCredentials};

/// The header with the time and the signature. Header names are case-insensitive, and TikTok's samples use two
/// spellings.
pub const SIGNATURE_HEADER: &str = "tiktok-signature";

/// A delivery with a valid signature. TikTok delivers at least once and in any order (`/doc/webhooks-overview`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The event.
    pub event: WebhookEvent,
    /// `open_id` of the account. Empty when TikTok does not name it.
    pub user_openid: String,
    /// Time of the event, in seconds since 1970, if TikTok names it.
    pub create_time: Option<u64>,
    /// The signature, 64 lowercase hex digits. A repeated delivery has the same one.
    pub signature: String,
}

impl Delivery {
    /// Verifies and parses a delivery: the value of [`SIGNATURE_HEADER`] and the unchanged bytes of the body.
    /// The body is parsed only after the signature has been verified with the secret of `app`.
    ///
    /// `now` may be up to [`WEBHOOK_TOLERANCE`] before or after the signature's time.
    pub fn verify(
        header: &str,
        raw_body: &[u8],
        app: &AppCredentials,
        now: SystemTime,
    ) -> Result<Self, WebhookError> {
        let Parts { time, signature } = Parts::read(header)?;
        let expected = sign(time, raw_body, app)?;
        if !bool::from(expected.as_bytes().ct_eq(signature.as_bytes())) {
            return Err(WebhookError::Signature);
        }
        let near = time
            .parse()
            .ok()
            .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
            .is_some_and(|signed| distance(signed, now) <= WEBHOOK_TOLERANCE);
        if !near {
            return Err(WebhookError::Time);
        }
        let body = event::read(raw_body)?;
        if body.client_key != app.client_key {
            return Err(WebhookError::OtherApp);
        }
        Ok(Self {
            event: body.event,
            user_openid: body.user_openid,
            create_time: body.create_time,
            signature: expected,
        })
    }
}

/// The parts of the signature header.
struct Parts<'a> {
    /// The time's digits, exactly as signed.
    time: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    /// Parses the header. Parts may come in any order, unknown parts are ignored, and `t` and `s` must each appear
    /// once.
    fn read(header: &'a str) -> Result<Self, WebhookError> {
        let (mut time, mut signature) = (None, None);
        for part in header.split(',') {
            let place = match part.trim().split_once('=') {
                Some(("t", value)) => (&mut time, value),
                Some(("s", value)) => (&mut signature, value),
                _ => continue,
            };
            if place.0.replace(place.1).is_some() {
                return Err(WebhookError::Header);
            }
        }
        match (time, signature) {
            (Some(time), Some(signature))
                if !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                Ok(Self { time, signature })
            }
            _ => Err(WebhookError::Header),
        }
    }
}

/// HMAC-SHA256 of the time, a dot and the body, in lowercase hex.
fn sign(time: &str, raw_body: &[u8], app: &AppCredentials) -> Result<String, WebhookError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(app.client_secret.expose_secret().as_bytes())
        // HMAC accepts keys of any length. If that ever changed, no signature would match.
        .map_err(|_| WebhookError::Signature)?;
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(raw_body);
    let mut hex = String::with_capacity(64);
    for byte in mac.finalize().into_bytes() {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(hex)
}

fn distance(one: SystemTime, other: SystemTime) -> Duration {
    one.duration_since(other)
        .unwrap_or_else(|behind| behind.duration())
}

#[cfg(test)]
mod tests;
