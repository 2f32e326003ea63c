//! Findings about a file: the rules of TikTok that it breaks or nearly breaks.

use serde::{Deserialize, Serialize};
use slipway_core::{
    notice::Explain,
    views::{Finding, Severity},
};

/// A finding as it is stored. Its text is made when it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredFinding {
    pub(crate) rule: String,
    pub(crate) severity: Severity,
    pub(crate) found: String,
    pub(crate) wanted: String,
}

impl StoredFinding {
    pub(super) fn view(&self) -> Finding {
        Finding {
            rule: self.rule.clone(),
            severity: self.severity,
            notice: self.explain(),
        }
    }
}
