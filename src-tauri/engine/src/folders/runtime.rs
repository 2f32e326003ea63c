//! How each folder stands right now, which nobody has to remember, and who is told of it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use slipway_core::{clock::Clock, events::Events, views::Event};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{debounce::PendingFile, reasons::BlockReason};

/// How long listeners are left alone after they were told.
const QUIET: Duration = Duration::from_millis(500);

/// How a folder stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum RuntimeState {
    /// It is being looked through for the first time since it is there.
    #[default]
    Scanning,
    Watching {
        by_scanning: bool,
    },
    Paused,
    Away,
    Blocked(BlockReason),
}

/// What is known of a folder right now.
#[derive(Debug, Clone, Default)]
pub(super) struct FolderRuntime {
    pub(super) state: RuntimeState,
    /// Files that are not decided yet.
    pub(super) pending: Vec<(String, PendingFile)>,
    /// How many other files there are.
    pub(super) ignored: u32,
}

#[derive(Debug)]
struct WatchedFolder {
    now: FolderRuntime,
    wake: Arc<Notify>,
    stop: CancellationToken,
}

/// How all folders stand.
#[derive(Debug)]
pub(super) struct FolderRuntimes {
    folders: Mutex<HashMap<String, WatchedFolder>>,
    events: Events,
    changed: Notify,
    /// Whether folders changed, and of which the files did.
    unsent: Mutex<(bool, BTreeSet<String>)>,
}

impl FolderRuntimes {
    pub(super) fn new(events: Events) -> Self {
        Self {
            folders: Mutex::default(),
            events,
            changed: Notify::new(),
            unsent: Mutex::default(),
        }
    }

    /// A folder is watched from now on, until the token is cancelled.
    pub(super) fn start(&self, id: &str, stop: &CancellationToken) -> CancellationToken {
        let stop = stop.child_token();
        let watched = WatchedFolder {
            now: FolderRuntime::default(),
            wake: Arc::default(),
            stop: stop.clone(),
        };
        if let Some(before) = self.folders.lock().insert(id.to_owned(), watched) {
            before.stop.cancel();
        }
        self.folders_changed();
        stop
    }

    /// A folder is watched no more.
    pub(super) fn stop(&self, id: &str) {
        if let Some(watched) = self.folders.lock().remove(id) {
            watched.stop.cancel();
        }
        self.folders_changed();
    }

    /// How a folder stands.
    pub(super) fn get(&self, id: &str) -> FolderRuntime {
        let folders = self.folders.lock();
        folders
            .get(id)
            .map(|one| one.now.clone())
            .unwrap_or_default()
    }

    /// A folder stands so now.
    pub(super) fn set_state(&self, id: &str, state: RuntimeState) {
        let mut folders = self.folders.lock();
        let Some(watched) = folders.get_mut(id) else {
            return;
        };
        if watched.now.state != state {
            watched.now.state = state;
            drop(folders);
            self.folders_changed();
        }
    }

    /// These files of a folder are not decided, and so many are none of ours.
    pub(super) fn set_files(
        &self,
        id: &str,
        pending: Vec<(String, PendingFile)>,
        ignored: Option<u32>,
    ) {
        let mut folders = self.folders.lock();
        let Some(watched) = folders.get_mut(id) else {
            return;
        };
        watched.now.pending = pending;
        watched.now.ignored = ignored.unwrap_or(watched.now.ignored);
    }

    /// What wakes whoever watches a folder.
    pub(super) fn waker(&self, id: &str) -> Option<Arc<Notify>> {
        self.folders.lock().get(id).map(|one| one.wake.clone())
    }

    /// Has a folder looked at now.
    pub(super) fn wake(&self, id: &str) {
        if let Some(wake) = self.waker(id) {
            wake.notify_one();
        }
    }

    pub(super) fn wake_all(&self) {
        for watched in self.folders.lock().values() {
            watched.wake.notify_one();
        }
    }

    pub(super) fn folders_changed(&self) {
        self.unsent.lock().0 = true;
        self.changed.notify_one();
    }

    /// Files of a folder stand otherwise, and with them the folder's counts.
    pub(super) fn files_changed(&self, id: &str) {
        {
            let mut unsent = self.unsent.lock();
            unsent.0 = true;
            unsent.1.insert(id.to_owned());
        }
        self.changed.notify_one();
    }

    /// Tells listeners, and then nothing more for a while.
    pub(super) async fn send_events(&self, clock: &dyn Clock) {
        loop {
            self.changed.notified().await;
            let (folders, files) = std::mem::take(&mut *self.unsent.lock());
            if folders {
                self.events.send(Event::FoldersChanged);
            }
            for folder_id in files {
                self.events.send(Event::FolderFilesChanged { folder_id });
            }
            clock.sleep(QUIET).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_core::clock::test_clock::TestClock;

    #[tokio::test]
    async fn listeners_are_told_at_most_twice_a_second() {
        let events = Events::new();
        let mut heard = events.subscribe();
        let runtimes = Arc::new(FolderRuntimes::new(events));
        let clock = Arc::new(TestClock::manual());
        let task = tokio::spawn({
            let (runtimes, clock) = (runtimes.clone(), clock.clone());
            async move { runtimes.send_events(clock.as_ref()).await }
        });
        for _ in 0..100 {
            runtimes.files_changed("one");
        }
        assert_eq!(heard.recv().await, Ok(Event::FoldersChanged));
        let files = Event::FolderFilesChanged {
            folder_id: "one".into(),
        };
        assert_eq!(heard.recv().await, Ok(files.clone()));
        for _ in 0..100 {
            runtimes.files_changed("one");
        }
        tokio::task::yield_now().await;
        assert!(heard.try_recv().is_err(), "half a second has not passed");
        clock.advance(QUIET);
        assert_eq!(heard.recv().await, Ok(Event::FoldersChanged));
        assert_eq!(heard.recv().await, Ok(files));
        task.abort();
    }
}
