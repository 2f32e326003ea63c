//! Lookup of the publish that a request names, limited to the authenticated creator.

use axum::http::{HeaderMap, StatusCode};

use crate::{
    api::{self, ApiError, JsonFields},
    operation::Operation,
    platform::Platform,
    publish::Publish,
    request_log::Trace,
    store::SavedState,
};

/// The publish id of a request, and the short name of the authenticated creator.
pub(crate) struct PublishQuery {
    pub(crate) publish_id: String,
    creator: String,
}

impl PublishQuery {
    /// Parses a request whose body is `{"publish_id": "…"}`.
    pub(crate) fn read(
        platform: &Platform,
        trace: &Trace,
        headers: &HeaderMap,
        body: &[u8],
        operation: Operation,
    ) -> Result<Self, ApiError> {
        let scopes = ["video.publish", "video.upload"];
        let creator = api::authenticate(platform, headers, trace, operation, &scopes)?
            .creator
            .name;
        let mut fields = JsonFields::from_body(headers, body)?;
        let publish_id = fields
            .string("publish_id")?
            .ok_or_else(|| ApiError::invalid_param("publish_id is required"))?;
        fields.finish(&platform.options())?;
        Ok(Self {
            publish_id,
            creator,
        })
    }

    /// Returns the publish if it exists and belongs to the creator.
    pub(crate) fn find<'a>(&self, state: &'a SavedState) -> Result<&'a Publish, ApiError> {
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
