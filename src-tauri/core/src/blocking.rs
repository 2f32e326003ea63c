//! Blocking work outside the async runtime.

use std::io;

/// Runs `work` on a thread for blocking work.
///
/// # Errors
/// The error of `work`, or an error if it panics.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}
