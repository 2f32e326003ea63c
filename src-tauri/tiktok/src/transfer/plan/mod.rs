//! How a video is cut into chunks, so that every reading of TikTok's rules is satisfied.

use crate::limits::{
    CHUNK_COUNT_MAX, CHUNK_SIZE, CHUNK_SIZE_MAX, CHUNK_SIZE_MIN, LAST_CHUNK_SIZE_MAX,
    VIDEO_SIZE_MAX, WHOLE_VIDEO_MAX,
};

/// The chunks of one video (`/doc/content-posting-api-media-transfer-guide`).
///
/// The count is rounded down and the remainder joins the last chunk. A video of one chunk is its own chunk size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChunkPlan {
    video_size: u64,
    chunk_size: u64,
    count: u64,
}

/// One chunk, as a range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chunk {
    /// Its place, from 0.
    pub index: u64,
    /// Its first byte in the video.
    pub first: u64,
    /// Its last byte in the video, inclusive.
    pub last: u64,
}

/// A video that cannot be cut into chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It has no bytes.
    #[error("the video is empty")]
    Empty,
    /// It is larger than TikTok takes.
    #[error("the video is larger than 4 GB")]
    TooLarge,
    /// The chunk size breaks TikTok's rules for this video.
    #[error("the chunk size does not fit the video")]
    ChunkSize,
}

impl ChunkPlan {
    /// The plan for a video of this many bytes: whole up to 64 MB, else in chunks of 10 MB.
    pub fn new(video_size: u64) -> Result<Self, PlanError> {
        let chunk_size = if video_size <= WHOLE_VIDEO_MAX {
            video_size
        } else {
            CHUNK_SIZE
        };
        Self::with_chunk_size(video_size, chunk_size)
    }

    /// The plan for a video that was announced to TikTok with this chunk size, to continue an upload begun earlier.
    pub fn with_chunk_size(video_size: u64, chunk_size: u64) -> Result<Self, PlanError> {
        if video_size == 0 {
            return Err(PlanError::Empty);
        }
        if video_size > VIDEO_SIZE_MAX {
            return Err(PlanError::TooLarge);
        }
        let fits = if chunk_size == video_size {
            video_size <= WHOLE_VIDEO_MAX
        } else {
            (CHUNK_SIZE_MIN..=CHUNK_SIZE_MAX).contains(&chunk_size)
        };
        if !fits {
            return Err(PlanError::ChunkSize);
        }
        let count = video_size / chunk_size;
        let plan = Self {
            video_size,
            chunk_size,
            count,
        };
        // One chunk must be the whole video, and a remainder may make the last chunk too long.
        let whole = chunk_size == video_size;
        let last = video_size - count.saturating_sub(1) * chunk_size;
        if (count < 2 && !whole) || count > CHUNK_COUNT_MAX || last > LAST_CHUNK_SIZE_MAX {
            return Err(PlanError::ChunkSize);
        }
        Ok(plan)
    }

    /// Size of the video, in bytes.
    pub fn video_size(&self) -> u64 {
        self.video_size
    }

    /// Size of every chunk but the last, in bytes.
    pub fn chunk_size(&self) -> u64 {
        self.chunk_size
    }

    /// Number of chunks.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The chunk at this place, counted from 0.
    pub fn chunk(&self, index: u64) -> Option<Chunk> {
        if index >= self.count {
            return None;
        }
        let first = index * self.chunk_size;
        let last = if index + 1 == self.count {
            self.video_size - 1
        } else {
            first + self.chunk_size - 1
        };
        Some(Chunk { index, first, last })
    }

    /// All chunks in the order in which TikTok wants them.
    pub fn chunks(&self) -> impl Iterator<Item = Chunk> + use<> {
        let plan = *self;
        (0..plan.count).filter_map(move |index| plan.chunk(index))
    }

    /// The first chunk that TikTok does not have whole, when it says that it has `uploaded`; [`count`](Self::count) when it has all.
    ///
    /// The page leaves open whether TikTok names the number of bytes or the index of the last one, so both mean
    /// a chunk's end where they can. When TikTok then still refuses the next chunk with the same number, send the one before.
    pub fn next_chunk_after(&self, uploaded: u64) -> u64 {
        if uploaded == 0 {
            return 0;
        }
        let reached = uploaded.saturating_add(1);
        if reached >= self.video_size {
            return self.count;
        }
        // The last chunk is longer than the others: within it, the division would count too far.
        (reached / self.chunk_size).min(self.count - 1)
    }
}

impl Chunk {
    /// Its length in bytes, never 0.
    #[expect(
        clippy::len_without_is_empty,
        reason = "a chunk holds at least one byte"
    )]
    pub fn len(&self) -> u64 {
        self.last - self.first + 1
    }
}

#[cfg(test)]
mod tests;
