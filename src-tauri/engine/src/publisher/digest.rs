//! Hashes a file while it is uploaded, so that it need not be read a second time.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use blake3::Hasher;
use parking_lot::Mutex;
use tiktok_api::Chunk;
use tokio::io::{AsyncRead, ReadBuf};

/// The hash of the chunks that TikTok took so far, in order. A chunk that was skipped leaves the file without a hash.
#[derive(Debug, Default)]
pub(super) struct FileDigest {
    hasher: Hasher,
    hashed: u64,
}

/// The hash up to the end of a chunk that is being sent. It counts when TikTok has taken the chunk.
#[derive(Debug, Clone)]
pub(super) struct ChunkDigest(Option<Arc<Mutex<Hasher>>>);

impl FileDigest {
    /// Starts the hash of a chunk. A chunk that is sent again starts over.
    pub(super) fn begin(&self, chunk: &Chunk) -> ChunkDigest {
        let follows = chunk.first == self.hashed;
        ChunkDigest(follows.then(|| Arc::new(Mutex::new(self.hasher.clone()))))
    }

    /// Adds a chunk that TikTok has taken.
    pub(super) fn add(&mut self, part: &ChunkDigest, chunk: &Chunk) {
        if let ChunkDigest(Some(hasher)) = part {
            let hasher = hasher.lock();
            // A chunk that was not read to its end was sent by an earlier task.
            if hasher.count() == chunk.last + 1 {
                self.hashed = hasher.count();
                self.hasher = hasher.clone();
            }
        }
    }

    /// The hash of all `size` bytes in hex, if every chunk was added.
    pub(super) fn finish(&self, size: u64) -> Option<String> {
        (self.hashed == size).then(|| self.hasher.finalize().to_hex().to_string())
    }
}

impl ChunkDigest {
    /// Wraps `reader` so that the bytes read from it are hashed.
    pub(super) fn tap<R>(&self, reader: R) -> Tap<R> {
        Tap {
            reader,
            part: self.clone(),
        }
    }
}

/// A reader that hashes the bytes read from it.
#[derive(Debug)]
pub(super) struct Tap<R> {
    reader: R,
    part: ChunkDigest,
}

impl<R: AsyncRead + Unpin> AsyncRead for Tap<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.reader).poll_read(cx, buf))?;
        if let ChunkDigest(Some(hasher)) = &self.part {
            let mut hasher = hasher.lock();
            hasher.update(&buf.filled()[before..]);
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tiktok_api::ChunkPlan;
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn read(digest: &FileDigest, chunk: &Chunk, bytes: &[u8]) -> ChunkDigest {
        let part = digest.begin(chunk);
        let mut sink = Vec::new();
        let reader = std::io::Cursor::new(bytes.to_vec());
        part.tap(reader).read_to_end(&mut sink).await.unwrap();
        assert_eq!(sink, bytes);
        part
    }

    #[tokio::test]
    async fn a_resent_chunk_is_hashed_once() {
        let bytes: Vec<u8> = (0..150_000_001_u32).map(|at| (at % 251) as u8).collect();
        let plan = ChunkPlan::new(bytes.len() as u64).unwrap();
        let mut digest = FileDigest::default();
        let mut index = 0;
        while let Some(chunk) = plan.chunk(index) {
            let place = |at: u64| usize::try_from(at).unwrap();
            let piece = &bytes[place(chunk.first)..=place(chunk.last)];
            // The connection breaks in the middle of the chunk, which is then sent again.
            read(&digest, &chunk, &piece[..piece.len() / 2]).await;
            let part = read(&digest, &chunk, piece).await;
            assert_eq!(digest.finish(bytes.len() as u64), None);
            digest.add(&part, &chunk);
            index += 1;
        }
        assert!(index > 1);
        let whole = blake3::hash(&bytes).to_hex().to_string();
        assert_eq!(digest.finish(bytes.len() as u64), Some(whole));
    }

    #[tokio::test]
    async fn skipped_or_truncated_chunks_leave_no_hash() {
        let plan = ChunkPlan::new(150_000_001).unwrap();
        let (first, second) = (plan.chunk(0).unwrap(), plan.chunk(1).unwrap());
        let mut digest = FileDigest::default();
        let part = read(&digest, &second, b"later").await;
        digest.add(&part, &second);
        assert_eq!(digest.finish(second.last + 1), None);
        let part = read(&digest, &first, b"short").await;
        digest.add(&part, &first);
        assert_eq!(digest.hashed, 0);
    }
}
