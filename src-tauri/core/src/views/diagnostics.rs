//! What may go into the diagnostics that a creator exports.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What the creator ticked. Secrets are never in, whatever is ticked, and neither are the names of accounts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosticsChoice {
    /// Captions are in.
    pub captions: bool,
    /// Names and folders of files are in.
    pub file_names: bool,
}
