//! A publish on its way: from init over bytes and processing to a post, a draft or a failure.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{config::Options, time::later};

/// How a video goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostMode {
    /// Straight to the profile.
    Direct,
    /// To the creator's inbox, as a draft.
    Inbox,
}

/// What a direct post says about itself.
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
    /// Asked for, or the creator's own setting.
    pub disable_comment: bool,
    /// Asked for, or the creator's own setting.
    pub disable_duet: bool,
    /// Asked for, or the creator's own setting.
    pub disable_stitch: bool,
    /// `video_cover_timestamp_ms`.
    pub cover_timestamp_ms: Option<i32>,
    /// Paid partnership.
    pub brand_content: bool,
    /// The creator's own brand.
    pub brand_organic: bool,
    /// Labelled as made by AI.
    pub is_aigc: bool,
}

/// Where a publish stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Stage {
    /// Bytes are missing. It stays so when the address dies first.
    Uploading,
    /// All bytes are there.
    Processing {
        /// Since when.
        since: Timestamp,
    },
    /// A draft that waits for the creator.
    InInbox {
        /// Since when.
        since: Timestamp,
    },
    /// Posted.
    Published {
        /// Since when.
        since: Timestamp,
        /// Whether a public post passed moderation, so that its id shows.
        available: bool,
    },
    /// Not posted.
    Failed {
        /// Since when.
        since: Timestamp,
        /// `fail_reason`.
        reason: String,
    },
}

/// What a publish will come to once processed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    #[default]
    Succeed,
    Fail(String),
    Stuck,
}

/// What init was told about the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadPlan {
    /// Bytes of the whole video.
    pub video_size: u64,
    /// Bytes of every chunk but the last.
    pub chunk_size: u64,
    /// Number of chunks.
    pub total_chunk_count: u64,
}

/// Anything that was initialised, finished or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publish {
    /// As the client knows it.
    pub publish_id: String,
    /// Id of the post that it becomes; above 2^53.
    #[serde(with = "digits")]
    pub post_id: u64,
    /// Short name of the creator.
    pub creator: String,
    /// Direct or inbox.
    pub mode: PostMode,
    /// Caption, privacy and switches.
    pub settings: PostSettings,
    /// How the bytes were announced.
    pub plan: UploadPlan,
    /// When it was initialised.
    pub created_at: Timestamp,
    /// When its upload address dies.
    pub expires_at: Timestamp,
    /// Bytes taken, in whole chunks.
    pub uploaded: u64,
    /// SHA-256 of all bytes, in lowercase hex, once they are there.
    pub sha256: Option<String>,
    /// What the bytes look like: `video/mp4`, `video/quicktime`, `video/webm`.
    pub media_type: Option<String>,
    /// Where it stands.
    pub stage: Stage,
    /// Path segment of the upload address; also the name of its file.
    pub(crate) upload_id: String,
    /// SHA-256 of the upload address's query, in hex: the query is the secret.
    pub(crate) upload_query: String,
    pub(crate) fate: Fate,
}

impl Publish {
    /// Moves on with the clock.
    pub(crate) fn settle(&mut self, now: Timestamp, options: &Options) {
        if let Stage::Processing { since } = self.stage {
            let ready = later(since, options.processing);
            if now >= ready && self.fate != Fate::Stuck {
                self.stage = match (&self.fate, self.mode) {
                    (Fate::Fail(reason), _) => Stage::Failed {
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
            *available = *available || (public && now >= later(*since, options.moderation));
        }
    }

    pub(crate) fn is_public(&self) -> bool {
        self.settings.privacy.as_deref() == Some("PUBLIC_TO_EVERYONE")
    }

    /// `status` of TikTok's status endpoint (`/doc/content-posting-api-reference-get-video-status`).
    pub fn status(&self) -> &'static str {
        match self.stage {
            Stage::Uploading | Stage::Processing { .. } => "PROCESSING_UPLOAD",
            Stage::InInbox { .. } => "SEND_TO_USER_INBOX",
            Stage::Published { .. } => "PUBLISH_COMPLETE",
            Stage::Failed { .. } => "FAILED",
        }
    }

    /// Whether it takes one of the creator's places in a window of 24 hours.
    pub(crate) fn takes_a_place(&self, now: Timestamp, options: &Options) -> bool {
        let in_window = now < later(self.created_at, Duration::from_hours(24));
        let alive = match self.stage {
            Stage::Failed { .. } => false,
            Stage::Uploading => now < self.expires_at || options.abandoned_inits_count,
            _ => true,
        };
        in_window && alive
    }

    /// Whether it is a draft that the creator has neither posted nor discarded.
    pub(crate) fn is_pending_draft(&self, now: Timestamp, options: &Options) -> bool {
        self.mode == PostMode::Inbox
            && !matches!(self.stage, Stage::Published { .. })
            && self.takes_a_place(now, options)
    }

    /// The publish as a post, once it has become one.
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

/// How visible a post is by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostState {
    /// A draft in the creator's inbox.
    InInbox,
    /// Posted; not public, or not yet through moderation.
    Published,
    /// Posted for everyone, with its id shown by the status endpoint.
    PubliclyAvailable,
}

/// A publish that reached its end: on a profile or in an inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the fields of TikTok's post_info"
)]
pub struct SandboxPost {
    /// As the client knows it.
    pub publish_id: String,
    /// Id of the post; above 2^53, and text in JSON so that no reader loses digits.
    #[serde(with = "digits")]
    pub post_id: u64,
    /// Short name of the creator.
    pub creator: String,
    /// Direct or inbox.
    pub mode: PostMode,
    /// Caption; drafts have none.
    pub caption: Option<String>,
    /// Privacy level; drafts have none.
    pub privacy: Option<String>,
    /// Comments off.
    pub disable_comment: bool,
    /// Duets off.
    pub disable_duet: bool,
    /// Stitches off.
    pub disable_stitch: bool,
    /// Paid partnership.
    pub brand_content: bool,
    /// The creator's own brand.
    pub brand_organic: bool,
    /// Labelled as made by AI.
    pub is_aigc: bool,
    /// Bytes of the video.
    pub size: u64,
    /// SHA-256 of the video in lowercase hex.
    pub sha256: String,
    /// When it was initialised.
    pub created_at: Timestamp,
    /// How visible it is.
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
