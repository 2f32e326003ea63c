//! Watched folders: what comes into them becomes posts, once each and only when it is finished.
//!
//! `watch.rs` looks and listens, `settle.rs` says when a file is still, `take.rs` makes posts of it as `plan.rs` says,
//! and `after.rs` deals with the file once they are out.

mod archive;
mod caption;
mod debounce;
mod file_stat;
mod files;
#[cfg(debug_assertions)]
#[doc(hidden)]
pub mod fuzzing;
mod ingest;
mod listing;
mod manage;
mod notices;
mod open_files;
mod plan;
mod ready;
mod reasons;
mod runtime;
mod scan;
mod sidecar;
mod store;
mod tables;
mod volume;
mod watch;
mod watcher;

use std::sync::Arc;

use slipway_core::{clock::Clock, events::Events, views::Settings};
use slipway_store::database::Database;
use tokio::sync::{Mutex, watch::Receiver};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use caption::CaptionError;
pub(crate) use notices::known;
pub(crate) use notices::text::TEXTS;
pub(crate) use reasons::{ApprovalReason, Block, KnownBy, Skip};
pub(crate) use sidecar::SideFault;
pub(crate) use tables::TABLES;

use crate::{
    planner::PlanError,
    posts::{Incomplete, PostError},
    schedule::ScheduleError,
    settings::SettingsError,
    videos::VideoError,
};
use crate::{
    planner::Planner,
    posts::{PostService, PostStore},
    status::Board,
};
use runtime::Live;
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
    /// The account is gone.
    #[error("[Accounts] Find failed: no such account")]
    NoSuchAccount,
    /// The folder's choices lack something that TikTok requires.
    #[error("[Folders] Save failed: {0:?}")]
    Incomplete(Incomplete),
    /// The moment cannot be used.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The pattern of ignored names cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A post of the folder could not be read or changed.
    #[error(transparent)]
    Post(#[from] PostError),
    /// A post of the folder could not be queued or scheduled.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A video could not be identified or stored.
    #[error(transparent)]
    Video(#[from] VideoError),
    /// The database refused the operation.
    #[error("[Database] {0}")]
    Database(#[from] sqlx::Error),
}

impl FolderError {
    /// The database's own error, if that is the cause.
    pub(crate) fn database(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Database(error)
            | Self::Post(PostError::Database(error))
            | Self::Plan(
                PlanError::Database(error) | PlanError::Post(PostError::Database(error)),
            )
            | Self::Video(VideoError::Database(error)) => Some(error),
            _ => None,
        }
    }

    /// Whether a database or another part of Slipway failed, so that the folder itself is worth another try.
    fn is_internal(&self) -> bool {
        matches!(
            self,
            Self::Schedule(_)
                | Self::Settings(_)
                | Self::Post(_)
                | Self::Plan(_)
                | Self::Video(_)
                | Self::Database(_)
        )
    }
}

/// What watched folders work with.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) database: Arc<Database>,
    pub(crate) posts: PostStore,
    pub(crate) planner: Arc<Planner>,
    pub(crate) service: Arc<PostService>,
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
    service: Arc<PostService>,
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
            service: parts.service,
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
    pub(crate) async fn start(self: &Arc<Self>) -> Result<(), FolderError> {
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

    fn fault(&self, error: &FolderError) {
        tracing::error!(%error, "[Folders] Store failed: trying again");
        if let Some(error) = error.database() {
            self.database.note(error);
        }
    }
}
