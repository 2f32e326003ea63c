//! A post as it is stored.

use slipway_core::views::{Media, PostSettings};
use tiktok_api::{ChunkPlan, PublishId};

use super::{cause::Cause, error::PostError, finding::StoredFinding, state::State};

/// A post as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct PostRow {
    pub(crate) id: String,
    pub(crate) account_id: Option<String>,
    pub(crate) account_name: Option<String>,
    pub(crate) state: String,
    pub(crate) cause: Option<String>,
    pub(crate) wait_until: Option<i64>,
    pub(crate) schedule_local: Option<String>,
    pub(crate) schedule_zone: Option<String>,
    pub(crate) due_at: Option<i64>,
    pub(crate) path: String,
    pub(crate) file_name: String,
    pub(crate) size: i64,
    pub(crate) modified_ns: i64,
    pub(crate) fingerprint: Option<String>,
    pub(crate) media: String,
    pub(crate) findings: String,
    pub(crate) settings: String,
    pub(crate) attempts: i64,
    pub(crate) inits: i64,
    pub(crate) lost_inits: i64,
    pub(crate) publish_id: Option<String>,
    pub(crate) upload_url: Option<String>,
    pub(crate) upload_expires_at: Option<i64>,
    pub(crate) bytes_sent: i64,
    pub(crate) all_sent_at: Option<i64>,
    pub(crate) remark: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) id_due_at: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) finished_at: Option<i64>,
    /// The video of the post, identified by its content.
    pub(crate) video_id: Option<i64>,
}

impl PostRow {
    pub(crate) fn state(&self) -> Result<State, PostError> {
        parse_state(&self.state)
    }

    pub(crate) fn cause(&self) -> Option<Cause> {
        self.cause
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
    }

    pub(crate) fn settings(&self) -> PostSettings {
        PostSettings {
            account_id: self.account_id.clone(),
            ..serde_json::from_str(&self.settings).unwrap_or_default()
        }
    }

    pub(crate) fn size(&self) -> u64 {
        self.size.cast_unsigned()
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes_sent.cast_unsigned()
    }

    pub(crate) fn publish_id(&self) -> Option<PublishId> {
        self.publish_id.clone().map(PublishId::from)
    }

    /// Whether nothing that the scheduler decides by has changed since the post was read as `seen`.
    pub(crate) fn is_unchanged_since(&self, seen: &Self) -> bool {
        self.state == seen.state
            && self.account_id == seen.account_id
            && self.due_at == seen.due_at
            && self.wait_until == seen.wait_until
            && self.publish_id == seen.publish_id
            && self.all_sent_at == seen.all_sent_at
            && self.id_due_at == seen.id_due_at
    }

    pub(crate) fn media(&self) -> Result<Media, PostError> {
        decode(&self.media)
    }

    pub(crate) fn findings(&self) -> Result<Vec<StoredFinding>, PostError> {
        decode(&self.findings)
    }

    /// Whether TikTok may have every byte of the upload in flight.
    pub(crate) fn may_be_fully_uploaded(&self) -> bool {
        let last_chunk_may_be_sent = || {
            ChunkPlan::new(self.size())
                .is_ok_and(|plan| plan.next_chunk_after(self.bytes()) + 1 >= plan.count())
        };
        self.publish_id.is_some() && (self.all_sent_at.is_some() || last_chunk_may_be_sent())
    }
}

fn decode<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, PostError> {
    serde_json::from_str(text)
        .map_err(|error| PostError::Database(sqlx::Error::Decode(Box::new(error))))
}

pub(super) fn parse_state(name: &str) -> Result<State, PostError> {
    name.parse()
        .map_err(|error| PostError::Database(sqlx::Error::Decode(Box::new(error))))
}
