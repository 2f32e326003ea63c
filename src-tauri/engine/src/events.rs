//! Where the engine's news goes out to whoever listens.

use tokio::sync::broadcast;

use crate::views::Event;

/// How many events a slow listener may be behind before it misses some.
const BACKLOG: usize = 1024;

/// Sends events to all listeners; nobody listening is fine.
#[derive(Debug, Clone)]
pub(crate) struct Events(broadcast::Sender<Event>);

impl Events {
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }

    pub(crate) fn send(&self, event: Event) {
        // An error only says that nobody listens.
        let _ = self.0.send(event);
    }
}
