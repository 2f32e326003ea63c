//! The accounts that each video was posted to, or will be: table `video_uses`.

use jiff::Timestamp;
use slipway_core::{
    clock,
    views::{KnownState, KnownUse},
};
use sqlx::SqliteConnection;

use super::notices::known;
use crate::posts::State;

/// An account that a video was posted to, or will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) video_id: i64,
    pub(crate) post_id: String,
    pub(crate) open_id: String,
    pub(crate) account_name: String,
    pub(crate) at: Timestamp,
    pub(crate) state: KnownState,
    /// True if the post still exists in the queue.
    pub(crate) in_queue: bool,
}

impl Use {
    /// Returns the view of this use.
    pub(crate) fn view(&self) -> KnownUse {
        KnownUse {
            account_name: self.account_name.clone(),
            post_id: self.in_queue.then(|| self.post_id.clone()),
            at: self.at.to_string(),
            state: self.state,
            notice: known(&self.account_name, self.at, self.state),
        }
    }
}

/// Updates the use of a post's video, within the transaction of the post's state transition.
pub(crate) async fn update_use(
    connection: &mut SqliteConnection,
    post_id: &str,
    to: State,
    now: i64,
) -> Result<(), sqlx::Error> {
    let is_out = matches!(to, State::Published | State::DeliveredToInbox);
    match to {
        // TikTok may have the video from the start of the upload.
        State::Uploading
        | State::Processing
        | State::Published
        | State::DeliveredToInbox
        | State::Unconfirmed => {
            sqlx::query!(
                "INSERT INTO video_uses (post_id, video_id, open_id, account_name, at)
                 SELECT posts.id, posts.video_id, accounts.open_id, accounts.display_name, ?1
                 FROM posts JOIN accounts ON accounts.id = posts.account_id
                 WHERE posts.id = ?2 AND posts.video_id IS NOT NULL
                 ON CONFLICT (post_id) DO NOTHING",
                now,
                post_id
            )
            .execute(&mut *connection)
            .await?;
            // Runs also if the account no longer exists.
            sqlx::query!(
                "UPDATE video_uses SET at = ?, is_out = ? WHERE post_id = ?",
                now,
                is_out,
                post_id
            )
            .execute(connection)
            .await?;
        }
        // The post ended without an upload, or starts again.
        State::Draft | State::Queued | State::Failed | State::Cancelled => {
            sqlx::query!("DELETE FROM video_uses WHERE post_id = ?", post_id)
                .execute(connection)
                .await?;
        }
        State::Scheduled | State::Checking | State::Waiting | State::Paused => {}
    }
    Ok(())
}

/// Returns the uses of a video, oldest first, or of all videos in the queue if `video` is `None`. A video and its
/// transcoded files count as the same video.
pub(crate) async fn uses(
    connection: &mut SqliteConnection,
    video: Option<i64>,
) -> Result<Vec<Use>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT asked.id AS "video_id!: i64", video_uses.post_id AS "post_id!: String",
                  video_uses.open_id AS "open_id!: String", video_uses.account_name AS "account_name!: String",
                  video_uses.at AS "at!: i64", posts.id IS NOT NULL AS "in_queue!: bool",
                  (is_out = 1 OR posts.id IS NULL OR posts.state = 'unconfirmed') AS "posted!: bool"
           FROM videos AS asked
           JOIN videos AS same ON COALESCE(same.made_of, same.id) = COALESCE(asked.made_of, asked.id)
           JOIN video_uses ON video_uses.video_id = same.id
           LEFT JOIN posts ON posts.id = video_uses.post_id
           WHERE CASE WHEN ?1 IS NULL THEN asked.id IN (SELECT video_id FROM posts) ELSE asked.id = ?1 END
           UNION ALL
           SELECT asked.id, posts.id, accounts.open_id, accounts.display_name, posts.created_at, 1, 0
           FROM videos AS asked
           JOIN videos AS same ON COALESCE(same.made_of, same.id) = COALESCE(asked.made_of, asked.id)
           JOIN posts ON posts.video_id = same.id
           JOIN accounts ON accounts.id = posts.account_id
           WHERE CASE WHEN ?1 IS NULL THEN asked.id IN (SELECT video_id FROM posts) ELSE asked.id = ?1 END
             AND posts.state NOT IN ('failed', 'cancelled')
             AND NOT EXISTS (SELECT 1 FROM video_uses WHERE video_uses.post_id = posts.id)
           ORDER BY 5, 2"#,
        video
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Use {
            video_id: row.video_id,
            post_id: row.post_id,
            open_id: row.open_id,
            account_name: row.account_name,
            at: clock::from_millis(row.at),
            state: if row.posted {
                KnownState::Posted
            } else {
                KnownState::Planned
            },
            in_queue: row.in_queue,
        })
        .collect())
}
