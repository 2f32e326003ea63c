//! What can keep a sandbox from starting or from keeping its state.

use std::io;
use std::path::PathBuf;

/// Why a sandbox could not be started, or its state not be kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The port could not be taken.
    #[error("[Sandbox] Listening failed: 127.0.0.1:{port} cannot be used")]
    Bind {
        /// The port that was asked for; 0 for any.
        port: u16,
        /// The system's answer.
        source: io::Error,
    },
    /// The data folder could not be made or used.
    #[error("[Sandbox] Opening the data folder failed: {}", path.display())]
    DataDir {
        /// The folder or file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// Another sandbox has the data folder open.
    #[error("[Sandbox] Opening the data folder failed: another sandbox uses {}", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The saved state cannot be read; it is left as it is.
    #[error("[Sandbox] Reading the saved state failed: {} is damaged or from another version", path.display())]
    Damaged {
        /// The state file.
        path: PathBuf,
        /// What was wrong with it.
        source: serde_json::Error,
    },
    /// The state could not be written.
    #[error("[Sandbox] Saving the state failed: {}", path.display())]
    Save {
        /// The state file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}
