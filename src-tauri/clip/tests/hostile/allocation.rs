//! Measures what a probe holds in memory.

use std::alloc::System;
use std::sync::{Mutex, PoisonError};

use cap::Cap;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// One measurement at a time: tests may share the process.
static MEASURING: Mutex<()> = Mutex::new(());

/// Runs `probe` and tells by how much it raised the memory held, at most. What other threads take
/// meanwhile counts as well, so the number is an upper bound.
pub fn allocated_by<T>(probe: impl FnOnce() -> T) -> (T, usize) {
    let _alone = MEASURING.lock().unwrap_or_else(PoisonError::into_inner);
    // The allocator's high-water mark never falls. Filled up to it, every further byte shows.
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
