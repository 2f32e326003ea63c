//! What a signed body says (`/doc/webhooks-events`).

use serde::Deserialize;
use serde_json::Value;

use super::error::WebhookError;
use crate::{
    error::FailReason,
    publish::PublishId,
    wire::{self, LooseText},
};

/// Something that happened at TikTok.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookEvent {
    /// A post failed.
    PublishFailed {
        /// Which.
        publish_id: PublishId,
        /// Why, if TikTok says so.
        reason: Option<FailReason>,
    },
    /// A post is out, though perhaps not public yet. May come more than once for a draft.
    PublishComplete {
        /// Which.
        publish_id: PublishId,
    },
    /// The creator was notified of a draft.
    InboxDelivered {
        /// Which.
        publish_id: PublishId,
    },
    /// A post has become public.
    PubliclyAvailable {
        /// Which.
        publish_id: PublishId,
        /// Its public id, exact. None when it cannot be read: that the post is out must not be lost over it.
        post_id: Option<u64>,
    },
    /// A post is public no longer.
    NoLongerPublic {
        /// Which.
        publish_id: PublishId,
        /// The public id that it had.
        post_id: Option<u64>,
    },
    /// The account's token is already dead.
    AuthorizationRemoved {
        /// Why.
        reason: RemovalReason,
    },
    /// An event that this crate does not know or that is not about publishing, by name.
    Other(String),
}

/// Why an account's authorization is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovalReason {
    /// TikTok does not say.
    Unknown,
    /// The user disconnected the app.
    UserDisconnected,
    /// The account was deleted.
    AccountDeleted,
    /// The user's age changed.
    AgeChanged,
    /// The account was banned.
    AccountBanned,
    /// The developer revoked it.
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

/// A body, read.
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

/// Reads a body whose signature was proven.
pub(super) fn read(raw_body: &[u8]) -> Result<Body, WebhookError> {
    let raw: RawBody = serde_json::from_slice(raw_body).map_err(|error| unreadable(&error))?;
    Ok(Body {
        event: event(raw.event, raw.content)?,
        client_key: raw.client_key,
        create_time: raw.create_time,
        user_openid: raw.user_openid.0,
    })
}

/// Both spellings of "publicly" are TikTok's, in either event.
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
            // That the token is dead holds whatever the reason looks like.
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

/// The content is JSON inside a string; a plain object is taken too.
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
