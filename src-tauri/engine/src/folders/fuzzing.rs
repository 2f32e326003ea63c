//! Entry point for fuzzing: parses sidecars, which are untrusted input.

use super::sidecar;

/// Returns whether the bytes of a sidecar are text, and whether the text describes a post.
pub fn parse_sidecar(bytes: &[u8]) -> (bool, bool) {
    let text = sidecar::decode(bytes).ok();
    let is_post = text
        .as_deref()
        .is_some_and(|text| sidecar::parse(text).is_ok());
    (text.is_some(), is_post)
}
