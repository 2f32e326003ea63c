//! [`Folders`]: the watched folders, with everything that they need from the rest of the engine.

use std::sync::Arc;

use slipway_core::{clock::Clock, events::Events, views::Settings};
use slipway_store::database::Database;
use tokio::sync::{Mutex, watch::Receiver};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{error::FolderError, runtime::FolderRuntimes, store::FolderStore};
use crate::{
    planner::Planner,
    posts::{PostService, PostStore},
    status::StatusBoard,
};

/// The parts of the engine that watched folders use.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) database: Arc<Database>,
    pub(crate) posts: PostStore,
    pub(crate) planner: Arc<Planner>,
    pub(crate) service: Arc<PostService>,
    pub(crate) settings: Receiver<Settings>,
    pub(crate) board: Arc<StatusBoard>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: Events,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

/// Watches folders and creates posts from their files.
#[derive(Debug)]
pub(crate) struct Folders {
    pub(super) store: FolderStore,
    pub(super) database: Arc<Database>,
    pub(super) posts: PostStore,
    pub(super) planner: Arc<Planner>,
    pub(super) service: Arc<PostService>,
    pub(super) settings: Receiver<Settings>,
    pub(super) board: Arc<StatusBoard>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) runtimes: FolderRuntimes,
    /// Held while posts are queued, so that each post is queued once.
    pub(super) queueing: Mutex<()>,
    pub(super) stop: CancellationToken,
    pub(super) tasks: TaskTracker,
}

impl Folders {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            store: FolderStore {
                pool: parts.database.pool.clone(),
            },
            database: parts.database,
            posts: parts.posts,
            planner: parts.planner,
            service: parts.service,
            settings: parts.settings,
            board: parts.board,
            runtimes: FolderRuntimes::new(parts.events),
            clock: parts.clock,
            queueing: Mutex::default(),
            stop: parts.stop,
            tasks: parts.tasks,
        }
    }

    /// Queues the posts that an earlier run created and did not queue, and starts to watch all folders.
    pub(crate) async fn start(self: &Arc<Self>) -> Result<(), FolderError> {
        self.queue_due_posts().await;
        for folder in self.store.list().await? {
            self.clone().start_watching(folder.id);
        }
        Ok(())
    }

    /// Sends an event for each change, at most twice a second.
    pub(crate) async fn send_events(&self) {
        self.runtimes.send_events(self.clock.as_ref()).await;
    }

    /// Polls all folders now, because settings or accounts changed.
    pub(crate) fn wake_all(&self) {
        self.runtimes.wake_all();
    }

    pub(super) fn start_watching(self: Arc<Self>, id: String) {
        let stop = self.runtimes.start(&id, &self.stop);
        let tasks = self.tasks.clone();
        tasks.spawn(async move {
            // Boxed, because the future is large and there is one per folder.
            Box::pin(stop.run_until_cancelled(self.watch(&id))).await;
        });
    }

    pub(super) fn note_error(&self, error: &FolderError) {
        tracing::error!(%error, "[Folders] Store failed: trying again");
        if let Some(error) = error.database() {
            self.database.note(error);
        }
    }
}
