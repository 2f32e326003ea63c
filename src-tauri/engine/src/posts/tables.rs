//! Describes the tables of posts to the database: their secrets, and the change to posts of a restored backup.

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use slipway_core::clock;
use slipway_store::{
    database::{Restored, Tables},
    vault::{ForgetStatement, SecretColumn},
};
use sqlx::SqliteConnection;

use super::{cause::Cause, history, store::json};

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
        let line = json(&history::restored(clock::from_millis(restored.from)));
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
    use jiff::SignedDuration;
    use sqlx::Row;

    use super::*;

    /// Every state with the state after a restored backup.
    const STATES: [(&str, &str); 13] = [
        ("draft", "draft"),
        ("scheduled", "paused"),
        ("queued", "paused"),
        ("checking", "paused"),
        ("uploading", "paused"),
        ("processing", "unconfirmed"),
        ("published", "published"),
        ("delivered_to_inbox", "delivered_to_inbox"),
        ("waiting", "paused"),
        ("paused", "paused"),
        ("failed", "failed"),
        ("unconfirmed", "unconfirmed"),
        ("cancelled", "cancelled"),
    ];

    #[tokio::test]
    async fn posts_of_a_restored_backup_are_not_sent() {
        let pool = slipway_store::database::in_memory().await.unwrap();
        let mut connection = pool.acquire().await.unwrap();
        for (state, _) in STATES {
            sqlx::query(
                "INSERT INTO posts (id, state, path, file_name, size, modified_ns, media, findings,
                     settings, wait_until, created_at)
                 VALUES (?1, ?1, '/a.mp4', 'a.mp4', 1, 1, '{}', '[]', '{}', 7, 1)",
            )
            .bind(state)
            .execute(&mut *connection)
            .await
            .unwrap();
        }
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(500_000);
        let restored = Restored {
            from: now.as_millisecond() - 1,
            set_aside: None,
        };
        park(&mut connection, &restored, now).await.unwrap();

        let cause = format!(r#"{{"kind":"restored","from":{}}}"#, restored.from);
        for (was, is) in STATES {
            let row = sqlx::query(
                "SELECT p.state, p.cause, p.wait_until, p.finished_at, h.text
                 FROM posts p LEFT JOIN post_history h ON h.post_id = p.id WHERE p.id = ?",
            )
            .bind(was)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
            assert_eq!(row.get::<String, _>(0), is, "{was}");
            let parked = is == "paused" || was == "processing";
            let found: Option<String> = row.get(1);
            assert_eq!(found, parked.then(|| cause.clone()), "{was}");
            let wait_until = (!parked).then_some(7);
            assert_eq!(row.get::<Option<i64>, _>(2), wait_until, "{was}");
            assert_eq!(row.get::<Option<i64>, _>(3).is_some(), was == "processing");
            assert_eq!(row.get::<Option<String>, _>(4).is_some(), parked, "{was}");
        }
    }
}
