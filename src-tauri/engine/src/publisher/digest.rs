//! Hashing a file on its way out, so that it is not read a second time for that.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use blake3::Hasher;
use tiktok_api::Chunk;
use tokio::io::{AsyncRead, ReadBuf};

/// The hash of the chunks that went out so far, in their order. Once one is left out, there is none of the whole.
#[derive(Debug, Default)]
pub(super) struct Digest {
    hasher: Hasher,
    hashed: u64,
}

/// The hash up to and with a chunk that is on its way; it counts once the chunk has arrived.
#[derive(Debug, Clone)]
pub(super) struct Part(Option<Arc<Mutex<Hasher>>>);

impl Digest {
    /// Begins with a chunk, which may be sent more than once.
    pub(super) fn begin(&self, chunk: &Chunk) -> Part {
        let follows = chunk.first == self.hashed;
        Part(follows.then(|| Arc::new(Mutex::new(self.hasher.clone()))))
    }

    /// The chunk has arrived.
    pub(super) fn arrived(&mut self, part: &Part, chunk: &Chunk) {
        if let Part(Some(hasher)) = part {
            let hasher = hasher.lock().unwrap_or_else(PoisonError::into_inner);
            // A chunk that was not read to its end did not arrive by this hand.
            if hasher.count() == chunk.last + 1 {
                self.hashed = hasher.count();
                self.hasher = hasher.clone();
            }
        }
    }

    /// The hash of all `size` bytes in hex, if all went through here.
    pub(super) fn whole(&self, size: u64) -> Option<String> {
        (self.hashed == size).then(|| self.hasher.finalize().to_hex().to_string())
    }
}

impl Part {
    /// Hashes what is read from `reader`.
    pub(super) fn tap<R>(&self, reader: R) -> Tap<R> {
        Tap {
            reader,
            part: self.clone(),
        }
    }
}

/// A reader that hashes what is read from it.
#[derive(Debug)]
pub(super) struct Tap<R> {
    reader: R,
    part: Part,
}

impl<R: AsyncRead + Unpin> AsyncRead for Tap<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.reader).poll_read(cx, buf))?;
        if let Part(Some(hasher)) = &self.part {
            let mut hasher = hasher.lock().unwrap_or_else(PoisonError::into_inner);
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

    async fn read(digest: &Digest, chunk: &Chunk, bytes: &[u8]) -> Part {
        let part = digest.begin(chunk);
        let mut sink = Vec::new();
        let reader = std::io::Cursor::new(bytes.to_vec());
        part.tap(reader).read_to_end(&mut sink).await.unwrap();
        assert_eq!(sink, bytes);
        part
    }

    #[tokio::test]
    async fn a_chunk_counts_once_however_often_it_is_sent() {
        let bytes: Vec<u8> = (0..150_000_001_u32).map(|at| (at % 251) as u8).collect();
        let plan = ChunkPlan::new(bytes.len() as u64).unwrap();
        let mut digest = Digest::default();
        let mut index = 0;
        while let Some(chunk) = plan.chunk(index) {
            let place = |at: u64| usize::try_from(at).unwrap();
            let piece = &bytes[place(chunk.first)..=place(chunk.last)];
            // The connection breaks in the middle, and then the chunk goes out whole.
            read(&digest, &chunk, &piece[..piece.len() / 2]).await;
            let part = read(&digest, &chunk, piece).await;
            assert_eq!(digest.whole(bytes.len() as u64), None);
            digest.arrived(&part, &chunk);
            index += 1;
        }
        assert!(index > 1);
        let whole = blake3::hash(&bytes).to_hex().to_string();
        assert_eq!(digest.whole(bytes.len() as u64), Some(whole));
    }

    #[tokio::test]
    async fn what_was_left_out_or_cut_short_gives_no_hash() {
        let plan = ChunkPlan::new(150_000_001).unwrap();
        let (first, second) = (plan.chunk(0).unwrap(), plan.chunk(1).unwrap());
        let mut digest = Digest::default();
        let part = read(&digest, &second, b"later").await;
        digest.arrived(&part, &second);
        assert_eq!(digest.whole(second.last + 1), None);
        let part = read(&digest, &first, b"short").await;
        digest.arrived(&part, &first);
        assert_eq!(digest.hashed, 0);
    }
}
