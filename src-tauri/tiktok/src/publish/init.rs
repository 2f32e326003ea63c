//! The init calls of a direct post and of an inbox draft, and the upload ticket that both return.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::publish_id::PublishId;
use crate::{
    creator::PrivacyLevel,
    endpoints::Endpoints,
    error::{Error, Operation},
    transfer::{ChunkPlan, UploadUrl},
    wire,
};

/// The settings of a direct post (`/doc/content-posting-api-reference-direct-post`).
///
/// The page's tables and samples disagree on whether the two brand fields are optional, so both are always sent.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a field of TikTok's request, independent of the others"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PostInfo {
    /// The caption, at most 2200 UTF-16 units; see [`caption_units`](crate::limits::caption_units).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// One of the options from creator info.
    pub privacy_level: PrivacyLevel,
    /// Forbid comments.
    pub disable_comment: bool,
    /// Forbid duets.
    pub disable_duet: bool,
    /// Forbid stitches.
    pub disable_stitch: bool,
    /// The frame for the cover, in milliseconds from the start. The default is the first frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_cover_timestamp_ms: Option<i32>,
    /// A paid partnership for a third party. Never together with [`PrivacyLevel::SelfOnly`]
    /// (`/doc/content-sharing-guidelines`).
    pub brand_content_toggle: bool,
    /// The post promotes the creator's own business.
    pub brand_organic_toggle: bool,
    /// Label the video as made with AI.
    pub is_aigc: bool,
}

/// The permission to send the bytes of one post (`/doc/content-posting-api-reference-direct-post`).
#[derive(Debug, Clone)]
pub struct UploadTicket {
    /// The id for status queries.
    pub publish_id: PublishId,
    /// The address for the bytes, valid for one hour.
    pub upload_url: UploadUrl,
}

#[derive(Serialize)]
struct SourceInfo {
    source: &'static str,
    video_size: u64,
    chunk_size: u64,
    total_chunk_count: u64,
}

impl From<&ChunkPlan> for SourceInfo {
    fn from(plan: &ChunkPlan) -> Self {
        Self {
            source: "FILE_UPLOAD",
            video_size: plan.video_size(),
            chunk_size: plan.chunk_size(),
            total_chunk_count: plan.count(),
        }
    }
}

/// The body of a direct-post init.
#[derive(Serialize)]
pub(crate) struct DirectPostRequest<'a> {
    post_info: &'a PostInfo,
    source_info: SourceInfo,
}

impl<'a> DirectPostRequest<'a> {
    pub fn new(post_info: &'a PostInfo, plan: &ChunkPlan) -> Self {
        Self {
            post_info,
            source_info: plan.into(),
        }
    }
}

/// The body of an inbox init. The endpoint has no `post_info` (`/doc/content-posting-api-reference-upload-video`).
#[derive(Serialize)]
pub(crate) struct InboxRequest {
    source_info: SourceInfo,
}

impl InboxRequest {
    pub fn new(plan: &ChunkPlan) -> Self {
        Self {
            source_info: plan.into(),
        }
    }
}

/// The answer of both endpoints.
#[derive(Deserialize)]
pub(crate) struct TicketAnswer {
    #[serde(deserialize_with = "wire::filled")]
    publish_id: String,
    #[serde(deserialize_with = "wire::secret")]
    upload_url: SecretString,
}

impl TicketAnswer {
    /// Returns the ticket if its upload address may be used.
    pub fn check(self, operation: Operation, endpoints: &Endpoints) -> Result<UploadTicket, Error> {
        let upload_url = UploadUrl::parse(self.upload_url.expose_secret(), endpoints)
            .map_err(|source| Error::BadUploadUrl { operation, source })?;
        Ok(UploadTicket {
            publish_id: PublishId::from(self.publish_id),
            upload_url,
        })
    }
}
