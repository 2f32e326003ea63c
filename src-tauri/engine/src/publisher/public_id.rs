//! Public post ids that come late: TikTok gives one only once a public post has passed moderation, which can take hours.

use std::time::Duration;

use jiff::Timestamp;
use slipway_accounts::accounts::TokenError;
use slipway_core::clock;

use super::Publisher;
use crate::{posts::PostRow, publisher::PublishError};

/// How long after the end the id is asked for, and how often until then: age in minutes, pause in seconds.
/// Source for "sometimes hours": `/doc/content-posting-api-reference-get-video-status`.
const PAUSES: [(u64, u64); 4] = [
    (10, 30),
    (60, 5 * 60),
    (6 * 60, 30 * 60),
    (48 * 60, 2 * 3600),
];

/// When to ask next for the id of a post that ended at `finished`; never again after two days.
pub(super) fn next_question(finished: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let age = clock::until(finished, now);
    PAUSES
        .iter()
        .find(|(minutes, _)| age < Duration::from_mins(*minutes))
        .map(|(_, pause)| clock::after(now, Duration::from_secs(*pause)))
}

impl Publisher {
    /// Asks once for the public id; until it is known the link leads to the profile.
    pub(super) async fn ask_for_id(&self, row: &PostRow) -> Result<(), PublishError> {
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
            Err(TokenError::TikTok(error))
                if error.code() == Some(&tiktok_api::ErrorCode::InvalidPublishId) =>
            {
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
            .ask_id_at(&row.id, next_question(finished, now))
            .await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_get_rarer_and_end() {
        let finished = Timestamp::UNIX_EPOCH;
        let mut now = finished;
        let mut asked = Vec::new();
        while let Some(next) = next_question(finished, now) {
            asked.push(clock::until(now, next).as_secs());
            now = next;
        }
        assert!(asked.is_sorted(), "{asked:?}");
        assert!(asked.len() < 100, "{}", asked.len());
        let days = clock::until(finished, now).as_secs() / 86_400;
        assert_eq!(days, 2);
    }
}
