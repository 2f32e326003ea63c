//! [`StatusBoard`]: the status of the whole engine, and the event about each change.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use slipway_core::{
    events::Events,
    views::{AppStatus, Event, Notice},
};

/// The sources of notices, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// The database is damaged, restored, or not writable.
    Database,
    /// The audit trail was altered.
    Audit,
    /// TikTok refuses the app, or a sign-in expires soon.
    Accounts,
    /// Posts of the queue cannot be read.
    Queue,
    /// A file of a watched folder could not be archived.
    Folders,
    /// The webhook receiver cannot listen.
    Webhook,
}

/// Stores the status and sends an event for each change.
#[derive(Debug)]
pub(crate) struct StatusBoard {
    events: Events,
    state: Mutex<BoardState>,
}

#[derive(Debug, Default)]
struct BoardState {
    status: AppStatus,
    notices: BTreeMap<Source, Vec<Notice>>,
}

impl StatusBoard {
    pub(crate) fn new(events: Events) -> Self {
        Self {
            events,
            state: Mutex::default(),
        }
    }

    /// Returns the present status.
    pub(crate) fn view(&self) -> AppStatus {
        self.state.lock().status.clone()
    }

    /// Changes the status, and sends an event if it differs.
    pub(crate) fn change(&self, change: impl FnOnce(&mut AppStatus)) {
        self.update(|state| change(&mut state.status));
    }

    /// Replaces the notices of a source.
    pub(crate) fn show(&self, source: Source, notices: Vec<Notice>) {
        self.update(|state| {
            state.notices.insert(source, notices);
            state.status.notices = state.notices.values().flatten().cloned().collect();
        });
    }

    /// Removes a notice that the creator dismissed.
    pub(crate) fn dismiss(&self, code: &str) {
        self.update(|state| {
            for notices in state.notices.values_mut() {
                notices.retain(|notice| notice.code != code);
            }
            state.status.notices = state.notices.values().flatten().cloned().collect();
        });
    }

    fn update(&self, change: impl FnOnce(&mut BoardState)) {
        let mut state = self.state.lock();
        let before = state.status.clone();
        change(&mut state);
        // Sent while locked, so that events have the order of the changes.
        if state.status != before {
            self.events.send(Event::StatusChanged {
                status: state.status.clone(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(code: &str) -> Notice {
        Notice::new(code)
    }

    #[test]
    fn sends_events_for_changes_only() {
        let events = Events::new();
        let mut heard = events.subscribe();
        let status = StatusBoard::new(events);
        status.dismiss("disk");
        status.change(|status| status.paused = false);
        assert!(heard.try_recv().is_err(), "nothing changed");

        status.show(Source::Webhook, vec![notice("port")]);
        status.show(Source::Database, vec![notice("disk"), notice("restored")]);
        status.show(Source::Database, vec![notice("disk"), notice("restored")]);
        status.dismiss("restored");
        status.show(Source::Database, vec![]);
        let mut seen = Vec::new();
        while let Ok(Event::StatusChanged { status }) = heard.try_recv() {
            seen.push(
                status
                    .notices
                    .into_iter()
                    .map(|n| n.code)
                    .collect::<Vec<_>>()
                    .join(" "),
            );
        }
        assert_eq!(seen, ["port", "disk restored port", "disk port", "port"]);
    }
}
