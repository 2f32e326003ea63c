//! Fuzzes sidecars of videos in watched folders. Any program can write one, with any content.

use slipway_engine::fuzzing::folders::parse_sidecar;

/// The longest sidecar that is read, in bytes.
const MAX: usize = 64 * 1024;

/// Reads one sidecar.
pub fn run(input: &[u8]) {
    let (is_text, is_post) = parse_sidecar(input);
    let without_mark = input.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(input);
    let is_utf_8 = std::str::from_utf8(without_mark).is_ok_and(|text| !text.contains('\0'));
    assert_eq!(is_text, is_utf_8 && input.len() <= MAX);
    // A post is a JSON object, and no other value is taken for one.
    if is_post {
        let value: Result<serde_json::Value, _> = serde_json::from_slice(without_mark);
        assert!(value.is_ok_and(|value| value.is_object()));
    }
}
