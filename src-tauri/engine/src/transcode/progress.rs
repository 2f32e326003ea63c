//! Parses the progress output of ffmpeg (`-progress`): lines of `key=value`, including the time that is written.

use std::time::Duration;

/// The longest relevant line, in bytes.
const LINE_MAX: usize = 128;

/// A parser for output that arrives in chunks.
#[derive(Debug, Default)]
pub(super) struct ProgressParser {
    line: Vec<u8>,
}

impl ProgressParser {
    /// Parses a chunk. Returns the last time in it.
    pub(super) fn feed(&mut self, piece: &[u8]) -> Option<Duration> {
        let mut last = None;
        for &byte in piece {
            if byte == b'\n' {
                last = time(&self.line).or(last);
                self.line.clear();
            } else if self.line.len() < LINE_MAX {
                self.line.push(byte);
            }
        }
        last
    }
}

/// Parses `out_time_us=1234567`. Older versions call the same value `out_time_ms`. It is `N/A` before the first frame.
fn time(line: &[u8]) -> Option<Duration> {
    let line = std::str::from_utf8(line).ok()?.trim();
    let value = line
        .strip_prefix("out_time_us=")
        .or_else(|| line.strip_prefix("out_time_ms="))?;
    value.parse().ok().map(Duration::from_micros)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAID: &[u8] = b"frame=12\nout_time_us=N/A\nout_time_us=400000\nout_time_ms=480000\r\nspeed=2x\nprogress=continue\n";

    #[test]
    fn ignores_malformed_lines() {
        let mut progress = ProgressParser::default();
        assert_eq!(
            progress.feed(b"out_time_us=-5\nout_time_us=\n=\n\xFF\n"),
            None
        );
        assert_eq!(progress.feed(&vec![b'x'; 1 << 20]), None);
        assert!(progress.line.len() <= LINE_MAX);
    }

    proptest! {
        #[test]
        fn chunk_boundaries_do_not_matter(cuts in prop::collection::vec(1..9_usize, 0..40)) {
            let mut progress = ProgressParser::default();
            let (mut rest, mut last) = (SAID, None);
            for cut in cuts {
                let (piece, behind) = rest.split_at(cut.min(rest.len()));
                last = progress.feed(piece).or(last);
                rest = behind;
            }
            last = progress.feed(rest).or(last);
            prop_assert_eq!(last, Some(Duration::from_millis(480)));
        }
    }
}
