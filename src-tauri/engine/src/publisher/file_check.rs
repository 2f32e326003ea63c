//! Checks that a post's file is still the one that was added, and plans its chunks.

use std::path::Path;

use slipway_core::{blocking::blocking, io_fault::IoFault};
use tiktok_api::{ChunkPlan, PlanError};

use super::failure::Failure;
use crate::{
    posts::{Cause, PostRow},
    videos::{fingerprint, modified_ns},
};

/// The parts of a file that a check compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CheckDepth {
    /// Size and modification time.
    Metadata,
    /// Size, modification time and the content's fingerprint.
    Content,
}

/// Fails unless the file is still the one that was added.
pub(super) async fn check_file(row: &PostRow, depth: CheckDepth) -> Result<(), Failure> {
    let unreadable = |error: &std::io::Error| {
        tracing::warn!(post = row.id, %error, "[Publisher] File check failed");
        Failure::Fail(match IoFault::from(error) {
            IoFault::Missing => Cause::FileMissing,
            fault => Cause::FileUnreadable {
                detail: fault.as_str().to_owned(),
            },
        })
    };
    let path = Path::new(&row.path);
    let metadata = tokio::fs::metadata(path)
        .await
        .map_err(|error| unreadable(&error))?;
    if metadata.len() != row.size() || modified_ns(&metadata) != row.modified_ns {
        return Err(Failure::Fail(Cause::FileChanged));
    }
    let (CheckDepth::Content, Some(known)) = (depth, &row.fingerprint) else {
        return Ok(());
    };
    let path = path.to_owned();
    let found = blocking(move || fingerprint(&path))
        .await
        .map_err(|error| unreadable(&error))?;
    if found == *known {
        Ok(())
    } else {
        Err(Failure::Fail(Cause::FileChanged))
    }
}

/// The chunks in which the file is uploaded.
pub(super) fn chunk_plan(row: &PostRow) -> Result<ChunkPlan, Failure> {
    let bytes = row.size();
    ChunkPlan::new(bytes).map_err(|error| {
        tracing::warn!(post = row.id, bytes, %error, "[Publisher] Chunk plan failed");
        Failure::Fail(match error {
            PlanError::Empty => Cause::FileEmpty,
            // `new` chooses a chunk size for every other video.
            PlanError::TooLarge | PlanError::ChunkSize => Cause::FileTooLarge,
        })
    })
}
