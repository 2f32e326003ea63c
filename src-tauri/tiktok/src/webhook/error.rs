//! The errors of a webhook delivery.

use crate::limits::WEBHOOK_TOLERANCE;

/// A delivery that must not be acted upon. The texts hold nothing of its body.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The header is not of the form `t=…,s=…`.
    #[error("[Webhook] Verification failed: the signature header is malformed")]
    Header,
    /// Neither body nor time were signed with this app's secret as they are.
    #[error("[Webhook] Verification failed: the signature does not match")]
    Signature,
    /// Signed, but too long ago or ahead of the clock here.
    #[error("[Webhook] Verification failed: the signature is more than {} s away from the clock", WEBHOOK_TOLERANCE.as_secs())]
    Time,
    /// Signed, and the body cannot be read.
    #[error("[Webhook] Reading failed: {0}")]
    Body(String),
    /// Signed, and meant for another client key.
    #[error("[Webhook] Reading failed: it is for another app")]
    OtherApp,
}
