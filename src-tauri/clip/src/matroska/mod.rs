//! `WebM` and Matroska: the iteration over the elements of a segment.
//!
//! `matroska-demuxer` decodes segment information and single track entries from memory. It does not read the file,
//! because it follows sizes and seek tables that a hostile file can turn into endless loops and huge allocations.

mod blocks;
mod ebml;
mod tracks;

use std::{
    io::{Read, Seek},
    time::Duration,
};

use blocks::Blocks;
use ebml::{Element, id};
use tracks::Chosen;

use crate::{
    error::ProbeError,
    media::{Clip, Container},
    source::Source,
};

pub(crate) use ebml::MAGIC;

/// Largest EBML header, in bytes.
const HEADER_CAP: u64 = 4096;
/// Number of blocks that show the variation of the frames. Only files without a duration are read further.
const SAMPLED_BLOCKS: u64 = 2048;

pub(crate) fn probe<R: Read + Seek>(source: &mut Source<R>) -> Result<Clip, ProbeError> {
    let header = required(ebml::element(source, 0)?)?;
    let container = doc_type(source, &header)?;
    let header_end = header
        .end
        .ok_or_else(|| ProbeError::damaged("the EBML header has no size"))?;
    let segment = required(ebml::element(source, header_end)?)?;
    if segment.id != id::SEGMENT {
        return Err(ProbeError::damaged("no segment behind the EBML header"));
    }
    let end = within(source, segment.end)?;
    let mut walk = Walk::default();
    walk.segment(source, segment.body, end)?;

    let chosen = match walk.chosen {
        Some(chosen) => chosen?,
        None => return Err(ProbeError::Truncated),
    };
    if walk.blocks.is_empty() && !walk.has_cluster {
        return Err(ProbeError::Truncated);
    }
    Ok(chosen.into_clip(container, &walk.blocks))
}

fn required(element: Option<Element>) -> Result<Element, ProbeError> {
    element.ok_or(ProbeError::Truncated)
}

/// The end of an element, which must be inside the file. An element of unknown size extends to the file's end.
fn within<R: Read + Seek>(source: &Source<R>, end: Option<u64>) -> Result<u64, ProbeError> {
    let len = source.len();
    match end {
        Some(end) if end > len => Err(ProbeError::Truncated),
        Some(end) => Ok(end),
        None => Ok(len),
    }
}

fn doc_type<R: Read + Seek>(
    source: &mut Source<R>,
    header: &Element,
) -> Result<Container, ProbeError> {
    let end = within(source, header.end)?;
    if end.saturating_sub(header.body) > HEADER_CAP {
        return Err(ProbeError::damaged("the EBML header is too large"));
    }
    let mut at = header.body;
    while at < end {
        let child = required(ebml::element(source, at)?)?;
        let child_end = child.end.filter(|&child_end| child_end <= end);
        let child_end =
            child_end.ok_or_else(|| ProbeError::damaged("the EBML header is broken"))?;
        if child.id == id::DOC_TYPE {
            let name = source.bytes(child.body, child_end - child.body, 64)?;
            return match name.as_slice().trim_ascii_end() {
                name if name.starts_with(b"webm") => Ok(Container::WebM),
                name if name.starts_with(b"matroska") => Ok(Container::Matroska),
                _ => Err(ProbeError::NotAVideo),
            };
        }
        at = child_end;
    }
    // The default of a missing document type is "matroska".
    Ok(Container::Matroska)
}

/// The state of the iteration over a segment.
#[derive(Default)]
struct Walk {
    /// The segment information, undecoded.
    info: Option<Vec<u8>>,
    /// The track entries, undecoded.
    entries: Option<Vec<Vec<u8>>>,
    /// The chosen tracks, once information and entries are known.
    chosen: Option<Result<Chosen, ProbeError>>,
    blocks: Blocks,
    has_cluster: bool,
    /// The last cluster of known size. Its blocks give the length of a file without a duration.
    last: Option<(u64, u64)>,
}

impl Walk {
    fn segment<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        from: u64,
        end: u64,
    ) -> Result<(), ProbeError> {
        let mut at = from;
        while at < end {
            let Some(element) = ebml::element(source, at)? else {
                break;
            };
            at = match (element.id, element.end) {
                (id::CLUSTER, cluster_end) => {
                    self.has_cluster = true;
                    self.cluster(source, element.body, cluster_end, end)?
                }
                (_, None) => return Err(ProbeError::damaged("an element of unknown size")),
                (id::INFO, Some(info_end)) => {
                    self.info = Some(ebml::content(source, &element)?);
                    info_end
                }
                (id::TRACKS, Some(tracks_end)) => {
                    within(source, element.end)?;
                    self.entries = Some(tracks::entries(source, element.body, tracks_end)?);
                    tracks_end
                }
                (_, Some(element_end)) => element_end,
            };
            if at > end {
                return Err(if at > source.len() {
                    ProbeError::Truncated
                } else {
                    ProbeError::damaged("an element is larger than the segment")
                });
            }
            self.choose();
        }
        // Only the last blocks give the length of the file.
        if let Some((body, cluster_end)) = self.last.filter(|_| self.needs_duration()) {
            self.blocks
                .read_cluster(source, body, Some(cluster_end), cluster_end, u64::MAX)?;
        }
        Ok(())
    }

    /// Chooses the tracks as soon as information and entries are known.
    fn choose(&mut self) {
        if self.chosen.is_some() {
            return;
        }
        if let (Some(info), Some(entries)) = (&self.info, &self.entries) {
            let chosen = Chosen::new(info, entries);
            if let Ok(chosen) = &chosen {
                self.blocks.follow(chosen.video_number());
            }
            self.chosen = Some(chosen);
        }
    }

    fn needs_duration(&self) -> bool {
        matches!(&self.chosen, Some(Ok(chosen)) if chosen.duration().is_none_or(|duration| duration == Duration::ZERO))
    }

    /// Handles a cluster and returns its end.
    fn cluster<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        body: u64,
        cluster_end: Option<u64>,
        segment_end: u64,
    ) -> Result<u64, ProbeError> {
        let Some(end) = cluster_end else {
            // A live recording: only its blocks lead to its end.
            return self
                .blocks
                .read_cluster(source, body, None, segment_end, u64::MAX);
        };
        if end > source.len() {
            return Err(ProbeError::Truncated);
        }
        if self.blocks.video_count() < SAMPLED_BLOCKS {
            self.blocks
                .read_cluster(source, body, Some(end), end, SAMPLED_BLOCKS)?;
        }
        if self.blocks.video_count() >= SAMPLED_BLOCKS {
            self.last = Some((body, end));
        }
        Ok(end)
    }
}
