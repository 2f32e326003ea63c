//! TikTok's limits on calls, kept before TikTok has to: every call to a limited endpoint takes its turn here.

mod journal;
mod recent;
#[cfg(test)]
mod tests;
mod window;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use slipway_core::clock::Clock;
use sqlx::SqlitePool;
use tiktok_api::limits;
use tokio::sync::Notify;

pub use recent::{CallCount, recent_calls};

use journal::Journal;
use window::{Full, Window};

/// The shortest wait that [`Limiter::try_take`] gives, so that nobody asks again in a circle.
const BREATH: Duration = Duration::from_millis(10);

/// The calls that TikTok counts, each for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    /// `/v2/post/publish/video/init/`
    DirectPostInit,
    /// `/v2/post/publish/inbox/video/init/`
    InboxInit,
    /// `/v2/post/publish/creator_info/query/`
    CreatorInfo,
    /// `/v2/post/publish/status/fetch/`
    Status,
    /// `/v2/user/info/`
    UserInfo,
    /// `/v2/post/publish/cancel/`
    Cancel,
}

impl Call {
    const ALL: [Self; 6] = [
        Self::DirectPostInit,
        Self::InboxInit,
        Self::CreatorInfo,
        Self::Status,
        Self::UserInfo,
        Self::Cancel,
    ];

    /// Its name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DirectPostInit => "direct_post_init",
            Self::InboxInit => "inbox_init",
            Self::CreatorInfo => "creator_info",
            Self::Status => "status",
            Self::UserInfo => "user_info",
            Self::Cancel => "cancel",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.as_str() == name)
    }

    /// How many TikTok takes in [`limits::RATE_WINDOW`], where it says so (`/docs/en/tiktok-api-v2-rate-limit`).
    pub fn limit(self) -> Option<u32> {
        match self {
            Self::DirectPostInit => Some(limits::DIRECT_POST_INITS_PER_WINDOW),
            Self::InboxInit => Some(limits::INBOX_INITS_PER_WINDOW),
            Self::CreatorInfo => Some(limits::CREATOR_INFO_PER_WINDOW),
            Self::Status => Some(limits::STATUS_PER_WINDOW),
            Self::UserInfo => Some(limits::USER_INFO_PER_WINDOW),
            Self::Cancel => None,
        }
    }
}

/// Lets calls out one by one, so that no sliding minute at TikTok holds more of them than it allows.
#[derive(Debug)]
pub struct Limiter {
    clock: Arc<dyn Clock>,
    journal: Option<Journal>,
    gates: Mutex<HashMap<(String, Call), Arc<Gate>>>,
}

/// The line of one account and one call.
#[derive(Debug)]
struct Gate {
    clock: Arc<dyn Clock>,
    window: Mutex<Window>,
    /// Whoever holds this is the first in line: the lock is fair, and who gives up leaves it.
    line: tokio::sync::Mutex<()>,
    /// Rung for the first in line when a call has ended or never left.
    moved: Notify,
}

/// A place for one request. It begins to rest when this is dropped, so keep it until the answer is there
/// or the request is given up.
#[derive(Debug)]
#[must_use = "a turn that is dropped before the request counts for nothing"]
pub struct Turn {
    gate: Arc<Gate>,
    /// Whether the request may have left.
    left: bool,
}

/// Why there is no place at once.
#[derive(Debug, thiserror::Error)]
pub enum TryTakeError {
    /// All places are taken, or others stand in line.
    #[error("no place for {wait:?} at least")]
    Busy {
        /// The soonest that asking again makes sense; never nothing.
        wait: Duration,
    },
    /// The place could not be written down, so it was not taken.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Limiter {
    /// A limiter that knows what earlier runs did in the last minute.
    pub async fn open(clock: Arc<dyn Clock>, pool: SqlitePool) -> Result<Self, sqlx::Error> {
        let journal = Journal::new(pool, clock.clone());
        let earlier = journal.read().await?;
        let limiter = Self::new(clock, Some(journal));
        for call in earlier {
            let gate = limiter.gate(&call.account, call.call);
            let free = gate.clock.uptime().saturating_add(call.rest);
            gate.window().rest_until(free);
        }
        Ok(limiter)
    }

    fn new(clock: Arc<dyn Clock>, journal: Option<Journal>) -> Self {
        Self {
            clock,
            journal,
            gates: Mutex::default(),
        }
    }

    /// Waits for a place, first come first served, and writes it down. Dropped while it waits, it gives
    /// its place in line up.
    pub async fn take(&self, account: &str, call: Call) -> Result<Turn, sqlx::Error> {
        let gate = self.gate(account, call);
        let waiting = Waiting::join(&gate);
        // Held until the place is written down, so that all leave in the order in which they came.
        let _first = gate.line.lock().await;
        let place = loop {
            let place = gate.take();
            match place {
                Ok(place) => break place,
                Err(Full::Until(free)) => {
                    let left = free.saturating_sub(self.clock.uptime());
                    tokio::select! {
                        () = self.clock.sleep(left) => {}
                        () = gate.moved.notified() => {}
                    }
                }
                Err(Full::UnderWay) => gate.moved.notified().await,
            }
        };
        drop(waiting);
        self.leave(place, account, call).await
    }

    /// Takes a place only if there is one now and nobody stands in line for it.
    pub async fn try_take(&self, account: &str, call: Call) -> Result<Turn, TryTakeError> {
        let place = self.gate(account, call).try_take()?;
        Ok(self.leave(place, account, call).await?)
    }

    /// How long somebody who asks now will wait at least.
    #[cfg(test)]
    pub fn wait(&self, account: &str, call: Call) -> Duration {
        let gate = self.gate(account, call);
        let window = gate.window();
        window.wait(self.clock.uptime())
    }

    /// Lets nobody out for `duration`: TikTok has said that this account makes too many of these calls.
    /// Other accounts and calls go on. Not written down: after a restart TikTok may say it once more.
    pub fn hold(&self, account: &str, call: Call, duration: Duration) {
        let gate = self.gate(account, call);
        let mut window = gate.window();
        window.hold(self.clock.uptime().saturating_add(duration));
    }

    /// Writes a place down; only then its call may leave.
    async fn leave(&self, mut place: Turn, account: &str, call: Call) -> Result<Turn, sqlx::Error> {
        if let Some(journal) = &self.journal
            && call.limit().is_some()
        {
            journal.note(account, call).await?;
        }
        place.left = true;
        Ok(place)
    }

    fn gate(&self, account: &str, call: Call) -> Arc<Gate> {
        self.gates
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry((account.to_owned(), call))
            .or_insert_with(|| {
                Arc::new(Gate {
                    clock: self.clock.clone(),
                    window: Mutex::new(Window::new(call.limit())),
                    line: tokio::sync::Mutex::default(),
                    moved: Notify::new(),
                })
            })
            .clone()
    }
}

impl Gate {
    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(self: &Arc<Self>) -> Result<Turn, Full> {
        self.window().take(self.clock.uptime())?;
        Ok(self.place())
    }

    fn try_take(self: &Arc<Self>) -> Result<Turn, TryTakeError> {
        let mut window = self.window();
        let now = self.clock.uptime();
        if window.has_line() || window.take(now).is_err() {
            let wait = window.wait(now).max(BREATH);
            return Err(TryTakeError::Busy { wait });
        }
        drop(window);
        Ok(self.place())
    }

    fn place(self: &Arc<Self>) -> Turn {
        Turn {
            gate: self.clone(),
            left: false,
        }
    }
}

impl Turn {
    /// No request was made after all: the place is free at once. Only the journal still counts it, and so
    /// does a restart within the minute.
    pub fn give_back(mut self) {
        self.left = false;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut window = self.gate.window();
        if self.left {
            window.ended(self.gate.clock.uptime());
        } else {
            window.give_back();
        }
        drop(window);
        self.gate.moved.notify_one();
    }
}

/// One who stands in line, until dropped.
struct Waiting<'a>(&'a Gate);

impl<'a> Waiting<'a> {
    fn join(gate: &'a Gate) -> Self {
        gate.window().join();
        Self(gate)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.window().leave();
    }
}
