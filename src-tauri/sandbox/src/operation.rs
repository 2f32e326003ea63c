//! TikTok's endpoints with their names, paths and rate limits.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of TikTok's endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// The consent page and its form.
    Authorize,
    /// `/v2/oauth/token/`, both grants.
    Token,
    /// `/v2/oauth/revoke/`.
    Revoke,
    /// `/v2/user/info/`.
    UserInfo,
    /// `/v2/post/publish/creator_info/query/`.
    CreatorInfo,
    /// `/v2/post/publish/video/init/`.
    Init,
    /// `/v2/post/publish/inbox/video/init/`.
    InboxInit,
    /// `PUT` of a video chunk.
    Upload,
    /// `/v2/post/publish/status/fetch/`.
    Status,
    /// `/v2/post/publish/cancel/`.
    Cancel,
}

/// The path prefix of upload addresses.
pub(crate) const UPLOAD_PREFIX: &str = "/upload/";

impl Operation {
    /// All operations.
    pub const ALL: [Self; 10] = [
        Self::Authorize,
        Self::Token,
        Self::Revoke,
        Self::UserInfo,
        Self::CreatorInfo,
        Self::Init,
        Self::InboxInit,
        Self::Upload,
        Self::Status,
        Self::Cancel,
    ];

    /// Returns the name used in JSON and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Token => "token",
            Self::Revoke => "revoke",
            Self::UserInfo => "user_info",
            Self::CreatorInfo => "creator_info",
            Self::Init => "init",
            Self::InboxInit => "inbox_init",
            Self::Upload => "upload",
            Self::Status => "status",
            Self::Cancel => "cancel",
        }
    }

    /// Returns the path, as a route of the server.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Authorize => "/v2/auth/authorize/",
            Self::Token => "/v2/oauth/token/",
            Self::Revoke => "/v2/oauth/revoke/",
            Self::UserInfo => "/v2/user/info/",
            Self::CreatorInfo => "/v2/post/publish/creator_info/query/",
            Self::Init => "/v2/post/publish/video/init/",
            Self::InboxInit => "/v2/post/publish/inbox/video/init/",
            Self::Upload => "/upload/{upload}",
            Self::Status => "/v2/post/publish/status/fetch/",
            Self::Cancel => "/v2/post/publish/cancel/",
        }
    }

    /// Finds the operation of a path, for any method.
    pub(crate) fn from_path(path: &str) -> Option<Self> {
        if path.starts_with(UPLOAD_PREFIX) {
            return Some(Self::Upload);
        }
        Self::ALL
            .into_iter()
            .find(|operation| operation.path() == path)
    }

    /// Returns the maximum requests per minute and user token, if TikTok documents one (`/docs/en/tiktok-api-v2-rate-limit` and the
    /// reference page of each endpoint).
    pub(crate) fn requests_per_minute(self) -> Option<usize> {
        match self {
            Self::Init | Self::InboxInit => Some(6),
            Self::CreatorInfo => Some(20),
            Self::Status => Some(30),
            Self::UserInfo => Some(600),
            Self::Authorize | Self::Token | Self::Revoke | Self::Upload | Self::Cancel => None,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
