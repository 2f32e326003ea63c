//! The worker that moves posts: it starts what is due, one upload per account and two in all, and
//! rests until the next moment that matters.

mod decide;
mod halt;
mod meter;
mod send;
#[allow(dead_code)]
mod throttle;
mod watch;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tiktok_api::{Endpoints, Uploader};
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::{AccountStore, Tokens},
    clock::{self, Clock},
    database::Database,
    error::EngineError,
    events::Events,
    posts::{Pause, PostRow, PostStore, State},
    views::{Event, Post, Progress},
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

impl Publisher {
    pub(crate) fn new(
        posts: PostStore,
        tokens: Arc<Tokens>,
        database: Arc<Database>,
        endpoints: Endpoints,
        uploader: Uploader,
        clock: Arc<dyn Clock>,
        events: Events,
    ) -> Self {
        Self {
            posts,
            accounts: AccountStore {
                pool: database.pool.clone(),
            },
            tokens,
            database,
            endpoints,
            uploader,
            clock,
            events,
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

    /// Starts what is due and says when the next post will be.
    async fn start_due(
        self: &Arc<Self>,
        tasks: &mut JoinSet<()>,
    ) -> Result<Option<Timestamp>, EngineError> {
        let now = self.clock.now();
        let mut rest: Option<Timestamp> = None;
        for row in self.posts.active().await? {
            if row.state()? == State::Waiting {
                // Without a time, it waits for its account.
                let Some(until) = row.wait_until.map(clock::from_millis) else {
                    continue;
                };
                if until > now {
                    rest = Some(rest.map_or(until, |rest| rest.min(until)));
                    continue;
                }
            }
            let Some((stop, leave)) = self.enter(&row) else {
                continue;
            };
            tasks.spawn(self.clone().work(row, stop, leave));
        }
        Ok(rest)
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
            let result = if row.all_sent_at.is_some() {
                self.watch(id).await
            } else {
                self.send(id).await
            };
            if let Err(halt) = result
                && let Err(error) = self.halt(id, halt).await
            {
                tracing::error!(post = %id, %error, "[Publisher] Store failed: resting");
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

    async fn halt(&self, id: &str, halt: Halt) -> Result<(), EngineError> {
        match halt {
            Halt::Wait {
                cause,
                delay,
                upload_over,
            } => {
                let until = delay.map(|delay| clock::after(self.clock.now(), delay));
                let text = halt::waiting_text(&cause);
                let pause = Pause {
                    until,
                    counts: true,
                    upload_over,
                };
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
