//! Chunk plans for known sizes, and TikTok's rules for every size.

use proptest::prelude::*;

use super::*;

#[test]
fn known_sizes_have_known_plans() {
    for (video_size, chunk_size, count, first, last) in [
        (1, 1, 1, 0, 0),
        (3_145_728, 3_145_728, 1, 0, 3_145_727),
        (4_999_999, 4_999_999, 1, 0, 4_999_998),
        (10_000_001, 10_000_001, 1, 0, 10_000_000),
        (64_000_000, 64_000_000, 1, 0, 63_999_999),
        (64_000_001, 10_000_000, 6, 50_000_000, 64_000_000),
        (67_108_864, 10_000_000, 6, 50_000_000, 67_108_863),
        (70_000_000, 10_000_000, 7, 60_000_000, 69_999_999),
        (77_360_899, 10_000_000, 7, 60_000_000, 77_360_898),
        (150_000_000, 10_000_000, 15, 140_000_000, 149_999_999),
        (4_000_000_000, 10_000_000, 400, 3_990_000_000, 3_999_999_999),
        (4_294_967_296, 10_000_000, 429, 4_280_000_000, 4_294_967_295),
    ] {
        let plan = ChunkPlan::new(video_size).unwrap();
        assert_eq!(plan.video_size(), video_size);
        assert_eq!(plan.chunk_size(), chunk_size, "{video_size}");
        assert_eq!(plan.count(), count, "{video_size}");
        assert_eq!(
            plan.chunks().last(),
            Some(Chunk {
                index: count - 1,
                first,
                last
            }),
            "{video_size}"
        );
        assert_eq!(plan.chunk(count), None);
    }
}

#[test]
fn tiktoks_own_sample_is_a_valid_plan() {
    let plan = ChunkPlan::with_chunk_size(50_000_123, 10_000_000).unwrap();
    assert_eq!(plan.count(), 5);
    let last = plan.chunk(4).unwrap();
    assert_eq!((last.first, last.last), (40_000_000, 50_000_122));
    assert_eq!(last.len(), 10_000_123);
}

#[test]
fn invalid_plans_are_refused() {
    for (video_size, chunk_size, error) in [
        (0, 0, PlanError::Empty),
        (4_294_967_297, 10_000_000, PlanError::TooLarge),
        (u64::MAX, 10_000_000, PlanError::TooLarge),
        // One chunk that is not the whole video, which TikTok refuses in production.
        (121_000_000, 64_000_000, PlanError::ChunkSize),
        (15_000_000, 10_000_000, PlanError::ChunkSize),
        (5_000_000, 10_000_000, PlanError::ChunkSize),
        // Over 64 MB in one chunk.
        (64_000_001, 64_000_001, PlanError::ChunkSize),
        (100_000_000, 0, PlanError::ChunkSize),
        (100_000_000, 5_242_879, PlanError::ChunkSize),
        (200_000_000, 64_000_001, PlanError::ChunkSize),
    ] {
        assert_eq!(
            ChunkPlan::with_chunk_size(video_size, chunk_size),
            Err(error),
            "{video_size} in {chunk_size}"
        );
    }
    assert_eq!(ChunkPlan::new(0), Err(PlanError::Empty));
    assert_eq!(ChunkPlan::new(4_294_967_297), Err(PlanError::TooLarge));
}

#[test]
fn progress_is_a_count_or_the_last_index() {
    let plan = ChunkPlan::new(77_360_899).unwrap();
    for (uploaded, next) in [
        (0, 0),
        (1, 0),
        (9_999_998, 0),
        (9_999_999, 1),
        (10_000_000, 1),
        (10_000_001, 1),
        (59_999_999, 6),
        (60_000_000, 6),
        (70_000_000, 6),
        (77_360_897, 6),
        (77_360_898, 7),
        (77_360_899, 7),
        (u64::MAX, 7),
    ] {
        assert_eq!(plan.next_chunk_after(uploaded), next, "{uploaded}");
    }
    // No uploaded byte is no chunk, even for a video whose last index is 0.
    assert_eq!(ChunkPlan::new(1).unwrap().next_chunk_after(0), 0);
    assert_eq!(ChunkPlan::new(1).unwrap().next_chunk_after(1), 1);
}

/// Sizes of every magnitude, and the sizes around each change of the plan.
fn sizes() -> impl Strategy<Value = u64> {
    prop_oneof![
        1..=VIDEO_SIZE_MAX,
        1..=200_000_000_u64,
        WHOLE_VIDEO_MAX - 2..=WHOLE_VIDEO_MAX + 2,
        (6..=429_u64, 0..=2_u64).prop_map(|(n, d)| n * CHUNK_SIZE + d - 1),
        VIDEO_SIZE_MAX - 2..=VIDEO_SIZE_MAX,
    ]
}

fn obeys_the_rules(plan: &ChunkPlan) -> Result<(), TestCaseError> {
    let size = plan.video_size();
    prop_assert_eq!(plan.count(), size / plan.chunk_size());
    prop_assert!((1..=1000).contains(&plan.count()));
    if plan.count() == 1 {
        prop_assert_eq!(plan.chunk_size(), size);
        prop_assert!(size <= 64_000_000);
    }
    let mut end = 0;
    for (index, chunk) in (0..).zip(plan.chunks()) {
        prop_assert_eq!(chunk.index, index);
        prop_assert_eq!(chunk.first, end);
        end = chunk.last + 1;
        let is_last = index + 1 == plan.count();
        if is_last {
            prop_assert!(chunk.len() <= 128_000_000);
        } else {
            prop_assert_eq!(chunk.len(), plan.chunk_size());
        }
        if plan.count() > 1 {
            prop_assert!(chunk.len() >= 5 * 1024 * 1024);
            prop_assert!(is_last || chunk.len() <= 64_000_000);
        }
    }
    prop_assert_eq!(end, size);
    Ok(())
}

proptest! {
    #[test]
    fn every_size_has_a_valid_plan(size in sizes()) {
        let plan = ChunkPlan::new(size).unwrap();
        obeys_the_rules(&plan)?;
        // Slipway's own plans stay far below the bound of the last chunk.
        prop_assert!(plan.count() == 1 || plan.chunks().last().unwrap().len() < 20_000_000);
        prop_assert_eq!(ChunkPlan::with_chunk_size(size, plan.chunk_size()), Ok(plan));
    }

    #[test]
    fn every_chunk_size_is_refused_or_valid(
        size in sizes(),
        chunk_size in prop_oneof![0..=70_000_000_u64, 0..=VIDEO_SIZE_MAX],
    ) {
        if let Ok(plan) = ChunkPlan::with_chunk_size(size, chunk_size) {
            obeys_the_rules(&plan)?;
        }
    }

    #[test]
    fn progress_never_skips_an_incomplete_chunk(size in sizes(), uploaded in sizes()) {
        let plan = ChunkPlan::new(size).unwrap();
        let next = plan.next_chunk_after(uploaded);
        prop_assert!(next <= plan.count());
        for chunk in plan.chunks() {
            // As a count the chunk's end is `last + 1`, as an index it is `last`.
            prop_assert_eq!(chunk.index < next, uploaded >= chunk.last.max(1));
        }
    }
}
