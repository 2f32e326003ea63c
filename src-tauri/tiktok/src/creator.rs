//! The options that a creator has for a post at the moment.

use std::time::Duration;

use serde::Deserialize;

use crate::wire::{self, wire_enum};

wire_enum! {
    /// The audience of a post (`/doc/content-posting-api-reference-query-creator-info`).
    pub enum PrivacyLevel {
        /// Everyone. Public accounts only.
        PublicToEveryone = "PUBLIC_TO_EVERYONE",
        /// Followers whom the creator follows back.
        MutualFollowFriends = "MUTUAL_FOLLOW_FRIENDS",
        /// All followers. Private accounts only.
        FollowerOfCreator = "FOLLOWER_OF_CREATOR",
        /// Only the creator.
        SelfOnly = "SELF_ONLY",
    }
}

/// The creator, with the facts that the posting form must show
/// (`/doc/content-posting-api-reference-query-creator-info`, `/doc/content-sharing-guidelines`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatorInfo {
    /// Link to the avatar, valid for two hours.
    pub avatar_url: Option<String>,
    /// The handle, without the @.
    pub username: String,
    /// The display name, which the form must show.
    pub nickname: String,
    /// The audiences to offer: exactly these, with none preselected.
    pub privacy_level_options: Vec<PrivacyLevel>,
    /// The creator disabled comments.
    pub comment_disabled: bool,
    /// The creator disabled duets, or the account is private.
    pub duet_disabled: bool,
    /// The creator disabled stitches, or the account is private.
    pub stitch_disabled: bool,
    /// The longest video that this creator may post directly.
    pub max_video_post_duration: Duration,
}

/// The answer of the endpoint.
#[derive(Deserialize)]
pub(crate) struct CreatorAnswer {
    #[serde(default, deserialize_with = "wire::maybe_text")]
    creator_avatar_url: Option<String>,
    #[serde(default)]
    creator_username: String,
    #[serde(default)]
    creator_nickname: String,
    privacy_level_options: Vec<PrivacyLevel>,
    #[serde(default)]
    comment_disabled: bool,
    #[serde(default)]
    duet_disabled: bool,
    #[serde(default)]
    stitch_disabled: bool,
    #[serde(deserialize_with = "wire::number")]
    max_video_post_duration_sec: u64,
}

impl From<CreatorAnswer> for CreatorInfo {
    fn from(answer: CreatorAnswer) -> Self {
        Self {
            avatar_url: answer.creator_avatar_url,
            username: answer.creator_username,
            nickname: answer.creator_nickname,
            privacy_level_options: answer.privacy_level_options,
            comment_disabled: answer.comment_disabled,
            duet_disabled: answer.duet_disabled,
            stitch_disabled: answer.stitch_disabled,
            max_video_post_duration: Duration::from_secs(answer.max_video_post_duration_sec),
        }
    }
}
