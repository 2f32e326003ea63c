//! The bandwidth limit that all uploads share: a token bucket from which each reader takes before it reads.
//!
//! The readers take turns, and one turn takes the bytes of a sixteenth of a second at most, so two uploads get half of
//! the limit each. The bucket counts whole byte-nanoseconds, so no limit loses bytes to rounding.

use std::{
    fmt,
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use parking_lot::Mutex;
use slipway_core::clock::Clock;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, ReadBuf, Take},
    sync::watch,
};

const SECOND: u128 = 1_000_000_000;
/// The bucket has room for an eighth of a second. With the bytes granted to two uploads, the burst is a quarter.
const BURST: u64 = 8;
/// One turn takes this fraction of a second at most.
const TURN: u64 = 16;

/// A limit that is shared by all readers wrapped by it and its clones.
#[derive(Debug, Clone)]
pub(crate) struct Throttle(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    clock: Arc<dyn Clock>,
    /// Bytes a second. Waiting readers are notified of a change.
    limit: watch::Sender<Option<u64>>,
    bucket: Mutex<Bucket>,
    /// Gives the turns in the order of the requests: Tokio's mutex is fair.
    turns: tokio::sync::Mutex<()>,
}

/// The bytes that may be read at once, in byte-nanoseconds.
#[derive(Debug, Default)]
struct Bucket {
    level: u128,
    filled_at: Duration,
}

impl Bucket {
    /// Adds the bytes of the time since the last fill.
    fn fill(&mut self, now: Duration, limit: u64) {
        let elapsed = now.saturating_sub(self.filled_at).as_nanos();
        self.filled_at = now;
        // An eighth of a second fills the bucket, so more than a second need not be counted.
        self.level += elapsed.min(SECOND) * u128::from(limit);
        self.clip(limit);
    }

    fn clip(&mut self, limit: u64) {
        // A turn of one byte must fit, however low the limit.
        let room = (u128::from(limit) * SECOND / u128::from(BURST)).max(SECOND);
        self.level = self.level.min(room);
    }

    /// Takes `bytes`, or returns how long it takes until the bucket has them.
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
    /// A throttle without a limit. Measures time by `clock`'s uptime.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Shared {
            clock,
            limit: watch::Sender::new(None),
            bucket: Mutex::default(),
            turns: tokio::sync::Mutex::default(),
        }))
    }

    /// Sets the limit in bytes a second, or removes it. Applies at once, to waiting reads as well.
    ///
    /// The lowest limit is one byte: a limit of zero would look like a dead connection.
    pub(crate) fn set(&self, bytes_per_second: Option<u64>) {
        let wanted = bytes_per_second.map(|limit| limit.max(1));
        self.0.limit.send_if_modified(|limit| {
            if *limit == wanted {
                return false;
            }
            let mut bucket = self.0.bucket.lock();
            let now = self.0.clock.uptime();
            match (*limit, wanted) {
                // The bytes until now accrued at the old rate.
                (Some(old), Some(new)) => {
                    bucket.fill(now, old);
                    bucket.clip(new);
                }
                // A new limit starts with an empty bucket.
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

    /// The present limit in bytes a second.
    pub(crate) fn limit(&self) -> Option<u64> {
        *self.0.limit.borrow()
    }

    /// Wraps a reader so that it obeys the limit.
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
    /// Waits for a turn, then for the bucket. Returns how many of the `wanted` bytes may be read.
    async fn turn(self: Arc<Self>, wanted: u64) -> u64 {
        let mut limit = self.limit.subscribe();
        let _first = self.turns.lock().await;
        loop {
            let wait = {
                let limit = limit.borrow_and_update();
                let Some(limit) = *limit else {
                    return wanted;
                };
                let bytes = wanted.min((limit / TURN).max(1));
                let mut bucket = self.bucket.lock();
                bucket.fill(self.clock.uptime(), limit);
                match bucket.take(bytes, limit) {
                    Ok(()) => return bytes,
                    Err(wait) => wait,
                }
            };
            tokio::select! {
                () = self.clock.sleep(wait) => {}
                // `self` owns the sender, so this cannot fail.
                _ = limit.changed() => {}
            }
        }
    }

    /// Returns granted bytes that were not read.
    fn give_back(&self, bytes: u64) {
        let limit = self.limit.borrow();
        if let Some(limit) = *limit {
            let mut bucket = self.bucket.lock();
            bucket.level += u128::from(bytes) * SECOND;
            bucket.clip(limit);
        }
    }
}

/// A reader that obeys the limit.
pub(crate) struct Throttled<R> {
    shared: Arc<Shared>,
    /// Limited to the granted bytes that are not read yet.
    reader: Take<R>,
    /// The bytes that the present turn granted; zero between turns.
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
        // A reader may return fewer bytes than requested, and none at its end.
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
