//! Schedules posts: finds the due ones, starts those that may start now, and computes when to run again.

use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use jiff::Timestamp;
use slipway_core::{clock, fault_points::fault_point, views::PostMode};
use tokio::task::JoinSet;

use super::{context::Publisher, error::PublishError, task::Task};
use crate::{
    posts::{Cause, CauseKind, PostError, PostRow, State, history},
    schedule::{Due, WAKE_UP, judge},
};

/// The smallest step back of the clock by which waits are shortened. Smaller steps are time synchronisation.
const CLOCK_STEP_MIN_MS: i64 = 60_000;

/// The pause before the scheduler runs again after a post changed while it ran.
const RERUN_AFTER: Duration = Duration::from_secs(1);

/// A post that may start now, with its task.
type Ready = Option<(PostRow, Task)>;

/// One run of the scheduler.
struct Run {
    now: Timestamp,
    /// The reason why no upload may start, if there is one.
    blocked: Option<Cause>,
    /// The time of the next run.
    next: Option<Timestamp>,
    /// Accounts and modes with a post that waits for a limit or an upload slot. Later posts must not overtake it.
    in_order: HashSet<(Option<String>, PostMode)>,
}

impl Run {
    fn again_at(&mut self, at: Timestamp) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }

    /// Runs again soon, after a post changed while the scheduler ran: the wake-up of that change may have come before
    /// this run.
    fn again_soon(&mut self) {
        self.again_at(clock::after(self.now, RERUN_AFTER));
    }

    fn keep_order(&mut self, row: &PostRow) {
        self.in_order
            .insert((row.account_id.clone(), row.settings().mode));
    }
}

impl Publisher {
    /// Starts the due posts and returns when to run again.
    pub(super) async fn start_due(
        self: &Arc<Self>,
        tasks: &mut JoinSet<()>,
    ) -> Result<Option<Timestamp>, PublishError> {
        self.follow_clock().await?;
        let mut run = Run {
            now: self.clock.now(),
            blocked: self.blocked_by(),
            next: None,
            in_order: HashSet::new(),
        };
        if run.blocked == Some(Cause::PausedAll) {
            self.away.paused_at(run.now);
        }
        for row in self.posts.active().await? {
            if self.service.is_busy(&row.id) {
                continue;
            }
            if let Some(left) = self.fault_wait(&row.id) {
                run.again_at(clock::after(run.now, left));
                continue;
            }
            match self.ready(&mut run, row).await {
                Ok(Some((row, task))) => {
                    if !self.start(&row, task, tasks) {
                        // A slot that becomes free during this run must not go to a later post.
                        run.keep_order(&row);
                    }
                }
                Ok(None) => {}
                // The post changed since it was read: the next run reads it again.
                Err(PublishError::Post(PostError::WrongState { .. } | PostError::NoSuchPost)) => {
                    run.again_soon();
                }
                Err(error) => return Err(error),
            }
        }
        Ok(run.next)
    }

    /// Shortens all waits by the step by which the clock was set back.
    async fn follow_clock(&self) -> Result<(), PublishError> {
        let uptime = i64::try_from(self.clock.uptime().as_millis()).unwrap_or(i64::MAX);
        let offset = self.clock.now().as_millisecond().saturating_sub(uptime);
        let back = self
            .clock_offset
            .load(Ordering::Relaxed)
            .saturating_sub(offset);
        if back >= CLOCK_STEP_MIN_MS {
            tracing::info!(
                back,
                "[Publisher] The clock was set back: waits end by as much earlier"
            );
            self.posts.shorten_waits(back).await?;
        }
        self.clock_offset.store(offset, Ordering::Relaxed);
        Ok(())
    }

    /// The uptime at which the clock will show `instant`, as of the scheduler's last run.
    pub(super) fn uptime_at(&self, instant: Timestamp) -> Duration {
        let millis = instant
            .as_millisecond()
            .saturating_sub(self.clock_offset.load(Ordering::Relaxed))
            // Rounds up: parts of a millisecond are lost above.
            .saturating_add(1);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// The post and its task, if the post may start now.
    async fn ready(&self, run: &mut Run, row: PostRow) -> Result<Ready, PublishError> {
        match row.state()? {
            State::Scheduled => self.ready_if_scheduled(run, row).await,
            State::Waiting => self.ready_if_waiting(run, row).await,
            State::Published => {
                let due = row.id_due_at.map(clock::from_millis);
                match due {
                    Some(due) if due <= run.now => Ok(Some((row, Task::QueryPublicId))),
                    Some(due) => {
                        run.again_at(due);
                        Ok(None)
                    }
                    None => Ok(None),
                }
            }
            state if state.is_active() => self.ready_if_unblocked(run, row).await,
            _ => Ok(None),
        }
    }

    async fn ready_if_scheduled(&self, run: &mut Run, row: PostRow) -> Result<Ready, PublishError> {
        let due = row.due_at.map_or(run.now, clock::from_millis);
        match judge(due, run.now, self.grace()) {
            Due::NotYet => {
                run.again_at(due);
                Ok(None)
            }
            // Judged again when the creator resumes all posts.
            _ if run.blocked == Some(Cause::PausedAll) => Ok(None),
            Due::Missed { .. } => self.missed(run, &row).await,
            Due::Now => {
                fault_point!("line.due.before");
                self.posts.due(&row.id).await?;
                fault_point!("line.due.after");
                self.note_if_late(&row, due, run.now).await?;
                self.service.announce(&row.id).await;
                let row = self.posts.get(&row.id).await?;
                self.ready_if_unblocked(run, row).await
            }
        }
    }

    async fn ready_if_waiting(&self, run: &mut Run, row: PostRow) -> Result<Ready, PublishError> {
        let Some(until) = row.wait_until.map(clock::from_millis) else {
            // The post waits for an event, which may have happened while the wait was being stored.
            return if self.wait_is_over(run, &row).await? {
                self.ready_if_unblocked(run, row).await
            } else {
                Ok(None)
            };
        };
        if until > run.now {
            run.again_at(until);
            if row.cause().is_some_and(|cause| cause.keeps_order()) {
                run.keep_order(&row);
            }
            return Ok(None);
        }
        self.ready_if_unblocked(run, row).await
    }

    /// Whether the event has happened that a post without a retry time waits for.
    async fn wait_is_over(&self, run: &Run, row: &PostRow) -> Result<bool, PublishError> {
        Ok(match (row.cause(), &row.account_id) {
            (Some(cause), _) if cause.kind().is_some_and(CauseKind::is_gate) => {
                run.blocked != Some(cause) || row.all_sent_at.is_some()
            }
            (Some(Cause::ReconnectNeeded), Some(account)) => {
                let account = self.accounts.get(account).await?;
                account.is_some_and(|account| account.is_connected())
            }
            _ => false,
        })
    }

    /// The task of a post that is due, unless the gate, its account's order or the spacing holds it back.
    async fn ready_if_unblocked(&self, run: &mut Run, row: PostRow) -> Result<Ready, PublishError> {
        if row.all_sent_at.is_some() {
            return Ok(Some((row, Task::PollStatus)));
        }
        if let Some(cause) = run.blocked.clone() {
            // TikTok processes an upload that it may have whole even while uploads are paused here.
            if row.may_be_fully_uploaded() && cause != Cause::Offline {
                return Ok(Some((row, Task::QueryUpload)));
            }
            // A queued post stays queued while the creator has paused all posts. Every other post shows why it waits.
            if cause != Cause::PausedAll || row.state()? != State::Queued {
                self.hold_back(&row, &cause, None).await?;
            }
            return Ok(None);
        }
        if row.publish_id.is_some() {
            return Ok(Some((row, Task::Upload)));
        }
        if run
            .in_order
            .contains(&(row.account_id.clone(), row.settings().mode))
        {
            return Ok(None);
        }
        if let Some(due) = row.due_at.map(clock::from_millis) {
            if let Due::Missed { .. } = judge(due, run.now, self.grace()) {
                return self.missed(run, &row).await;
            }
        } else if let Some(until) = self.spaced_until(&row).await?
            && until > run.now
        {
            run.again_at(until);
            run.keep_order(&row);
            self.hold_back(&row, &Cause::Spacing, Some(until)).await?;
            return Ok(None);
        }
        Ok(Some((row, Task::Upload)))
    }

    /// Writes into the history of a scheduled post that it starts late, and into the summary of the absence that caused
    /// it.
    async fn note_if_late(
        &self,
        row: &PostRow,
        due: Timestamp,
        now: Timestamp,
    ) -> Result<(), PublishError> {
        let late_by = clock::until(due, now);
        if late_by > WAKE_UP {
            let text = history::late(due, late_by.as_secs());
            self.posts.note(&row.id, &text).await?;
            self.away.late(row, due, late_by);
        }
        Ok(())
    }

    /// Pauses a post whose scheduled time passed too long ago, so that the creator decides.
    async fn missed(&self, run: &mut Run, row: &PostRow) -> Result<Ready, PublishError> {
        let id = &row.id;
        // The creator may have rescheduled the post or corrected the clock meanwhile.
        let due = self.posts.get(id).await?.due_at.filter(|due| {
            let judged = judge(clock::from_millis(*due), self.clock.now(), self.grace());
            matches!(judged, Due::Missed { .. })
        });
        let Some(due) = due else {
            run.again_soon();
            return Ok(None);
        };
        let cause = Cause::Missed { due };
        self.posts
            .pause(id, Some(&cause), &history::missed())
            .await?;
        self.away.missed(row, clock::from_millis(due));
        self.service.announce(id).await;
        Ok(None)
    }

    /// The time from which the account's spacing allows its next unscheduled post.
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

    /// The delay up to which a scheduled post is published without asking the creator.
    fn grace(&self) -> Duration {
        Duration::from_mins(u64::from(self.settings.borrow().grace_minutes))
    }
}
