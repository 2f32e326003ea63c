//! Stores the ends of posts that TikTok reports, with the best link that is known.

use slipway_core::{fault_points::fault_point, views::PostMode};
use tiktok_api::{PostStatus, PublishState};

use super::{context::Publisher, error::PublishError, failure::Failure, public_id::next_query};
use crate::posts::{End, PostRow};

impl Publisher {
    /// Stores the end of a post if this status is one. Returns `false` while TikTok is still processing.
    pub(super) async fn store_if_ended(
        &self,
        row: &PostRow,
        status: &PostStatus,
    ) -> Result<bool, Failure> {
        match status.state {
            PublishState::Complete => {
                self.finish(row, End::Published, Some(status)).await?;
                Ok(true)
            }
            PublishState::SentToInbox => {
                self.finish(row, End::DeliveredToInbox, Some(status))
                    .await?;
                Ok(true)
            }
            PublishState::Failed => Err(Failure::from_end(status.fail_reason.as_ref(), row.inits)),
            _ => {
                if let Some(reason) = &status.fail_reason
                    && self.posts.remark(&row.id, reason.as_str()).await?
                {
                    self.service.announce(&row.id).await;
                }
                Ok(false)
            }
        }
    }

    /// Stores that a post was published or delivered to the inbox.
    pub(super) async fn finish(
        &self,
        row: &PostRow,
        end: End,
        status: Option<&PostStatus>,
    ) -> Result<(), Failure> {
        let username = self.username(row).await?;
        let post_id = status.and_then(|status| status.post_ids.first().copied());
        let link = username.as_deref().map(|name| self.link(name, post_id));
        let link = link.filter(|_| end == End::Published);
        let public = row.settings().mode == PostMode::Direct
            && row.settings().privacy.as_deref() != Some("SELF_ONLY");
        let now = self.clock.now();
        let ask_id_at = (end == End::Published && post_id.is_none() && public)
            .then(|| next_query(now, now))
            .flatten();
        fault_point!("watch.finish.before");
        self.posts
            .finish(&row.id, end, link.as_deref(), ask_id_at)
            .await?;
        fault_point!("watch.finish.after");
        self.service.announce(&row.id).await;
        Ok(())
    }

    /// The user name of the post's account.
    pub(super) async fn username(&self, row: &PostRow) -> Result<Option<String>, PublishError> {
        let Some(account) = &row.account_id else {
            return Ok(None);
        };
        let account = self.accounts.get(account).await?;
        Ok(account.and_then(|account| account.username))
    }

    /// The web address of a post, or of its account's profile while the post's public id is unknown.
    pub(super) fn link(&self, username: &str, post_id: Option<u64>) -> String {
        let origin = self.endpoints.auth().origin().ascii_serialization();
        match post_id {
            Some(post_id) => format!("{origin}/@{username}/video/{post_id}"),
            None => format!("{origin}/@{username}"),
        }
    }
}
