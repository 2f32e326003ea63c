//! Errors from starting a sandbox and from saving its state.

use std::io;
use std::path::PathBuf;

/// An error from starting a sandbox or saving its state.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The sandbox could not listen on the port.
    #[error("[Sandbox] Listening failed: 127.0.0.1:{port} cannot be used")]
    Bind {
        /// The requested port; 0 for any free port.
        port: u16,
        /// The error from the operating system.
        source: io::Error,
    },
    /// The data folder could not be created or used.
    #[error("[Sandbox] Opening the data folder failed: {}", path.display())]
    DataDir {
        /// The folder or file that failed.
        path: PathBuf,
        /// The error from the operating system.
        source: io::Error,
    },
    /// Another sandbox uses the data folder.
    #[error("[Sandbox] Opening the data folder failed: another sandbox uses {}", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The saved state could not be parsed. The file is left unchanged.
    #[error("[Sandbox] Reading the saved state failed: {} is damaged or from another version", path.display())]
    Damaged {
        /// The state file.
        path: PathBuf,
        /// The parse error.
        source: serde_json::Error,
    },
    /// The state could not be written.
    #[error("[Sandbox] Saving the state failed: {}", path.display())]
    Save {
        /// The state file.
        path: PathBuf,
        /// The error from the operating system.
        source: io::Error,
    },
}
