//! The calls of the last minute in the database, so that a restart keeps TikTok's limits.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;
use slipway_core::clock::Clock;
use sqlx::SqlitePool;
use tiktok_api::limits::RATE_WINDOW;

use super::{call::Call, window::SLOT_RELEASE_DELAY};

/// The longest a call can run: the client's timeout for a whole request.
///
/// A row holds when its call was about to be sent, not when TikTok received it. So a call of an earlier run counts as
/// if it had lasted this long, or until now if that is shorter.
const MAX_CALL: Duration = Duration::from_secs(30);
/// The age at which a row no longer matters.
const RETENTION: Duration = SLOT_RELEASE_DELAY.saturating_add(MAX_CALL);
/// The interval in which old rows are deleted.
const PRUNE_EVERY: Duration = RATE_WINDOW;

/// The table `recent_calls`.
#[derive(Debug)]
pub(super) struct Journal {
    pool: SqlitePool,
    clock: Arc<dyn Clock>,
    /// When old rows were last deleted, by uptime.
    pruned: Mutex<Option<Duration>>,
}

/// A call of an earlier run that TikTok may still count.
#[derive(Debug)]
pub(super) struct EarlierCall {
    pub(super) account: String,
    pub(super) call: Call,
    /// The time for which it still counts.
    pub(super) left: Duration,
}

impl Journal {
    pub(super) fn new(pool: SqlitePool, clock: Arc<dyn Clock>) -> Self {
        Self {
            pool,
            clock,
            pruned: Mutex::default(),
        }
    }

    /// Reads the calls of earlier runs. A row from the future was written before the clock was set back: its age is
    /// unknown, so it counts as new.
    pub(super) async fn read(&self) -> Result<Vec<EarlierCall>, sqlx::Error> {
        let now = self.clock.now().as_millisecond();
        let oldest = now.saturating_sub(millis(RETENTION));
        let rows = sqlx::query!(
            "SELECT account_id, call, at FROM recent_calls WHERE at > ?",
            oldest
        )
        .fetch_all(&self.pool)
        .await?;
        let earlier = rows.into_iter().filter_map(|row| {
            let age = Duration::from_millis(u64::try_from(now.saturating_sub(row.at)).unwrap_or(0));
            Some(EarlierCall {
                account: row.account_id,
                // An unknown call has no limit in this version.
                call: Call::from_name(&row.call)?,
                left: SLOT_RELEASE_DELAY.saturating_sub(age.saturating_sub(MAX_CALL)),
            })
        });
        Ok(earlier.collect())
    }

    /// Records a call that is about to be sent, and sometimes deletes old rows.
    pub(super) async fn note(&self, account: &str, call: Call) -> Result<(), sqlx::Error> {
        let now = self.clock.now().as_millisecond();
        let name = call.as_str();
        let insert = sqlx::query!(
            "INSERT INTO recent_calls (account_id, call, at) VALUES (?, ?, ?)",
            account,
            name,
            now
        );
        if !self.prune_is_due() {
            insert.execute(&self.pool).await?;
            return Ok(());
        }
        let oldest = now.saturating_sub(millis(RETENTION));
        let mut transaction = self.pool.begin().await?;
        insert.execute(&mut *transaction).await?;
        sqlx::query!("DELETE FROM recent_calls WHERE at < ?", oldest)
            .execute(&mut *transaction)
            .await?;
        // Rows from the future would never become old.
        sqlx::query!("UPDATE recent_calls SET at = ? WHERE at > ?", now, now)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        *self.pruned.lock() = Some(self.clock.uptime());
        Ok(())
    }

    fn prune_is_due(&self) -> bool {
        self.pruned
            .lock()
            .is_none_or(|pruned| self.clock.uptime().saturating_sub(pruned) >= PRUNE_EVERY)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
