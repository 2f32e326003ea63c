//! The worker that moves posts: one upload per account and two in all; it rests until the next moment that matters.

mod decide;
mod halt;
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
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tiktok_api::{Endpoints, ErrorCode, PublishState, Uploader};
use tokio::{
    sync::{Notify, watch::Receiver},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::{AccountStore, TokenError, Tokens},
    breaker::Breaker,
    clock::{self, Clock},
    database::Database,
    error::EngineError,
    events::Events,
    network::Network,
    posts::{Cause, Pause, PostRow, PostStore, State},
    views::{Event, Post, Progress, Settings},
};
use halt::Halt;
use meter::Meters;

/// How many videos go out at once, over all accounts.
const UPLOADS_AT_ONCE: usize = 2;
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
    running: Mutex<HashMap<String, Running>>,
    /// Posts that the creator is changing right now: they must not be started.
    held: Mutex<HashSet<String>>,
}

/// Keeps the publisher's hands off a post until dropped.
#[derive(Debug)]
pub(crate) struct Hold<'a> {
    publisher: &'a Publisher,
    id: String,
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.publisher.held().remove(&self.id);
        self.publisher.wake();
    }
}

/// A post that a task works on.
#[derive(Debug)]
struct Running {
    account: Option<String>,
    /// Whether it takes one of the upload places; watching takes none.
    sends: bool,
    stop: CancellationToken,
    ended: CancellationToken,
}

/// Takes a post off the list of running ones when its task ends, however it ends.
struct Leave {
    publisher: Arc<Publisher>,
    id: String,
    ended: CancellationToken,
}

impl Drop for Leave {
    fn drop(&mut self) {
        self.publisher.running().remove(&self.id);
        self.publisher.meters.remove(&self.id);
        self.ended.cancel();
        self.publisher.wake.notify_one();
    }
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
            running: Mutex::default(),
            held: Mutex::default(),
        }
    }

    /// Looks at the queue now.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Works until `stop`, then lets go of everything; stored facts say where to go on.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        loop {
            let rest = match self.start_due(&mut tasks).await {
                Ok(rest) => rest,
                Err(error) => {
                    tracing::error!(%error, "[Publisher] Look failed");
                    if let EngineError::Database(error) = &error {
                        self.database.note(error);
                    }
                    Some(clock::after(self.clock.now(), REST_AFTER_FAULT))
                }
            };
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

    /// Whether somebody works on a post, or the creator is changing it.
    fn is_taken(&self, id: &str) -> bool {
        self.running().contains_key(id) || self.held().contains(id)
    }

    /// Starts the work on a post whose turn has come, if there is a place for it.
    fn start(self: &Arc<Self>, row: PostRow, tasks: &mut JoinSet<()>) {
        if let Some((stop, leave)) = self.enter(&row) {
            tasks.spawn(self.clone().work(row, stop, leave));
        }
    }

    /// Gives a post its place, if it needs one and one is free.
    fn enter(self: &Arc<Self>, row: &PostRow) -> Option<(CancellationToken, Leave)> {
        let sends = row.all_sent_at.is_none();
        let mut running = self.running();
        if running.contains_key(&row.id) || self.held().contains(&row.id) {
            return None;
        }
        if sends {
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

    async fn work(self: Arc<Self>, row: PostRow, stop: CancellationToken, leave: Leave) {
        let id = &row.id;
        let done = async {
            let result = match row.state() {
                Ok(State::Published) => self.ask_for_id(&row).await.map_err(Halt::from),
                Ok(_) if row.all_sent_at.is_some() => self.watch(id).await,
                Ok(_) => self.send(id).await,
                Err(error) => Err(error.into()),
            };
            let stored = match result {
                Ok(()) => Ok(()),
                Err(halt) => self.halt(id, halt).await,
            };
            if let Err(error) = stored {
                tracing::error!(post = %id, %error, "[Publisher] Store failed: resting");
                if let EngineError::Database(error) = &error {
                    self.database.note(error);
                }
                self.clock.sleep(REST_AFTER_FAULT).await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = done => {}
        }
        self.changed(id).await;
        drop(leave);
    }

    /// Stops the work on a post, waits until it has stopped, and keeps it so while the hold lives.
    pub(crate) async fn hold(&self, id: &str) -> Hold<'_> {
        let hold = Hold {
            publisher: self,
            id: id.to_owned(),
        };
        let ended = {
            // Held first: nobody starts it between the two.
            let running = self.running();
            self.held().insert(id.to_owned());
            running.get(id).map(|running| {
                running.stop.cancel();
                running.ended.clone()
            })
        };
        if let Some(ended) = ended {
            ended.cancelled().await;
        }
        hold
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
        row.view(self.progress(id))
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
        match self.status(account, &publish_id).await {
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

    fn held(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn rest_until(clock: &dyn Clock, rest: Option<Timestamp>) {
    match rest {
        Some(rest) => clock.sleep_until(rest).await,
        None => std::future::pending().await,
    }
}
