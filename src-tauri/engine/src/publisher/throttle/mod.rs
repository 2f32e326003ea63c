//! The one bandwidth limit of all uploads: a token bucket that readers take from before they read.
//!
//! The readers stand in line, and each turn takes a sixteenth of a second's worth at most, so two uploads get half
//! each. The bucket counts in whole byte-nanoseconds: nothing is lost to rounding, whatever the limit.

use std::{
    fmt,
    future::Future,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use slipway_core::clock::Clock;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, ReadBuf, Take},
    sync::{Mutex as Line, watch},
};

const SECOND: u128 = 1_000_000_000;
/// The bucket holds an eighth of a second's worth. With what two uploads may have in hand, that makes a quarter.
const BURST: u64 = 8;
/// One turn takes this part of a second's worth at most.
const TURN: u64 = 16;

/// A limit that all readers wrapped by it and by its clones share.
#[derive(Debug, Clone)]
pub(crate) struct Throttle(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    clock: Arc<dyn Clock>,
    /// Bytes a second, as whoever waits sees it change.
    limit: watch::Sender<Option<u64>>,
    bucket: Mutex<Bucket>,
    /// Fair: turns come in the order in which they were asked for.
    line: Line<()>,
}

/// What may be read at once, in byte-nanoseconds.
#[derive(Debug, Default)]
struct Bucket {
    level: u128,
    filled_at: Duration,
}

impl Bucket {
    /// Adds what has come in since the last look.
    fn fill(&mut self, now: Duration, limit: u64) {
        let gone = now.saturating_sub(self.filled_at).as_nanos();
        self.filled_at = now;
        // An eighth of a second fills it, so more than a second need not be counted.
        self.level += gone.min(SECOND) * u128::from(limit);
        self.clip(limit);
    }

    fn clip(&mut self, limit: u64) {
        // A turn of one byte must fit, however low the limit.
        let room = (u128::from(limit) * SECOND / u128::from(BURST)).max(SECOND);
        self.level = self.level.min(room);
    }

    /// Takes `bytes` out, or says how long it lasts until they are in.
    fn take(&mut self, bytes: u64, limit: u64) -> Result<(), Duration> {
        let cost = u128::from(bytes) * SECOND;
        if let Some(rest) = self.level.checked_sub(cost) {
            self.level = rest;
            return Ok(());
        }
        let nanos = (cost - self.level).div_ceil(u128::from(limit));
        Err(Duration::from_nanos(
            u64::try_from(nanos).unwrap_or(u64::MAX),
        ))
    }
}

impl Throttle {
    /// No limit yet. Time is `clock`'s uptime.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Shared {
            clock,
            limit: watch::Sender::new(None),
            bucket: Mutex::default(),
            line: Line::default(),
        }))
    }

    /// Sets the limit, in bytes a second, or removes it; holds at once, for reads that wait too.
    ///
    /// Nothing at all could not be told from a dead connection, so the lowest limit is one byte.
    pub(crate) fn set(&self, bytes_per_second: Option<u64>) {
        let wanted = bytes_per_second.map(|limit| limit.max(1));
        self.0.limit.send_if_modified(|limit| {
            if *limit == wanted {
                return false;
            }
            let mut bucket = self.0.bucket();
            let now = self.0.clock.uptime();
            match (*limit, wanted) {
                // What came in until now came in at the old pace.
                (Some(old), Some(new)) => {
                    bucket.fill(now, old);
                    bucket.clip(new);
                }
                // A limit that comes into force starts with nothing in hand.
                _ => {
                    *bucket = Bucket {
                        level: 0,
                        filled_at: now,
                    }
                }
            }
            *limit = wanted;
            true
        });
    }

    /// The limit of this moment, in bytes a second.
    pub(crate) fn limit(&self) -> Option<u64> {
        *self.0.limit.borrow()
    }

    /// A reader that keeps to the limit.
    pub(crate) fn wrap<R: AsyncRead + Unpin>(&self, reader: R) -> Throttled<R> {
        Throttled {
            shared: Arc::clone(&self.0),
            reader: reader.take(0),
            granted: 0,
            turn: None,
        }
    }
}

impl Shared {
    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for its turn, then for the bucket; says how many of `wanted` bytes may be read.
    async fn turn(self: Arc<Self>, wanted: u64) -> u64 {
        let mut limit = self.limit.subscribe();
        let _first = self.line.lock().await;
        loop {
            let wait = {
                let limit = limit.borrow_and_update();
                let Some(limit) = *limit else {
                    return wanted;
                };
                let bytes = wanted.min((limit / TURN).max(1));
                let mut bucket = self.bucket();
                bucket.fill(self.clock.uptime(), limit);
                match bucket.take(bytes, limit) {
                    Ok(()) => return bytes,
                    Err(wait) => wait,
                }
            };
            tokio::select! {
                () = self.clock.sleep(wait) => {}
                // The sender lives in `self`, so this is a change and nothing else.
                _ = limit.changed() => {}
            }
        }
    }

    /// Puts back what was granted and not read.
    fn give_back(&self, bytes: u64) {
        let limit = self.limit.borrow();
        if let Some(limit) = *limit {
            let mut bucket = self.bucket();
            bucket.level += u128::from(bytes) * SECOND;
            bucket.clip(limit);
        }
    }
}

/// A reader under the limit.
pub(crate) struct Throttled<R> {
    shared: Arc<Shared>,
    /// Its own limit is what is granted and not read yet.
    reader: Take<R>,
    /// What the turn under way granted; none while nothing was taken from the bucket.
    granted: u64,
    turn: Option<Pin<Box<dyn Future<Output = u64> + Send>>>,
}

impl<R> fmt::Debug for Throttled<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttled")
            .field("granted", &self.granted)
            .field("waits", &self.turn.is_some())
            .finish_non_exhaustive()
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Throttled<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        if this.granted == 0 {
            let room = u64::try_from(buffer.remaining()).unwrap_or(u64::MAX);
            if this.turn.is_none() && this.shared.limit.borrow().is_none() {
                this.reader.set_limit(room);
                return Pin::new(&mut this.reader).poll_read(context, buffer);
            }
            let shared = &this.shared;
            let turn = this
                .turn
                .get_or_insert_with(|| Box::pin(Arc::clone(shared).turn(room)));
            this.granted = ready!(turn.as_mut().poll(context));
            this.turn = None;
            this.reader.set_limit(this.granted);
        }
        let outcome = ready!(Pin::new(&mut this.reader).poll_read(context, buffer));
        // A reader may give less than it was asked for, at its end nothing.
        let unread = this.reader.limit();
        if unread > 0 {
            this.shared.give_back(unread);
        }
        this.granted = 0;
        Poll::Ready(outcome)
    }
}

#[cfg(test)]
mod tests;
