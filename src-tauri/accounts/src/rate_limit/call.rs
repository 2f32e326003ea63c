//! The TikTok calls that have a rate limit.

use tiktok_api::limits;

/// A TikTok call. TikTok limits each kind separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    /// `/v2/post/publish/video/init/`
    DirectPostInit,
    /// `/v2/post/publish/inbox/video/init/`
    InboxInit,
    /// `/v2/post/publish/creator_info/query/`
    CreatorInfo,
    /// `/v2/post/publish/status/fetch/`
    Status,
    /// `/v2/user/info/`
    UserInfo,
    /// `/v2/post/publish/cancel/`
    Cancel,
}

impl Call {
    pub(super) const ALL: [Self; 6] = [
        Self::DirectPostInit,
        Self::InboxInit,
        Self::CreatorInfo,
        Self::Status,
        Self::UserInfo,
        Self::Cancel,
    ];

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DirectPostInit => "direct_post_init",
            Self::InboxInit => "inbox_init",
            Self::CreatorInfo => "creator_info",
            Self::Status => "status",
            Self::UserInfo => "user_info",
            Self::Cancel => "cancel",
        }
    }

    /// The call with this name in the database.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.as_str() == name)
    }

    /// The number of calls that TikTok permits in [`limits::RATE_WINDOW`], if it documents one
    /// (`/docs/en/tiktok-api-v2-rate-limit`).
    pub fn limit(self) -> Option<u32> {
        match self {
            Self::DirectPostInit => Some(limits::DIRECT_POST_INITS_PER_WINDOW),
            Self::InboxInit => Some(limits::INBOX_INITS_PER_WINDOW),
            Self::CreatorInfo => Some(limits::CREATOR_INFO_PER_WINDOW),
            Self::Status => Some(limits::STATUS_PER_WINDOW),
            Self::UserInfo => Some(limits::USER_INFO_PER_WINDOW),
            Self::Cancel => None,
        }
    }
}
