//! Uploads in progress: the request that writes to each one, and the hash of the bytes written so far.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use sha2::Sha256;
use tokio_util::sync::CancellationToken;

/// Uploads under way: who writes now, and the hash of what is there already.
#[derive(Debug, Default)]
pub(crate) struct Transfers(Mutex<HashMap<String, Arc<Transfer>>>);

#[derive(Debug, Default)]
pub(crate) struct Transfer {
    pub(crate) progress: Arc<tokio::sync::Mutex<RunningHash>>,
    pub(crate) current: Mutex<CancellationToken>,
}

/// A running SHA-256 and how many bytes it has seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunningHash {
    pub(crate) bytes: u64,
    pub(crate) hash: Sha256,
}

impl Transfers {
    pub(crate) fn of(&self, upload_id: &str) -> Arc<Transfer> {
        self.0
            .lock()
            .entry(upload_id.to_owned())
            .or_default()
            .clone()
    }

    pub(crate) fn forget(&self, upload_id: &str) {
        self.0.lock().remove(upload_id);
    }

    /// Ends the request that writes to this upload just now, if one does.
    pub(crate) fn interrupt(&self, upload_id: &str) {
        let transfer = self.0.lock().get(upload_id).cloned();
        if let Some(transfer) = transfer {
            transfer.current.lock().cancel();
        }
    }
}
