//! Handles TikTok's webhook events with the same state transitions as a status query.

use slipway_accounts::accounts::{AccountRow, TokenError};
use tiktok_api::{FailReason, FailureKind, PublishId, RemovalReason, WebhookEvent};

use super::{context::Publisher, error::PublishError, failure::Failure};
use crate::{
    posts::{End, PostRow, State, history},
    webhook::ReceivedEvent,
};

impl Publisher {
    /// Handles a delivery. Deliveries arrive in any order and more than once: a repeated one changes nothing.
    pub(crate) async fn handle_webhook(&self, delivery: ReceivedEvent) -> Result<(), PublishError> {
        let Some(account) = self.accounts.by_open_id(&delivery.open_id).await? else {
            tracing::info!("[Webhook] Delivery for an account that is not connected here");
            return Ok(());
        };
        match delivery.event {
            // The delivery may be old and the account connected again since, so the access is checked.
            WebhookEvent::AuthorizationRemoved { reason } => {
                self.check_access(&account, reason).await
            }
            WebhookEvent::PublishComplete { publish_id } => {
                self.apply_end(&account.id, &publish_id, Ok(End::Published))
                    .await
            }
            WebhookEvent::InboxDelivered { publish_id } => {
                self.apply_end(&account.id, &publish_id, Ok(End::DeliveredToInbox))
                    .await
            }
            WebhookEvent::PublishFailed { publish_id, reason } => {
                let removed = reason
                    .as_ref()
                    .is_some_and(|reason| reason.meaning().kind == FailureKind::GrantRejected);
                self.apply_end(&account.id, &publish_id, Err(reason))
                    .await?;
                if removed {
                    self.check_access(&account, RemovalReason::Unknown).await?;
                }
                Ok(())
            }
            WebhookEvent::PubliclyAvailable {
                publish_id,
                post_id,
            } => {
                self.apply_public_id(&account.id, &publish_id, post_id)
                    .await
            }
            WebhookEvent::NoLongerPublic { publish_id, .. } => {
                if let Some(row) = self.posts.by_publish_id(&account.id, &publish_id).await? {
                    self.posts
                        .note(&row.id, &history::no_longer_public())
                        .await?;
                    self.service.announce(&row.id).await;
                }
                Ok(())
            }
            WebhookEvent::Other(name) => {
                tracing::debug!(name, "[Webhook] Event of no concern");
                Ok(())
            }
        }
    }

    /// Checks whether the account's access was removed.
    async fn check_access(
        &self,
        account: &AccountRow,
        reason: RemovalReason,
    ) -> Result<(), PublishError> {
        match self.tokens.access_removed(account, reason).await {
            Err(TokenError::Database(error)) => Err(error.into()),
            _ => Ok(()),
        }
    }

    async fn apply_end(
        &self,
        account: &str,
        publish_id: &PublishId,
        end: Result<End, Option<FailReason>>,
    ) -> Result<(), PublishError> {
        let Some(row) = self.posts.by_publish_id(account, publish_id).await? else {
            return Ok(());
        };
        // The post's state is read again under the lock.
        let _lock = self.service.lock(&row.id).await;
        let row = self.posts.get(&row.id).await?;
        if !awaits_end(&row, publish_id)? {
            return Ok(());
        }
        self.posts.note(&row.id, &history::reported()).await?;
        let result = match end {
            Ok(end) => self.finish(&row, end, None).await,
            // The creator's pause remains. When the post resumes, its status is queried first.
            Err(_) if matches!(row.state()?, State::Paused | State::Scheduled) => Ok(()),
            // An unconfirmed post has no transition to `failed`. Polling again reads the same end from its status.
            Err(_) if row.state()? == State::Unconfirmed => {
                self.posts.ask_again(&row.id).await?;
                Ok(())
            }
            Err(reason) => Err(Failure::from_end(reason.as_ref(), row.inits)),
        };
        if let Err(failure) = result {
            self.store_failure(&row.id, failure).await?;
        }
        self.service.announce(&row.id).await;
        Ok(())
    }

    async fn apply_public_id(
        &self,
        account: &str,
        publish_id: &PublishId,
        post_id: Option<u64>,
    ) -> Result<(), PublishError> {
        let Some(row) = self.posts.by_publish_id(account, publish_id).await? else {
            return Ok(());
        };
        if awaits_end(&row, publish_id)? {
            // A public post is published, whichever event arrives first.
            self.apply_end(account, publish_id, Ok(End::Published))
                .await?;
        }
        let _lock = self.service.lock(&row.id).await;
        let row = self.posts.get(&row.id).await?;
        if let (State::Published, Some(post_id), Some(username)) =
            (row.state()?, post_id, self.username(&row).await?)
        {
            let link = self.link(&username, Some(post_id));
            if row.link.as_deref() != Some(&link) {
                self.posts.link(&row.id, &link).await?;
                self.service.announce(&row.id).await;
            }
        }
        Ok(())
    }
}

/// Whether the post still awaits the end of this upload.
fn awaits_end(row: &PostRow, publish_id: &PublishId) -> Result<bool, PublishError> {
    Ok(row.publish_id().as_ref() == Some(publish_id)
        && matches!(
            row.state()?,
            State::Uploading
                | State::Processing
                | State::Waiting
                | State::Paused
                | State::Scheduled
                | State::Unconfirmed
        ))
}
