//! The worker that moves posts: one upload per account and two in all; it rests until the next moment that matters.

mod decide;
mod digest;
mod halt;
mod hands;
mod idle;
mod late;
mod line;
mod meter;
mod news;
mod prepare;
mod send;
mod throttle;
mod watch;

pub(crate) use throttle::Throttle;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicI64},
    time::Duration,
};

use jiff::Timestamp;
use tiktok_api::{Endpoints, ErrorCode, PublishState, Uploader};
use tokio::{
    sync::{Mutex as Queue, Notify, watch::Receiver},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::{AccountStore, Patience, TokenError, Tokens},
    breaker::Breaker,
    clock::{self, Clock},
    database::Database,
    error::EngineError,
    events::Events,
    network::Network,
    posts::{Cause, Pause, PostRow, PostStore},
    views::{Event, Post, Progress, Settings},
};
use halt::Halt;
use hands::{Leave, Running};
use meter::Meters;

/// How long a post rests after the database refused a change.
const REST_AFTER_FAULT: Duration = Duration::from_secs(30);

/// Moves posts.
#[derive(Debug)]
pub(crate) struct Publisher {
    posts: PostStore,
    accounts: AccountStore,
    tokens: Arc<Tokens>,
    database: Arc<Database>,
    endpoints: Endpoints,
    uploader: Uploader,
    breaker: Breaker,
    throttle: Throttle,
    network: Arc<dyn Network>,
    settings: Receiver<Settings>,
    /// Whether the creator has paused everything.
    paused: Receiver<bool>,
    clock: Arc<dyn Clock>,
    events: Events,
    meters: Meters,
    wake: Notify,
    idle: idle::Idle,
    running: Mutex<HashMap<String, Running>>,
    /// Posts that somebody is changing right now: they must not be started. Whoever wants to as well waits for its turn.
    held: Mutex<HashMap<String, Arc<Queue<()>>>>,
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
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) database: Arc<Database>,
    pub(crate) endpoints: Endpoints,
    pub(crate) uploader: Uploader,
    pub(crate) breaker: Breaker,
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
            meters: Meters::default(),
            wake: Notify::new(),
            idle: idle::Idle::default(),
            running: Mutex::default(),
            held: Mutex::default(),
            faulted: Mutex::default(),
            lead: AtomicI64::new(i64::MIN),
        }
    }

    /// Looks at the queue now.
    pub(crate) fn wake(&self) {
        self.idle.woken();
        self.wake.notify_one();
    }

    /// Waits until no post is worked on and the next look at the queue is more than `ahead` away.
    pub(crate) async fn idle(&self, ahead: Duration) {
        self.idle.wait(ahead, self.clock.as_ref()).await;
    }

    /// Works until `stop`, then lets go of everything; stored facts say where to go on.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        loop {
            let wakes = self.idle.wakes();
            let rest = match self.start_due(&mut tasks).await {
                Ok(rest) => rest.map(|at| (at, self.uptime_at(at))),
                Err(error) => {
                    tracing::error!(%error, "[Publisher] Look failed");
                    if let EngineError::Database(error) = &error {
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
                () = self.wake.notified() => {}
                () = rest_until(self.clock.as_ref(), rest) => {}
                Some(_) = tasks.join_next() => {}
            }
        }
        for running in self.running().values() {
            running.stop.cancel();
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Starts the work on a post whose turn has come; says whether there was a place for it.
    fn start(self: &Arc<Self>, row: &PostRow, work: Work, tasks: &mut JoinSet<()>) -> bool {
        let Some((stop, leave)) = self.enter(row, work) else {
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
        leave: Leave,
    ) {
        let id = &row.id;
        let unbroken = Queue::new(());
        let done = async {
            let result = self.do_work(&row, work, &unbroken).await;
            let stored = match result {
                Ok(()) => Ok(()),
                Err(halt) => self.halt(id, halt).await,
            };
            if let Err(error) = stored {
                tracing::error!(post = %id, %error, "[Publisher] Store failed: resting");
                if let EngineError::Database(error) = &error {
                    self.database.note(error);
                }
                let until = self.clock.uptime().saturating_add(REST_AFTER_FAULT);
                self.faulted().insert(id.clone(), until);
            }
        };
        let stopped = async {
            stop.cancelled().await;
            // What must not be broken off goes on meanwhile.
            unbroken.lock().await
        };
        tokio::select! {
            _ = stopped => {}
            () = done => {}
        }
        self.changed(id).await;
        drop(leave);
    }

    /// Works on a post, unless it moved on between the look and now: then the next look sees where it is. A stop waits
    /// while `unbroken` is locked.
    async fn do_work(&self, seen: &PostRow, work: Work, unbroken: &Queue<()>) -> Result<(), Halt> {
        let row = self.posts.get(&seen.id).await?;
        if !row.stands_as(seen) {
            return Ok(());
        }
        match work {
            Work::Send => self.send(&row, unbroken).await,
            Work::Ask => self.ask_only(&row).await,
            Work::Watch => self.watch(&row.id).await,
            Work::FindId => Ok(self.ask_for_id(&row).await?),
        }
    }

    /// How long a post still rests because a store failed.
    fn rests_after_fault(&self, id: &str) -> Option<Duration> {
        let mut faulted = self.faulted();
        let left = faulted.get(id)?.saturating_sub(self.clock.uptime());
        if left.is_zero() {
            faulted.remove(id);
            return None;
        }
        Some(left)
    }

    /// Tells listeners how a post stands now.
    pub(crate) async fn changed(&self, id: &str) {
        if let Ok(post) = self.view(id).await {
            self.events.send(Event::PostChanged {
                post: Box::new(post),
            });
        }
    }

    /// A post as it stands, its running upload included.
    pub(crate) async fn view(&self, id: &str) -> Result<Post, EngineError> {
        let row = self.posts.get(id).await?;
        let context = self.posts.context(&row).await?;
        row.view(self.progress(id), &context)
    }

    /// Looks at a post that was just moved, tells of it, and gives it as it stands.
    pub(crate) async fn moved(&self, id: &str) -> Result<Post, EngineError> {
        self.wake();
        self.changed(id).await;
        self.view(id).await
    }

    /// How far the running upload of a post is.
    pub(crate) fn progress(&self, id: &str) -> Option<Progress> {
        self.meters.progress(id)
    }

    /// Whether TikTok has every byte of the upload in flight, or may have. Asked only where that is possible.
    pub(crate) async fn is_out(&self, row: &PostRow) -> Result<bool, EngineError> {
        let (Some(publish_id), Some(account)) = (row.publish_id(), &row.account_id) else {
            return Ok(false);
        };
        if !row.may_be_whole() {
            return Ok(false);
        }
        // The creator waits for the answer.
        match self.status_with(account, &publish_id, Patience::Now).await {
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

    async fn halt(&self, id: &str, halt: Halt) -> Result<(), EngineError> {
        match halt {
            Halt::Wait {
                cause,
                delay,
                upload_over,
            } => {
                let delay = match (&cause, delay) {
                    (Cause::Refused { code, .. }, Some(halt::CAP_WAIT))
                        if ErrorCode::from(code.as_str()) == ErrorCode::SpamRiskTooManyPosts =>
                    {
                        Some(self.cap_wait(id).await?)
                    }
                    (_, delay) => delay,
                };
                let until = delay.map(|delay| clock::after(self.clock.now(), delay));
                let text = halt::waiting_text(&cause);
                let pause = Pause {
                    until,
                    counts: true,
                    upload_over,
                };
                self.posts.wait(id, &cause, pause, &text).await
            }
            Halt::Rest { cause, until } => {
                let pause = Pause {
                    until: Some(until),
                    counts: false,
                    upload_over: false,
                };
                let text = halt::waiting_text(&cause);
                self.posts.wait(id, &cause, pause, &text).await
            }
            // Whether it is out can no longer be asked, and it may be.
            Halt::Fail(cause @ Cause::AccountGone) if self.posts.get(id).await?.may_be_whole() => {
                self.posts
                    .unconfirmed(id, &cause, &halt::failed_text(&cause))
                    .await
            }
            Halt::Fail(cause) => {
                self.posts
                    .fail(id, &cause, &halt::failed_text(&cause))
                    .await
            }
            Halt::Unconfirmed(cause) => {
                self.posts
                    .unconfirmed(id, &cause, &halt::failed_text(&cause))
                    .await
            }
            Halt::Fault(error) => Err(error),
        }
    }

    /// How long a post waits at the creator's daily cap: until its own history says that a place is free, at most the
    /// usual wait, because other apps count as well.
    async fn cap_wait(&self, id: &str) -> Result<Duration, EngineError> {
        let Some(account) = self.posts.get(id).await?.account_id else {
            return Ok(halt::CAP_WAIT);
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
        Ok(free.map_or(halt::CAP_WAIT, |free| {
            free.clamp(Duration::from_mins(10), halt::CAP_WAIT)
        }))
    }

    fn faulted(&self) -> std::sync::MutexGuard<'_, HashMap<String, Duration>> {
        self.faulted.lock().unwrap_or_else(PoisonError::into_inner)
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
