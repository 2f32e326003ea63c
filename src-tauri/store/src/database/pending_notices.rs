//! The database's notices that the creator did not dismiss yet.

use slipway_core::views::Notice;

/// What the creator should know of the database, until it is settled or dismissed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PendingNotices {
    /// It comes from a backup.
    pub(super) restored: Option<Notice>,
    /// The last backup was not made.
    pub(super) backup: Option<Notice>,
    /// It does not take changes, or gives none back.
    pub(super) fault: Option<Notice>,
    /// Whether a write that works is the end of the fault.
    pub(super) passing: bool,
}

impl PendingNotices {
    /// The texts, most urgent first.
    pub fn notices(&self) -> Vec<Notice> {
        [&self.fault, &self.restored, &self.backup]
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }
}
