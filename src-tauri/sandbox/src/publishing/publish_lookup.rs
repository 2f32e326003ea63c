//! Finding the publish that a request names, for the creator whose token came with it.

use axum::http::{HeaderMap, StatusCode};

use crate::{
    api::{self, ApiError, Fields},
    operation::Operation,
    platform::Platform,
    publish::Publish,
    request_log::Trace,
    store::State,
};

/// A publish id from a body, and the short name of the creator who asks.
pub(crate) struct Asked {
    pub(crate) publish_id: String,
    creator: String,
}

impl Asked {
    /// Reads a request whose body is `{"publish_id": "…"}` and nothing else.
    pub(crate) fn read(
        platform: &Platform,
        trace: &Trace,
        headers: &HeaderMap,
        body: &[u8],
        operation: Operation,
    ) -> Result<Self, ApiError> {
        let scopes = ["video.publish", "video.upload"];
        let creator = api::admit(platform, headers, trace, operation, &scopes)?
            .creator
            .name;
        let mut fields = Fields::from_body(headers, body)?;
        let publish_id = fields
            .string("publish_id")?
            .ok_or_else(|| ApiError::invalid_param("publish_id is required"))?;
        fields.finish(&platform.options())?;
        Ok(Self {
            publish_id,
            creator,
        })
    }

    /// The publish, if it exists and is the creator's own.
    pub(crate) fn find<'a>(&self, state: &'a State) -> Result<&'a Publish, ApiError> {
        let publish = state
            .publishes
            .iter()
            .find(|publish| publish.publish_id == self.publish_id);
        let publish = publish.ok_or_else(|| {
            ApiError::new(
                StatusCode::BAD_REQUEST,
                "invalid_publish_id",
                "The publish_id does not exist.",
            )
        })?;
        if publish.creator != self.creator {
            return Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "token_not_authorized_for_specified_publish_id",
                "The access token is not authorized for the publish_id.",
            ));
        }
        Ok(publish)
    }
}
