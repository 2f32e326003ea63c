//! Waiting for a condition, with a limit, by asking again at one pace.

use std::time::{Duration, Instant};

/// The limit for anything that only this computer has to do.
pub const SOON: Duration = Duration::from_secs(30);

/// The limit for the upload of a big file on a slow computer.
pub const UPLOAD: Duration = Duration::from_secs(150);

/// The pause between two looks.
const PACE: Duration = Duration::from_millis(10);

/// Looks again and again until there is an answer, and returns it. Panics after `limit` without one.
pub async fn eventually<T>(
    what: &str,
    limit: Duration,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> T {
    eventually_or(what, limit, async || {
        look().await.ok_or_else(|| "nothing".to_owned())
    })
    .await
}

/// Like [`eventually`], with the last thing seen in the message of the panic.
pub async fn eventually_or<T>(
    what: &str,
    limit: Duration,
    mut look: impl AsyncFnMut() -> Result<T, String>,
) -> T {
    let started = Instant::now();
    loop {
        match look().await {
            Ok(found) => return found,
            Err(seen) => assert!(
                started.elapsed() < limit,
                "not within {limit:?}: {what}. Last seen: {seen}"
            ),
        }
        tokio::time::sleep(PACE).await;
    }
}
