//! MP4 and `QuickTime`: the iteration over the outermost boxes of a file.
//!
//! `mp4-atom` decodes single boxes. This module chooses the boxes and the number of bytes, because sample tables and
//! media have no bound.

mod boxes;
mod fragments;
mod movie;
mod sample_entry;
mod track;

use std::io::{Read, Seek};

use boxes::BoxHeader;
use movie::Movie;
use mp4_atom::{Atom, Sidx};

use crate::{
    error::ProbeError,
    media::{Clip, Container},
    source::Source,
};

/// Largest part of a file type box, in bytes. The major brand comes first.
const BRAND_LEN: usize = 4;
/// Largest segment index, in bytes: 65,535 references of 12 bytes and the header.
const SIDX_CAP: usize = 1 << 20;

/// Whether a file's first bytes are a box that can start such a file.
pub(crate) fn is_start(head: &[u8]) -> bool {
    const FIRST: [&[u8; 4]; 10] = [
        b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"sidx", b"moof",
    ];
    head.get(4..8)
        .is_some_and(|kind| FIRST.iter().any(|first| *first == kind))
}

/// Whether a box of this kind can be outermost (ISO/IEC 14496-12, table 1; `QuickTime`).
fn is_outermost(kind: [u8; 4]) -> bool {
    const KINDS: [&[u8; 4]; 18] = [
        b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"sidx", b"ssix",
        b"moof", b"mfra", b"meta", b"uuid", b"udta", b"emsg", b"prft", b"pdin",
    ];
    KINDS.contains(&&kind)
}

/// The facts from the outermost boxes.
#[derive(Default)]
struct Layout {
    brand: Option<[u8; 4]>,
    moov: Option<BoxHeader>,
    fragments: Vec<BoxHeader>,
    has_media: bool,
    /// A `meta` box outside `moov`, as at the start of a picture (HEIF, AVIF).
    has_meta: bool,
}

/// More fragments than ten minutes of one-frame fragments for picture and sound.
const MAX_FRAGMENTS: usize = 1 << 17;

pub(crate) fn probe<R: Read + Seek>(source: &mut Source<R>) -> Result<Clip, ProbeError> {
    let layout = walk(source)?;
    let container = match layout.brand {
        Some(brand) if &brand != b"qt  " => Container::Mp4,
        // Files without a brand are QuickTime files from before brands existed.
        _ => Container::QuickTime,
    };
    let Some(moov) = layout.moov else {
        return Err(if layout.has_meta {
            ProbeError::NoVideoTrack
        } else {
            ProbeError::Truncated
        });
    };
    let mut movie = Movie::read(source, &moov)?;
    movie.add_fragments(source, &layout.fragments)?;
    // The headers have no frame: the frames have not arrived yet.
    if !movie.has_frames() || !layout.has_media {
        return Err(ProbeError::Truncated);
    }
    movie.into_clip(container)
}

fn walk<R: Read + Seek>(source: &mut Source<R>) -> Result<Layout, ProbeError> {
    let mut layout = Layout::default();
    let mut at = 0;
    loop {
        let complete = layout.moov.is_some() && layout.has_media;
        let header = match boxes::outermost(source, at) {
            Ok(Some(header)) => header,
            Ok(None) => break,
            Err(ProbeError::Damaged { .. }) if complete => break,
            Err(error) => return Err(error),
        };
        if header.end > source.len() {
            // Cameras append data that is not a box.
            if complete && !is_outermost(header.kind) {
                break;
            }
            return Err(ProbeError::Truncated);
        }
        match &header.kind {
            b"ftyp" if layout.brand.is_none() => {
                let mut brand = [0; BRAND_LEN];
                if header.size() >= BRAND_LEN as u64 {
                    source.read_at(header.body, &mut brand)?;
                    layout.brand = Some(brand);
                }
            }
            b"moov" if layout.moov.is_none() => layout.moov = Some(header),
            b"moof" => {
                if layout.fragments.len() == MAX_FRAGMENTS {
                    return Err(ProbeError::TooComplex);
                }
                layout.fragments.push(header);
            }
            b"mdat" => layout.has_media = true,
            b"meta" => layout.has_meta = true,
            b"sidx" => check_index(source, &header)?,
            // A hole where nothing was written yet, or padding behind a complete file.
            [0, 0, 0, 0] => {
                return if complete {
                    Ok(layout)
                } else {
                    Err(ProbeError::Truncated)
                };
            }
            _ => {}
        }
        at = header.end;
    }
    Ok(layout)
}

/// Checks the end of the last segment in a segment index: a shorter file was cut between two fragments.
fn check_index<R: Read + Seek>(
    source: &mut Source<R>,
    header: &BoxHeader,
) -> Result<(), ProbeError> {
    let bytes = source.bytes(header.body, header.size(), SIDX_CAP)?;
    let Ok(index) = Sidx::decode_body(&mut bytes.as_slice()) else {
        // This is only a cross-check, and players do not need the index.
        return Ok(());
    };
    let end = index
        .references
        .iter()
        .map(|reference| u64::from(reference.referenced_size))
        .fold(
            header.end.saturating_add(index.first_offset),
            u64::saturating_add,
        );
    if end > source.len() {
        Err(ProbeError::Truncated)
    } else {
        Ok(())
    }
}
