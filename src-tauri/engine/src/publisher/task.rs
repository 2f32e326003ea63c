//! Tasks: each works on one post until it ends, fails or is cancelled.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{context::Publisher, failure::Failure};
use crate::posts::{PostRow, RunningGuard};

/// The wait of a post before its next task, after the database or the vault failed.
pub(super) const RETRY_AFTER_FAULT: Duration = Duration::from_secs(30);

/// The kind of work that a task does on a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// Starts or resumes the upload.
    Upload,
    /// Queries the status of an upload whose last chunk was sent, without sending more bytes (uploads are paused).
    QueryUpload,
    /// Polls the status of a complete upload until the post has ended.
    PollStatus,
    /// Queries the public id of a published post.
    QueryPublicId,
}

impl Publisher {
    /// Starts a task on a post. Returns `false` if the post is busy or no upload slot is free.
    pub(super) fn start(
        self: &Arc<Self>,
        row: &PostRow,
        task: Task,
        tasks: &mut JoinSet<()>,
    ) -> bool {
        let uploads = task == Task::Upload;
        // Uploads may have been stopped since the scheduler read the reason, and this task was not among them.
        let started = self
            .service
            .begin(row, uploads, || self.blocked_by().is_none());
        let Some((stop, guard)) = started else {
            return false;
        };
        tasks.spawn(self.clone().work(row.clone(), task, stop, guard));
        true
    }

    async fn work(
        self: Arc<Self>,
        row: PostRow,
        task: Task,
        stop: CancellationToken,
        guard: RunningGuard,
    ) {
        let id = &row.id;
        let no_cancel = tokio::sync::Mutex::new(());
        let done = async {
            let result = self.run_task(&row, task, &no_cancel).await;
            let stored = match result {
                Ok(()) => Ok(()),
                Err(failure) => self.store_failure(id, failure).await,
            };
            if let Err(error) = stored {
                tracing::error!(post = %id, %error, "[Publisher] Store failed: paused");
                if let Some(error) = error.database() {
                    self.database.note(error);
                }
                let until = self.clock.uptime().saturating_add(RETRY_AFTER_FAULT);
                self.faulted.lock().insert(id.clone(), until);
            }
        };
        let stopped = async {
            stop.cancelled().await;
            // `done` runs on meanwhile, so that a section that locks `no_cancel` is completed first.
            no_cancel.lock().await
        };
        tokio::select! {
            _ = stopped => {}
            () = done => {}
        }
        self.service.announce(id).await;
        drop(guard);
    }

    /// Runs a task, unless the post has changed since the scheduler read it: then the scheduler's next run decides
    /// again. Cancellation waits while `no_cancel` is locked.
    async fn run_task(
        &self,
        seen: &PostRow,
        task: Task,
        no_cancel: &tokio::sync::Mutex<()>,
    ) -> Result<(), Failure> {
        let row = self.posts.get(&seen.id).await?;
        if !row.is_unchanged_since(seen) {
            return Ok(());
        }
        match task {
            Task::Upload => self.upload(&row, no_cancel).await,
            Task::QueryUpload => self.query_upload(&row).await,
            Task::PollStatus => self.poll_status(&row.id).await,
            Task::QueryPublicId => Ok(self.query_public_id(&row).await?),
        }
    }

    /// Returns the rest of a post's wait because the database or the vault failed.
    pub(super) fn fault_wait(&self, id: &str) -> Option<Duration> {
        let mut faulted = self.faulted.lock();
        let left = faulted.get(id)?.saturating_sub(self.clock.uptime());
        if left.is_zero() {
            faulted.remove(id);
            return None;
        }
        Some(left)
    }
}
