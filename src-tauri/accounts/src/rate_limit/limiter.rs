//! The rate limiter: queues the calls of each account and lets them out within TikTok's limits.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::{Mutex, MutexGuard};
use slipway_core::clock::Clock;
use sqlx::SqlitePool;
use tokio::sync::Notify;

use super::{
    call::Call,
    journal::Journal,
    window::{Full, Window},
};

/// The shortest wait that [`RateLimiter::try_take`] returns, so that callers do not retry in a busy loop.
pub(super) const MIN_WAIT: Duration = Duration::from_millis(10);

/// Permits calls so that no sliding minute at TikTok holds more than TikTok's limit.
#[derive(Debug)]
pub struct RateLimiter {
    clock: Arc<dyn Clock>,
    journal: Option<Journal>,
    queues: Mutex<HashMap<(String, Call), Arc<CallQueue>>>,
}

/// The queue of one account and one kind of call.
#[derive(Debug)]
struct CallQueue {
    clock: Arc<dyn Clock>,
    window: Mutex<Window>,
    /// Held by the first waiter: the lock is fair, and a cancelled waiter leaves it.
    head: tokio::sync::Mutex<()>,
    /// Notified when a call ended or was not sent.
    freed: Notify,
}

/// A permit for one request. Its slot becomes free one window after it is dropped, so keep it until the answer arrives.
#[derive(Debug)]
#[must_use = "a permit that is dropped before the request does not protect it"]
pub struct RatePermit {
    queue: Arc<CallQueue>,
    /// Whether the request may have been sent.
    sent: bool,
}

/// Why a permit is not available at once.
#[derive(Debug, thiserror::Error)]
pub enum TryTakeError {
    /// All slots are taken, or other callers wait.
    #[error("no permit for {wait:?} at least")]
    Busy {
        /// The minimum time before a retry; never zero.
        wait: Duration,
    },
    /// The call could not be recorded, so the permit was not issued.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl RateLimiter {
    /// Creates a limiter that counts the calls of earlier runs in the last minute.
    pub async fn open(clock: Arc<dyn Clock>, pool: SqlitePool) -> Result<Self, sqlx::Error> {
        let journal = Journal::new(pool, clock.clone());
        let earlier = journal.read().await?;
        let limiter = Self::new(clock, Some(journal));
        for call in earlier {
            let queue = limiter.queue(&call.account, call.call);
            let free = queue.clock.uptime().saturating_add(call.left);
            queue.window().occupy_until(free);
        }
        Ok(limiter)
    }

    /// A limiter that has seen no calls. Without a journal, it forgets its calls when the process ends.
    pub(super) fn new(clock: Arc<dyn Clock>, journal: Option<Journal>) -> Self {
        Self {
            clock,
            journal,
            queues: Mutex::default(),
        }
    }

    /// Waits for a permit in order of arrival and records the call. A cancelled caller leaves the queue.
    pub async fn take(&self, account: &str, call: Call) -> Result<RatePermit, sqlx::Error> {
        let queue = self.queue(account, call);
        let waiting = Waiting::join(&queue);
        // Held until the call is recorded, so that calls leave in order of arrival.
        let _first = queue.head.lock().await;
        let permit = loop {
            let permit = queue.take();
            match permit {
                Ok(permit) => break permit,
                Err(Full::Until(free)) => {
                    let left = free.saturating_sub(self.clock.uptime());
                    tokio::select! {
                        () = self.clock.sleep(left) => {}
                        () = queue.freed.notified() => {}
                    }
                }
                Err(Full::UnderWay) => queue.freed.notified().await,
            }
        };
        drop(waiting);
        self.record(permit, account, call).await
    }

    /// Takes a permit if one is free and no caller waits.
    pub async fn try_take(&self, account: &str, call: Call) -> Result<RatePermit, TryTakeError> {
        let permit = self.queue(account, call).try_take()?;
        Ok(self.record(permit, account, call).await?)
    }

    /// The minimum wait of a new caller.
    #[cfg(test)]
    pub(super) fn wait(&self, account: &str, call: Call) -> Duration {
        let queue = self.queue(account, call);
        let window = queue.window();
        window.wait(self.clock.uptime())
    }

    /// Permits no call for `duration`, after TikTok reported a rate limit for this account and call. It is not stored:
    /// after a restart TikTok may report it again.
    pub fn hold(&self, account: &str, call: Call, duration: Duration) {
        let queue = self.queue(account, call);
        let mut window = queue.window();
        window.hold(self.clock.uptime().saturating_add(duration));
    }

    /// Records the call. Only then may it be sent.
    async fn record(
        &self,
        mut permit: RatePermit,
        account: &str,
        call: Call,
    ) -> Result<RatePermit, sqlx::Error> {
        if let Some(journal) = &self.journal
            && call.limit().is_some()
        {
            journal.note(account, call).await?;
        }
        permit.sent = true;
        Ok(permit)
    }

    fn queue(&self, account: &str, call: Call) -> Arc<CallQueue> {
        self.queues
            .lock()
            .entry((account.to_owned(), call))
            .or_insert_with(|| {
                Arc::new(CallQueue {
                    clock: self.clock.clone(),
                    window: Mutex::new(Window::new(call.limit())),
                    head: tokio::sync::Mutex::default(),
                    freed: Notify::new(),
                })
            })
            .clone()
    }
}

impl CallQueue {
    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock()
    }

    fn take(self: &Arc<Self>) -> Result<RatePermit, Full> {
        self.window().take(self.clock.uptime())?;
        Ok(self.permit())
    }

    fn try_take(self: &Arc<Self>) -> Result<RatePermit, TryTakeError> {
        let mut window = self.window();
        let now = self.clock.uptime();
        if window.has_waiters() || window.take(now).is_err() {
            let wait = window.wait(now).max(MIN_WAIT);
            return Err(TryTakeError::Busy { wait });
        }
        drop(window);
        Ok(self.permit())
    }

    fn permit(self: &Arc<Self>) -> RatePermit {
        RatePermit {
            queue: self.clone(),
            sent: false,
        }
    }
}

impl RatePermit {
    /// Returns the permit of a request that was not sent. The journal still counts it, and so does a restart within the
    /// minute.
    pub fn give_back(mut self) {
        self.sent = false;
    }
}

impl Drop for RatePermit {
    fn drop(&mut self) {
        let mut window = self.queue.window();
        if self.sent {
            window.ended(self.queue.clock.uptime());
        } else {
            window.give_back();
        }
        drop(window);
        self.queue.freed.notify_one();
    }
}

/// A waiting caller, until dropped.
struct Waiting<'a>(&'a CallQueue);

impl<'a> Waiting<'a> {
    fn join(queue: &'a CallQueue) -> Self {
        queue.window().join();
        Self(queue)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.window().leave();
    }
}
