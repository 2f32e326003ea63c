//! TikTok's webhooks: the verification of a delivery and the events that it carries.

mod delivery;
mod error;
mod event;

pub use delivery::{Delivery, SIGNATURE_HEADER};
pub use error::WebhookError;
pub use event::{RemovalReason, WebhookEvent};
