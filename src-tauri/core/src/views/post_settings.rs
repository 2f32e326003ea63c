//! The creator's choices for a post.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Where a post goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum PostMode {
    /// Straight to the profile.
    #[default]
    Direct,
    /// Into the creator's TikTok inbox, to be finished there.
    Inbox,
}

/// What the creator chose for a post. The defaults are TikTok's: nothing preselected.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the posting page"
)]
pub struct PostSettings {
    /// The account to post to.
    pub account_id: Option<String>,
    /// Direct post or inbox draft.
    pub mode: PostMode,
    /// The caption, at most 2200 UTF-16 units.
    pub caption: String,
    /// The privacy level in TikTok's words; never preselected.
    pub privacy: Option<String>,
    /// Viewers may comment.
    pub allow_comment: bool,
    /// Viewers may make duets.
    pub allow_duet: bool,
    /// Viewers may stitch.
    pub allow_stitch: bool,
    /// The switch for commercial content is on.
    pub discloses_commercial: bool,
    /// Promotes the creator's own brand.
    pub brand_organic: bool,
    /// A paid partnership with somebody else's brand.
    pub brand_content: bool,
    /// Labelled as made by AI.
    pub is_aigc: bool,
    /// The frame used as cover, in milliseconds from the start.
    pub cover_ms: Option<u32>,
}
