//! The inits of a direct post and of an inbox draft, and the ticket that both are answered with.

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

/// What a direct post shall be (`/doc/content-posting-api-reference-direct-post`).
///
/// The page's tables and samples disagree on whether the two brand fields may be left out: they are always sent.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a field of TikTok's request, independent of the others"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PostInfo {
    /// The caption, at most 2200 UTF-16 units; see [`caption_units`](crate::limits::caption_units).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// One of the options that creator info offers.
    pub privacy_level: PrivacyLevel,
    /// Forbid comments.
    pub disable_comment: bool,
    /// Forbid duets.
    pub disable_duet: bool,
    /// Forbid stitches.
    pub disable_stitch: bool,
    /// The frame for the cover, in milliseconds from the start; the first one if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_cover_timestamp_ms: Option<i32>,
    /// A paid partnership for a third party. Never together with [`PrivacyLevel::SelfOnly`] (`/doc/content-sharing-guidelines`).
    pub brand_content_toggle: bool,
    /// Promotes the creator's own business.
    pub brand_organic_toggle: bool,
    /// Label the video as made with AI.
    pub is_aigc: bool,
}

/// Leave to send the bytes of one post (`/doc/content-posting-api-reference-direct-post`).
#[derive(Debug, Clone)]
pub struct UploadTicket {
    /// The name under which to ask for the post's status.
    pub publish_id: PublishId,
    /// Where the bytes go; it lives one hour.
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

/// The body of an inbox init: the endpoint takes no `post_info` (`/doc/content-posting-api-reference-upload-video`).
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

/// The answer to an init as it stands on the wire.
#[derive(Deserialize)]
pub(crate) struct TicketAnswer {
    #[serde(deserialize_with = "wire::filled")]
    publish_id: String,
    #[serde(deserialize_with = "wire::secret")]
    upload_url: SecretString,
}

impl TicketAnswer {
    /// A ticket, if its address may be used.
    pub fn check(self, operation: Operation, endpoints: &Endpoints) -> Result<UploadTicket, Error> {
        let upload_url = UploadUrl::parse(self.upload_url.expose_secret(), endpoints)
            .map_err(|source| Error::BadUploadUrl { operation, source })?;
        Ok(UploadTicket {
            publish_id: PublishId::from(self.publish_id),
            upload_url,
        })
    }
}
