//! The entry point of a probe: detects the container by its first bytes and calls its reader.

use std::{
    fs::File,
    io::{Read, Seek},
    path::Path,
};

use crate::{error::ProbeError, isobmff, matroska, media::Clip, source::Source};

/// Reads the properties of a video file from its headers, wherever they are in the file.
///
/// Media data is not read, whatever the file's size. Pass the file itself: a buffered reader would only read more.
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

/// Probes a file on disk. Its name does not matter.
pub fn probe_file(path: &Path) -> Result<Clip, ProbeError> {
    probe(File::open(path)?)
}
