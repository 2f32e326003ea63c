//! The calls of the last minute on disk, so that a restart does not forget what TikTok still counts.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;
use slipway_core::clock::Clock;
use sqlx::SqlitePool;
use tiktok_api::limits::RATE_WINDOW;

use super::{call::Call, window::REST};

/// How long a call may be under way: the client's own bound on a whole request.
///
/// A row says when its call was about to leave, not when TikTok saw it, so a call of an earlier run is
/// taken for one that lasted this long, or until now if that is shorter.
const LONGEST_CALL: Duration = Duration::from_secs(30);
/// How old a row can be and still matter.
const KEPT: Duration = REST.saturating_add(LONGEST_CALL);
/// How often old rows are taken away.
const PRUNE_EVERY: Duration = RATE_WINDOW;

/// The table `recent_calls`.
#[derive(Debug)]
pub(super) struct Journal {
    pool: SqlitePool,
    clock: Arc<dyn Clock>,
    /// When old rows were last taken away.
    pruned: Mutex<Option<Duration>>,
}

/// A call that an earlier run made and TikTok may still count.
#[derive(Debug)]
pub(super) struct Earlier {
    pub(super) account: String,
    pub(super) call: Call,
    /// For how long its place still rests.
    pub(super) rest: Duration,
}

impl Journal {
    pub(super) fn new(pool: SqlitePool, clock: Arc<dyn Clock>) -> Self {
        Self {
            pool,
            clock,
            pruned: Mutex::default(),
        }
    }

    /// What earlier runs left. A row from the future was written before the clock was set back: nobody
    /// knows how old it is, so it counts as just now.
    pub(super) async fn read(&self) -> Result<Vec<Earlier>, sqlx::Error> {
        let now = self.clock.now().as_millisecond();
        let oldest = now.saturating_sub(millis(KEPT));
        let rows = sqlx::query!(
            "SELECT account_id, call, at FROM recent_calls WHERE at > ?",
            oldest
        )
        .fetch_all(&self.pool)
        .await?;
        let earlier = rows.into_iter().filter_map(|row| {
            let age = Duration::from_millis(u64::try_from(now.saturating_sub(row.at)).unwrap_or(0));
            Some(Earlier {
                account: row.account_id,
                // A call that this version does not make is not limited here either.
                call: Call::from_name(&row.call)?,
                rest: REST.saturating_sub(age.saturating_sub(LONGEST_CALL)),
            })
        });
        Ok(earlier.collect())
    }

    /// Writes down a call that is about to leave, and now and then takes old rows away.
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
        let oldest = now.saturating_sub(millis(KEPT));
        let mut transaction = self.pool.begin().await?;
        insert.execute(&mut *transaction).await?;
        sqlx::query!("DELETE FROM recent_calls WHERE at < ?", oldest)
            .execute(&mut *transaction)
            .await?;
        // Rows from the future would never grow old.
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
