//! The engine's event channel.

use tokio::sync::broadcast;

use crate::views::Event;

/// The number of events that a slow subscriber may lag behind before it loses some.
const BACKLOG: usize = 1024;

/// Broadcasts events to all subscribers.
#[derive(Debug, Clone)]
pub struct Events(broadcast::Sender<Event>);

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }
}

impl Events {
    /// Creates a channel without subscribers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Subscribes to all future events.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }

    /// Sends an event to all subscribers.
    pub fn send(&self, event: Event) {
        // An error only means that there is no subscriber.
        let _ = self.0.send(event);
    }
}
