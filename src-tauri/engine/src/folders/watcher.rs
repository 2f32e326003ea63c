//! [`FsWatcher`]: collects the file system events of one folder.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use notify::{
    Config, Event, EventHandler, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind},
};
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::settings::{is_called_video, is_maybe_video};

/// The most changed paths that are kept. Beyond that, the whole folder is scanned instead.
const PATHS_MAX: usize = 10_000;

/// Receives the operating system's events for one folder.
#[derive(Debug)]
pub(super) struct FsWatcher {
    /// Stops watching when dropped.
    _watcher: RecommendedWatcher,
    pending: Arc<Pending>,
}

/// The changes since the last call of [`FsWatcher::take_changes`].
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Changed paths that can be videos, also of kinds that Slipway does not read.
    pub(super) paths: HashSet<PathBuf>,
    /// True if a possible sidecar changed.
    pub(super) sidecars: bool,
    /// True if a full scan is needed because the paths are incomplete.
    pub(super) rescan: bool,
}

#[derive(Debug, Default)]
struct Pending {
    changes: Mutex<Changes>,
    changed: Notify,
}

struct Handler(Arc<Pending>);

impl FsWatcher {
    /// Watches `root`, including all folders below it if `below` is set.
    ///
    /// # Errors
    /// The system cannot watch the folder, for example because its limit of watches is reached.
    pub(super) fn open(root: &Path, below: bool) -> notify::Result<Self> {
        let pending = Arc::new(Pending::default());
        // Targets of symbolic links are outside the watched folder.
        let config = Config::default().with_follow_symlinks(false);
        let mut watcher = RecommendedWatcher::new(Handler(pending.clone()), config)?;
        let mode = if below {
            RecursiveMode::Recursive
        } else {
            RecursiveMode::NonRecursive
        };
        watcher.watch(root, mode)?;
        Ok(Self {
            _watcher: watcher,
            pending,
        })
    }

    /// Returns the changes since the last call.
    pub(super) fn take_changes(&self) -> Changes {
        std::mem::take(&mut *self.pending.changes.lock())
    }

    /// Waits for the next change.
    pub(super) async fn changed(&self) {
        self.pending.changed.notified().await;
    }
}

impl EventHandler for Handler {
    fn handle_event(&mut self, event: notify::Result<Event>) {
        let mut changes = self.0.changes.lock();
        match event {
            // The event queue overflowed, or a watch could not be added.
            Err(_) => changes.rescan = true,
            Ok(event) if event.need_rescan() => changes.rescan = true,
            Ok(event) => {
                let Some(relevance) = relevance(event.kind) else {
                    return;
                };
                let mut any = false;
                for path in event.paths {
                    if is_called_video(&path) {
                        changes.paths.insert(path);
                    } else if is_sidecar(&path) {
                        changes.sidecars = true;
                    } else if is_maybe_video(&path) && path.is_file() {
                        changes.paths.insert(path);
                    } else if relevance == Relevance::Any && may_be_folder(&path) {
                        changes.rescan = true;
                    } else {
                        continue;
                    }
                    any = true;
                }
                if !any {
                    return;
                }
                if changes.paths.len() > PATHS_MAX {
                    changes.paths.clear();
                    changes.rescan = true;
                }
            }
        }
        drop(changes);
        self.0.changed.notify_one();
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relevance {
    /// Only paths that can be videos.
    Videos,
    /// Also paths that can be folders with videos.
    Any,
}

/// Returns which paths of an event are relevant, or `None` if nothing was written. Slipway's own reads cause such events.
fn relevance(kind: EventKind) -> Option<Relevance> {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Relevance::Videos),
        EventKind::Access(_) => None,
        EventKind::Create(CreateKind::Folder)
        | EventKind::Remove(RemoveKind::Folder)
        | EventKind::Modify(ModifyKind::Name(_))
        | EventKind::Other => Some(Relevance::Any),
        _ => Some(Relevance::Videos),
    }
}

/// Returns true for a folder, and for a missing path whose name has no extension, as a deleted folder's.
fn may_be_folder(path: &Path) -> bool {
    match path.symlink_metadata() {
        Ok(found) => found.is_dir(),
        Err(_) => path.extension().is_none(),
    }
}

fn is_sidecar(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending == "txt" || ending == "json")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use notify::event::{DataChange, RenameMode};

    use super::*;

    fn changes_after(kind: EventKind, path: &str) -> Changes {
        let pending = Arc::new(Pending::default());
        let mut handler = Handler(pending.clone());
        handler.handle_event(Ok(Event::new(kind).add_path(PathBuf::from(path))));
        std::mem::take(&mut *pending.changes.lock())
    }

    #[test]
    fn keeps_only_relevant_events() {
        let written = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::Any));
        assert_eq!(changes_after(written, "/f/a.mp4").paths.len(), 1);
        assert!(
            changes_after(
                EventKind::Access(AccessKind::Open(AccessMode::Any)),
                "/f/a.mp4"
            )
            .paths
            .is_empty()
        );
        let other = changes_after(written, "/f/a.jpg");
        assert!(other.paths.is_empty() && !other.rescan);
        let side = changes_after(written, "/f/a.json");
        assert!(side.sidecars && !side.rescan);
        assert!(!changes_after(renamed, "/f/a.mp4.part").rescan);
        assert!(changes_after(renamed, "/f/new folder").rescan);
        assert!(changes_after(EventKind::Create(CreateKind::Folder), "/f/ada").rescan);
    }

    #[test]
    fn too_many_paths_become_a_rescan() {
        let pending = Arc::new(Pending::default());
        let mut handler = Handler(pending.clone());
        let written = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        for number in 0..=PATHS_MAX {
            let path = PathBuf::from(format!("/f/{number}.mp4"));
            handler.handle_event(Ok(Event::new(written).add_path(path)));
        }
        let changes = std::mem::take(&mut *pending.changes.lock());
        assert!(changes.rescan && changes.paths.is_empty());
        handler.handle_event(Err(notify::Error::generic("overflow")));
        assert!(pending.changes.lock().rescan);
    }

    #[tokio::test]
    async fn reports_a_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let watcher = FsWatcher::open(&root, true).unwrap();
        std::fs::write(root.join("a.mp4"), "x").unwrap();
        let found = async {
            loop {
                watcher.changed().await;
                if watcher.take_changes().paths.contains(&root.join("a.mp4")) {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), found)
            .await
            .unwrap();
    }
}
