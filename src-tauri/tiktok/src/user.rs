//! The profile of a connected creator.

use serde::Deserialize;

use crate::{scope::Scope, wire};

/// A profile. A field that was not granted is `None` (`/doc/tiktok-api-v2-get-user-info`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UserInfo {
    /// The creator's id within this app.
    #[serde(deserialize_with = "wire::filled")]
    pub open_id: String,
    /// The creator's id across all apps of one developer.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub union_id: Option<String>,
    /// The display name; empty when TikTok leaves it out.
    #[serde(default)]
    pub display_name: String,
    /// Link to the avatar. It expires: keep the picture, not the link.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub avatar_url: Option<String>,
    /// Link to the large avatar.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub avatar_large_url: Option<String>,
    /// The handle, without the @.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub username: Option<String>,
    /// The creator's own description.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub bio_description: Option<String>,
    /// Link to the profile.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub profile_deep_link: Option<String>,
    /// Whether the account has the verified badge.
    #[serde(default)]
    pub is_verified: Option<bool>,
    /// Number of followers.
    #[serde(default, deserialize_with = "wire::maybe_number")]
    pub follower_count: Option<u64>,
    /// Number of accounts that the creator follows.
    #[serde(default, deserialize_with = "wire::maybe_number")]
    pub following_count: Option<u64>,
    /// Number of likes on all videos.
    #[serde(default, deserialize_with = "wire::maybe_number")]
    pub likes_count: Option<u64>,
    /// Number of public videos.
    #[serde(default, deserialize_with = "wire::maybe_number")]
    pub video_count: Option<u64>,
}

/// The `data` of the answer.
#[derive(Deserialize)]
pub(crate) struct UserAnswer {
    pub user: UserInfo,
}

/// The fields to request: those whose scope was granted, because TikTok may refuse a request for any other.
///
/// `open_id` is always requested: without it, two accounts cannot be told apart, so a refusal is the right answer.
pub(crate) fn fields(scopes: &[Scope]) -> String {
    let mut fields = vec!["open_id"];
    if scopes.contains(&Scope::UserInfoBasic) {
        fields.extend(["union_id", "avatar_url", "avatar_large_url", "display_name"]);
    }
    if scopes.contains(&Scope::UserInfoProfile) {
        fields.extend([
            "username",
            "bio_description",
            "profile_deep_link",
            "is_verified",
        ]);
    }
    if scopes.contains(&Scope::UserInfoStats) {
        fields.extend([
            "follower_count",
            "following_count",
            "likes_count",
            "video_count",
        ]);
    }
    fields.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_granted_fields_are_requested() {
        assert_eq!(fields(&[]), "open_id");
        assert_eq!(
            fields(&[Scope::UserInfoBasic, Scope::VideoPublish]),
            "open_id,union_id,avatar_url,avatar_large_url,display_name"
        );
        let all = fields(&[
            Scope::UserInfoStats,
            Scope::UserInfoProfile,
            Scope::UserInfoBasic,
        ]);
        assert!(all.contains("username") && all.contains("likes_count"));
    }
}
