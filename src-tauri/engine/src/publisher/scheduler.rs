//! The line: which posts are due, which of them may start now, and when to look again.

use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use crate::posts::history;
use jiff::Timestamp;
use slipway_core::{
    clock,
    fault_points::fault_point,
    views::{NetworkState, PostMode},
};
use tokio::task::JoinSet;

use super::{Publisher, Work};
use crate::{
    posts::{Cause, Pause, PostError, PostRow, State},
    publisher::PublishError,
    schedule::{Due, judge},
};

/// The causes that hold all uploads back, and the kinds under which they are stored.
const GATE_CAUSES: [(Cause, &str); 3] = [
    (Cause::PausedAll, "paused_all"),
    (Cause::Metered, "metered"),
    (Cause::Offline, "offline"),
];

/// By how much the clock must be set back for waits to follow it; less is a clock that is kept right.
const SET_BACK_MS: i64 = 60_000;

/// How soon it is looked again after a post was not as it was seen.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A post whose turn has come, and what is to be done with it.
type Turn = Option<(PostRow, Work)>;

/// One look along the line.
struct Look {
    now: Timestamp,
    /// Why no upload may start at all.
    closed: Option<Cause>,
    /// When to look again.
    rest: Option<Timestamp>,
    /// Accounts with a post that waits for a limit or a place; later ones of the same kind stay behind it.
    behind: HashSet<(Option<String>, PostMode)>,
}

impl Look {
    fn again_at(&mut self, at: Timestamp) {
        self.rest = Some(self.rest.map_or(at, |rest| rest.min(at)));
    }

    /// For what was not as it was seen: whoever changed it may have called for a look before this one.
    fn again_soon(&mut self) {
        self.again_at(clock::after(self.now, LOOK_AGAIN));
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
    ) -> Result<Option<Timestamp>, PublishError> {
        self.keep_waits_true().await?;
        let mut look = Look {
            now: self.clock.now(),
            closed: self.closed(),
            rest: None,
            behind: HashSet::new(),
        };
        for row in self.posts.active().await? {
            if self.service.is_busy(&row.id) {
                continue;
            }
            if let Some(left) = self.rests_after_fault(&row.id) {
                look.again_at(clock::after(look.now, left));
                continue;
            }
            match self.turn(&mut look, row).await {
                Ok(Some((row, work))) => {
                    if !self.start(&row, work, tasks) {
                        // A place that comes free in the middle of a look is not for those behind it.
                        look.stay_behind(&row);
                    }
                }
                Ok(None) => {}
                // It moved on between the look and the move: the next look sees where it is.
                Err(PublishError::Post(PostError::WrongState { .. } | PostError::NoSuchPost)) => {
                    look.again_soon();
                }
                Err(error) => return Err(error),
            }
        }
        Ok(look.rest)
    }

    /// When the clock was set back, what was to last an hour must not last a day longer.
    async fn keep_waits_true(&self) -> Result<(), PublishError> {
        let uptime = i64::try_from(self.clock.uptime().as_millis()).unwrap_or(i64::MAX);
        let lead = self.clock.now().as_millisecond().saturating_sub(uptime);
        let back = self.lead.load(Ordering::Relaxed).saturating_sub(lead);
        if back >= SET_BACK_MS {
            tracing::info!(
                back,
                "[Publisher] The clock was set back: waits end by as much earlier"
            );
            self.posts.clock_set_back(back).await?;
        }
        self.lead.store(lead, Ordering::Relaxed);
        Ok(())
    }

    /// The uptime at which the clock shows `instant`, by what they were at the last look.
    pub(super) fn uptime_at(&self, instant: Timestamp) -> Duration {
        let millis = instant
            .as_millisecond()
            .saturating_sub(self.lead.load(Ordering::Relaxed))
            // Parts of a millisecond are not in it.
            .saturating_add(1);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// The post and what is to be done with it, if its turn has come.
    async fn turn(&self, look: &mut Look, row: PostRow) -> Result<Turn, PublishError> {
        match row.state()? {
            State::Scheduled => self.turn_of_scheduled(look, row).await,
            State::Waiting => self.turn_of_waiting(look, row).await,
            State::Published => {
                let due = row.id_due_at.map(clock::from_millis);
                match due {
                    Some(due) if due <= look.now => Ok(Some((row, Work::FindId))),
                    Some(due) => {
                        look.again_at(due);
                        Ok(None)
                    }
                    None => Ok(None),
                }
            }
            state if state.is_active() => self.turn_of_ready(look, row).await,
            _ => Ok(None),
        }
    }

    async fn turn_of_scheduled(&self, look: &mut Look, row: PostRow) -> Result<Turn, PublishError> {
        let due = row.due_at.map_or(look.now, clock::from_millis);
        match judge(due, look.now, self.grace()) {
            Due::NotYet => {
                look.again_at(due);
                Ok(None)
            }
            // It is judged again when everything may go on.
            _ if look.closed == Some(Cause::PausedAll) => Ok(None),
            Due::Missed { .. } => self.missed(look, &row).await,
            Due::Now => {
                fault_point!("line.due.before");
                self.posts.due(&row.id).await?;
                fault_point!("line.due.after");
                self.service.announce(&row.id).await;
                let row = self.posts.get(&row.id).await?;
                self.turn_of_ready(look, row).await
            }
        }
    }

    async fn turn_of_waiting(&self, look: &mut Look, row: PostRow) -> Result<Turn, PublishError> {
        let Some(until) = row.wait_until.map(clock::from_millis) else {
            // Something must happen first, and may have happened while the wait was stored.
            return if self.is_over(look, &row).await? {
                self.turn_of_ready(look, row).await
            } else {
                Ok(None)
            };
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

    /// Whether what a post waits for without a time is so no longer.
    async fn is_over(&self, look: &Look, row: &PostRow) -> Result<bool, PublishError> {
        Ok(match (row.cause(), &row.account_id) {
            (Some(cause), _) if GATE_CAUSES.iter().any(|(gate, _)| *gate == cause) => {
                look.closed != Some(cause) || row.all_sent_at.is_some()
            }
            (Some(Cause::ReconnectNeeded), Some(account)) => {
                let account = self.accounts.get(account).await?;
                account.is_some_and(|account| account.is_connected())
            }
            _ => false,
        })
    }

    /// A post that could go on now, if nothing holds it back.
    async fn turn_of_ready(&self, look: &mut Look, row: PostRow) -> Result<Turn, PublishError> {
        if row.all_sent_at.is_some() {
            return Ok(Some((row, Work::Watch)));
        }
        if let Some(cause) = look.closed.clone() {
            // What TikTok may have whole it works on, whatever holds uploads back here.
            if row.may_be_whole() && cause != Cause::Offline {
                return Ok(Some((row, Work::Ask)));
            }
            // In line it may stay while everything is paused; otherwise it says why it stands still.
            if cause != Cause::PausedAll || row.state()? != State::Queued {
                self.hold_back(&row, &cause, None).await?;
            }
            return Ok(None);
        }
        if row.publish_id.is_some() {
            return Ok(Some((row, Work::Send)));
        }
        if look
            .behind
            .contains(&(row.account_id.clone(), row.settings().mode))
        {
            return Ok(None);
        }
        if let Some(due) = row.due_at.map(clock::from_millis) {
            if let Due::Missed { .. } = judge(due, look.now, self.grace()) {
                return self.missed(look, &row).await;
            }
        } else if let Some(until) = self.spaced_until(&row).await?
            && until > look.now
        {
            look.again_at(until);
            look.stay_behind(&row);
            self.hold_back(&row, &Cause::Spacing, Some(until)).await?;
            return Ok(None);
        }
        Ok(Some((row, Work::Send)))
    }

    /// Asks the creator about a post whose moment passed too long ago.
    async fn missed(&self, look: &mut Look, row: &PostRow) -> Result<Turn, PublishError> {
        let id = &row.id;
        // The creator may have given it another moment meanwhile, or set the clock right.
        let due = self.posts.get(id).await?.due_at.filter(|due| {
            let judged = judge(clock::from_millis(*due), self.clock.now(), self.grace());
            matches!(judged, Due::Missed { .. })
        });
        let Some(due) = due else {
            look.again_soon();
            return Ok(None);
        };
        let cause = Cause::Missed { due };
        self.posts
            .pause(id, Some(&cause), &history::missed())
            .await?;
        self.service.announce(id).await;
        Ok(None)
    }

    /// Lets a post wait for something that is no fault of its own.
    pub(super) async fn hold_back(
        &self,
        row: &PostRow,
        cause: &Cause,
        until: Option<Timestamp>,
    ) -> Result<(), PublishError> {
        let pause = Pause {
            until,
            counts: false,
            upload_over: false,
        };
        let text = super::failure::waiting_text(cause);
        self.posts.wait(&row.id, cause, pause, &text).await?;
        self.service.announce(&row.id).await;
        Ok(())
    }

    /// When the account's spacing allows its next post without a moment of its own.
    async fn spaced_until(&self, row: &PostRow) -> Result<Option<Timestamp>, PublishError> {
        let spacing = Duration::from_mins(u64::from(self.settings.borrow().spacing_minutes));
        if spacing.is_zero() {
            return Ok(None);
        }
        let Some(account) = &row.account_id else {
            return Ok(None);
        };
        let now = self.clock.now();
        let last = self.posts.last_sent(account, &row.id, now).await?;
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
            self.service.stop_tasks(true);
        }
        // What waits for another reason than the present one is looked at anew.
        let mut over: Vec<&str> = GATE_CAUSES
            .into_iter()
            .filter(|(cause, _)| closed.as_ref() != Some(cause))
            .map(|(_, kind)| kind)
            .collect();
        // With other settings there may be less of it.
        over.push("spacing");
        if let Err(error) = self.posts.release(&over).await {
            tracing::error!(%error, "[Publisher] Release failed");
        }
        self.service.wake();
    }

    /// Lets those go on that wait for TikTok, because it answers again.
    pub(crate) async fn tiktok_is_back(&self) {
        let kinds = ["offline", "tiktok_down", "answer_unreadable"];
        if let Err(error) = self.posts.release(&kinds).await {
            tracing::error!(%error, "[Publisher] Release failed");
        }
        self.service.wake();
    }
}
