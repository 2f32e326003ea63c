//! Waiting for a time of day, across sleep and changes of the clock.

use std::time::Duration;

use jiff::Timestamp;

use super::instants;

/// The polling interval on systems without an alarm: other timers stop while the computer sleeps and do not notice that
/// its clock was set.
const POLL_INTERVAL: Duration = Duration::from_mins(1);

/// Waits until the computer's clock shows `instant`, never less.
///
/// On Linux the kernel has the alarm and nothing polls. Elsewhere, and if the kernel refuses, the time is polled once a
/// minute, so that the wait may end up to a minute late after sleep or a change of the clock.
pub(super) async fn until(instant: Timestamp) {
    #[cfg(target_os = "linux")]
    match kernel::until(instant).await {
        Ok(()) => return,
        Err(error) => {
            tracing::warn!("[Clock] Alarm failed: {error}; looking once a minute instead");
        }
    }
    poll_until(instant).await;
}

async fn poll_until(instant: Timestamp) {
    loop {
        let left = instants::until(Timestamp::now(), instant);
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(POLL_INTERVAL)).await;
    }
}

/// Linux's timer for the time of day: `timerfd_create(2)`.
#[cfg(target_os = "linux")]
mod kernel {
    use std::{io, os::fd::OwnedFd};

    use jiff::Timestamp;
    use rustix::{
        io::Errno,
        time::{
            Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
            timerfd_settime,
        },
    };
    use tokio::io::{Interest, unix::AsyncFd};

    pub(super) async fn until(instant: Timestamp) -> io::Result<()> {
        if Timestamp::now() >= instant {
            return Ok(());
        }
        let timer = timerfd_create(
            TimerfdClockId::Realtime,
            TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC,
        )?;
        let timer = watch(timer)?;
        while Timestamp::now() < instant {
            set(&timer, instant)?;
            fired(&timer).await?;
        }
        Ok(())
    }

    /// Registers the timer with the async runtime.
    #[expect(
        deprecated,
        reason = "its successor is an unsafe function for descriptors that may change; an OwnedFd never does"
    )]
    fn watch(timer: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
        AsyncFd::with_interest(timer, Interest::READABLE)
    }

    /// Sets the alarm. It also fires when the clock is set or the computer wakes.
    fn set(timer: &AsyncFd<OwnedFd>, instant: Timestamp) -> io::Result<()> {
        let at = Itimerspec {
            it_interval: Timespec::default(),
            it_value: Timespec {
                tv_sec: instant.as_second(),
                tv_nsec: instant.subsec_nanosecond().into(),
            },
        };
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        match timerfd_settime(timer.get_ref(), flags, &at) {
            // The clock was set since the last call. It is reported once, and the alarm is set as usual.
            Ok(_) | Err(Errno::CANCELED) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until the alarm fires: on time, or because the clock was set.
    async fn fired(timer: &AsyncFd<OwnedFd>) -> io::Result<()> {
        loop {
            let mut ready = timer.readable().await?;
            let mut count = [0; size_of::<u64>()];
            let read = ready.try_io(|timer| Ok(rustix::io::read(timer.get_ref(), &mut count)?));
            match read {
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(error)) if Errno::from_io_error(&error) == Some(Errno::CANCELED) => {
                    return Ok(());
                }
                Ok(Err(error)) => return Err(error),
                // A spurious wake-up.
                Err(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::{Future, poll_fn},
        pin::pin,
    };

    use super::*;

    const SOON: Duration = Duration::from_millis(40);
    /// A generous timeout that is shorter than [`POLL_INTERVAL`].
    const TIMEOUT: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn the_alarm_fires_on_time() {
        let moment = Timestamp::now() + SOON;
        tokio::time::timeout(TIMEOUT, until(moment)).await.unwrap();
        assert!(Timestamp::now() >= moment);
    }

    #[tokio::test]
    async fn polling_ends_on_time() {
        let moment = Timestamp::now() + SOON;
        tokio::time::timeout(TIMEOUT, poll_until(moment))
            .await
            .unwrap();
        assert!(Timestamp::now() >= moment);
    }

    #[tokio::test]
    async fn a_past_time_is_not_awaited() {
        for moment in [Timestamp::now(), Timestamp::UNIX_EPOCH, Timestamp::MIN] {
            let mut wait = pin!(until(moment));
            let first = poll_fn(|context| std::task::Poll::Ready(wait.as_mut().poll(context)));
            assert!(first.await.is_ready(), "{moment}");
        }
    }

    /// In a paused runtime, any Tokio timer would advance through the day at once.
    #[cfg(target_os = "linux")]
    #[tokio::test(start_paused = true)]
    async fn nothing_polls_while_the_kernel_has_the_alarm() {
        for moment in [
            Timestamp::now() + Duration::from_hours(1),
            Timestamp::now() + Duration::from_hours(10 * 365 * 24),
            Timestamp::MAX,
        ] {
            let mut polls = 0;
            let mut wait = pin!(until(moment));
            let watched = poll_fn(|context| {
                polls += 1;
                wait.as_mut().poll(context)
            });
            let day = Duration::from_hours(24);
            assert!(tokio::time::timeout(day, watched).await.is_err());
            // Once to begin, and once because the runtime polls again before the timeout.
            assert!(polls <= 2, "{polls} polls until {moment}");
        }
    }
}
