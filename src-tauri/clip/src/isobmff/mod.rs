//! MP4 and `QuickTime`.
use crate::{error::ProbeError, media::Clip, source::Source};
use std::io::{Read, Seek};
pub(crate) fn is_start(_: &[u8]) -> bool {
    false
}
pub(crate) fn probe<R: Read + Seek>(_: &mut Source<R>) -> Result<Clip, ProbeError> {
    Err(ProbeError::NotAVideo)
}
