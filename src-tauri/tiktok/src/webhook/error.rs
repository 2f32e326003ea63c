//! The errors of a webhook delivery.

use crate::limits::WEBHOOK_TOLERANCE;

/// The reason why a delivery was rejected. The texts contain nothing of its body.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The header is not of the form `t=…,s=…`.
    #[error("[Webhook] Verification failed: the signature header is malformed")]
    Header,
    /// The signature does not match body, time and secret.
    #[error("[Webhook] Verification failed: the signature does not match")]
    Signature,
    /// The signature is valid, but its time is too far from the local clock.
    #[error("[Webhook] Verification failed: the signature is more than {} s away from the clock", WEBHOOK_TOLERANCE.as_secs())]
    Time,
    /// The signature is valid, but the body cannot be parsed.
    #[error("[Webhook] Reading failed: {0}")]
    Body(String),
    /// The signature is valid, but the delivery is for another client key.
    #[error("[Webhook] Reading failed: it is for another app")]
    OtherApp,
}
