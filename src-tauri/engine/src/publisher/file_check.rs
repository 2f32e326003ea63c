//! Checks that a post's file is still the one that was added, and plans its chunks.

use std::path::Path;

use slipway_core::{blocking::blocking, io_fault::IoFault};
use tiktok_api::{ChunkPlan, PlanError};

use super::failure::Failure;
use crate::{
    posts::{Cause, PostRow},
    videos::{WHOLE_MAX, fingerprint, modified_ns},
};

/// The parts of a file that a check compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CheckDepth {
    /// Size and modification time.
    Metadata,
    /// Size, modification time and the content's fingerprint.
    Content,
}

/// Fails unless the file is still the one that was added. Returns its modification time if only this changed: a copy, a
/// restored backup, another disk or `touch` gives a file a new time.
///
/// During an upload, a new time is accepted only if the fingerprint covers every byte: TikTok already has a part of the
/// old file, and must not get a mixture of two.
pub(super) async fn check_file(row: &PostRow, depth: CheckDepth) -> Result<Option<i64>, Failure> {
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
    let changed = || Failure::Fail(Cause::FileChanged);
    if metadata.len() != row.size() {
        return Err(changed());
    }
    let modified = modified_ns(&metadata);
    let new_time = (modified != row.modified_ns).then_some(modified);
    let may_have_new_time = row.publish_id.is_none() || row.size() <= WHOLE_MAX;
    if new_time.is_some() && !may_have_new_time {
        return Err(changed());
    }
    let known = match &row.fingerprint {
        Some(known) if new_time.is_some() || depth == CheckDepth::Content => known,
        // Nothing but the time identifies the file.
        None if new_time.is_some() => return Err(changed()),
        _ => return Ok(None),
    };
    let path = path.to_owned();
    let found = blocking(move || fingerprint(&path))
        .await
        .map_err(|error| unreadable(&error))?;
    if found == *known {
        Ok(new_time)
    } else {
        Err(changed())
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
