//! Who has a post in hand: a task that works on it, in one of the places for uploads, or somebody who changes it.

use std::{
    collections::HashMap,
    sync::{Arc, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex as Queue, OwnedMutexGuard};
use tokio_util::sync::CancellationToken;

use super::{Publisher, Work};
use crate::posts::PostRow;

/// How many videos go out at once, over all accounts.
const UPLOADS_AT_ONCE: usize = 2;
/// Keeps the publisher's hands, and everybody else's, off a post until dropped.
#[derive(Debug)]
pub(crate) struct Hold<'a> {
    publisher: &'a Publisher,
    id: String,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        let mut held = self.publisher.held();
        self.turn = None;
        // The last one, who waited or had it, takes the entry away.
        if held
            .get(&self.id)
            .is_some_and(|turn| Arc::strong_count(turn) == 1)
        {
            held.remove(&self.id);
        }
        drop(held);
        self.publisher.wake();
    }
}

/// A post that a task works on.
#[derive(Debug)]
pub(super) struct Running {
    account: Option<String>,
    /// Whether it takes one of the upload places; watching takes none.
    pub(super) sends: bool,
    pub(super) stop: CancellationToken,
    ended: CancellationToken,
}

/// Takes a post off the list of running ones when its task ends, however it ends.
pub(super) struct Leave {
    publisher: Arc<Publisher>,
    id: String,
    ended: CancellationToken,
}

impl Drop for Leave {
    fn drop(&mut self) {
        self.publisher.running().remove(&self.id);
        self.publisher.meters.remove(&self.id);
        self.ended.cancel();
        self.publisher.wake();
    }
}

impl Publisher {
    /// Whether somebody works on a post, or changes it.
    pub(super) fn is_taken(&self, id: &str) -> bool {
        self.running().contains_key(id) || self.held().contains_key(id)
    }

    /// Gives a post its place, if it needs one and one is free.
    pub(super) fn enter(
        self: &Arc<Self>,
        row: &PostRow,
        work: Work,
    ) -> Option<(CancellationToken, Leave)> {
        let sends = work == Work::Send;
        let mut running = self.running();
        if running.contains_key(&row.id) || self.held().contains_key(&row.id) {
            return None;
        }
        if sends {
            // Uploads may have been stopped since the look began, and this one was not among them.
            if self.closed().is_some() {
                return None;
            }
            let sending = || running.values().filter(|other| other.sends);
            if sending().count() >= UPLOADS_AT_ONCE
                || sending().any(|other| other.account == row.account_id)
            {
                return None;
            }
        }
        let (stop, ended) = (CancellationToken::new(), CancellationToken::new());
        running.insert(
            row.id.clone(),
            Running {
                account: row.account_id.clone(),
                sends,
                stop: stop.clone(),
                ended: ended.clone(),
            },
        );
        Some((
            stop,
            Leave {
                publisher: self.clone(),
                id: row.id.clone(),
                ended,
            },
        ))
    }

    /// Stops the work on a post, waits until it has stopped and nobody else changes it, and keeps it so while the hold
    /// lives.
    pub(crate) async fn hold(&self, id: &str) -> Hold<'_> {
        let mut hold = Hold {
            publisher: self,
            id: id.to_owned(),
            turn: None,
        };
        let (turn, ended) = {
            // Held first: nobody starts it between the two.
            let running = self.running();
            let turn = self.held().entry(id.to_owned()).or_default().clone();
            let ended = running.get(id).map(|running| {
                running.stop.cancel();
                running.ended.clone()
            });
            (turn, ended)
        };
        hold.turn = Some(turn.lock_owned().await);
        if let Some(ended) = ended {
            ended.cancelled().await;
        }
        hold
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Arc<Queue<()>>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn running(&self) -> MutexGuard<'_, HashMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
