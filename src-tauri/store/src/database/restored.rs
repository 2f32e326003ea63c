//! The record of a restored backup.

use serde::{Deserialize, Serialize};

/// That the database comes from a backup. Stored until the creator has taken note of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// When the backup was made, in milliseconds since 1970.
    pub from: i64,
    /// Where the damaged database lies now, if there was one.
    pub set_aside: Option<String>,
}
