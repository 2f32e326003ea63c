//! Starting a post and following it: what is asked for, the ticket for its bytes, its status.

mod init;
mod status;

use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) use init::{DirectPostRequest, InboxRequest, TicketAnswer};
pub use init::{PostInfo, UploadTicket};
pub(crate) use status::StatusAnswer;
pub use status::{FailReason, PostStatus, PublishState};

/// TikTok's name for one attempt to post; opaque (`/doc/content-posting-api-reference-direct-post`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublishId(String);

impl PublishId {
    /// The id as TikTok wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for PublishId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for PublishId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl fmt::Display for PublishId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The body of the calls that name a post.
#[derive(Serialize)]
pub(crate) struct PublishIdRequest<'a> {
    pub publish_id: &'a PublishId,
}
