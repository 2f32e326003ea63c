//! Status queries: what TikTok says about an upload or a post.

use slipway_accounts::{
    accounts::{TokenError, WhenRateLimited},
    rate_limit::Call,
};
use tiktok_api::{Error as ApiError, FailureKind, PostStatus, PublishId, PublishState};

use super::{context::Publisher, error::PublishError};
use crate::posts::PostRow;

/// Whether TikTok answered that it does not know the publish id.
///
/// Reads the code alone: with HTTP 5xx the error as a whole means that TikTok is unavailable.
pub(super) fn is_unknown_publish_id(error: &ApiError) -> bool {
    error
        .code_meaning()
        .is_some_and(|meaning| meaning.kind == FailureKind::UnknownPublishId)
}

impl Publisher {
    /// Queries the status, and waits for the rate limit if needed.
    pub(super) async fn status(
        &self,
        account: &str,
        publish_id: &PublishId,
    ) -> Result<PostStatus, TokenError> {
        self.status_with(account, publish_id, WhenRateLimited::Wait)
            .await
    }

    async fn status_with(
        &self,
        account: &str,
        publish_id: &PublishId,
        when_limited: WhenRateLimited,
    ) -> Result<PostStatus, TokenError> {
        self.tokens
            .call(account, Call::Status, when_limited, |tiktok, token| {
                let publish_id = publish_id.clone();
                async move { tiktok.status(&token, &publish_id).await }
            })
            .await
    }

    /// Whether TikTok has every byte of the upload in flight, or may have. Sends a query only if that is possible.
    pub(crate) async fn is_fully_uploaded(&self, row: &PostRow) -> Result<bool, PublishError> {
        let (Some(publish_id), Some(account)) = (row.publish_id(), &row.account_id) else {
            return Ok(false);
        };
        if !row.may_be_fully_uploaded() {
            return Ok(false);
        }
        // The creator waits for the answer.
        match self
            .status_with(account, &publish_id, WhenRateLimited::Fail)
            .await
        {
            Ok(status) => Ok(match status.state {
                PublishState::Complete | PublishState::SentToInbox => true,
                PublishState::Failed => false,
                _ => status
                    .uploaded_bytes
                    .is_none_or(|bytes| bytes >= row.size()),
            }),
            Err(TokenError::TikTok(error)) if is_unknown_publish_id(&error) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }
}
