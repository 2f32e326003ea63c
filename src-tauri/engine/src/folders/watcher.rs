//! What the system tells of a folder's changes, gathered until somebody looks.

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

use crate::settings::is_called_video;

/// More changes than this are not followed one by one: the whole folder is looked through instead.
const PATHS_MAX: usize = 10_000;

/// A folder that the system watches.
#[derive(Debug)]
pub(super) struct FsWatcher {
    /// Watches as long as it lives.
    _watcher: RecommendedWatcher,
    pending: Arc<Pending>,
}

/// What changed since somebody looked.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Paths that may be videos.
    pub(super) paths: HashSet<PathBuf>,
    /// Whether what may be a side file changed.
    pub(super) sidecars: bool,
    /// Whether more changed than the paths say.
    pub(super) rescan: bool,
}

#[derive(Debug, Default)]
struct Pending {
    changes: Mutex<Changes>,
    changed: Notify,
}

struct Handler(Arc<Pending>);

impl FsWatcher {
    /// Watches `root`, with all folders below it where `below` is set.
    ///
    /// # Errors
    /// When the system cannot, such as at its limit of watches.
    pub(super) fn open(root: &Path, below: bool) -> notify::Result<Self> {
        let pending = Arc::new(Pending::default());
        // Links lead to places that are not watched.
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

    /// What changed since this was asked last.
    pub(super) fn take_changes(&self) -> Changes {
        std::mem::take(&mut *self.pending.changes.lock())
    }

    /// Waits until something has changed.
    pub(super) async fn changed(&self) {
        self.pending.changed.notified().await;
    }
}

impl EventHandler for Handler {
    fn handle_event(&mut self, event: notify::Result<Event>) {
        let mut changes = self.0.changes.lock();
        match event {
            // An overflow, or a watch that could not be set.
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
    /// What may be videos.
    Videos,
    /// Also what may be a folder full of them.
    Any,
}

/// Which paths of such an event matter; nothing when it tells of no change. Slipway's own reading is among those.
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

/// Whether it is a folder, or one that is gone and was called like one.
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
    fn only_what_matters_is_kept() {
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
    fn a_flood_is_not_kept_path_by_path() {
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
    async fn a_file_that_comes_is_told() {
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
