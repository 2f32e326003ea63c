//! Counts an account's past and coming posts, for spacing, slots, the daily cap and the forecast.

use crate::posts::history;
use jiff::Timestamp;
use slipway_core::{
    clock,
    views::{LocalMoment, PostMode, PostSettings},
};
use tiktok_api::PublishId;

use super::{error::PostError, row::PostRow, state::State, store::PostStore};
use crate::schedule;

impl PostStore {
    /// The start of the account's last upload, except uploads of the post `except` and of failed or cancelled posts.
    ///
    /// An upload that started after `now` started before the clock was set back. Its age is unknown, so it is ignored.
    pub(crate) async fn last_sent(
        &self,
        account: &str,
        except: &str,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, sqlx::Error> {
        let now = now.as_millisecond();
        let row = sqlx::query!(
            r#"SELECT MAX(sent_at) AS "last: i64" FROM posts
               WHERE account_id = ? AND id <> ? AND sent_at <= ?
                 AND state NOT IN ('draft', 'failed', 'cancelled')"#,
            account,
            except,
            now
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(row.last.map(clock::from_millis))
    }

    /// The account's uploads that started after `since`, oldest first.
    pub(crate) async fn sent_since(
        &self,
        account: &str,
        since: Timestamp,
    ) -> Result<Vec<(Timestamp, PostMode)>, sqlx::Error> {
        let since = since.as_millisecond();
        let rows = sqlx::query!(
            r#"SELECT sent_at AS "sent_at!", settings FROM posts
               WHERE account_id = ? AND sent_at > ? AND state NOT IN ('draft', 'cancelled')
               ORDER BY sent_at"#,
            account,
            since
        )
        .fetch_all(&self.pool)
        .await?;
        let sent = rows.into_iter();
        Ok(sent
            .map(|row| (clock::from_millis(row.sent_at), mode(&row.settings)))
            .collect())
    }

    /// The account's posts without an upload yet, each with its scheduled time or `now`.
    pub(crate) async fn coming(
        &self,
        account: &str,
        now: Timestamp,
    ) -> Result<Vec<(Timestamp, PostMode)>, sqlx::Error> {
        let rows = sqlx::query!(
            "SELECT due_at, settings FROM posts
             WHERE account_id = ? AND publish_id IS NULL
               AND state IN ('scheduled', 'queued', 'checking', 'waiting')",
            account
        )
        .fetch_all(&self.pool)
        .await?;
        let coming = rows.into_iter();
        Ok(coming
            .map(|row| {
                let at = row.due_at.map_or(now, clock::from_millis).max(now);
                (at, mode(&row.settings))
            })
            .collect())
    }

    /// The times of the account's scheduled posts, except the post `except`.
    pub(crate) async fn planned(
        &self,
        account: &str,
        except: Option<&str>,
    ) -> Result<Vec<Timestamp>, sqlx::Error> {
        let except = except.unwrap_or_default();
        let rows = sqlx::query!(
            r#"SELECT due_at AS "due_at!" FROM posts
               WHERE account_id = ? AND id <> ? AND state = 'scheduled' AND due_at IS NOT NULL"#,
            account,
            except
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| clock::from_millis(row.due_at))
            .collect())
    }

    /// The times of the account's posts that are or were scheduled, except the post `except` and failed or cancelled posts.
    pub(crate) async fn moments(
        &self,
        account: &str,
        except: Option<&str>,
    ) -> Result<Vec<Timestamp>, sqlx::Error> {
        let except = except.unwrap_or_default();
        let rows = sqlx::query!(
            r#"SELECT due_at AS "due_at!" FROM posts
               WHERE account_id = ? AND id <> ? AND due_at IS NOT NULL
                 AND state NOT IN ('draft', 'failed', 'cancelled')"#,
            account,
            except
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| clock::from_millis(row.due_at))
            .collect())
    }

    /// Recomputes the instants of scheduled posts, because the rules of their time zones may have changed.
    pub(crate) async fn update_due_times(&self) -> Result<(), PostError> {
        for row in self.list().await? {
            let (Ok(State::Scheduled), Some(date_time), Some(zone), Some(due)) = (
                row.state(),
                row.schedule_local,
                row.schedule_zone,
                row.due_at,
            ) else {
                continue;
            };
            let moment = LocalMoment { date_time, zone };
            // A post whose zone is unknown on this device keeps its instant.
            let Ok(resolved) = schedule::resolve(&moment) else {
                continue;
            };
            let instant = resolved.instant.as_millisecond();
            if instant != due {
                sqlx::query!("UPDATE posts SET due_at = ? WHERE id = ?", instant, row.id)
                    .execute(&self.pool)
                    .await?;
                self.note(&row.id, &history::zone_changed()).await?;
            }
        }
        Ok(())
    }

    /// The account's post with this publish id.
    pub(crate) async fn by_publish_id(
        &self,
        account: &str,
        publish_id: &PublishId,
    ) -> Result<Option<PostRow>, PostError> {
        let publish_id = publish_id.as_str();
        let row = sqlx::query!(
            "SELECT id FROM posts WHERE account_id = ? AND publish_id = ?",
            account,
            publish_id
        )
        .fetch_optional(&self.pool)
        .await?;
        match row {
            Some(row) => Ok(Some(self.get(&row.id).await?)),
            None => Ok(None),
        }
    }
}

/// The mode of stored settings. Unreadable settings count as a direct post, which has the stricter limit.
fn mode(settings: &str) -> PostMode {
    serde_json::from_str::<PostSettings>(settings).map_or(PostMode::Direct, |chosen| chosen.mode)
}
