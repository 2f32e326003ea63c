//! Rates: how long frames last, whether that varies, and samples per second.

/// Durations of a track's frames, summed up as they pass. Units are the track's own ticks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cadence {
    frames: u64,
    ticks: u64,
    /// The shortest and longest frame met.
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

    /// Adds frames that last `ticks` together and tell nothing about evenness. A track's last frame
    /// belongs here: muxers make up its duration.
    pub(crate) fn add_uneven(&mut self, frames: u64, ticks: u64) {
        self.frames = self.frames.saturating_add(frames);
        self.ticks = self.ticks.saturating_add(ticks);
    }

    /// The same unevenness with totals known from elsewhere.
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

    /// Frames per second, averaged, with `ticks_per_second` ticks to the second.
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

    /// Whether frames last clearly differently long. A tick more or less is rounding (29.97 fps in
    /// milliseconds), and five per cent are a camera's jitter.
    pub(crate) fn is_variable(&self) -> Option<bool> {
        let (shortest, longest) = self.extremes?;
        #[expect(clippy::cast_precision_loss, reason = "compared with a wide margin")]
        let (shortest, longest) = (shortest as f64, longest as f64);
        let middle = f64::midpoint(shortest, longest);
        let deviation = (longest - shortest) / 2.0;
        Some(deviation > 1.0 && deviation > middle * 0.05)
    }
}

/// A rate in hertz, when it is one.
pub(crate) fn whole_hertz(rate: f64) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be in range"
    )]
    (rate.is_finite() && (1.0..=f64::from(u32::MAX)).contains(&rate)).then(|| rate.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_no_variation() {
        let mut cadence = Cadence::default();
        cadence.add(2, 33);
        cadence.add(1, 34);
        assert_eq!(cadence.is_variable(), Some(false));
        assert_eq!(cadence.frame_rate(1000), Some(30.0));
    }

    #[test]
    fn a_dropped_frame_is_variation() {
        let mut cadence = Cadence::default();
        cadence.add(100, 512);
        cadence.add(1, 1024);
        assert_eq!(cadence.is_variable(), Some(true));
    }

    #[test]
    fn nothing_tells_nothing() {
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
}
