//! The record of a restored backup.

use serde::{Deserialize, Serialize};

/// The record of a restored backup. It is stored until the creator dismisses its notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// When the backup was made, in milliseconds since 1970.
    pub from: i64,
    /// The new path of the damaged database, if there was one.
    pub set_aside: Option<String>,
}
