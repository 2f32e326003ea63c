//! How a post is doing, and why it failed (`/doc/content-posting-api-reference-get-video-status`).

use serde::Deserialize;
use serde_json::Value;

use crate::{
    error::FailReason,
    wire::{self, LooseText, wire_enum},
};

wire_enum! {
    /// Where a post is. Read unknown states as "in progress".
    pub enum PublishState {
        /// The upload, or in practice the processing after it, is under way.
        ProcessingUpload = "PROCESSING_UPLOAD",
        /// TikTok is fetching the video.
        ProcessingDownload = "PROCESSING_DOWNLOAD",
        /// The creator was notified of the draft. The end of our part: the creator may never post it.
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
    /// Where the post is.
    pub state: PublishState,
    /// Why it failed; sometimes there on other states too.
    pub fail_reason: Option<FailReason>,
    /// Ids of the public posts, exact. Empty until a public post has passed moderation; a draft can yield several.
    pub post_ids: Vec<u64>,
    /// Bytes that TikTok has so far.
    pub uploaded_bytes: Option<u64>,
}

/// The answer as it stands on the wire. The page spells the id field wrongly; both spellings are read.
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

/// Takes ids from a list, a single value, null or nothing; as numbers or texts; each once, and never through a double.
///
/// What is no id is passed over: that the post is out must not be lost over it.
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
