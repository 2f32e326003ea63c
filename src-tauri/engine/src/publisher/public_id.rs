//! Queries public post ids: TikTok assigns one when a public post has passed moderation, which can take hours.

use std::time::Duration;

use jiff::Timestamp;
use slipway_accounts::accounts::TokenError;
use slipway_core::clock;

use super::{context::Publisher, error::PublishError, status::is_unknown_publish_id};
use crate::posts::PostRow;

/// The intervals of the queries: up to the age in minutes, the pause in seconds.
/// Source for "sometimes hours": `/doc/content-posting-api-reference-get-video-status`.
const PAUSES: [(u64, u64); 4] = [
    (10, 30),
    (60, 5 * 60),
    (6 * 60, 30 * 60),
    (48 * 60, 2 * 3600),
];

/// The time of the next query for a post that ended at `finished`; `None` after two days.
pub(super) fn next_query(finished: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let age = clock::until(finished, now);
    PAUSES
        .iter()
        .find(|(minutes, _)| age < Duration::from_mins(*minutes))
        .map(|(_, pause)| clock::after(now, Duration::from_secs(*pause)))
}

impl Publisher {
    /// Queries the public id once. Until the id is known, the post's link leads to the profile.
    pub(super) async fn query_public_id(&self, row: &PostRow) -> Result<(), PublishError> {
        let (Some(account), Some(publish_id)) = (&row.account_id, row.publish_id()) else {
            return Ok(self.posts.ask_id_at(&row.id, None).await?);
        };
        match self.status(account, &publish_id).await {
            Ok(status) => {
                if let (Some(post_id), Some(username)) =
                    (status.post_ids.first(), self.username(row).await?)
                {
                    let link = self.link(&username, Some(*post_id));
                    return Ok(self.posts.link(&row.id, &link).await?);
                }
            }
            Err(TokenError::TikTok(error)) if is_unknown_publish_id(&error) => {
                return Ok(self.posts.ask_id_at(&row.id, None).await?);
            }
            Err(error) => {
                tracing::info!(post = row.id, %error, "[Publisher] Public id: asking again later");
            }
        }
        let now = self.clock.now();
        let finished = row.finished_at.map_or(now, clock::from_millis);
        Ok(self
            .posts
            .ask_id_at(&row.id, next_query(finished, now))
            .await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_become_rarer_and_end_after_two_days() {
        let finished = Timestamp::UNIX_EPOCH;
        let mut now = finished;
        let mut asked = Vec::new();
        while let Some(next) = next_query(finished, now) {
            asked.push(clock::until(now, next).as_secs());
            now = next;
        }
        assert!(asked.is_sorted(), "{asked:?}");
        assert!(asked.len() < 100, "{}", asked.len());
        let days = clock::until(finished, now).as_secs() / 86_400;
        assert_eq!(days, 2);
    }
}
