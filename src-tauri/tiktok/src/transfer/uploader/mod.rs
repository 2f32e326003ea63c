//! Streaming one chunk from a reader to an upload address, without a token and with a small buffer.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use parking_lot::Mutex;
use reqwest::{
    Body, Client, Response,
    header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderMap},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, Take},
    sync::Notify,
};
use tokio_util::io::ReaderStream;
use url::Url;

use super::{
    plan::{Chunk, ChunkPlan},
    upload_url::UploadUrl,
};
use crate::{
    error::{ClientError, Error, NetworkKind, Operation, UploadUrlError},
    http::{self, Route},
};

/// Size of one read from the file, in bytes.
const PIECE: usize = 128 * 1024;
/// Timeout without progress while a chunk is sent.
const PROGRESS_TIMEOUT: Duration = Duration::from_mins(1);
/// Timeout for the answer to a chunk that was sent whole.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(3);

/// The container of a video, as the upload declares it (`/doc/content-posting-api-media-transfer-guide`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VideoType {
    /// MP4.
    Mp4,
    /// MOV.
    QuickTime,
    /// WebM.
    WebM,
}

impl VideoType {
    /// The media type of the container.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Mp4 => "video/mp4",
            Self::QuickTime => "video/quicktime",
            Self::WebM => "video/webm",
        }
    }
}

/// The upload host's answer to a chunk (`/doc/content-posting-api-media-transfer-guide`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkAnswer {
    /// 206, or another 2xx: TikTok accepted the chunk. Pass `uploaded` to [`ChunkPlan::next_chunk_after`].
    Accepted {
        /// TikTok's progress: the number of bytes or the index of the last one.
        uploaded: Option<u64>,
    },
    /// 201: TikTok has all chunks, and publishing starts.
    Complete,
    /// 416: the chunk does not match TikTok's progress.
    OutOfStep {
        /// TikTok's progress, as above.
        uploaded: Option<u64>,
    },
    /// 403 or 404: the address has expired or never existed. Query the status before a new init.
    AddressDead,
}

/// Sends chunks. It is cheap to clone, and has its own connections, so that no API header reaches an upload host.
#[derive(Clone, Debug)]
pub struct Uploader {
    internet: Client,
    loopback: Client,
    progress_timeout: Duration,
    answer_timeout: Duration,
}

impl Uploader {
    /// Creates an uploader with timeouts of one minute without progress and three minutes for an answer. The whole
    /// upload has no timeout.
    pub fn new() -> Result<Self, Error> {
        Ok(Self {
            internet: http::transfer_client(Route::Internet)?,
            loopback: http::transfer_client(Route::Loopback)?,
            progress_timeout: PROGRESS_TIMEOUT,
            answer_timeout: ANSWER_TIMEOUT,
        })
    }

    /// Replaces both timeouts: without progress while sending, and for the answer to a chunk that was sent.
    #[must_use]
    pub fn with_timeouts(mut self, progress: Duration, answer: Duration) -> Self {
        self.progress_timeout = progress;
        self.answer_timeout = answer;
        self
    }

    /// Sends one chunk from `body`, which must be positioned at the chunk's first byte. Bytes after the chunk are not
    /// read.
    ///
    /// `progress` receives the number of bytes of this chunk that the network has accepted so far.
    pub async fn put_chunk<R: AsyncRead + Send + Unpin + 'static>(
        &self,
        url: &UploadUrl,
        plan: &ChunkPlan,
        chunk: &Chunk,
        video_type: VideoType,
        body: R,
        progress: impl Fn(u64) + Send + Sync + 'static,
    ) -> Result<ChunkAnswer, Error> {
        if plan.chunk(chunk.index) != Some(*chunk) {
            return Err(Error::Client {
                operation: Operation::PutChunk,
                source: ClientError::Chunk,
            });
        }
        let address = Url::parse(url.expose()).map_err(|_| Error::BadUploadUrl {
            operation: Operation::PutChunk,
            source: UploadUrlError::Invalid,
        })?;
        let client = if url.is_loopback() {
            &self.loopback
        } else {
            &self.internet
        };
        let transmission = Arc::new(Transmission::default());
        let pieces = pieces(body, chunk.len(), Arc::clone(&transmission), progress);
        let request = client
            .put(address)
            .header(CONTENT_TYPE, video_type.content_type())
            // An explicit length prevents chunked transfer encoding.
            .header(CONTENT_LENGTH, chunk.len())
            .header(
                CONTENT_RANGE,
                format!("bytes {}-{}/{}", chunk.first, chunk.last, plan.video_size()),
            )
            .body(Body::wrap_stream(pieces));

        let outcome = self.watch(request.send(), &transmission, chunk.len()).await;
        // A failed read of the file explains any network error that follows from it.
        if let Some(fault) = transmission.take_fault() {
            return Err(match fault {
                Fault::Short { got } => Error::BodyShort {
                    expected: chunk.len(),
                    got,
                },
                Fault::Read(cause) => Error::Body(cause),
            });
        }
        let response = outcome?;
        let http = response.status().as_u16();
        tracing::debug!(
            http,
            chunk = chunk.index,
            of = plan.count(),
            "chunk answered"
        );
        if (200..300).contains(&http) && transmission.sent() < chunk.len() {
            return Err(interrupted("answered before the chunk was sent"));
        }
        read_answer(&response, plan)
    }

    /// Waits for the answer while the upload makes progress.
    async fn watch(
        &self,
        sending: impl Future<Output = Result<Response, reqwest::Error>>,
        transmission: &Transmission,
        length: u64,
    ) -> Result<Response, Error> {
        let mut sending = std::pin::pin!(sending);
        loop {
            let timeout = if transmission.sent() == length {
                self.answer_timeout
            } else {
                self.progress_timeout
            };
            tokio::select! {
                biased;
                outcome = sending.as_mut() => {
                    return outcome.map_err(|error| http::network(Operation::PutChunk, error));
                }
                // Progress restarts the timeout.
                () = transmission.moved.notified() => {}
                () = tokio::time::sleep(timeout) => {
                    return Err(Error::Network {
                        operation: Operation::PutChunk,
                        kind: NetworkKind::Timeout,
                        source: format!("no progress for {timeout:?}").into(),
                    });
                }
            }
        }
    }
}

fn interrupted(detail: &'static str) -> Error {
    Error::Network {
        operation: Operation::PutChunk,
        kind: NetworkKind::Interrupted,
        source: detail.into(),
    }
}

fn read_answer(response: &Response, plan: &ChunkPlan) -> Result<ChunkAnswer, Error> {
    let uploaded = uploaded(response.headers(), plan);
    match response.status().as_u16() {
        201 => Ok(ChunkAnswer::Complete),
        200..=299 => Ok(ChunkAnswer::Accepted { uploaded }),
        416 => Ok(ChunkAnswer::OutOfStep { uploaded }),
        403 | 404 => Ok(ChunkAnswer::AddressDead),
        http @ (408 | 429 | 500..) => Err(Error::Server {
            operation: Operation::PutChunk,
            http,
            retry_after: http::retry_after(response.headers()),
        }),
        http => Err(Error::Transfer { http }),
    }
}

/// Reads N of `Content-Range: bytes 0-N/TOTAL`, if it fits the video.
pub(crate) fn uploaded(headers: &HeaderMap, plan: &ChunkPlan) -> Option<u64> {
    let value = headers.get(CONTENT_RANGE)?.to_str().ok()?.trim();
    let (unit, range) = value.split_once(|c: char| c.is_ascii_whitespace())?;
    let (range, total) = range.split_once('/')?;
    let (first, reached) = range.split_once('-')?;
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let reached = number(reached)?;
    let fits = unit.eq_ignore_ascii_case("bytes")
        && number(first) == Some(0)
        && (total.trim() == "*" || number(total) == Some(plan.video_size()))
        && reached <= plan.video_size();
    fits.then_some(reached)
}

/// State that the body stream shares with the code that waits for the answer.
#[derive(Default)]
struct Transmission {
    sent: AtomicU64,
    moved: Notify,
    fault: Mutex<Option<Fault>>,
}

enum Fault {
    Short { got: u64 },
    Read(io::Error),
}

impl Transmission {
    fn sent(&self) -> u64 {
        self.sent.load(Ordering::Acquire)
    }

    fn fail(&self, fault: Fault) {
        *self.fault.lock() = Some(fault);
    }

    fn take_fault(&self) -> Option<Fault> {
        self.fault.lock().take()
    }
}

/// Streams exactly `length` bytes of the reader. An early end or a read error ends the body with an error, which breaks
/// the connection: a chunk is never padded.
fn pieces<R: AsyncRead + Send + Unpin + 'static>(
    body: R,
    length: u64,
    transmission: Arc<Transmission>,
    progress: impl Fn(u64) + Send + Sync + 'static,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let start = Pieces {
        reader: ReaderStream::with_capacity(body.take(length), PIECE),
        length,
        transmission,
        progress,
    };
    stream::unfold(Some(start), |state| async move {
        let mut pieces = state?;
        match pieces.next().await {
            Some(Ok(piece)) => Some((Ok(piece), Some(pieces))),
            Some(Err(error)) => Some((Err(error), None)),
            None => None,
        }
    })
}

struct Pieces<R, P> {
    reader: ReaderStream<Take<R>>,
    length: u64,
    transmission: Arc<Transmission>,
    progress: P,
}

impl<R: AsyncRead + Unpin, P: Fn(u64)> Pieces<R, P> {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        let sent = self.transmission.sent();
        if sent == self.length {
            return None;
        }
        let fault = match self.reader.next().await {
            Some(Ok(piece)) => {
                let sent = sent + piece.len() as u64;
                self.transmission.sent.store(sent, Ordering::Release);
                self.transmission.moved.notify_one();
                (self.progress)(sent);
                return Some(Ok(piece));
            }
            Some(Err(cause)) => Fault::Read(cause),
            None => Fault::Short { got: sent },
        };
        self.transmission.fail(fault);
        Some(Err(io::Error::other(
            "the file could not be read to the end of the chunk",
        )))
    }
}

#[cfg(test)]
mod tests;
