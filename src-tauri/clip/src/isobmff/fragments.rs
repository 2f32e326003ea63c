//! Movie fragments: the number and durations of their frames.

use std::io::{Read, Seek};

use mp4_atom::{Tfdt, Tfhd, Trun};

use super::{
    boxes::{self, BoxHeader, FIXED_CAP},
    track::Track,
};
use crate::{error::ProbeError, source::Source};

/// Largest run with a duration for each frame, in bytes.
const RUN_CAP: usize = 256 << 10;
/// Largest total of such runs, in bytes. For later runs only the number of frames counts, and the start of the next
/// fragment gives their duration.
const RUNS_CAP: u64 = 512 << 10;
/// The flag `sample-duration-present` of a run.
const DURATION_PRESENT: u32 = 0x100;

/// Adds the fragments `moofs` to their tracks.
pub(super) fn add<R: Read + Seek>(
    source: &mut Source<R>,
    moofs: &[BoxHeader],
    tracks: &mut [&mut Track],
) -> Result<(), ProbeError> {
    let mut allowance = RUNS_CAP;
    for moof in moofs {
        for traf in boxes::children(source, moof.body, moof.end)? {
            if traf.kind != *b"traf" {
                continue;
            }
            let children = boxes::children(source, traf.body, traf.end)?;
            let Some(head) = boxes::find(&children, *b"tfhd") else {
                continue;
            };
            let head: Tfhd = boxes::decode(source, &head, FIXED_CAP)?;
            let Some(track) = tracks.iter_mut().find(|track| track.id == head.track_id) else {
                continue;
            };
            if let Some(time) = boxes::find(&children, *b"tfdt") {
                let time: Tfdt = boxes::decode(source, &time, FIXED_CAP)?;
                track.start_fragment(time.base_media_decode_time);
            }
            let default = head
                .default_sample_duration
                .or(track.default_duration)
                .unwrap_or(0);
            for run in children.iter().filter(|child| child.kind == *b"trun") {
                add_run(source, run, track, default, &mut allowance)?;
            }
        }
    }
    Ok(())
}

impl Track {
    /// Starts a fragment at `time`. Everything before it lasted until then, whatever its frames say.
    fn start_fragment(&mut self, time: u64) {
        if self.cadence.frames() == 0 {
            self.first_tick = Some(time);
            return;
        }
        let lasted = time.saturating_sub(self.first_tick.unwrap_or(0));
        // A fragment that is out of order or repeated adds nothing.
        if lasted > self.cadence.ticks() {
            self.cadence = self.cadence.with_totals(self.cadence.frames(), lasted);
        }
    }
}

fn add_run<R: Read + Seek>(
    source: &mut Source<R>,
    run: &BoxHeader,
    track: &mut Track,
    default: u32,
    allowance: &mut u64,
) -> Result<(), ProbeError> {
    if run.size() < 8 {
        return Err(ProbeError::damaged("a run of frames is cut"));
    }
    let mut head = [0; 8];
    source.read_at(run.body, &mut head)?;
    let [f0, f1, f2, f3, n0, n1, n2, n3] = head;
    let flags = u32::from_be_bytes([f0, f1, f2, f3]);
    let frames = u64::from(u32::from_be_bytes([n0, n1, n2, n3]));
    if flags & DURATION_PRESENT == 0 {
        track.cadence.add(frames, default.into());
    } else if run.size() <= *allowance {
        *allowance -= run.size();
        let run: Trun = boxes::decode(source, run, RUN_CAP)?;
        for frame in &run.samples {
            track
                .cadence
                .add(1, frame.duration.unwrap_or(default).into());
        }
    } else {
        track.cadence.add_uneven(frames, 0);
    }
    Ok(())
}
