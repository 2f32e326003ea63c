//! Tests of the chunk rules.

use proptest::prelude::*;

use super::*;

#[test]
fn takes_every_documented_plan() {
    for (size, chunk, count, last) in [
        (1, 1, 1, (0, 0)),
        (3_145_728, 3_145_728, 1, (0, 3_145_727)),
        (4_999_999, 4_999_999, 1, (0, 4_999_998)),
        (10_000_001, 10_000_001, 1, (0, 10_000_000)),
        (64_000_000, 64_000_000, 1, (0, 63_999_999)),
        (64_000_001, 10_000_000, 6, (50_000_000, 64_000_000)),
        (67_108_864, 67_108_864, 1, (0, 67_108_863)),
        (67_108_864, 10_000_000, 6, (50_000_000, 67_108_863)),
        (70_000_000, 10_000_000, 7, (60_000_000, 69_999_999)),
        (77_360_899, 10_000_000, 7, (60_000_000, 77_360_898)),
        (150_000_000, 10_000_000, 15, (140_000_000, 149_999_999)),
        (
            4_000_000_000,
            10_000_000,
            400,
            (3_990_000_000, 3_999_999_999),
        ),
        (
            4_294_967_296,
            10_000_000,
            429,
            (4_280_000_000, 4_294_967_295),
        ),
        (50_000_123, 10_000_000, 5, (40_000_000, 50_000_122)),
        (128_000_000, 64_000_000, 2, (64_000_000, 127_999_999)),
        (10_485_760, 5_242_880, 2, (5_242_880, 10_485_759)),
    ] {
        let plan = check(size, chunk, count).unwrap();
        let first = (plan.total_chunk_count - 1) * plan.chunk_size;
        let range = plan.chunk_at(first).unwrap();
        assert_eq!((range.first, range.last), last, "{size}");
        assert_eq!(plan.chunk_at(first + plan.chunk_size), None);
    }
}

#[test]
fn refuses_every_other_plan() {
    for (size, chunk, count, message) in [
        (0, 0, 1, "The video size is invalid"),
        (-1, 1, 1, "The video size is invalid"),
        (
            4_294_967_297,
            10_000_000,
            429,
            "The video size is over 4 GB",
        ),
        (100, 0, 1, CHUNK_SIZE),
        (100, -5, 1, CHUNK_SIZE),
        (100, 101, 1, CHUNK_SIZE),
        (100, 50, 2, CHUNK_SIZE),
        (4_999_999, 2_500_000, 1, CHUNK_SIZE),
        // Count 1 with a chunk smaller than the video: TikTok refuses it in production.
        (15_000_000, 10_000_000, 1, CHUNK_SIZE),
        (121_000_000, 64_000_000, 1, CHUNK_SIZE),
        (67_108_865, 67_108_865, 1, CHUNK_SIZE),
        (100_000_000, 4_999_999, 20, CHUNK_SIZE),
        // The count is rounded up instead of down.
        (64_000_001, 10_000_000, 7, CHUNK_COUNT),
        (50_000_123, 10_000_000, 6, CHUNK_COUNT),
        (50_000_123, 10_000_000, 4, CHUNK_COUNT),
        (50_000_123, 10_000_000, 0, CHUNK_COUNT),
        (50_000_123, 10_000_000, -5, CHUNK_COUNT),
    ] {
        assert_eq!(
            check(size, chunk, count),
            Err(message),
            "{size} {chunk} {count}"
        );
    }
}

proptest! {
    #[test]
    fn chunks_cover_the_video_without_gap(size in 1_i64..=4_294_967_296, chunk in 1_i64..=70_000_000) {
        let Ok(plan) = check(size, chunk, size / chunk) else { return Ok(()) };
        let mut next = 0;
        for _ in 0..plan.total_chunk_count {
            let range = plan.chunk_at(next).unwrap();
            prop_assert_eq!(range.first, next);
            prop_assert!(range.len() < 2 * plan.chunk_size);
            next = range.last + 1;
        }
        prop_assert_eq!(next, plan.video_size);
        prop_assert_eq!(plan.chunk_at(next), None);
    }

    #[test]
    fn only_the_floor_is_a_count(size in 5_000_000_i64..=4_294_967_296, chunk in 5_000_000_i64..=67_108_864, off in 1_i64..3) {
        prop_assert!(check(size, chunk, size / chunk + off).is_err());
        prop_assert!(check(size, chunk, size / chunk - off).is_err());
    }
}
