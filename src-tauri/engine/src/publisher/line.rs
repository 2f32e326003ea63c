//! The line: which posts are due, which of them may start now, and when to look again.

use std::{collections::HashSet, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::Publisher;
use crate::{
    clock,
    error::EngineError,
    fault::fault_point,
    posts::{Cause, Pause, PostRow, State},
    schedule::{Due, judge},
    views::{NetworkState, PostMode},
};

/// The causes that hold all uploads back, and the kinds under which they are stored.
const GATE_CAUSES: [(Cause, &str); 3] = [
    (Cause::PausedAll, "paused_all"),
    (Cause::Metered, "metered"),
    (Cause::Offline, "offline"),
];

/// One look along the line.
struct Look {
    now: Timestamp,
    /// Why no upload may start at all.
    closed: Option<Cause>,
    /// When to look again.
    rest: Option<Timestamp>,
    /// Accounts with a post that waits for a limit; later ones of the same kind stay behind it.
    behind: HashSet<(Option<String>, PostMode)>,
}

impl Look {
    fn again_at(&mut self, at: Timestamp) {
        self.rest = Some(self.rest.map_or(at, |rest| rest.min(at)));
    }

    fn stay_behind(&mut self, row: &PostRow) {
        self.behind
            .insert((row.account_id.clone(), row.settings().mode));
    }
}

impl Publisher {
    /// Starts what is due and says when the next post will be.
    pub(super) async fn start_due(
        self: &Arc<Self>,
        tasks: &mut JoinSet<()>,
    ) -> Result<Option<Timestamp>, EngineError> {
        let mut look = Look {
            now: self.clock.now(),
            closed: self.closed(),
            rest: None,
            behind: HashSet::new(),
        };
        for row in self.posts.active().await? {
            if self.is_taken(&row.id) {
                continue;
            }
            match self.turn(&mut look, row).await {
                Ok(Some(row)) => self.start(row, tasks),
                // It moved on between the look and the move: the next look sees where it is.
                Ok(None) | Err(EngineError::WrongState { .. } | EngineError::NoSuchPost) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(look.rest)
    }

    /// The post, if its turn has come.
    async fn turn(&self, look: &mut Look, row: PostRow) -> Result<Option<PostRow>, EngineError> {
        match row.state()? {
            State::Scheduled => self.turn_of_scheduled(look, row).await,
            State::Waiting => self.turn_of_waiting(look, row).await,
            State::Published => {
                let due = row.id_due_at.map(clock::from_millis);
                match due {
                    Some(due) if due <= look.now => Ok(Some(row)),
                    Some(due) => {
                        look.again_at(due);
                        Ok(None)
                    }
                    None => Ok(None),
                }
            }
            _ => self.turn_of_ready(look, row).await,
        }
    }

    async fn turn_of_scheduled(
        &self,
        look: &mut Look,
        row: PostRow,
    ) -> Result<Option<PostRow>, EngineError> {
        let due = row.due_at.map_or(look.now, clock::from_millis);
        match judge(due, look.now, self.grace()) {
            Due::NotYet => {
                look.again_at(due);
                Ok(None)
            }
            // It is judged again when everything may go on.
            _ if look.closed == Some(Cause::PausedAll) => Ok(None),
            Due::Missed { .. } => self.missed(&row.id, due).await,
            Due::Now => {
                fault_point!("line.due.before");
                self.posts.due(&row.id).await?;
                fault_point!("line.due.after");
                self.changed(&row.id).await;
                let row = self.posts.get(&row.id).await?;
                self.turn_of_ready(look, row).await
            }
        }
    }

    async fn turn_of_waiting(
        &self,
        look: &mut Look,
        row: PostRow,
    ) -> Result<Option<PostRow>, EngineError> {
        // Without a time, something must happen first.
        let Some(until) = row.wait_until.map(clock::from_millis) else {
            return Ok(None);
        };
        if until > look.now {
            look.again_at(until);
            if row.cause().is_some_and(|cause| cause.keeps_order()) {
                look.stay_behind(&row);
            }
            return Ok(None);
        }
        self.turn_of_ready(look, row).await
    }

    /// A post that could go on now, if nothing holds it back.
    async fn turn_of_ready(
        &self,
        look: &mut Look,
        row: PostRow,
    ) -> Result<Option<PostRow>, EngineError> {
        if row.all_sent_at.is_some() {
            return Ok(Some(row));
        }
        if let Some(cause) = look.closed.clone() {
            // In line it may stay while everything is paused; otherwise it says why it stands still.
            if cause != Cause::PausedAll || row.state()? != State::Queued {
                self.hold_back(&row, &cause, None).await?;
            }
            return Ok(None);
        }
        if row.publish_id.is_some() {
            return Ok(Some(row));
        }
        if look
            .behind
            .contains(&(row.account_id.clone(), row.settings().mode))
        {
            return Ok(None);
        }
        if let Some(due) = row.due_at.map(clock::from_millis) {
            if let Due::Missed { .. } = judge(due, look.now, self.grace()) {
                return self.missed(&row.id, due).await;
            }
        } else if let Some(until) = self.spaced_until(&row).await?
            && until > look.now
        {
            look.again_at(until);
            look.stay_behind(&row);
            self.hold_back(&row, &Cause::Spacing, Some(until)).await?;
            return Ok(None);
        }
        Ok(Some(row))
    }

    /// Asks the creator about a post whose moment passed too long ago.
    async fn missed(&self, id: &str, due: Timestamp) -> Result<Option<PostRow>, EngineError> {
        let cause = Cause::Missed {
            due: due.as_millisecond(),
        };
        self.posts
            .pause(
                id,
                Some(&cause),
                "Its moment was missed, asking the creator",
            )
            .await?;
        self.changed(id).await;
        Ok(None)
    }

    /// Lets a post wait for something that is no fault of its own.
    async fn hold_back(
        &self,
        row: &PostRow,
        cause: &Cause,
        until: Option<Timestamp>,
    ) -> Result<(), EngineError> {
        let pause = Pause {
            until,
            counts: false,
            upload_over: false,
        };
        let text = super::halt::waiting_text(cause);
        self.posts.wait(&row.id, cause, pause, &text).await?;
        self.changed(&row.id).await;
        Ok(())
    }

    /// When the account's spacing allows its next post without a moment of its own.
    async fn spaced_until(&self, row: &PostRow) -> Result<Option<Timestamp>, EngineError> {
        let spacing = Duration::from_mins(u64::from(self.settings.borrow().spacing_minutes));
        if spacing.is_zero() {
            return Ok(None);
        }
        let Some(account) = &row.account_id else {
            return Ok(None);
        };
        let last = self.posts.last_sent(account).await?;
        Ok(last.map(|last| clock::after(last, spacing)))
    }

    /// How late a scheduled post may still go out by itself.
    fn grace(&self) -> Duration {
        Duration::from_mins(u64::from(self.settings.borrow().grace_minutes))
    }

    /// Why no upload may run, if none may.
    pub(super) fn closed(&self) -> Option<Cause> {
        if *self.paused.borrow() {
            return Some(Cause::PausedAll);
        }
        match self.network.state() {
            NetworkState::Offline => Some(Cause::Offline),
            NetworkState::Metered if self.settings.borrow().wait_on_metered => Some(Cause::Metered),
            _ => None,
        }
    }

    /// Looks anew at whether uploads may run: stops them, or lets those go on that were stopped.
    pub(crate) async fn gate_changed(&self) {
        let closed = self.closed();
        if closed.is_some() {
            for running in self.running().values().filter(|running| running.sends) {
                running.stop.cancel();
            }
        }
        // What waits for another reason than the present one is looked at anew.
        let over: Vec<&str> = GATE_CAUSES
            .into_iter()
            .filter(|(cause, _)| closed.as_ref() != Some(cause))
            .map(|(_, kind)| kind)
            .collect();
        if let Err(error) = self.posts.release(&over).await {
            tracing::error!(%error, "[Publisher] Release failed");
        }
        self.wake();
    }

    /// Lets those go on that wait for TikTok, because it answers again.
    pub(crate) async fn tiktok_is_back(&self) {
        let kinds = ["offline", "tiktok_down", "answer_unreadable"];
        if let Err(error) = self.posts.release(&kinds).await {
            tracing::error!(%error, "[Publisher] Release failed");
        }
        self.wake();
    }
}
