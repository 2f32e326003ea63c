//! The id of a post, and the request body that names it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// TikTok's id of one attempt to post; opaque (`/doc/content-posting-api-reference-direct-post`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublishId(String);

impl PublishId {
    /// The id, unchanged.
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

/// The body of a call that names a post.
#[derive(Serialize)]
pub(crate) struct PublishIdRequest<'a> {
    pub publish_id: &'a PublishId,
}
