//! Locks posts: each post belongs to one task of the publisher or one command at a time.

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

use super::{lock_table::RunningTask, row::PostRow, service::PostService};

/// Number of videos that upload at the same time, over all accounts.
const MAX_UPLOADS: usize = 2;

/// Keeps the publisher and all other commands from changing a post until dropped.
#[derive(Debug)]
pub(crate) struct PostLock<'a> {
    service: &'a PostService,
    id: String,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Drop for PostLock<'_> {
    fn drop(&mut self) {
        let mut locked = self.service.locks.locked.lock();
        self.guard = None;
        // The last command that waited for the lock or held it removes the entry.
        if locked
            .get(&self.id)
            .is_some_and(|lock| Arc::strong_count(lock) == 1)
        {
            locked.remove(&self.id);
        }
        drop(locked);
        self.service.wake();
    }
}

/// Ends the registration of a task when dropped.
pub(crate) struct RunningGuard {
    service: Arc<PostService>,
    id: String,
    ended: CancellationToken,
}

impl Drop for RunningGuard {
    fn drop(&mut self) {
        self.service.locks.running.lock().remove(&self.id);
        self.service.progress.remove(&self.id);
        self.ended.cancel();
        self.service.wake();
    }
}

impl PostService {
    /// Whether a task works on a post, or a command holds its lock.
    pub(crate) fn is_busy(&self, id: &str) -> bool {
        self.locks.running.lock().contains_key(id) || self.locks.locked.lock().contains_key(id)
    }

    /// Registers a task on a post, unless the post is busy. A task that uploads also needs a free upload slot, its
    /// account's only one, and `may_upload`, which is asked while no other task can start or be stopped.
    pub(crate) fn begin(
        self: &Arc<Self>,
        row: &PostRow,
        uploads: bool,
        may_upload: impl FnOnce() -> bool,
    ) -> Option<(CancellationToken, RunningGuard)> {
        let mut running = self.locks.running.lock();
        if running.contains_key(&row.id) || self.locks.locked.lock().contains_key(&row.id) {
            return None;
        }
        if uploads {
            if !may_upload() {
                return None;
            }
            let uploading = || running.values().filter(|other| other.uploads);
            if uploading().count() >= MAX_UPLOADS
                || uploading().any(|other| other.account == row.account_id)
            {
                return None;
            }
        }
        let (stop, ended) = (CancellationToken::new(), CancellationToken::new());
        running.insert(
            row.id.clone(),
            RunningTask {
                account: row.account_id.clone(),
                uploads,
                stop: stop.clone(),
                ended: ended.clone(),
            },
        );
        Some((
            stop,
            RunningGuard {
                service: self.clone(),
                id: row.id.clone(),
                ended,
            },
        ))
    }

    /// Stops the task on a post, waits until it has ended and no other command holds the lock, and locks the post.
    pub(crate) async fn lock(&self, id: &str) -> PostLock<'_> {
        let mut lock = PostLock {
            service: self,
            id: id.to_owned(),
            guard: None,
        };
        let (mutex, ended) = {
            let running = self.locks.running.lock();
            // Locked before the task is stopped, so that no other task starts in between.
            let mutex = self
                .locks
                .locked
                .lock()
                .entry(id.to_owned())
                .or_default()
                .clone();
            let ended = running.get(id).map(|task| {
                task.stop.cancel();
                task.ended.clone()
            });
            (mutex, ended)
        };
        lock.guard = Some(mutex.lock_owned().await);
        if let Some(ended) = ended {
            ended.cancelled().await;
        }
        lock
    }

    /// Stops every task, or only those that upload.
    pub(crate) fn stop_tasks(&self, only_uploads: bool) {
        for task in self.locks.running.lock().values() {
            if task.uploads || !only_uploads {
                task.stop.cancel();
            }
        }
    }
}
