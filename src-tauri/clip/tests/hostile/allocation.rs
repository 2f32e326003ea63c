//! Measurement of the memory of a probe.

use std::{
    alloc::System,
    sync::{Mutex, PoisonError},
};

use cap::Cap;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Allows one measurement at a time, because tests may share the process. A standard mutex never allocates.
static MEASURING: Mutex<()> = Mutex::new(());

/// Runs `probe` and returns the increase of the memory in use. It includes allocations of other threads, so the number
/// is an upper bound.
pub fn allocated_by<T>(probe: impl FnOnce() -> T) -> (T, usize) {
    let _alone = MEASURING.lock().unwrap_or_else(PoisonError::into_inner);
    // The allocator's high-water mark never falls. Memory filled up to it makes every further byte visible.
    let ballast: Vec<u8> = Vec::with_capacity(
        ALLOCATOR
            .max_allocated()
            .saturating_sub(ALLOCATOR.allocated()),
    );
    let before = ALLOCATOR.allocated();
    let answer = probe();
    let raised = ALLOCATOR.max_allocated().saturating_sub(before);
    drop(ballast);
    (answer, raised)
}
