//! The events of a webhook body (`/doc/webhooks-events`).

use serde::Deserialize;
use serde_json::Value;

use super::error::WebhookError;
use crate::{
    error::FailReason,
    publish::PublishId,
    wire::{self, LooseText},
};

/// An event at TikTok.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookEvent {
    /// A post failed.
    PublishFailed {
        /// The id of the post.
        publish_id: PublishId,
        /// The reason, if TikTok names one.
        reason: Option<FailReason>,
    },
    /// A post was published, perhaps not publicly yet. The event may repeat for a draft.
    PublishComplete {
        /// The id of the post.
        publish_id: PublishId,
    },
    /// TikTok notified the creator of a draft.
    InboxDelivered {
        /// The id of the post.
        publish_id: PublishId,
    },
    /// A post became public.
    PubliclyAvailable {
        /// The id of the post.
        publish_id: PublishId,
        /// The exact public id; `None` if it cannot be read, so that the event itself is not lost.
        post_id: Option<u64>,
    },
    /// A post is no longer public.
    NoLongerPublic {
        /// The id of the post.
        publish_id: PublishId,
        /// The former public id.
        post_id: Option<u64>,
    },
    /// The account's access was removed: its token no longer works.
    AuthorizationRemoved {
        /// The reason.
        reason: RemovalReason,
    },
    /// Another event, by name: unknown to this crate or not about publishing.
    Other(String),
}

/// The reason why the app lost its access to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovalReason {
    /// TikTok names no reason.
    Unknown,
    /// The user disconnected the app.
    UserDisconnected,
    /// The account was deleted.
    AccountDeleted,
    /// The user's age changed.
    AgeChanged,
    /// The account was banned.
    AccountBanned,
    /// The developer revoked the access.
    DeveloperRevoked,
    /// A number that this crate does not know.
    Other(u64),
}

impl From<u64> for RemovalReason {
    fn from(number: u64) -> Self {
        match number {
            0 => Self::Unknown,
            1 => Self::UserDisconnected,
            2 => Self::AccountDeleted,
            3 => Self::AgeChanged,
            4 => Self::AccountBanned,
            5 => Self::DeveloperRevoked,
            other => Self::Other(other),
        }
    }
}

/// A parsed body.
pub(super) struct Body {
    pub(super) client_key: String,
    pub(super) event: WebhookEvent,
    pub(super) create_time: Option<u64>,
    pub(super) user_openid: String,
}

#[derive(Deserialize)]
struct RawBody {
    client_key: String,
    #[serde(deserialize_with = "wire::filled")]
    event: String,
    #[serde(default, deserialize_with = "wire::maybe_number")]
    create_time: Option<u64>,
    #[serde(default)]
    user_openid: LooseText,
    #[serde(default)]
    content: Value,
}

#[derive(Deserialize)]
struct PostContent {
    #[serde(deserialize_with = "wire::filled")]
    publish_id: String,
    #[serde(default)]
    reason: LooseText,
    #[serde(default)]
    post_id: Value,
}

#[derive(Default, Deserialize)]
struct RemovalContent {
    #[serde(default, deserialize_with = "wire::maybe_number")]
    reason: Option<u64>,
}

/// Parses a body whose signature was verified.
pub(super) fn read(raw_body: &[u8]) -> Result<Body, WebhookError> {
    let raw: RawBody = serde_json::from_slice(raw_body).map_err(|error| unreadable(&error))?;
    Ok(Body {
        event: event(raw.event, raw.content)?,
        client_key: raw.client_key,
        create_time: raw.create_time,
        user_openid: raw.user_openid.0,
    })
}

/// TikTok uses both spellings of "publicly", so each event accepts both.
fn event(name: String, content: Value) -> Result<WebhookEvent, WebhookError> {
    Ok(match name.as_str() {
        "post.publish.failed" => {
            let post = post(content)?;
            let reason = post.reason.0;
            WebhookEvent::PublishFailed {
                publish_id: post.publish_id.into(),
                reason: (!reason.is_empty()).then(|| FailReason::from(reason)),
            }
        }
        "post.publish.complete" => WebhookEvent::PublishComplete {
            publish_id: post(content)?.publish_id.into(),
        },
        "post.publish.inbox_delivered" => WebhookEvent::InboxDelivered {
            publish_id: post(content)?.publish_id.into(),
        },
        "post.publish.publicly_available" | "post.publish.publicaly_available" => {
            let post = post(content)?;
            WebhookEvent::PubliclyAvailable {
                post_id: public_id(&post.post_id),
                publish_id: post.publish_id.into(),
            }
        }
        "post.publish.no_longer_publicaly_available"
        | "post.publish.no_longer_publicly_available" => {
            let post = post(content)?;
            WebhookEvent::NoLongerPublic {
                post_id: public_id(&post.post_id),
                publish_id: post.publish_id.into(),
            }
        }
        "authorization.removed" => {
            // The token no longer works, whatever the reason is.
            let content: RemovalContent = inner(content).unwrap_or_default();
            WebhookEvent::AuthorizationRemoved {
                reason: content
                    .reason
                    .map_or(RemovalReason::Unknown, RemovalReason::from),
            }
        }
        _ => WebhookEvent::Other(name),
    })
}

fn post(content: Value) -> Result<PostContent, WebhookError> {
    inner(content).map_err(|error| unreadable(&error))
}

/// Parses the content, which is JSON inside a string. A plain object is accepted too.
fn inner<T: for<'de> Deserialize<'de>>(content: Value) -> Result<T, serde_json::Error> {
    match content {
        Value::String(text) => serde_json::from_str(&text),
        other => serde_json::from_value(other),
    }
}

fn public_id(value: &Value) -> Option<u64> {
    wire::whole_number(value).filter(|id| *id > 0)
}

fn unreadable(error: &serde_json::Error) -> WebhookError {
    WebhookError::Body(wire::describe_json(error))
}
