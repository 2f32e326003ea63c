//! Uploads in progress: the request that writes to each one, and the hash of the bytes written so far.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use sha2::Sha256;
use tokio_util::sync::CancellationToken;

/// The uploads in progress, by upload id.
#[derive(Debug, Default)]
pub(crate) struct Transfers(Mutex<HashMap<String, Arc<Transfer>>>);

/// The progress of one upload, and the request that writes to it.
#[derive(Debug, Default)]
pub(crate) struct Transfer {
    pub(crate) progress: Arc<tokio::sync::Mutex<RunningHash>>,
    /// Cancelled when another request takes over.
    pub(crate) current: Mutex<CancellationToken>,
}

/// A SHA-256 state and the number of bytes that it covers.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunningHash {
    pub(crate) bytes: u64,
    pub(crate) hash: Sha256,
}

impl Transfers {
    /// Returns the transfer of an upload, creating it if needed.
    pub(crate) fn get_or_create(&self, upload_id: &str) -> Arc<Transfer> {
        self.0
            .lock()
            .entry(upload_id.to_owned())
            .or_default()
            .clone()
    }

    /// Removes the transfer of a complete upload.
    pub(crate) fn remove(&self, upload_id: &str) {
        self.0.lock().remove(upload_id);
    }

    /// Cancels the request that is writing to this upload, if any.
    pub(crate) fn interrupt(&self, upload_id: &str) {
        let transfer = self.0.lock().get(upload_id).cloned();
        if let Some(transfer) = transfer {
            transfer.current.lock().cancel();
        }
    }
}
