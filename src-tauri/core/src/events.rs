//! Where the engine's news goes out to whoever listens.

use tokio::sync::broadcast;

use crate::views::Event;

/// How many events a slow listener may be behind before it misses some.
const BACKLOG: usize = 1024;

/// Sends events to all listeners; nobody listening is fine.
#[derive(Debug, Clone)]
pub struct Events(broadcast::Sender<Event>);

impl Events {
    /// An event channel without listeners.
    pub fn new() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }

    /// A receiver of the events sent from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }

    /// Sends an event to all receivers.
    pub fn send(&self, event: Event) {
        // An error only says that nobody listens.
        let _ = self.0.send(event);
    }
}
