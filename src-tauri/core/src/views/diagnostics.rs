//! The creator's choices for exported diagnostics.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The optional content of exported diagnostics. Secrets and account names are never included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosticsChoice {
    /// Include captions.
    pub captions: bool,
    /// Include names and folders of files.
    pub file_names: bool,
}
