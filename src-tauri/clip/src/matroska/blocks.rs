//! Blocks: the times of frames, from the block headers.

use std::io::{Read, Seek};

use super::ebml::{self, id};
use crate::{error::ProbeError, source::Source, timing::Cadence};

/// Number of times that are kept to judge the variation. The average and the end include all.
const KEPT: usize = 2048;
/// Number of times at the end of the kept ones that are left out: an earlier frame may be stored after them.
const REORDERED: usize = 17;

/// The times of frames, in the segment's ticks.
#[derive(Default)]
pub(super) struct Blocks {
    video_number: Option<u64>,
    kept: Vec<u64>,
    video_count: u64,
    first: Option<u64>,
    last: Option<u64>,
}

impl Blocks {
    /// Sets the number of the video track.
    pub(super) fn follow(&mut self, video_number: u64) {
        self.video_number = Some(video_number);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    pub(super) fn video_count(&self) -> u64 {
        self.video_count
    }

    /// The time from the first block of any track to the end of the last, in ticks.
    pub(super) fn ticks(&self) -> u64 {
        match (self.first, self.last) {
            (Some(first), Some(last)) => last
                .saturating_sub(first)
                .saturating_add(self.frame_ticks()),
            _ => 0,
        }
    }

    /// Typical duration of a frame.
    fn frame_ticks(&self) -> u64 {
        let cadence = self.cadence();
        cadence.ticks().checked_div(cadence.frames()).unwrap_or(0)
    }

    /// Durations of the video's first frames.
    pub(super) fn cadence(&self) -> Cadence {
        let mut times = self.kept.clone();
        times.sort_unstable();
        // A file with few frames is complete, so no frame follows that could be reordered.
        if times.len() == KEPT {
            times.truncate(KEPT - REORDERED);
        }
        let mut cadence = Cadence::default();
        for pair in times.windows(2) {
            if let [earlier, later] = pair {
                cadence.add(1, later - earlier);
            }
        }
        cadence
    }

    /// Reads the block headers of a cluster until it ends or `limit` frames of the video are known.
    /// Returns the end of the cluster. Without an `end`, the next element that cannot be in a cluster ends it.
    pub(super) fn read_cluster<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        from: u64,
        end: Option<u64>,
        bound: u64,
        limit: u64,
    ) -> Result<u64, ProbeError> {
        let mut at = from;
        let mut timestamp = 0;
        // The header of an element, and enough bytes behind it for that of a block.
        let mut window = [0; 24];
        while at < bound && self.video_count < limit {
            let count = source.read_some_at(at, &mut window)?;
            let Some(element) = ebml::parse(&window[..count], at)? else {
                break;
            };
            if end.is_none() && ends_cluster(element.id) {
                return Ok(at);
            }
            let element_end = element
                .end
                .ok_or_else(|| ProbeError::damaged("an element of unknown size in a cluster"))?;
            if element_end > source.len() {
                return Err(ProbeError::Truncated);
            }
            if element_end > bound {
                return Err(ProbeError::damaged("an element is larger than its cluster"));
            }
            let body = usize::try_from(element.body - at).unwrap_or(usize::MAX);
            let content = window[..count].get(body..).unwrap_or_default();
            let size = usize::try_from(element_end - element.body).unwrap_or(usize::MAX);
            let content = &content[..content.len().min(size)];
            match element.id {
                id::TIMESTAMP if size <= 8 => {
                    timestamp = content
                        .iter()
                        .fold(0, |value, &byte| value << 8 | u64::from(byte));
                }
                id::SIMPLE_BLOCK | id::BLOCK => self.add(timestamp, content)?,
                // The block is inside: descend into the group.
                id::BLOCK_GROUP => {
                    at = element.body;
                    continue;
                }
                _ => {}
            }
            at = element_end;
        }
        Ok(end.unwrap_or(at))
    }

    /// Adds the time of one block: track number, then a signed offset from the cluster's time.
    fn add(&mut self, timestamp: u64, content: &[u8]) -> Result<(), ProbeError> {
        let damaged = || ProbeError::damaged("a block is cut");
        let &first = content.first().ok_or_else(damaged)?;
        let len = first.leading_zeros() as usize + 1;
        let (number, rest) = content
            .split_at_checked(len)
            .filter(|_| len <= 8)
            .ok_or_else(damaged)?;
        let number = number
            .iter()
            .fold(0, |value, &byte| value << 8 | u64::from(byte))
            & ((1 << (7 * len)) - 1);
        let &[offset0, offset1, ..] = rest else {
            return Err(damaged());
        };
        let time = timestamp.saturating_add_signed(i16::from_be_bytes([offset0, offset1]).into());
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
        if Some(number) == self.video_number {
            self.video_count += 1;
            if self.kept.len() < KEPT {
                self.kept.push(time);
            }
        }
        Ok(())
    }
}

/// Whether an element can only follow a cluster, not be inside one.
fn ends_cluster(element: u32) -> bool {
    matches!(
        element,
        id::CLUSTER
            | id::CUES
            | id::TAGS
            | id::CHAPTERS
            | id::ATTACHMENTS
            | id::INFO
            | id::TRACKS
            | id::SEEK_HEAD
            | id::SEGMENT
            | id::EBML
    )
}
