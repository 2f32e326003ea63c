//! Describes the tables of posts to the database: their secrets, and the change to posts of a restored backup.

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use slipway_core::notice::moment;
use slipway_store::{
    database::{Restored, Tables},
    vault::{ForgetStatement, SecretColumn},
};
use sqlx::SqliteConnection;

use super::{cause::Cause, store::json};

/// The tables of this module, for the database. When the key is lost, an upload continues as one whose address has
/// expired.
pub(crate) const TABLES: Tables = Tables {
    secrets: &[SecretColumn {
        table: "posts",
        column: "upload_url",
    }],
    forget: &[ForgetStatement {
        table: "posts",
        column: "upload_url",
        sql: "UPDATE posts SET upload_url = NULL WHERE upload_url IS NOT NULL",
    }],
    park: Some(park),
};

/// Stops every post of a restored backup that may have been sent since: posts under way are paused, and posts that
/// TikTok had whole become unconfirmed.
fn park<'a>(
    connection: &'a mut SqliteConnection,
    restored: &'a Restored,
    now: Timestamp,
) -> BoxFuture<'a, Result<(), sqlx::Error>> {
    Box::pin(async move {
        let now = now.as_millisecond();
        let line = format!(
            "Restored from a backup of {}: this post may have been published since",
            moment(restored.from)
        );
        let cause = json(&Cause::Restored {
            from: restored.from,
        });
        sqlx::query!(
            "INSERT INTO post_history (post_id, at, text)
         SELECT id, ?, ? FROM posts WHERE state IN ('scheduled', 'queued', 'checking',
             'uploading', 'waiting', 'processing', 'paused')",
            now,
            line
        )
        .execute(&mut *connection)
        .await?;
        sqlx::query!(
            "UPDATE posts SET state = 'unconfirmed', cause = ?, wait_until = NULL, finished_at = ?
         WHERE state = 'processing'",
            cause,
            now
        )
        .execute(&mut *connection)
        .await?;
        sqlx::query!(
            "UPDATE posts SET state = 'paused', cause = ?, wait_until = NULL
         WHERE state IN ('scheduled', 'queued', 'checking', 'uploading', 'waiting', 'paused')",
            cause
        )
        .execute(&mut *connection)
        .await?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::super::{model, state::State};
    use super::*;

    #[tokio::test]
    async fn a_restore_stops_the_active_and_paused_posts() {
        let (posts, id) = model::store().await;
        let restored = Restored {
            from: 0,
            set_aside: None,
        };
        for state in State::ALL {
            sqlx::query("UPDATE posts SET state = ?")
                .bind(state.as_str())
                .execute(&posts.pool)
                .await
                .unwrap();
            let mut connection = posts.pool.acquire().await.unwrap();
            park(&mut connection, &restored, Timestamp::UNIX_EPOCH)
                .await
                .unwrap();
            drop(connection);
            let expected = match state {
                State::Processing => State::Unconfirmed,
                state if state.is_active() => State::Paused,
                state => state,
            };
            let row = posts.get(&id).await.unwrap();
            assert_eq!(row.state().unwrap(), expected, "{state:?}");
        }
    }
}
