//! [`FolderRuntimes`]: the state of each watched folder that is not stored, and the events about its changes.

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

/// The pause after each batch of events.
const EVENT_DEBOUNCE: Duration = Duration::from_millis(500);

/// The watch state of a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum RuntimeState {
    /// The first scan since the folder appeared is running.
    #[default]
    Scanning,
    /// Files are ingested.
    Watching {
        /// True if changes are found by polling, because the file system sends no events.
        by_scanning: bool,
    },
    /// The creator paused the folder.
    Paused,
    /// The folder is missing, for example because its drive is unplugged.
    Away,
    /// The creator has to act first.
    Blocked(BlockReason),
}

/// The state of one folder that is not stored.
#[derive(Debug, Clone, Default)]
pub(super) struct FolderRuntime {
    pub(super) state: RuntimeState,
    /// Files without a decision.
    pub(super) pending: Vec<(String, PendingFile)>,
    /// The number of files that are not videos.
    pub(super) ignored: u32,
}

#[derive(Debug)]
struct WatchedFolder {
    runtime: FolderRuntime,
    wake: Arc<Notify>,
    stop: CancellationToken,
}

/// The state of all folders that is not stored.
#[derive(Debug)]
pub(super) struct FolderRuntimes {
    folders: Mutex<HashMap<String, WatchedFolder>>,
    events: Events,
    changed: Notify,
    /// True if an event about the folders is due; and the ids of the folders whose files changed.
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

    /// Registers a folder. Returns the token that stops its task.
    pub(super) fn start(&self, id: &str, stop: &CancellationToken) -> CancellationToken {
        let stop = stop.child_token();
        let watched = WatchedFolder {
            runtime: FolderRuntime::default(),
            wake: Arc::default(),
            stop: stop.clone(),
        };
        if let Some(before) = self.folders.lock().insert(id.to_owned(), watched) {
            before.stop.cancel();
        }
        self.folders_changed();
        stop
    }

    /// Stops the task of a folder and forgets its state.
    pub(super) fn stop(&self, id: &str) {
        if let Some(watched) = self.folders.lock().remove(id) {
            watched.stop.cancel();
        }
        self.folders_changed();
    }

    /// Returns the state of a folder.
    pub(super) fn get(&self, id: &str) -> FolderRuntime {
        let folders = self.folders.lock();
        folders
            .get(id)
            .map(|one| one.runtime.clone())
            .unwrap_or_default()
    }

    /// Sets whether a folder is watched.
    pub(super) fn set_state(&self, id: &str, state: RuntimeState) {
        let mut folders = self.folders.lock();
        let Some(watched) = folders.get_mut(id) else {
            return;
        };
        if watched.runtime.state != state {
            watched.runtime.state = state;
            drop(folders);
            self.folders_changed();
        }
    }

    /// Sets the undecided files of a folder, and the number of its other files if that is known.
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
        watched.runtime.pending = pending;
        watched.runtime.ignored = ignored.unwrap_or(watched.runtime.ignored);
    }

    /// Returns the notifier that wakes the task of a folder.
    pub(super) fn waker(&self, id: &str) -> Option<Arc<Notify>> {
        self.folders.lock().get(id).map(|one| one.wake.clone())
    }

    /// Wakes the task of a folder.
    pub(super) fn wake(&self, id: &str) {
        if let Some(wake) = self.waker(id) {
            wake.notify_one();
        }
    }

    /// Wakes the tasks of all folders.
    pub(super) fn wake_all(&self) {
        for watched in self.folders.lock().values() {
            watched.wake.notify_one();
        }
    }

    /// Requests an event about the folders.
    pub(super) fn folders_changed(&self) {
        self.unsent.lock().0 = true;
        self.changed.notify_one();
    }

    /// Requests an event about the files of a folder, and one about the folders because their counts changed.
    pub(super) fn files_changed(&self, id: &str) {
        {
            let mut unsent = self.unsent.lock();
            unsent.0 = true;
            unsent.1.insert(id.to_owned());
        }
        self.changed.notify_one();
    }

    /// Sends the requested events in batches.
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
            clock.sleep(EVENT_DEBOUNCE).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_core::clock::test_clock::TestClock;

    #[tokio::test]
    async fn sends_events_at_most_twice_a_second() {
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
        clock.advance(EVENT_DEBOUNCE);
        assert_eq!(heard.recv().await, Ok(Event::FoldersChanged));
        assert_eq!(heard.recv().await, Ok(files));
        task.abort();
    }
}
