//! Fuzzes webhook deliveries: a signature header and a body, from any sender.
//!
//! An input is one line and then the body. A line that begins with `+` or `-` is an offset from the clock in seconds:
//! the body is then signed as TikTok signs it, so that the code behind the signature is reached. Any other line is the
//! header itself.

use std::{
    fmt::Write as _,
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use tiktok_api::{
    AppCredentials, Delivery, PublishId, WebhookError, WebhookEvent, limits::WEBHOOK_TOLERANCE,
};

use crate::error_texts;

/// The clock, in seconds since 1970. The documented sample is signed at this time.
const NOW: u64 = 1_700_000_000;
static APP: LazyLock<AppCredentials> = LazyLock::new(|| AppCredentials {
    client_key: "awtest".to_owned(),
    client_secret: SecretString::from("test_client_secret"),
});

/// Takes one delivery.
pub fn run(input: &[u8]) {
    let line = input.iter().position(|byte| *byte == b'\n');
    let (line, body) = line.map_or((input, &[][..]), |at| (&input[..at], &input[at + 1..]));
    // A header value that is no text is read as an empty one.
    let line = std::str::from_utf8(line).unwrap_or_default();
    if line.starts_with(['+', '-']) {
        let distance = line.parse::<i64>().unwrap_or_default();
        signed(NOW.saturating_add_signed(distance), body);
    } else {
        judge(line, body, &take(line, body));
    }
}

fn take(header: &str, body: &[u8]) -> Result<Delivery, WebhookError> {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    Delivery::verify(header, body, &APP, now)
}

fn signed(time: u64, body: &[u8]) {
    let header = format!("t={time},s={}", hmac(&time.to_string(), body));
    let answer = take(&header, body);
    judge(&header, body, &answer);
    let near = time.abs_diff(NOW) <= WEBHOOK_TOLERANCE.as_secs();
    match &answer {
        Err(WebhookError::Header | WebhookError::Signature) => {
            panic!("a true signature is refused")
        }
        Err(WebhookError::Time) => assert!(!near, "{time} is near"),
        Ok(_) | Err(WebhookError::Body(_) | WebhookError::OtherApp) => {
            assert!(near, "{time} is far");
        }
    }
    // The result does not depend on the order, and the values are the same.
    let turned = format!("s={},x=1, t={time}", hmac(&time.to_string(), body));
    assert_eq!(take(&turned, body).ok(), answer.ok());
    let mut other = body.to_vec();
    match other.last_mut() {
        Some(byte) => *byte ^= 1,
        None => other.push(0),
    }
    let refused = |answer| matches!(answer, Err(WebhookError::Signature));
    assert!(refused(take(&header, &other)), "another body passes");
    let later = header.replacen("t=", "t=0", 1);
    assert!(refused(take(&later, body)), "another time passes");
}

/// Checks the properties of all answers.
fn judge(header: &str, body: &[u8], answer: &Result<Delivery, WebhookError>) {
    match answer {
        Ok(delivery) => {
            let times = header
                .split(',')
                .filter_map(|part| part.trim().strip_prefix("t="));
            let times: Vec<&str> = times.collect();
            assert_eq!(times.len(), 1, "{header}");
            assert_eq!(delivery.signature, hmac(times[0], body), "{header}");
            assert!(header.contains(&delivery.signature), "{header}");
            let time = times[0].parse::<u64>().unwrap_or_default();
            assert!(time.abs_diff(NOW) <= WEBHOOK_TOLERANCE.as_secs(), "{time}");
            judge_event(&delivery.event);
        }
        Err(error) => {
            let shown = error_texts(error);
            assert!(
                !shown.contains(APP.client_secret.expose_secret()),
                "{shown}"
            );
            // The allowed time and the position in the body, but nothing of the delivery.
            assert!(shown.len() < 300, "{shown}");
        }
    }
}

fn judge_event(event: &WebhookEvent) {
    let named = |id: &PublishId| assert!(!id.as_str().is_empty(), "a post without a name");
    match event {
        WebhookEvent::PublishFailed { publish_id, .. }
        | WebhookEvent::PublishComplete { publish_id }
        | WebhookEvent::InboxDelivered { publish_id } => named(publish_id),
        WebhookEvent::PubliclyAvailable {
            publish_id,
            post_id,
        }
        | WebhookEvent::NoLongerPublic {
            publish_id,
            post_id,
        } => {
            named(publish_id);
            assert_ne!(*post_id, Some(0));
        }
        WebhookEvent::AuthorizationRemoved { .. } => {}
        WebhookEvent::Other(name) => assert!(!name.is_empty()),
    }
}

/// HMAC-SHA256 as TikTok's page describes it (`/doc/webhooks-verification`), computed without Slipway.
fn hmac(time: &str, body: &[u8]) -> String {
    let secret = APP.client_secret.expose_secret().as_bytes();
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key of any length");
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    let digest = mac.finalize().into_bytes();
    digest.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
