//! Work that blocks, such as reading from disk, done where it holds nobody up.

use std::io;

/// Does it, and gives what it gives. Work that panics is an error.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}
