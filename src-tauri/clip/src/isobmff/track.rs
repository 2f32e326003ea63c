//! A `trak` box: its timescale, edits and frames.

use std::{
    io::{Read, Seek},
    time::Duration,
};

use mp4_atom::{Atom, Elst, Mdhd, Tkhd};

use super::{
    boxes::{self, BoxHeader, FIXED_CAP},
    sample_entry::{self, Media},
};
use crate::{
    error::ProbeError,
    source::Source,
    timing::{Cadence, ticks},
};

/// Largest edit list, in bytes: honest ones have a handful of entries.
const ELST_CAP: usize = 64 << 10;
/// Largest table of track references, in bytes.
const TREF_CAP: usize = 4096;
/// Largest part of the table of frame durations, in bytes. Even rates need 8 bytes, uneven ones 8 bytes per frame:
/// this covers 18 minutes at 60 fps. For a longer table, the start counts as typical.
const STTS_CAP: u64 = 512 << 10;

/// A video or sound track.
pub(super) struct Track {
    pub(super) id: u32,
    /// Position among the tracks.
    pub(super) position: u64,
    pub(super) enabled: bool,
    pub(super) media: Media,
    /// Ticks per second.
    pub(super) timescale: u32,
    /// The rotation part of the matrix: a, b, c, d.
    pub(super) matrix: [i32; 4],
    pub(super) shown_width: u16,
    pub(super) shown_height: u16,
    /// Number of samples that `moov` itself describes.
    pub(super) sample_count: u64,
    /// Durations of the samples. For sound, only those in fragments count.
    pub(super) cadence: Cadence,
    /// The tracks with its chapters.
    pub(super) chapters: Vec<u32>,
    /// Default duration of a sample in a fragment, in ticks.
    pub(super) default_duration: Option<u32>,
    /// Time of the first sample of the first fragment, if `moov` has no samples.
    pub(super) first_tick: Option<u64>,
    media_ticks: u64,
    edits: Option<Edits>,
    durations: BoxHeader,
}

/// The effect of an edit list on a track.
struct Edits {
    /// Duration of the played parts, in the movie's ticks.
    ticks: u64,
    /// Start of the part that plays "to the end", in the track's ticks. Its writer did not know the end yet.
    open: Option<u64>,
}

impl Edits {
    /// Sums up a list; `None` if it plays nothing.
    fn of(list: &Elst) -> Option<Self> {
        let mut edits = Self {
            ticks: 0,
            open: None,
        };
        let mut plays = false;
        for edit in &list.entries {
            // An empty edit only delays the track.
            let Some(start) = edit.media_time else {
                continue;
            };
            plays = true;
            match edit.segment_duration {
                0 => edits.open = Some(start),
                duration => edits.ticks = edits.ticks.saturating_add(duration),
            }
        }
        plays.then_some(edits)
    }
}

impl Track {
    /// Reads the headers of a `trak`; `None` for a track that is neither video nor sound.
    pub(super) fn read<R: Read + Seek>(
        source: &mut Source<R>,
        trak: &BoxHeader,
    ) -> Result<Option<Self>, ProbeError> {
        let children = boxes::children(source, trak.body, trak.end)?;
        let header: Tkhd = boxes::decode(source, &required(&children, *b"tkhd")?, FIXED_CAP)?;
        let inner = within(source, &children, *b"mdia")?;
        let clock: Mdhd = boxes::decode(source, &required(&inner, *b"mdhd")?, FIXED_CAP)?;
        let minf = within(source, &inner, *b"minf")?;
        let stbl = within(source, &minf, *b"stbl")?;
        let entries = required(&stbl, *b"stsd")?;
        let media = match &handler(source, &inner)? {
            b"vide" => sample_entry::pictures(source, &entries)?.map(Media::Pictures),
            b"soun" => sample_entry::sound(source, &entries)?.map(Media::Sound),
            _ => None,
        };
        let Some(media) = media else { return Ok(None) };
        if clock.timescale == 0 {
            return Err(ProbeError::damaged("a track without a clock"));
        }
        let edits = match boxes::find(&children, *b"edts") {
            Some(edts) => {
                match boxes::find(&boxes::children(source, edts.body, edts.end)?, *b"elst") {
                    Some(elst) => {
                        let bytes = source.bytes(elst.body, elst.size(), ELST_CAP)?;
                        // Players ignore an invalid edit list.
                        Elst::decode_body(&mut bytes.as_slice())
                            .ok()
                            .and_then(|list| Edits::of(&list))
                    }
                    None => None,
                }
            }
            None => None,
        };
        Ok(Some(Self {
            id: header.track_id,
            position: trak.body,
            enabled: header.enabled,
            media,
            timescale: clock.timescale,
            matrix: [
                header.matrix.a,
                header.matrix.b,
                header.matrix.c,
                header.matrix.d,
            ],
            shown_width: header.width.integer(),
            shown_height: header.height.integer(),
            sample_count: sample_count(source, &stbl)?,
            cadence: Cadence::default(),
            chapters: chapters(source, &children)?,
            default_duration: None,
            first_tick: None,
            // All bits set: unknown.
            media_ticks: match clock.duration {
                u64::MAX => 0,
                duration if duration == u64::from(u32::MAX) => 0,
                duration => duration,
            },
            edits,
            durations: required(&stbl, *b"stts")?,
        }))
    }

    /// Reads the table of frame durations.
    pub(super) fn read_cadence<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
    ) -> Result<(), ProbeError> {
        const CHUNK: usize = 8 << 10;
        let table = self.durations;
        let mut head = [0; 8];
        if table.size() < head.len() as u64 {
            return Err(ProbeError::damaged("the table of frame durations is cut"));
        }
        source.read_at(table.body, &mut head)?;
        let [.., n0, n1, n2, n3] = head;
        let size = u64::from(u32::from_be_bytes([n0, n1, n2, n3])) * 8;
        let from = table.body + head.len() as u64;
        if size > table.end - from {
            return Err(ProbeError::damaged(
                "the table of frame durations is larger than its box",
            ));
        }
        let read = size.min(STTS_CAP);
        // The loop is one entry behind, because the last entry needs special treatment.
        let mut pending: Option<(u32, u32)> = None;
        let mut chunk = [0; CHUNK];
        let mut at = from;
        while at < from + read {
            let count = usize::try_from(from + read - at)
                .unwrap_or(CHUNK)
                .min(CHUNK);
            source.read_at(at, &mut chunk[..count])?;
            for entry in chunk[..count].chunks_exact(8) {
                let &[c0, c1, c2, c3, d0, d1, d2, d3] = entry else {
                    continue;
                };
                let entry = (
                    u32::from_be_bytes([c0, c1, c2, c3]),
                    u32::from_be_bytes([d0, d1, d2, d3]),
                );
                if let Some((frames, duration)) = pending.replace(entry) {
                    self.cadence.add(frames.into(), duration.into());
                }
            }
            at += count as u64;
        }
        match pending {
            Some((1, duration)) if self.cadence.frames() > 0 => {
                self.cadence.add_uneven(1, duration.into());
            }
            Some((frames, duration)) => self.cadence.add(frames.into(), duration.into()),
            None => {}
        }
        if read < size {
            self.cadence = self
                .cadence
                .with_totals(self.sample_count, self.media_ticks);
        }
        Ok(())
    }

    /// Uses the track's own totals instead of the table.
    pub(super) fn count_described(&mut self) {
        self.cadence.add_uneven(self.sample_count, self.media_ticks);
    }

    /// Duration of the track; `movie_timescale` is the timescale of its edits.
    pub(super) fn duration(&self, movie_timescale: u32) -> Duration {
        let media = self.cadence.ticks().max(self.media_ticks);
        let Some(edits) = &self.edits else {
            return ticks(media, self.timescale);
        };
        let open = edits.open.map_or(0, |start| media.saturating_sub(start));
        ticks(edits.ticks, movie_timescale).saturating_add(ticks(open, self.timescale))
    }
}

fn required(boxes: &[BoxHeader], kind: [u8; 4]) -> Result<BoxHeader, ProbeError> {
    boxes::find(boxes, kind)
        .ok_or_else(|| ProbeError::damaged(format!("a track without {}", kind.escape_ascii())))
}

fn within<R: Read + Seek>(
    source: &mut Source<R>,
    boxes: &[BoxHeader],
    kind: [u8; 4],
) -> Result<Vec<BoxHeader>, ProbeError> {
    let header = required(boxes, kind)?;
    boxes::children(source, header.body, header.end)
}

/// The kind of a track. `QuickTime` stores the name behind it in another form than MP4, so the box is read by hand.
fn handler<R: Read + Seek>(
    source: &mut Source<R>,
    mdia: &[BoxHeader],
) -> Result<[u8; 4], ProbeError> {
    let header = required(mdia, *b"hdlr")?;
    if header.size() < 12 {
        return Err(ProbeError::damaged("the track handler is cut"));
    }
    let mut kind = [0; 4];
    source.read_at(header.body + 8, &mut kind)?;
    Ok(kind)
}

/// Number of samples, from the start of the table of sizes. The table itself has no bound.
fn sample_count<R: Read + Seek>(
    source: &mut Source<R>,
    stbl: &[BoxHeader],
) -> Result<u64, ProbeError> {
    let Some(sizes) = boxes::find(stbl, *b"stsz").or_else(|| boxes::find(stbl, *b"stz2")) else {
        return Ok(0);
    };
    if sizes.size() < 12 {
        return Err(ProbeError::damaged("the table of frame sizes is cut"));
    }
    let mut count = [0; 4];
    source.read_at(sizes.body + 8, &mut count)?;
    Ok(u32::from_be_bytes(count).into())
}

/// The tracks that `tref` names as chapters of this one.
fn chapters<R: Read + Seek>(
    source: &mut Source<R>,
    trak: &[BoxHeader],
) -> Result<Vec<u32>, ProbeError> {
    let Some(references) = boxes::find(trak, *b"tref") else {
        return Ok(Vec::new());
    };
    let Some(list) = boxes::find(
        &boxes::children(source, references.body, references.end)?,
        *b"chap",
    ) else {
        return Ok(Vec::new());
    };
    let bytes = source.bytes(list.body, list.size(), TREF_CAP)?;
    Ok(bytes
        .chunks_exact(4)
        .filter_map(|id| Some(u32::from_be_bytes(id.try_into().ok()?)))
        .collect())
}
