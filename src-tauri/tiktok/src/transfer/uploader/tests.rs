//! The parser of TikTok's progress header.

use proptest::prelude::*;
use reqwest::header::HeaderValue;

use super::*;

fn read(value: &str) -> Option<u64> {
    let plan = ChunkPlan::new(70_000_000).unwrap();
    let headers = HeaderValue::from_str(value)
        .ok()
        .map(|value| (CONTENT_RANGE, value))
        .into_iter()
        .collect();
    uploaded(&headers, &plan)
}

#[test]
fn progress_is_parsed_from_content_range() {
    for (value, expected) in [
        ("bytes 0-10000000/70000000", Some(10_000_000)),
        ("bytes 0-9999999/70000000", Some(9_999_999)),
        ("Bytes  0-70000000/70000000", Some(70_000_000)),
        ("bytes 0-10000000/*", Some(10_000_000)),
        ("bytes 0-0/70000000", Some(0)),
        // Of another video, from the middle, beyond the end, or invalid.
        ("bytes 0-10000000/70000001", None),
        ("bytes 5-10000000/70000000", None),
        ("bytes 0-70000001/70000000", None),
        ("bytes */70000000", None),
        ("bytes 0-18446744073709551616/*", None),
        ("items 0-5/70000000", None),
        ("bytes", None),
        ("", None),
    ] {
        assert_eq!(read(value), expected, "{value}");
    }
}

proptest! {
    #[test]
    fn any_content_range_parses_without_a_panic(value in "[ -~]{0,60}|bytes [0-9*/-]{0,40}") {
        if let Some(uploaded) = read(&value) {
            prop_assert!(uploaded <= 70_000_000);
        }
    }
}
