//! Matroska.
use crate::{error::ProbeError, media::Clip, source::Source};
use std::io::{Read, Seek};
pub(crate) const MAGIC: [u8; 4] = [0x1A, 0x45, 0xDF, 0xA3];
pub(crate) fn probe<R: Read + Seek>(_: &mut Source<R>) -> Result<Clip, ProbeError> {
    Err(ProbeError::NotAVideo)
}
