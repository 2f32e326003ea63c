//! What the system tells of a folder's changes, gathered until somebody looks.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use notify::{
    Config, Event, EventHandler, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind},
};
use tokio::sync::Notify;

use crate::settings::is_called_video;

/// More changes than this are not followed one by one: the whole folder is looked through instead.
const PATHS_MAX: usize = 10_000;

/// A folder that the system watches.
#[derive(Debug)]
pub(super) struct Eyes {
    /// Watches as long as it lives.
    _watcher: RecommendedWatcher,
    seen: Arc<Seen>,
}

/// What changed since somebody looked.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Paths that may be videos.
    pub(super) paths: HashSet<PathBuf>,
    /// Whether what may be a side file changed.
    pub(super) sides: bool,
    /// Whether more changed than the paths say.
    pub(super) look_through: bool,
}

#[derive(Debug, Default)]
struct Seen {
    changes: Mutex<Changes>,
    news: Notify,
}

struct Handler(Arc<Seen>);

impl Eyes {
    /// Watches `root`, with all folders below it where `below` is set.
    ///
    /// # Errors
    /// When the system cannot, such as at its limit of watches.
    pub(super) fn open(root: &Path, below: bool) -> notify::Result<Self> {
        let seen = Arc::new(Seen::default());
        // Links lead to places that are not watched.
        let config = Config::default().with_follow_symlinks(false);
        let mut watcher = RecommendedWatcher::new(Handler(seen.clone()), config)?;
        let mode = if below {
            RecursiveMode::Recursive
        } else {
            RecursiveMode::NonRecursive
        };
        watcher.watch(root, mode)?;
        Ok(Self {
            _watcher: watcher,
            seen,
        })
    }

    /// What changed since this was asked last.
    pub(super) fn changes(&self) -> Changes {
        std::mem::take(&mut *self.seen.lock())
    }

    /// Waits until something has changed.
    pub(super) async fn news(&self) {
        self.seen.news.notified().await;
    }
}

impl Seen {
    fn lock(&self) -> std::sync::MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EventHandler for Handler {
    fn handle_event(&mut self, event: notify::Result<Event>) {
        let mut changes = self.0.lock();
        match event {
            // An overflow, or a watch that could not be set.
            Err(_) => changes.look_through = true,
            Ok(event) if event.need_rescan() => changes.look_through = true,
            Ok(event) => {
                let Some(matters) = matters(event.kind) else {
                    return;
                };
                let mut any = false;
                for path in event.paths {
                    if is_called_video(&path) {
                        changes.paths.insert(path);
                    } else if is_side(&path) {
                        changes.sides = true;
                    } else if matters == Matters::Any && may_be_folder(&path) {
                        changes.look_through = true;
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
                    changes.look_through = true;
                }
            }
        }
        drop(changes);
        self.0.news.notify_one();
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Matters {
    /// What may be videos.
    Videos,
    /// Also what may be a folder full of them.
    Any,
}

/// Which paths of such an event matter; nothing when it tells of no change. Slipway's own reading is among those.
fn matters(kind: EventKind) -> Option<Matters> {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Matters::Videos),
        EventKind::Access(_) => None,
        EventKind::Create(CreateKind::Folder)
        | EventKind::Remove(RemoveKind::Folder)
        | EventKind::Modify(ModifyKind::Name(_))
        | EventKind::Other => Some(Matters::Any),
        _ => Some(Matters::Videos),
    }
}

/// Whether it is a folder, or one that is gone and was called like one.
fn may_be_folder(path: &Path) -> bool {
    match path.symlink_metadata() {
        Ok(found) => found.is_dir(),
        Err(_) => path.extension().is_none(),
    }
}

fn is_side(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending == "txt" || ending == "json")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use notify::event::{DataChange, RenameMode};

    use super::*;

    fn told(kind: EventKind, path: &str) -> Changes {
        let seen = Arc::new(Seen::default());
        let mut handler = Handler(seen.clone());
        handler.handle_event(Ok(Event::new(kind).add_path(PathBuf::from(path))));
        std::mem::take(&mut *seen.lock())
    }

    #[test]
    fn only_what_matters_is_kept() {
        let written = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::Any));
        assert_eq!(told(written, "/f/a.mp4").paths.len(), 1);
        assert!(
            told(
                EventKind::Access(AccessKind::Open(AccessMode::Any)),
                "/f/a.mp4"
            )
            .paths
            .is_empty()
        );
        let other = told(written, "/f/a.jpg");
        assert!(other.paths.is_empty() && !other.look_through);
        let side = told(written, "/f/a.json");
        assert!(side.sides && !side.look_through);
        assert!(!told(renamed, "/f/a.mp4.part").look_through);
        assert!(told(renamed, "/f/new folder").look_through);
        assert!(told(EventKind::Create(CreateKind::Folder), "/f/ada").look_through);
    }

    #[test]
    fn a_flood_is_not_kept_path_by_path() {
        let seen = Arc::new(Seen::default());
        let mut handler = Handler(seen.clone());
        let written = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        for number in 0..=PATHS_MAX {
            let path = PathBuf::from(format!("/f/{number}.mp4"));
            handler.handle_event(Ok(Event::new(written).add_path(path)));
        }
        let changes = std::mem::take(&mut *seen.lock());
        assert!(changes.look_through && changes.paths.is_empty());
        handler.handle_event(Err(notify::Error::generic("overflow")));
        assert!(seen.lock().look_through);
    }

    #[tokio::test]
    async fn a_file_that_comes_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let eyes = Eyes::open(&root, true).unwrap();
        std::fs::write(root.join("a.mp4"), "x").unwrap();
        let found = async {
            loop {
                eyes.news().await;
                if eyes.changes().paths.contains(&root.join("a.mp4")) {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), found)
            .await
            .unwrap();
    }
}
