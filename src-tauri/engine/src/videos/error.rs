//! [`VideoError`]: why a video could not be identified or stored.

use std::io;

/// A video could not be identified or stored.
#[derive(Debug, thiserror::Error)]
pub enum VideoError {
    /// The file could not be read.
    #[error("[Videos] Read failed: {0}")]
    Unreadable(io::Error),
    /// The database refused the operation.
    #[error("[Database] {0}")]
    Database(#[from] sqlx::Error),
}
