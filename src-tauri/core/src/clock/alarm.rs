//! The alarm of the computer's clock: waiting for a time of day, through sleep and a clock that is set.

use std::time::Duration;

use jiff::Timestamp;

use super::instants;

/// How often the time is looked at where the system has no alarm: other timers stand still while the
/// computer sleeps and do not see its clock being set.
const LOOK_AGAIN: Duration = Duration::from_mins(1);

/// Waits until the computer's clock shows `instant`, never less.
///
/// On Linux the kernel keeps the alarm and nothing runs meanwhile. Elsewhere, and when the kernel
/// refuses, the time is looked at once a minute, so that the wait may end up to a minute late after
/// the computer slept or its clock was set.
pub(super) async fn until(instant: Timestamp) {
    #[cfg(target_os = "linux")]
    match kernel::until(instant).await {
        Ok(()) => return,
        Err(error) => {
            tracing::warn!("[Clock] Alarm failed: {error}; looking once a minute instead");
        }
    }
    look_again_until(instant).await;
}

async fn look_again_until(instant: Timestamp) {
    loop {
        let left = instants::until(Timestamp::now(), instant);
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(LOOK_AGAIN)).await;
    }
}

/// Linux's timer on the time of day: `timerfd_create(2)`.
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
            rung(&timer).await?;
        }
        Ok(())
    }

    /// Lets the runtime wait for `timer`.
    #[expect(
        deprecated,
        reason = "its successor is an unsafe function for descriptors that may change; an OwnedFd never does"
    )]
    fn watch(timer: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
        AsyncFd::with_interest(timer, Interest::READABLE)
    }

    /// Sets the alarm, which also rings when the clock is set or the computer wakes.
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
            // The clock was set since the last call: said here once, and the alarm is set all the same.
            Ok(_) | Err(Errno::CANCELED) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until the alarm rings: at its moment, or because the clock was set.
    async fn rung(timer: &AsyncFd<OwnedFd>) -> io::Result<()> {
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
                // Nothing to read after all.
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
    /// Longer than any busy computer needs, and shorter than [`LOOK_AGAIN`].
    const PATIENCE: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn it_rings_at_the_moment_and_not_before() {
        let moment = Timestamp::now() + SOON;
        tokio::time::timeout(PATIENCE, until(moment)).await.unwrap();
        assert!(Timestamp::now() >= moment);
    }

    #[tokio::test]
    async fn looking_again_ends_at_the_moment_and_not_before() {
        let moment = Timestamp::now() + SOON;
        tokio::time::timeout(PATIENCE, look_again_until(moment))
            .await
            .unwrap();
        assert!(Timestamp::now() >= moment);
    }

    #[tokio::test]
    async fn a_moment_that_has_passed_is_not_waited_for() {
        for moment in [Timestamp::now(), Timestamp::UNIX_EPOCH, Timestamp::MIN] {
            let mut wait = pin!(until(moment));
            let first = poll_fn(|context| std::task::Poll::Ready(wait.as_mut().poll(context)));
            assert!(first.await.is_ready(), "{moment}");
        }
    }

    /// Any timer of the runtime would be through with the day, since its time is made to fly.
    #[cfg(target_os = "linux")]
    #[tokio::test(start_paused = true)]
    async fn nothing_is_looked_at_while_the_kernel_keeps_the_alarm() {
        for moment in [
            Timestamp::now() + Duration::from_hours(1),
            Timestamp::now() + Duration::from_hours(10 * 365 * 24),
            Timestamp::MAX,
        ] {
            let mut looks = 0;
            let mut wait = pin!(until(moment));
            let watched = poll_fn(|context| {
                looks += 1;
                wait.as_mut().poll(context)
            });
            let day = Duration::from_hours(24);
            assert!(tokio::time::timeout(day, watched).await.is_err());
            // Once to begin, and once because the runtime asks again before it gives up.
            assert!(looks <= 2, "{looks} looks until {moment}");
        }
    }
}
