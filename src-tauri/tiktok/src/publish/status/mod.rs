//! The status of a post (`/doc/content-posting-api-reference-get-video-status`).

use serde::Deserialize;
use serde_json::Value;

use crate::{
    error::FailReason,
    wire::{self, LooseText, wire_enum},
};

wire_enum! {
    /// The state of a post. Treat an unknown state as "in progress".
    pub enum PublishState {
        /// The upload, or in practice the processing after it, is in progress.
        ProcessingUpload = "PROCESSING_UPLOAD",
        /// TikTok is fetching the video.
        ProcessingDownload = "PROCESSING_DOWNLOAD",
        /// TikTok notified the creator of the draft. This is final for Slipway: the creator may never post it.
        SentToInbox = "SEND_TO_USER_INBOX",
        /// Posted. The public id may still be missing.
        Complete = "PUBLISH_COMPLETE",
        /// Failed, see [`FailReason`].
        Failed = "FAILED",
    }
}

/// The status of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostStatus {
    /// The state.
    pub state: PublishState,
    /// The reason of the failure. Other states sometimes have one too.
    pub fail_reason: Option<FailReason>,
    /// The exact ids of the public posts. Empty until a public post passes moderation; a draft can yield several.
    pub post_ids: Vec<u64>,
    /// Number of bytes that TikTok has received.
    pub uploaded_bytes: Option<u64>,
}

/// The answer of the endpoint. The page misspells the id field, so both spellings are read.
#[derive(Deserialize)]
pub(crate) struct StatusAnswer {
    #[serde(deserialize_with = "wire::filled")]
    status: String,
    #[serde(default)]
    fail_reason: LooseText,
    #[serde(default)]
    publicaly_available_post_id: Value,
    #[serde(default)]
    publicly_available_post_id: Value,
    #[serde(default, deserialize_with = "wire::maybe_number")]
    uploaded_bytes: Option<u64>,
}

impl From<StatusAnswer> for PostStatus {
    fn from(answer: StatusAnswer) -> Self {
        let mut post_ids = Vec::new();
        collect_ids(&answer.publicaly_available_post_id, &mut post_ids);
        collect_ids(&answer.publicly_available_post_id, &mut post_ids);
        let reason = answer.fail_reason.0;
        Self {
            state: PublishState::from(answer.status),
            fail_reason: (!reason.is_empty()).then(|| FailReason::from(reason)),
            post_ids,
            uploaded_bytes: answer.uploaded_bytes,
        }
    }
}

/// Collects ids from a list, a single value, null or nothing, as numbers or texts. Skips duplicates and never converts
/// to a floating-point number.
///
/// Skips a value that is not an id: it must not hide that the post was published.
fn collect_ids(value: &Value, ids: &mut Vec<u64>) {
    match value {
        Value::Null => {}
        Value::Array(items) => {
            for item in items {
                collect_ids(item, ids);
            }
        }
        Value::String(text) if text.trim().is_empty() => {}
        other => match wire::whole_number(other) {
            Some(id) if id > 0 => {
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            _ => tracing::warn!("TikTok sent a post id that is no id"),
        },
    }
}

#[cfg(test)]
mod tests;
