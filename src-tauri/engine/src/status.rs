//! How the engine stands as a whole, told to listeners whenever it changes.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use slipway_core::{
    events::Events,
    views::{Event, Notice, Standing},
};

/// Who has something to say; the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// The database: damaged, restored, or not writable.
    Database,
    /// The audit trail: not as it was written.
    Audit,
    /// Accounts: the TikTok app is refused, or a sign-in comes to its end.
    Accounts,
    /// The queue: posts that cannot be read.
    Queue,
    /// Watched folders: a file could not be dealt with after its posts were out.
    Folders,
    /// The receiver of webhooks.
    Webhook,
}

/// Keeps the standing and tells of each change.
#[derive(Debug)]
pub(crate) struct Board {
    events: Events,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    standing: Standing,
    notices: BTreeMap<Source, Vec<Notice>>,
}

impl Board {
    pub(crate) fn new(events: Events) -> Self {
        Self {
            events,
            state: Mutex::default(),
        }
    }

    pub(crate) fn view(&self) -> Standing {
        self.lock().standing.clone()
    }

    /// Changes the standing; listeners hear of it if it is another one then.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Standing)) {
        self.update(|state| change(&mut state.standing));
    }

    /// Shows these notices of `source`, and no others of it.
    pub(crate) fn show(&self, source: Source, notices: Vec<Notice>) {
        self.update(|state| {
            state.notices.insert(source, notices);
            state.standing.notices = state.notices.values().flatten().cloned().collect();
        });
    }

    /// Takes a notice away that the creator has read.
    pub(crate) fn dismiss(&self, code: &str) {
        self.update(|state| {
            for notices in state.notices.values_mut() {
                notices.retain(|notice| notice.code != code);
            }
            state.standing.notices = state.notices.values().flatten().cloned().collect();
        });
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        let before = state.standing.clone();
        change(&mut state);
        // Sent while locked, so that listeners hear changes in the order in which they were made.
        if state.standing != before {
            self.events.send(Event::StandingChanged {
                standing: state.standing.clone(),
            });
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(code: &str) -> Notice {
        Notice::new(code)
    }

    #[test]
    fn listeners_hear_of_changes_alone() {
        let events = Events::new();
        let mut heard = events.subscribe();
        let board = Board::new(events);
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
