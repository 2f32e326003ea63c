//! The progress of running uploads: their speed over the last seconds, and progress events at a bounded rate.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use slipway_core::{
    events::Events,
    views::{Event, Progress},
};

/// The time over which the speed is measured.
const WINDOW: Duration = Duration::from_secs(5);
/// The shortest time between two events of an upload.
const EVENT_INTERVAL: Duration = Duration::from_millis(200);

/// The progress of all running uploads, by post id.
#[derive(Debug, Clone, Default)]
pub(crate) struct UploadMeters(Arc<Mutex<HashMap<String, Meter>>>);

#[derive(Debug)]
struct Meter {
    total: u64,
    sent: u64,
    samples: VecDeque<(Instant, u64)>,
    last_event: Option<Instant>,
}

impl UploadMeters {
    /// Records that `sent` of `total` bytes were sent, and sends a progress event if one is due.
    pub(crate) fn sent(&self, id: &str, sent: u64, total: u64, events: &Events) {
        let now = Instant::now();
        let progress = {
            let mut meters = self.0.lock();
            let meter = meters.entry(id.to_owned()).or_insert_with(|| Meter {
                total,
                sent,
                samples: VecDeque::new(),
                last_event: None,
            });
            meter.record(now, sent);
            let too_soon = meter
                .last_event
                .is_some_and(|last| now.duration_since(last) < EVENT_INTERVAL);
            if too_soon && sent < total {
                return;
            }
            meter.last_event = Some(now);
            meter.progress()
        };
        events.send(Event::Progress {
            post_id: id.to_owned(),
            progress,
        });
    }

    pub(super) fn get(&self, id: &str) -> Option<Progress> {
        self.0.lock().get(id).map(Meter::progress)
    }

    pub(super) fn remove(&self, id: &str) {
        self.0.lock().remove(id);
    }
}

impl Meter {
    fn record(&mut self, now: Instant, sent: u64) {
        // Older samples are meaningless when a chunk starts over.
        if sent < self.sent {
            self.samples.clear();
        }
        self.sent = sent;
        self.samples.push_back((now, sent));
        while self.samples.len() > 2
            && self
                .samples
                .front()
                .is_some_and(|(at, _)| now.duration_since(*at) > WINDOW)
        {
            self.samples.pop_front();
        }
    }

    fn progress(&self) -> Progress {
        let speed = self.speed();
        let left = self.total.saturating_sub(self.sent);
        Progress {
            sent_bytes: self.sent,
            total_bytes: self.total,
            bytes_per_second: speed,
            seconds_left: speed
                .filter(|speed| *speed > 0)
                .map(|speed| left.div_ceil(speed)),
        }
    }

    fn speed(&self) -> Option<u64> {
        let ((first, from), (last, to)) = (self.samples.front()?, self.samples.back()?);
        let millis = u64::try_from(last.duration_since(*first).as_millis()).ok()?;
        if millis < 300 {
            return None;
        }
        Some(to.saturating_sub(*from).saturating_mul(1000) / millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_is_measured_over_the_last_seconds() {
        let start = Instant::now();
        let mut meter = Meter {
            total: 100_000,
            sent: 0,
            samples: VecDeque::new(),
            last_event: None,
        };
        meter.record(start, 0);
        assert_eq!(meter.progress().bytes_per_second, None);
        meter.record(start + Duration::from_secs(1), 10_000);
        assert_eq!(meter.progress().bytes_per_second, Some(10_000));
        assert_eq!(meter.progress().seconds_left, Some(9));
        for second in 2..=10 {
            meter.record(
                start + Duration::from_secs(second),
                10_000 + (second - 1) * 1_000,
            );
        }
        assert_eq!(meter.progress().bytes_per_second, Some(1_000));
    }

    #[test]
    fn a_resent_chunk_resets_the_speed() {
        let start = Instant::now();
        let mut meter = Meter {
            total: 100_000,
            sent: 0,
            samples: VecDeque::new(),
            last_event: None,
        };
        meter.record(start, 50_000);
        meter.record(start + Duration::from_secs(1), 40_000);
        assert_eq!(meter.progress().bytes_per_second, None);
        assert_eq!(meter.progress().sent_bytes, 40_000);
    }
}
