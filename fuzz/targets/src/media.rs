//! Fuzzes video files, as a creator may drop them on the window.

use std::io::{Cursor, Read, Result, Seek, SeekFrom};

use clip::repair::{Tools, can_repair, plan};
use clip::{CreatorLimits, Rule, Severity, findings, probe};

use crate::error_texts;

/// The most bytes that a probe may read, even of a hostile file.
const READ_MAX: u64 = 32 << 20;

/// Probes one file.
pub fn run(input: &[u8]) {
    let mut file = Counting {
        bytes: Cursor::new(input),
        read: 0,
    };
    let answer = probe(&mut file);
    assert!(file.read <= READ_MAX, "{} bytes read", file.read);
    match answer {
        Ok(clip) => {
            let video = &clip.video;
            assert!(video.width > 0 && video.height > 0);
            assert!([0, 90, 180, 270].contains(&video.rotation));
            let rate = video.frame_rate;
            assert!(rate.is_none_or(|rate| rate.is_finite() && rate > 0.0));
            let limits = CreatorLimits::default();
            let size = input.len() as u64;
            let found = findings(&clip, size, &limits);
            assert!(found.is_sorted_by_key(|finding| finding.severity == Severity::Warns));
            if let Some(plan) = plan(&clip, size, &limits, &Rule::ALL, Tools::default()) {
                let left = findings(plan.expected(), plan.expected_size(), &limits);
                assert!(
                    left.iter().all(|finding| !can_repair(finding.rule)),
                    "{left:?}"
                );
            }
        }
        Err(error) => assert!(error_texts(&error).len() < 4096, "{error}"),
    }
}

/// Counts the bytes that are read.
struct Counting<'a> {
    bytes: Cursor<&'a [u8]>,
    read: u64,
}

impl Read for Counting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.read += count as u64;
        Ok(count)
    }
}

impl Seek for Counting<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.bytes.seek(to)
    }
}
