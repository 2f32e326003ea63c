//! [`Background`]: the state of the work in the background, shared by commands and events.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::preferences::PreferencesStore;
use crate::shell::UiEvent;

/// A change that the work in the background reacts to.
#[derive(Debug)]
pub enum BackgroundEvent {
    /// An event for the window.
    Ui(UiEvent),
    /// The creator changed the preferences.
    PreferencesChanged,
}

/// The state of the work in the background.
#[derive(Debug, Clone)]
pub struct Background(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    preferences: PreferencesStore,
    /// The window asks the creator whether to quit.
    asking: AtomicBool,
    events: UnboundedSender<BackgroundEvent>,
    receiver: Mutex<Option<UnboundedReceiver<BackgroundEvent>>>,
}

impl Background {
    /// Loads the preferences.
    pub fn load(data_dir: &Path) -> Self {
        let (events, receiver) = unbounded_channel();
        Self(Arc::new(Inner {
            preferences: PreferencesStore::load(data_dir),
            asking: AtomicBool::new(false),
            events,
            receiver: Mutex::new(Some(receiver)),
        }))
    }

    /// The preferences.
    pub fn preferences(&self) -> &PreferencesStore {
        &self.0.preferences
    }

    /// Hears an event for the window.
    pub fn hear(&self, event: UiEvent) {
        self.send(BackgroundEvent::Ui(event));
    }

    /// Applies changed preferences.
    pub fn preferences_changed(&self) {
        self.send(BackgroundEvent::PreferencesChanged);
    }

    /// The channel of the events. Only the first call gets it.
    pub(super) fn take_events(&self) -> Option<UnboundedReceiver<BackgroundEvent>> {
        self.0.receiver.lock().take()
    }

    /// Records whether the window asks the creator whether to quit. Returns the value before.
    pub(super) fn set_asking(&self, asking: bool) -> bool {
        self.0.asking.swap(asking, Ordering::Relaxed)
    }

    fn send(&self, event: BackgroundEvent) {
        // The receiver is gone only when Slipway ends.
        let _ = self.0.events.send(event);
    }
}
