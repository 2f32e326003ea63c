//! [`StatusBoard`]: the status of the whole engine, and the event about each change.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use slipway_core::{
    events::Events,
    views::{Event, Notice, Standing},
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
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    standing: Standing,
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
    pub(crate) fn view(&self) -> Standing {
        self.state.lock().standing.clone()
    }

    /// Changes the status, and sends an event if it differs.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Standing)) {
        self.update(|state| change(&mut state.standing));
    }

    /// Replaces the notices of a source.
    pub(crate) fn show(&self, source: Source, notices: Vec<Notice>) {
        self.update(|state| {
            state.notices.insert(source, notices);
            state.standing.notices = state.notices.values().flatten().cloned().collect();
        });
    }

    /// Removes a notice that the creator dismissed.
    pub(crate) fn dismiss(&self, code: &str) {
        self.update(|state| {
            for notices in state.notices.values_mut() {
                notices.retain(|notice| notice.code != code);
            }
            state.standing.notices = state.notices.values().flatten().cloned().collect();
        });
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock();
        let before = state.standing.clone();
        change(&mut state);
        // Sent while locked, so that events have the order of the changes.
        if state.standing != before {
            self.events.send(Event::StandingChanged {
                standing: state.standing.clone(),
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
        let board = StatusBoard::new(events);
        board.dismiss("disk");
        board.change(|standing| standing.paused = false);
        assert!(heard.try_recv().is_err(), "nothing changed");

        board.show(Source::Webhook, vec![notice("port")]);
        board.show(Source::Database, vec![notice("disk"), notice("restored")]);
        board.show(Source::Database, vec![notice("disk"), notice("restored")]);
        board.dismiss("restored");
        board.show(Source::Database, vec![]);
        let mut told = Vec::new();
        while let Ok(Event::StandingChanged { standing }) = heard.try_recv() {
            told.push(
                standing
                    .notices
                    .into_iter()
                    .map(|n| n.code)
                    .collect::<Vec<_>>()
                    .join(" "),
            );
        }
        assert_eq!(told, ["port", "disk restored port", "disk port", "port"]);
    }
}
