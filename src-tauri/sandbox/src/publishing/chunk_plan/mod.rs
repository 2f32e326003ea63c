//! Rules for the chunks of an upload (`/doc/content-posting-api-media-transfer-guide`).
//!
//! The documentation uses decimal and binary megabytes. Each limit uses the reading that allows more.

use crate::publish::UploadPlan;

/// 5 MB, decimal.
const MIN_CHUNK: u64 = 5_000_000;
/// 64 MB, binary.
const MAX_CHUNK: u64 = 64 * 1024 * 1024;
/// 128 MB, binary.
const MAX_LAST_CHUNK: u64 = 128 * 1024 * 1024;
const MAX_CHUNKS: u64 = 1000;
/// 4 GB, binary.
const MAX_VIDEO: u64 = 4 * 1024 * 1024 * 1024;

const CHUNK_SIZE: &str = "The chunk size is invalid";
const CHUNK_COUNT: &str = "The total chunk count is invalid";

/// The byte range of a chunk, with both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) first: u64,
    pub(crate) last: u64,
}

impl Range {
    pub(crate) fn len(self) -> u64 {
        self.last - self.first + 1
    }
}

/// Validates the sizes that an init announces.
pub(crate) fn check(
    video_size: i64,
    chunk_size: i64,
    total_chunk_count: i64,
) -> Result<UploadPlan, &'static str> {
    let positive = |number: i64, message| {
        u64::try_from(number)
            .ok()
            .filter(|number| *number > 0)
            .ok_or(message)
    };
    let size = positive(video_size, "The video size is invalid")?;
    let chunk = positive(chunk_size, CHUNK_SIZE)?;
    let count = positive(total_chunk_count, CHUNK_COUNT)?;
    if size > MAX_VIDEO {
        return Err("The video size is over 4 GB");
    }
    if chunk > MAX_CHUNK || chunk > size {
        return Err(CHUNK_SIZE);
    }
    if size < MIN_CHUNK {
        // Too small to be split: the video must be a single chunk.
        if chunk != size {
            return Err(CHUNK_SIZE);
        }
    } else if chunk < MIN_CHUNK {
        return Err(CHUNK_SIZE);
    }
    if count != size / chunk || count > MAX_CHUNKS {
        return Err(CHUNK_COUNT);
    }
    if count == 1 && chunk != size {
        return Err(CHUNK_SIZE);
    }
    if size - (count - 1) * chunk > MAX_LAST_CHUNK {
        return Err(CHUNK_SIZE);
    }
    Ok(UploadPlan {
        video_size: size,
        chunk_size: chunk,
        total_chunk_count: count,
    })
}

impl UploadPlan {
    /// Returns the chunk that begins at this byte, if there is one.
    pub(crate) fn chunk_at(&self, first: u64) -> Option<Range> {
        let index = first / self.chunk_size;
        if !first.is_multiple_of(self.chunk_size) || index >= self.total_chunk_count {
            return None;
        }
        let last = if index + 1 == self.total_chunk_count {
            self.video_size
        } else {
            first + self.chunk_size
        } - 1;
        Some(Range { first, last })
    }
}

#[cfg(test)]
mod tests;
