//! The split of a video into chunks, which satisfies every reading of TikTok's rules.

use crate::limits::{
    CHUNK_COUNT_MAX, CHUNK_SIZE, CHUNK_SIZE_MAX, CHUNK_SIZE_MIN, LAST_CHUNK_SIZE_MAX,
    VIDEO_SIZE_MAX, WHOLE_VIDEO_MAX,
};

/// The chunks of one video (`/doc/content-posting-api-media-transfer-guide`).
///
/// The count is rounded down, and the last chunk includes the remainder. A single chunk has the size of the video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChunkPlan {
    video_size: u64,
    chunk_size: u64,
    count: u64,
}

/// A chunk, as a range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chunk {
    /// Index of the chunk, from 0.
    pub index: u64,
    /// First byte of the chunk in the video.
    pub first: u64,
    /// Last byte of the chunk in the video, inclusive.
    pub last: u64,
}

/// The reason why a video cannot be split into chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The video is empty.
    #[error("the video is empty")]
    Empty,
    /// The video is larger than TikTok accepts.
    #[error("the video is larger than 4 GB")]
    TooLarge,
    /// The chunk size breaks TikTok's rules for this video.
    #[error("the chunk size does not fit the video")]
    ChunkSize,
}

impl ChunkPlan {
    /// Creates the plan for a video of this many bytes: one chunk up to 64 MB, chunks of 10 MB above.
    pub fn new(video_size: u64) -> Result<Self, PlanError> {
        let chunk_size = if video_size <= WHOLE_VIDEO_MAX {
            video_size
        } else {
            CHUNK_SIZE
        };
        Self::with_chunk_size(video_size, chunk_size)
    }

    /// Creates the plan for a video whose chunk size was announced to TikTok earlier, to resume its upload.
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
        // A single chunk must be the whole video, and the remainder must not make the last chunk too long.
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

    /// Size of every chunk except the last one, in bytes.
    pub fn chunk_size(&self) -> u64 {
        self.chunk_size
    }

    /// Number of chunks.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The chunk at this index, from 0.
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

    /// All chunks, in upload order.
    pub fn chunks(&self) -> impl Iterator<Item = Chunk> + use<> {
        let plan = *self;
        (0..plan.count).filter_map(move |index| plan.chunk(index))
    }

    /// The first chunk that TikTok does not have completely after `uploaded` bytes; [`count`](Self::count) when it has
    /// all.
    ///
    /// The page does not say whether TikTok reports the number of bytes or the index of the last one, so both count as
    /// a chunk's end where possible. If TikTok refuses the next chunk and reports the same progress, send the previous
    /// chunk.
    pub fn next_chunk_after(&self, uploaded: u64) -> u64 {
        if uploaded == 0 {
            return 0;
        }
        let reached = uploaded.saturating_add(1);
        if reached >= self.video_size {
            return self.count;
        }
        // The last chunk is longer than the others, so the division can count too far.
        (reached / self.chunk_size).min(self.count - 1)
    }
}

impl Chunk {
    /// Length of the chunk in bytes, never 0.
    #[expect(clippy::len_without_is_empty, reason = "a chunk has at least one byte")]
    pub fn len(&self) -> u64 {
        self.last - self.first + 1
    }
}

#[cfg(test)]
mod tests;
