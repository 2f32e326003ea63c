//! The entrance: tells the container by its first bytes and asks the right reader.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use crate::error::ProbeError;
use crate::media::Clip;
use crate::source::Source;
use crate::{isobmff, matroska};

/// Reads what a video file holds, from its headers alone, wherever in the file they are.
///
/// Media data is neither read nor held, whatever the file's size. Pass the file itself: a buffered
/// reader would only read more.
pub fn probe<R: Read + Seek>(reader: R) -> Result<Clip, ProbeError> {
    let mut source = Source::new(reader)?;
    if source.len() == 0 {
        return Err(ProbeError::Empty);
    }
    let mut head = [0; 12];
    let count = source.read_some_at(0, &mut head)?;
    let head = &head[..count];
    if head.starts_with(&matroska::MAGIC) {
        matroska::probe(&mut source)
    } else if isobmff::is_start(head) {
        isobmff::probe(&mut source)
    } else {
        Err(ProbeError::NotAVideo)
    }
}

/// [`probe`] for a file on disk. The name plays no part.
pub fn probe_file(path: &Path) -> Result<Clip, ProbeError> {
    probe(File::open(path)?)
}
