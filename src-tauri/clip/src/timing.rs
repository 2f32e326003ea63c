//! Rates and durations: frame rates and their variation, sample rates, and ticks as time.

use std::time::Duration;

/// The accumulated frame durations of a track, in the track's ticks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cadence {
    frames: u64,
    ticks: u64,
    /// The shortest and the longest frame so far.
    extremes: Option<(u64, u64)>,
}

impl Cadence {
    /// Adds `frames` frames of `duration` ticks each.
    pub(crate) fn add(&mut self, frames: u64, duration: u64) {
        if frames == 0 {
            return;
        }
        self.add_uneven(frames, duration.saturating_mul(frames));
        let (shortest, longest) = self.extremes.unwrap_or((duration, duration));
        self.extremes = Some((shortest.min(duration), longest.max(duration)));
    }

    /// Adds frames of `ticks` in total that say nothing about variation, such as a track's last frame, whose duration
    /// muxers invent.
    pub(crate) fn add_uneven(&mut self, frames: u64, ticks: u64) {
        self.frames = self.frames.saturating_add(frames);
        self.ticks = self.ticks.saturating_add(ticks);
    }

    /// The same variation with these totals.
    pub(crate) fn with_totals(self, frames: u64, ticks: u64) -> Self {
        Self {
            frames,
            ticks,
            ..self
        }
    }

    pub(crate) fn frames(&self) -> u64 {
        self.frames
    }

    pub(crate) fn ticks(&self) -> u64 {
        self.ticks
    }

    /// Average frames per second, for `ticks_per_second` ticks.
    pub(crate) fn frame_rate(&self, ticks_per_second: u64) -> Option<f64> {
        if self.frames == 0 || self.ticks == 0 || ticks_per_second == 0 {
            return None;
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a rate needs no more than 52 bits"
        )]
        Some(self.frames as f64 * ticks_per_second as f64 / self.ticks as f64)
    }

    /// Whether the frames have clearly different durations. A difference of one tick is rounding (29.97 fps in
    /// milliseconds), and five per cent are the jitter of a camera.
    pub(crate) fn is_variable(&self) -> Option<bool> {
        let (shortest, longest) = self.extremes?;
        #[expect(clippy::cast_precision_loss, reason = "compared with a wide margin")]
        let (shortest, longest) = (shortest as f64, longest as f64);
        let middle = f64::midpoint(shortest, longest);
        let deviation = (longest - shortest) / 2.0;
        Some(deviation > 1.0 && deviation > middle * 0.05)
    }
}

/// A rate in whole hertz, if it is in range.
pub(crate) fn whole_hertz(rate: f64) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be in range"
    )]
    (rate.is_finite() && (1.0..=f64::from(u32::MAX)).contains(&rate)).then(|| rate.round() as u32)
}

/// Converts ticks to time. A timescale of zero gives zero.
pub(crate) fn ticks(ticks: u64, timescale: u32) -> Duration {
    if timescale == 0 {
        return Duration::ZERO;
    }
    let nanos = u128::from(ticks) * 1_000_000_000 / u128::from(timescale);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_not_variation() {
        let mut cadence = Cadence::default();
        cadence.add(2, 33);
        cadence.add(1, 34);
        assert_eq!(cadence.is_variable(), Some(false));
        assert_eq!(cadence.frame_rate(1000), Some(30.0));
    }

    #[test]
    fn dropped_frame_is_variation() {
        let mut cadence = Cadence::default();
        cadence.add(100, 512);
        cadence.add(1, 1024);
        assert_eq!(cadence.is_variable(), Some(true));
    }

    #[test]
    fn empty_cadence_has_no_rate() {
        let mut cadence = Cadence::default();
        assert_eq!(
            (cadence.frame_rate(1000), cadence.is_variable()),
            (None, None)
        );
        cadence.add(0, 40);
        assert_eq!(
            (cadence.frame_rate(1000), cadence.is_variable()),
            (None, None)
        );
        cadence.add(5, 0);
        assert_eq!(cadence.frame_rate(1000), None);
    }

    #[test]
    fn ticks_convert_to_time() {
        assert_eq!(ticks(90_000, 90_000), Duration::from_secs(1));
        assert_eq!(ticks(1, 0), Duration::ZERO);
        assert_eq!(ticks(u64::MAX, 1), Duration::from_nanos(u64::MAX));
    }
}
