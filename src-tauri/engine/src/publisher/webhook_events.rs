//! What TikTok's webhooks tell of a post, fed into the same moves as an answer about its status.

use crate::posts::history;
use slipway_accounts::accounts::{AccountRow, TokenError};
use tiktok_api::{FailReason, PublishId, RemovalReason, WebhookEvent};

use super::{Publisher, failure::Halt};
use crate::{
    posts::{End, PostRow, State},
    publisher::PublishError,
    webhook::News,
};

impl Publisher {
    /// Acts on a delivery. Deliveries come in any order and more than once: one that tells nothing new changes nothing.
    pub(crate) async fn told(&self, news: News) -> Result<(), PublishError> {
        let Some(account) = self.accounts.by_open_id(&news.open_id).await? else {
            tracing::info!("[Webhook] Delivery for an account that is not connected here");
            return Ok(());
        };
        match news.event {
            // The news may be old, and the creator back since: TikTok is asked.
            WebhookEvent::AuthorizationRemoved { reason } => {
                self.access_removed(&account, reason).await
            }
            WebhookEvent::PublishComplete { publish_id } => {
                self.ended_by_news(&account.id, &publish_id, Ok(End::Published))
                    .await
            }
            WebhookEvent::InboxDelivered { publish_id } => {
                self.ended_by_news(&account.id, &publish_id, Ok(End::DeliveredToInbox))
                    .await
            }
            WebhookEvent::PublishFailed { publish_id, reason } => {
                let removed = reason == Some(FailReason::AuthRemoved);
                self.ended_by_news(&account.id, &publish_id, Err(reason))
                    .await?;
                if removed {
                    self.access_removed(&account, RemovalReason::Unknown)
                        .await?;
                }
                Ok(())
            }
            WebhookEvent::PubliclyAvailable {
                publish_id,
                post_id,
            } => self.public_by_news(&account.id, &publish_id, post_id).await,
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

    /// Finds out whether TikTok took the access of an account back.
    async fn access_removed(
        &self,
        account: &AccountRow,
        reason: RemovalReason,
    ) -> Result<(), PublishError> {
        match self.tokens.access_removed(account, reason).await {
            Err(TokenError::Database(error)) => Err(error.into()),
            _ => Ok(()),
        }
    }

    async fn ended_by_news(
        &self,
        account: &str,
        publish_id: &PublishId,
        end: Result<End, Option<FailReason>>,
    ) -> Result<(), PublishError> {
        let Some(row) = self.posts.by_publish_id(account, publish_id).await? else {
            return Ok(());
        };
        // Nobody else may work on the post meanwhile, and where it stands now counts.
        let _lock = self.service.lock(&row.id).await;
        let row = self.posts.get(&row.id).await?;
        if !open(&row, publish_id)? {
            return Ok(());
        }
        self.posts.note(&row.id, &history::reported()).await?;
        let result = match end {
            Ok(end) => self.finish(&row, end, None).await,
            // A creator's pause stands; when it goes on, TikTok is asked first and tells the same.
            Err(_) if matches!(row.state()?, State::Paused | State::Scheduled) => Ok(()),
            // An end that is known as unconfirmed cannot wait; asking again leads to the same news.
            Err(_) if row.state()? == State::Unconfirmed => {
                self.posts.ask_again(&row.id).await?;
                Ok(())
            }
            Err(reason) => Err(Halt::from_end(reason.as_ref(), row.inits)),
        };
        if let Err(halt) = result {
            self.halt(&row.id, halt).await?;
        }
        self.service.announce(&row.id).await;
        Ok(())
    }

    async fn public_by_news(
        &self,
        account: &str,
        publish_id: &PublishId,
        post_id: Option<u64>,
    ) -> Result<(), PublishError> {
        let Some(row) = self.posts.by_publish_id(account, publish_id).await? else {
            return Ok(());
        };
        if open(&row, publish_id)? {
            // What is public is published, whichever news comes first.
            self.ended_by_news(account, publish_id, Ok(End::Published))
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

/// Whether the post still waits for the end of just this upload.
fn open(row: &PostRow, publish_id: &PublishId) -> Result<bool, PublishError> {
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
