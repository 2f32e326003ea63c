//! Maintenance of the open database: daily backups, and detection of the end of write failures.

use std::time::Duration;

use jiff::Timestamp;
use slipway_core::{clock::Clock, notice::Explain, views::Notice};
use tokio::sync::watch;

use super::{
    backup, database::Database, fault::DatabaseFault, notices::BackupFailed,
    pending_notices::PendingNotices, restore,
};

/// The pause after a failed backup.
const BACKUP_RETRY: Duration = Duration::from_hours(1);
/// The pause before testing again whether the disk accepts writes.
const WRITE_RETRY: Duration = Duration::from_secs(15);

impl Database {
    /// The pending notices, now and with each change.
    pub fn notices(&self) -> watch::Receiver<PendingNotices> {
        self.notices.subscribe()
    }

    /// Dismisses the notice with this code. Returns whether there was one.
    pub async fn dismiss(&self, code: &str) -> Result<bool, sqlx::Error> {
        let is = |notice: &Option<Notice>| notice.as_ref().is_some_and(|it| it.code == code);
        if is(&self.notices.borrow().restored) {
            restore::delete_record(&self.pool).await?;
        }
        Ok(self.notices.send_if_modified(|pending| {
            let PendingNotices {
                restored,
                backup,
                fault,
                ..
            } = pending;
            [restored, backup, fault]
                .into_iter()
                .any(|notice| is(notice) && notice.take().is_some())
        }))
    }

    /// Reports a database error of a background task. A fault of the disk or the file becomes a notice until a write
    /// succeeds.
    pub fn note(&self, error: &sqlx::Error) {
        let fault = DatabaseFault::of(error);
        if matches!(fault, DatabaseFault::Busy | DatabaseFault::Other) {
            return;
        }
        let notice = Some(fault.explain());
        self.notices.send_if_modified(|pending| {
            let new = pending.fault != notice;
            pending.fault.clone_from(&notice);
            pending.passing = fault != DatabaseFault::Damaged;
            new
        });
    }

    /// Makes a daily backup and clears the notices of [`Database::note`] when writes succeed again. Runs until it is
    /// dropped.
    pub async fn maintain(&self, clock: &dyn Clock) {
        let mut pending = self.notices();
        let mut failed = false;
        loop {
            let backup = async {
                if failed {
                    clock.sleep(BACKUP_RETRY).await;
                } else {
                    clock
                        .sleep_until(backup::due(&self.folder, clock.now()))
                        .await;
                }
            };
            let failing = async {
                // The sender lives as long as the database.
                let _ = pending
                    .wait_for(|pending| pending.fault.is_some() && pending.passing)
                    .await
                    .map(drop);
            };
            tokio::select! {
                () = backup => failed = !self.back_up(clock.now()).await,
                () = failing => {
                    self.wait_for_write(clock).await;
                    failed = false;
                }
            }
        }
    }

    /// Makes the daily backup. Returns whether it succeeded.
    pub(super) async fn back_up(&self, now: Timestamp) -> bool {
        let made = backup::make(&self.folder, &self.pool, backup::Kind::Daily, now).await;
        let notice = made.as_ref().err().map(|error| {
            tracing::warn!(%error, "[Database] Backup failed");
            if let (DatabaseFault::Damaged, backup::BackupError::Sqlite(error)) =
                (error.fault(), error)
            {
                self.note(error);
            }
            BackupFailed(error.fault()).explain()
        });
        self.notices.send_if_modified(|pending| {
            let new = pending.backup != notice;
            pending.backup = notice;
            new
        });
        made.is_ok()
    }

    /// Waits until the database accepts a write.
    async fn wait_for_write(&self, clock: &dyn Clock) {
        loop {
            clock.sleep(WRITE_RETRY).await;
            let now = clock.now().to_string();
            let written = sqlx::query!(
                "INSERT OR REPLACE INTO meta (key, value) VALUES ('written_at', ?)",
                now
            )
            .execute(&self.pool)
            .await;
            match written {
                Ok(_) => break,
                Err(error) => self.note(&error),
            }
        }
        tracing::info!("[Database] takes changes again");
        self.notices.send_modify(|pending| {
            if pending.passing {
                pending.fault = None;
            }
        });
    }
}
