//! The way in for fuzzing: side files, which anybody may have written.

use super::sidecar;

/// Whether the bytes of a side file are text, and whether that describes a post.
pub fn side_file(bytes: &[u8]) -> (bool, bool) {
    let text = sidecar::decode(bytes).ok();
    let is_post = text
        .as_deref()
        .is_some_and(|text| sidecar::parse(text).is_ok());
    (text.is_some(), is_post)
}
