//! The database's notices that the creator did not dismiss yet.

use slipway_core::views::Notice;

/// The database's notices until they are resolved or dismissed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PendingNotices {
    /// The database was restored from a backup.
    pub(super) restored: Option<Notice>,
    /// The last backup failed.
    pub(super) backup: Option<Notice>,
    /// The database refuses writes or reads.
    pub(super) fault: Option<Notice>,
    /// Whether a successful write ends the fault.
    pub(super) passing: bool,
}

impl PendingNotices {
    /// The notices, most urgent first.
    pub fn notices(&self) -> Vec<Notice> {
        [&self.fault, &self.restored, &self.backup]
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }
}
