//! TikTok's own news of posts and accounts, and the proof that they are TikTok's (`/doc/webhooks-verification`).

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

/// The header that carries time and signature. Header names know no case, and TikTok's samples use two.
pub const SIGNATURE_HEADER: &str = "tiktok-signature";

/// News that TikTok has signed for this app. TikTok delivers at least once and in any order (`/doc/webhooks-overview`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What happened.
    pub event: WebhookEvent,
    /// Whose account it is about: its `open_id`. Empty when TikTok does not say.
    pub user_openid: String,
    /// When it happened, in seconds since 1970, if TikTok says so.
    pub create_time: Option<u64>,
    /// The signature, 64 lowercase hex digits: the same delivery sent again has the same one.
    pub signature: String,
}

impl Delivery {
    /// Takes the value of [`SIGNATURE_HEADER`] and the body's bytes exactly as they came, proves them with the secret of
    /// `app` and, only then, reads them.
    ///
    /// `now` may be [`WEBHOOK_TOLERANCE`] before or after the signature's time.
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

/// What the header says.
struct Parts<'a> {
    /// Digits, exactly as they were signed.
    time: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    /// Parts may come in any order, and unknown ones are passed over; `t` and `s` must be there once each.
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

/// HMAC-SHA256 over the time, a dot and the body, in lowercase hex.
fn sign(time: &str, raw_body: &[u8], app: &AppCredentials) -> Result<String, WebhookError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(app.client_secret.expose_secret().as_bytes())
        // HMAC takes keys of any length; were it otherwise, nothing could be proven.
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
