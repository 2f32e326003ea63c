//! The profile of a connected creator.

use serde::Deserialize;

use crate::{scope::Scope, wire};

/// A profile; what was not granted is `None` (`/doc/tiktok-api-v2-get-user-info`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UserInfo {
    /// The creator, as this app knows them.
    #[serde(deserialize_with = "wire::filled")]
    pub open_id: String,
    /// The creator, as all apps of one developer know them.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub union_id: Option<String>,
    /// The name shown on the profile; empty when TikTok leaves it out.
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
    /// The text about themselves.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub bio_description: Option<String>,
    /// Link to the profile.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub profile_deep_link: Option<String>,
    /// Whether the account has the verified badge.
    #[serde(default)]
    pub is_verified: Option<bool>,
    /// How many follow the creator.
    #[serde(default, deserialize_with = "wire::maybe_number")]
    pub follower_count: Option<u64>,
    /// How many the creator follows.
    #[serde(default, deserialize_with = "wire::maybe_number")]
    pub following_count: Option<u64>,
    /// Likes on all videos.
    #[serde(default, deserialize_with = "wire::maybe_number")]
    pub likes_count: Option<u64>,
    /// Public videos.
    #[serde(default, deserialize_with = "wire::maybe_number")]
    pub video_count: Option<u64>,
}

/// The `data` of the answer.
#[derive(Deserialize)]
pub(crate) struct UserAnswer {
    pub user: UserInfo,
}

/// The fields to ask for: those whose scope was granted, since TikTok may refuse the request for any other.
///
/// `open_id` is always among them: an account without it cannot be told from another, so a refusal is the right answer.
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
    fn only_granted_fields_are_asked_for() {
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
