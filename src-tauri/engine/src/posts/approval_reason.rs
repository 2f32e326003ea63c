//! The reasons why a post from a watched folder waits for the creator's approval.

use serde::{Deserialize, Serialize};

/// Why a post waits for approval although its folder publishes automatically. Stored, and turned into text when shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum ApprovalReason {
    /// The sidecar file chooses more than the creator agreed to for the folder.
    BeyondConsent,
    /// The account has no weekly slots.
    NoSlots,
    /// The post cannot be scheduled at the moment that the sidecar file gives.
    Moment,
    /// TikTok does not accept the file.
    File,
    /// A setting that TikTok requires is missing.
    Incomplete,
}
