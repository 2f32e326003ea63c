//! The table of the posts that tasks work on or commands lock.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

/// The posts that tasks work on, and the posts that are locked. Where both are needed, `running` is locked first.
#[derive(Debug, Default)]
pub(super) struct PostLocks {
    pub(super) running: Mutex<HashMap<String, RunningTask>>,
    /// Posts that a command changes: no task on them starts. Further commands wait for the lock.
    pub(super) locked: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

/// A task that works on a post.
#[derive(Debug)]
pub(super) struct RunningTask {
    pub(super) account: Option<String>,
    /// Whether the task takes an upload slot; polling takes none.
    pub(super) uploads: bool,
    pub(super) stop: CancellationToken,
    pub(super) ended: CancellationToken,
}
