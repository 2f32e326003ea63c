//! Waiting for the thing itself, with a limit, instead of for time to pass.

use std::time::{Duration, Instant};

/// Enough for anything that only this computer has to do.
pub const SOON: Duration = Duration::from_secs(30);

/// Enough for a big file to go up on a slow computer.
pub const UPLOAD: Duration = Duration::from_secs(150);

const PACE: Duration = Duration::from_millis(40);

/// Asks again and again until there is an answer, and gives it. Panics when `limit` passes without one.
pub async fn eventually<T>(
    what: &str,
    limit: Duration,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(PACE).await;
    }
}
