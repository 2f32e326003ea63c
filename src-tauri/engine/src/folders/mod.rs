//! Watched folders: what comes into them becomes posts, once each and only when it is finished.
//!
//! `watch.rs` looks and listens, `settle.rs` says when a file is still, `take.rs` makes posts of it as `plan.rs` says,
//! and `after.rs` deals with the file once they are out.

mod after;
mod busy;
mod caption;
mod cause;
mod eyes;
mod files;
#[cfg(debug_assertions)]
#[doc(hidden)]
pub mod fuzzing;
mod live;
mod look;
mod manage;
mod names;
mod pages;
mod plan;
mod ready;
mod scan;
mod settle;
mod side;
mod store;
mod take;
mod volume;
mod watch;

use std::sync::Arc;

use tokio::sync::{Mutex, watch::Receiver};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use caption::CaptionError;
pub(crate) use cause::{Block, Hold, KnownBy, Skip};
pub(crate) use names::Names;
pub(crate) use side::SideFault;

use crate::{
    clock::Clock, database::Database, error::EngineError, events::Events, planner::Planner,
    posts::PostStore, publisher::Publisher, standing::Board, views::Settings,
};
use live::Live;
use store::FolderStore;

/// Something asked of the watched folders did not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// It is not watched, or not any more.
    #[error("[Folders] Find failed: no such folder")]
    NoSuchFolder,
    /// There is no folder at the path.
    #[error("[Folders] Add failed: no folder is there")]
    NotAFolder,
    /// It cannot be read. The error tells its kind alone.
    #[error("[Folders] Add failed: it cannot be read: {0}")]
    Unreadable(std::io::ErrorKind),
    /// Its path is not text.
    #[error("[Folders] Add failed: the path is not valid Unicode")]
    Name,
    /// It is watched already.
    #[error("[Folders] Add failed: it is watched already")]
    Watched,
    /// Slipway's data lie in it.
    #[error("[Folders] Add failed: Slipway keeps its data there")]
    Own,
    /// No account is chosen, or one that is gone.
    #[error("[Folders] Save failed: no account, or one that is not connected")]
    NoAccounts,
    /// The creator did not agree to posting directly with these choices.
    #[error("[Folders] Save failed: posting directly needs consent")]
    Consent,
    /// Caption rule or hashtags cannot be used.
    #[error(transparent)]
    Caption(#[from] CaptionError),
}

/// What watched folders work with.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) database: Arc<Database>,
    pub(crate) posts: PostStore,
    pub(crate) planner: Arc<Planner>,
    pub(crate) publisher: Arc<Publisher>,
    pub(crate) settings: Receiver<Settings>,
    pub(crate) board: Arc<Board>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: Events,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

/// Watches folders.
#[derive(Debug)]
pub(crate) struct Folders {
    store: FolderStore,
    database: Arc<Database>,
    posts: PostStore,
    planner: Arc<Planner>,
    publisher: Arc<Publisher>,
    settings: Receiver<Settings>,
    board: Arc<Board>,
    clock: Arc<dyn Clock>,
    live: Live,
    /// Held while posts are put in line, so that each is by one hand.
    sending: Mutex<()>,
    stop: CancellationToken,
    tasks: TaskTracker,
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
            publisher: parts.publisher,
            settings: parts.settings,
            board: parts.board,
            live: Live::new(parts.events),
            clock: parts.clock,
            sending: Mutex::default(),
            stop: parts.stop,
            tasks: parts.tasks,
        }
    }

    /// Goes on with what a stop left, and begins to watch all folders.
    pub(crate) async fn start(self: &Arc<Self>) -> Result<(), EngineError> {
        self.send_due().await;
        for folder in self.store.list().await? {
            self.clone().begin(folder.id);
        }
        Ok(())
    }

    /// Tells listeners of changes, at most twice a second.
    pub(crate) async fn tell(&self) {
        self.live.tell(self.clock.as_ref()).await;
    }

    /// Looks at all folders anew: what they depend on may have changed.
    pub(crate) fn look_again(&self) {
        self.live.wake_all();
    }

    fn begin(self: Arc<Self>, id: String) {
        let stop = self.live.begin(&id, &self.stop);
        let tasks = self.tasks.clone();
        tasks.spawn(async move {
            // The future of a look is large, and there is one for each folder.
            Box::pin(stop.run_until_cancelled(self.watch(&id))).await;
        });
    }

    fn fault(&self, error: &EngineError) {
        tracing::error!(%error, "[Folders] Store failed: trying again");
        if let EngineError::Database(error) = error {
            self.database.note(error);
        }
    }
}
