//! A publish and its stages: upload, processing, and the final post, draft or failure.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{config::Options, time::saturating_add};

/// The destination of a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostMode {
    /// The creator's profile.
    Direct,
    /// The creator's inbox, as a draft.
    Inbox,
}

/// The settings of a direct post (`post_info`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the fields of TikTok's post_info"
)]
pub struct PostSettings {
    /// `title`.
    pub caption: Option<String>,
    /// `privacy_level`.
    pub privacy: Option<String>,
    /// Whether comments are off, by request or by the creator's settings.
    pub disable_comment: bool,
    /// Whether duets are off, by request or by the creator's settings.
    pub disable_duet: bool,
    /// Whether stitches are off, by request or by the creator's settings.
    pub disable_stitch: bool,
    /// `video_cover_timestamp_ms`.
    pub cover_timestamp_ms: Option<i32>,
    /// Whether the post is a paid partnership.
    pub brand_content: bool,
    /// Whether the post promotes the creator's own brand.
    pub brand_organic: bool,
    /// Whether the post is labelled as AI-generated.
    pub is_aigc: bool,
}

/// The stage of a publish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Stage {
    /// The upload is incomplete. The stage does not change when the upload address expires.
    Uploading,
    /// All bytes were received.
    Processing {
        /// Start of the stage.
        since: Timestamp,
    },
    /// A draft is in the creator's inbox.
    InInbox {
        /// Start of the stage.
        since: Timestamp,
    },
    /// The post is published.
    Published {
        /// Start of the stage.
        since: Timestamp,
        /// Whether a public post passed moderation, so that the status includes its id.
        available: bool,
    },
    /// The publish failed.
    Failed {
        /// Start of the stage.
        since: Timestamp,
        /// `fail_reason`.
        reason: String,
    },
}

/// The result that processing will have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlannedResult {
    #[default]
    Succeed,
    Fail(String),
    Stuck,
}

/// The sizes announced by an init.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadPlan {
    /// Size of the video in bytes.
    pub video_size: u64,
    /// Size of every chunk except the last, in bytes.
    pub chunk_size: u64,
    /// Number of chunks.
    pub total_chunk_count: u64,
}

/// A publish, from its init on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publish {
    /// The publish id that the client received.
    pub publish_id: String,
    /// Id of the future post; above 2^53.
    #[serde(with = "digits")]
    pub post_id: u64,
    /// Short name of the creator.
    pub creator: String,
    /// The destination.
    pub mode: PostMode,
    /// Caption, privacy and switches.
    pub settings: PostSettings,
    /// The announced sizes.
    pub plan: UploadPlan,
    /// Time of the init.
    pub created_at: Timestamp,
    /// Expiry of the upload address.
    pub expires_at: Timestamp,
    /// Received bytes, in whole chunks.
    pub uploaded: u64,
    /// SHA-256 of the video in lowercase hex, once the upload is complete.
    pub sha256: Option<String>,
    /// The detected format: `video/mp4`, `video/quicktime` or `video/webm`.
    pub media_type: Option<String>,
    /// The current stage.
    pub stage: Stage,
    /// Path segment of the upload address, and name of the file.
    pub(crate) upload_id: String,
    /// SHA-256 of the secret query of the upload address, in hex.
    pub(crate) upload_query: String,
    #[serde(rename = "fate")]
    pub(crate) planned_result: PlannedResult,
}

impl Publish {
    /// Advances the stage to the given time.
    pub(crate) fn advance_to(&mut self, now: Timestamp, options: &Options) {
        if let Stage::Processing { since } = self.stage {
            let ready = saturating_add(since, options.processing);
            if now >= ready && self.planned_result != PlannedResult::Stuck {
                self.stage = match (&self.planned_result, self.mode) {
                    (PlannedResult::Fail(reason), _) => Stage::Failed {
                        since: ready,
                        reason: reason.clone(),
                    },
                    (_, PostMode::Inbox) => Stage::InInbox { since: ready },
                    (_, PostMode::Direct) => Stage::Published {
                        since: ready,
                        available: false,
                    },
                };
            }
        }
        let public = self.is_public();
        if let Stage::Published { since, available } = &mut self.stage {
            *available =
                *available || (public && now >= saturating_add(*since, options.moderation));
        }
    }

    pub(crate) fn is_public(&self) -> bool {
        self.settings.privacy.as_deref() == Some("PUBLIC_TO_EVERYONE")
    }

    /// Returns the `status` value of TikTok's status endpoint (`/doc/content-posting-api-reference-get-video-status`).
    pub fn status(&self) -> &'static str {
        match self.stage {
            Stage::Uploading | Stage::Processing { .. } => "PROCESSING_UPLOAD",
            Stage::InInbox { .. } => "SEND_TO_USER_INBOX",
            Stage::Published { .. } => "PUBLISH_COMPLETE",
            Stage::Failed { .. } => "FAILED",
        }
    }

    /// Returns whether the publish counts towards the creator's limits in a window of 24 hours.
    pub(crate) fn counts_towards_limits(&self, now: Timestamp, options: &Options) -> bool {
        let in_window = now < saturating_add(self.created_at, Duration::from_hours(24));
        let alive = match self.stage {
            Stage::Failed { .. } => false,
            Stage::Uploading => now < self.expires_at || options.abandoned_inits_count,
            _ => true,
        };
        in_window && alive
    }

    /// Returns whether the publish is a draft that the creator has neither posted nor discarded.
    pub(crate) fn is_pending_draft(&self, now: Timestamp, options: &Options) -> bool {
        self.mode == PostMode::Inbox
            && !matches!(self.stage, Stage::Published { .. })
            && self.counts_towards_limits(now, options)
    }

    /// Returns the publish as a post, if it has become a post or draft.
    pub(crate) fn as_post(&self) -> Option<SandboxPost> {
        let state = match self.stage {
            Stage::InInbox { .. } => PostState::InInbox,
            Stage::Published {
                available: false, ..
            } => PostState::Published,
            Stage::Published {
                available: true, ..
            } => PostState::PubliclyAvailable,
            Stage::Uploading | Stage::Processing { .. } | Stage::Failed { .. } => return None,
        };
        Some(SandboxPost {
            publish_id: self.publish_id.clone(),
            post_id: self.post_id,
            creator: self.creator.clone(),
            mode: self.mode,
            caption: self.settings.caption.clone(),
            privacy: self.settings.privacy.clone(),
            disable_comment: self.settings.disable_comment,
            disable_duet: self.settings.disable_duet,
            disable_stitch: self.settings.disable_stitch,
            brand_content: self.settings.brand_content,
            brand_organic: self.settings.brand_organic,
            is_aigc: self.settings.is_aigc,
            size: self.plan.video_size,
            sha256: self.sha256.clone().unwrap_or_default(),
            created_at: self.created_at,
            state,
        })
    }
}

/// The visibility of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostState {
    /// A draft in the creator's inbox.
    InInbox,
    /// Published, but not public or still in moderation.
    Published,
    /// Published and public; the status includes its id.
    PubliclyAvailable,
}

/// A post on a profile, or a draft in an inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the fields of TikTok's post_info"
)]
pub struct SandboxPost {
    /// The publish id that the client received.
    pub publish_id: String,
    /// Id of the post; above 2^53. JSON uses a string, so that no reader loses digits.
    #[serde(with = "digits")]
    pub post_id: u64,
    /// Short name of the creator.
    pub creator: String,
    /// The destination.
    pub mode: PostMode,
    /// The caption; `None` for drafts.
    pub caption: Option<String>,
    /// The privacy level; `None` for drafts.
    pub privacy: Option<String>,
    /// Whether comments are off.
    pub disable_comment: bool,
    /// Whether duets are off.
    pub disable_duet: bool,
    /// Whether stitches are off.
    pub disable_stitch: bool,
    /// Whether the post is a paid partnership.
    pub brand_content: bool,
    /// Whether the post promotes the creator's own brand.
    pub brand_organic: bool,
    /// Whether the post is labelled as AI-generated.
    pub is_aigc: bool,
    /// Size of the video in bytes.
    pub size: u64,
    /// SHA-256 of the video in lowercase hex.
    pub sha256: String,
    /// Time of the init.
    pub created_at: Timestamp,
    /// The visibility.
    pub state: PostState,
}

mod digits {
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub(super) fn serialize<S: Serializer>(value: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(de::Error::custom)
    }
}
