//! A video file on disk: its properties, and the hash of all its bytes.

use std::{
    fs::{File, Metadata},
    io,
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use slipway_core::blocking::blocking;

use super::error::VideoError;

/// The properties by which a file is recognised.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VideoFile<'a> {
    pub(crate) path: &'a str,
    pub(crate) size: u64,
    pub(crate) modified_ns: i64,
    pub(crate) fingerprint: &'a str,
}

/// Returns the modification time in nanoseconds since the Unix epoch, or 0 if the file system has none.
pub(crate) fn modified_ns(metadata: &Metadata) -> i64 {
    let since = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .unwrap_or(Duration::ZERO);
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// Returns the BLAKE3 hash of a file, in hex.
///
/// # Errors
/// [`VideoError::Unreadable`] if the file cannot be read.
pub(super) async fn hash(path: PathBuf) -> Result<String, VideoError> {
    blocking(move || hash_file(&path))
        .await
        .map_err(VideoError::Unreadable)
}

/// Hashes a file, unless its size or modification time differ from these.
pub(super) async fn hash_unchanged(path: PathBuf, size: u64, modified: i64) -> Option<String> {
    let is_same = move |path: &Path| {
        std::fs::metadata(path)
            .is_ok_and(|found| found.len() == size && modified_ns(&found) == modified)
    };
    let hashed = tokio::task::spawn_blocking(move || {
        let hash = is_same(&path).then(|| hash_file(&path).ok())?;
        hash.filter(|_| is_same(&path))
    });
    hashed.await.ok().flatten()
}

fn hash_file(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}
