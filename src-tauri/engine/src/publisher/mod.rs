//! The worker that moves posts: one upload per account and two in all; it rests until the next moment that matters.

mod digest;
mod error;
mod failure;
mod idle;
mod prepare;
mod public_id;
mod recovery;
mod scheduler;
mod status_poll;
mod throttle;
mod upload;
mod webhook_events;

pub use error::PublishError;
pub(crate) use throttle::Throttle;

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicI64},
    time::Duration,
};

use jiff::Timestamp;
use parking_lot::Mutex;
use slipway_accounts::{
    accounts::{AccountStore, TokenError, Tokens, WhenRateLimited},
    circuit_breaker::CircuitBreaker,
};
use slipway_core::{
    clock::{self, Clock},
    events::Events,
    network::Network,
    views::Settings,
};
use slipway_store::database::Database;
use tiktok_api::{Endpoints, ErrorCode, PublishState, Uploader};
use tokio::{sync::watch::Receiver, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::posts::{Cause, Pause, PostRow, PostService, PostStore, RunningGuard};
use failure::Halt;

/// How long a post rests after the database refused a change.
const REST_AFTER_FAULT: Duration = Duration::from_secs(30);

/// Moves posts.
#[derive(Debug)]
pub(crate) struct Publisher {
    posts: PostStore,
    service: Arc<PostService>,
    accounts: AccountStore,
    tokens: Arc<Tokens>,
    database: Arc<Database>,
    endpoints: Endpoints,
    uploader: Uploader,
    breaker: CircuitBreaker,
    throttle: Throttle,
    network: Arc<dyn Network>,
    settings: Receiver<Settings>,
    /// Whether the creator has paused everything.
    paused: Receiver<bool>,
    clock: Arc<dyn Clock>,
    events: Events,
    idle: idle::Idle,
    /// Posts that rest because a store failed, and until which uptime.
    faulted: Mutex<HashMap<String, Duration>>,
    /// By how many milliseconds the time of day is ahead of uptime, as of the last look.
    lead: AtomicI64,
}

/// What is to be done with a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    /// Sends it, from wherever it is.
    Send,
    /// Asks TikTok whether it has it whole, and sends nothing: uploads may not run.
    Ask,
    /// Waits for its end.
    Watch,
    /// Asks for its public id.
    FindId,
}

/// What a publisher works with.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) posts: PostStore,
    pub(crate) service: Arc<PostService>,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) database: Arc<Database>,
    pub(crate) endpoints: Endpoints,
    pub(crate) uploader: Uploader,
    pub(crate) breaker: CircuitBreaker,
    pub(crate) throttle: Throttle,
    pub(crate) network: Arc<dyn Network>,
    pub(crate) settings: Receiver<Settings>,
    pub(crate) paused: Receiver<bool>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: Events,
}

impl Publisher {
    pub(crate) fn new(tools: Tools) -> Self {
        Self {
            accounts: AccountStore {
                pool: tools.database.pool.clone(),
            },
            posts: tools.posts,
            service: tools.service,
            tokens: tools.tokens,
            database: tools.database,
            endpoints: tools.endpoints,
            uploader: tools.uploader,
            breaker: tools.breaker,
            throttle: tools.throttle,
            network: tools.network,
            settings: tools.settings,
            paused: tools.paused,
            clock: tools.clock,
            events: tools.events,
            idle: idle::Idle::default(),
            faulted: Mutex::default(),
            lead: AtomicI64::new(i64::MIN),
        }
    }

    /// Waits until no post is worked on and the next look at the queue is more than `ahead` away.
    pub(crate) async fn idle(&self, ahead: Duration) {
        let wakes = || self.service.wakes();
        self.idle.wait(ahead, self.clock.as_ref(), wakes).await;
    }

    /// Works until `stop`, then lets go of everything; stored facts say where to go on.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        loop {
            let wakes = self.service.wakes();
            let rest = match self.start_due(&mut tasks).await {
                Ok(rest) => rest.map(|at| (at, self.uptime_at(at))),
                Err(error) => {
                    tracing::error!(%error, "[Publisher] Look failed");
                    if let Some(error) = error.database() {
                        self.database.note(error);
                    }
                    let (now, uptime) = (self.clock.now(), self.clock.uptime());
                    Some((
                        clock::after(now, REST_AFTER_FAULT),
                        uptime.saturating_add(REST_AFTER_FAULT),
                    ))
                }
            };
            self.idle
                .rests(wakes, !tasks.is_empty(), rest, self.clock.as_ref());
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.service.woken() => {}
                () = rest_until(self.clock.as_ref(), rest) => {}
                Some(_) = tasks.join_next() => {}
            }
        }
        self.service.stop_tasks(false);
        while tasks.join_next().await.is_some() {}
    }

    /// Starts the work on a post whose turn has come; says whether there was a place for it.
    fn start(self: &Arc<Self>, row: &PostRow, work: Work, tasks: &mut JoinSet<()>) -> bool {
        let uploads = work == Work::Send;
        // Uploads may have been stopped since the scheduler looked, and this one was not among them.
        let begun = self.service.begin(row, uploads, || self.closed().is_none());
        let Some((stop, leave)) = begun else {
            return false;
        };
        tasks.spawn(self.clone().work(row.clone(), work, stop, leave));
        true
    }

    async fn work(
        self: Arc<Self>,
        row: PostRow,
        work: Work,
        stop: CancellationToken,
        leave: RunningGuard,
    ) {
        let id = &row.id;
        let no_cancel = tokio::sync::Mutex::new(());
        let done = async {
            let result = self.do_work(&row, work, &no_cancel).await;
            let stored = match result {
                Ok(()) => Ok(()),
                Err(halt) => self.halt(id, halt).await,
            };
            if let Err(error) = stored {
                tracing::error!(post = %id, %error, "[Publisher] Store failed: resting");
                if let Some(error) = error.database() {
                    self.database.note(error);
                }
                let until = self.clock.uptime().saturating_add(REST_AFTER_FAULT);
                self.faulted.lock().insert(id.clone(), until);
            }
        };
        let stopped = async {
            stop.cancelled().await;
            // What must not be broken off goes on meanwhile.
            no_cancel.lock().await
        };
        tokio::select! {
            _ = stopped => {}
            () = done => {}
        }
        self.service.announce(id).await;
        drop(leave);
    }

    /// Works on a post, unless it moved on between the look and now: then the next look sees where it is. A stop waits
    /// while `no_cancel` is locked.
    async fn do_work(
        &self,
        seen: &PostRow,
        work: Work,
        no_cancel: &tokio::sync::Mutex<()>,
    ) -> Result<(), Halt> {
        let row = self.posts.get(&seen.id).await?;
        if !row.stands_as(seen) {
            return Ok(());
        }
        match work {
            Work::Send => self.send(&row, no_cancel).await,
            Work::Ask => self.ask_only(&row).await,
            Work::Watch => self.watch(&row.id).await,
            Work::FindId => Ok(self.ask_for_id(&row).await?),
        }
    }

    /// How long a post still rests because a store failed.
    fn rests_after_fault(&self, id: &str) -> Option<Duration> {
        let mut faulted = self.faulted.lock();
        let left = faulted.get(id)?.saturating_sub(self.clock.uptime());
        if left.is_zero() {
            faulted.remove(id);
            return None;
        }
        Some(left)
    }

    /// Whether TikTok has every byte of the upload in flight, or may have. Asked only where that is possible.
    pub(crate) async fn is_out(&self, row: &PostRow) -> Result<bool, PublishError> {
        let (Some(publish_id), Some(account)) = (row.publish_id(), &row.account_id) else {
            return Ok(false);
        };
        if !row.may_be_whole() {
            return Ok(false);
        }
        // The creator waits for the answer.
        match self
            .status_with(account, &publish_id, WhenRateLimited::Fail)
            .await
        {
            Ok(status) => Ok(match status.state {
                PublishState::Complete | PublishState::SentToInbox => true,
                PublishState::Failed => false,
                _ => status
                    .uploaded_bytes
                    .is_none_or(|bytes| bytes >= row.size()),
            }),
            Err(TokenError::TikTok(error))
                if error.code() == Some(&ErrorCode::InvalidPublishId) =>
            {
                Ok(true)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn halt(&self, id: &str, halt: Halt) -> Result<(), PublishError> {
        match halt {
            Halt::Wait {
                cause,
                delay,
                upload_over,
            } => {
                let delay = match (&cause, delay) {
                    (Cause::Refused { code, .. }, Some(failure::CAP_WAIT))
                        if ErrorCode::from(code.as_str()) == ErrorCode::SpamRiskTooManyPosts =>
                    {
                        Some(self.cap_wait(id).await?)
                    }
                    (_, delay) => delay,
                };
                let until = delay.map(|delay| clock::after(self.clock.now(), delay));
                let text = failure::waiting_text(&cause);
                let pause = Pause {
                    until,
                    counts: true,
                    upload_over,
                };
                Ok(self.posts.wait(id, &cause, pause, &text).await?)
            }
            Halt::Rest { cause, until } => {
                let pause = Pause {
                    until: Some(until),
                    counts: false,
                    upload_over: false,
                };
                let text = failure::waiting_text(&cause);
                Ok(self.posts.wait(id, &cause, pause, &text).await?)
            }
            // Whether it is out can no longer be asked, and it may be.
            Halt::Fail(cause @ Cause::AccountGone) if self.posts.get(id).await?.may_be_whole() => {
                Ok(self
                    .posts
                    .unconfirmed(id, &cause, &failure::failed_text(&cause))
                    .await?)
            }
            Halt::Fail(cause) => Ok(self
                .posts
                .fail(id, &cause, &failure::failed_text(&cause))
                .await?),
            Halt::Unconfirmed(cause) => Ok(self
                .posts
                .unconfirmed(id, &cause, &failure::failed_text(&cause))
                .await?),
            Halt::Fault(error) => Err(error),
        }
    }

    /// How long a post waits at the creator's daily cap: until its own history says that a place is free, at most the
    /// usual wait, because other apps count as well.
    async fn cap_wait(&self, id: &str) -> Result<Duration, PublishError> {
        let Some(account) = self.posts.get(id).await?.account_id else {
            return Ok(failure::CAP_WAIT);
        };
        let now = self.clock.now();
        let day = Duration::from_hours(24);
        let sent = self
            .posts
            .sent_since(&account, clock::before(now, day))
            .await?;
        let free = sent
            .first()
            .map(|(oldest, _)| clock::until(now, clock::after(*oldest, day)));
        Ok(free.map_or(failure::CAP_WAIT, |free| {
            free.clamp(Duration::from_mins(10), failure::CAP_WAIT)
        }))
    }
}

/// Rests until a time of day, or until the uptime that it was expected at: a clock that is set back meanwhile does not
/// make the rest longer.
async fn rest_until(clock: &dyn Clock, rest: Option<(Timestamp, Duration)>) {
    match rest {
        Some((at, uptime)) => tokio::select! {
            () = clock.sleep_until(at) => {}
            () = clock.sleep(uptime.saturating_sub(clock.uptime())) => {}
        },
        None => std::future::pending().await,
    }
}
