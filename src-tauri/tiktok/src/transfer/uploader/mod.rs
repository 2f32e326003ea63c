//! Streaming one chunk from any reader to an upload address, without a token and without holding more than a small buffer.

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

/// How much is read from the file at a time, in bytes.
const PIECE: usize = 128 * 1024;
/// How long no piece may leave before the connection counts as dead.
const PIECE_PATIENCE: Duration = Duration::from_mins(1);
/// How long TikTok may think about a chunk that it has whole.
const ANSWER_PATIENCE: Duration = Duration::from_mins(3);

/// The container of a video, as the upload names it (`/doc/content-posting-api-media-transfer-guide`).
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
    /// Its media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Mp4 => "video/mp4",
            Self::QuickTime => "video/quicktime",
            Self::WebM => "video/webm",
        }
    }
}

/// What the upload host says to a chunk (`/doc/content-posting-api-media-transfer-guide`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkAnswer {
    /// 206, or another 2xx: taken. `uploaded` is for [`ChunkPlan::next_chunk_after`].
    Accepted {
        /// What TikTok says it has: the number of bytes or the index of the last one.
        uploaded: Option<u64>,
    },
    /// 201: all taken, posting starts.
    Complete,
    /// 416: the chunk does not fit TikTok's progress.
    OutOfStep {
        /// What TikTok says it has, as above.
        uploaded: Option<u64>,
    },
    /// 403 or 404: the address has expired or never existed. Ask for the status before a new init.
    AddressDead,
}

/// Sends chunks. Cheap to clone; it has connections of its own, so that no header of the API ever reaches an upload host.
#[derive(Clone, Debug)]
pub struct Uploader {
    internet: Client,
    loopback: Client,
    piece_patience: Duration,
    answer_patience: Duration,
}

impl Uploader {
    /// An uploader that gives up after a minute without progress, or three without an answer; an upload as a whole has no limit.
    pub fn new() -> Result<Self, Error> {
        Ok(Self {
            internet: http::transfer_client(Route::Internet)?,
            loopback: http::transfer_client(Route::Loopback)?,
            piece_patience: PIECE_PATIENCE,
            answer_patience: ANSWER_PATIENCE,
        })
    }

    /// Another patience: without progress while sending, and for the answer to a chunk that is sent.
    #[must_use]
    pub fn with_patience(mut self, sending: Duration, answer: Duration) -> Self {
        self.piece_patience = sending;
        self.answer_patience = answer;
        self
    }

    /// Sends one chunk from `body`, which must stand at the chunk's first byte; what it holds beyond the chunk is left alone.
    ///
    /// `progress` hears how many bytes of this chunk the network has taken over so far.
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
        let flow = Arc::new(Flow::default());
        let pieces = pieces(body, chunk.len(), Arc::clone(&flow), progress);
        let request = client
            .put(address)
            .header(CONTENT_TYPE, video_type.content_type())
            // Given, so that the body is not sent with chunked transfer encoding.
            .header(CONTENT_LENGTH, chunk.len())
            .header(
                CONTENT_RANGE,
                format!("bytes {}-{}/{}", chunk.first, chunk.last, plan.video_size()),
            )
            .body(Body::wrap_stream(pieces));

        let outcome = self.watch(request.send(), &flow, chunk.len()).await;
        // What went wrong with the file explains whatever the network made of it.
        if let Some(fault) = flow.take_fault() {
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
        if (200..300).contains(&http) && flow.sent() < chunk.len() {
            return Err(interrupted("answered before the chunk was sent"));
        }
        read_answer(&response, plan)
    }

    /// Waits for the answer as long as something moves.
    async fn watch(
        &self,
        sending: impl Future<Output = Result<Response, reqwest::Error>>,
        flow: &Flow,
        length: u64,
    ) -> Result<Response, Error> {
        let mut sending = std::pin::pin!(sending);
        loop {
            let patience = if flow.sent() == length {
                self.answer_patience
            } else {
                self.piece_patience
            };
            tokio::select! {
                biased;
                outcome = sending.as_mut() => {
                    return outcome.map_err(|error| http::network(Operation::PutChunk, error));
                }
                // The wait starts anew.
                () = flow.moved.notified() => {}
                () = tokio::time::sleep(patience) => {
                    return Err(Error::Network {
                        operation: Operation::PutChunk,
                        kind: NetworkKind::Timeout,
                        source: format!("nothing moved for {patience:?}").into(),
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

/// N of `Content-Range: bytes 0-N/TOTAL`, if it fits the video.
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

/// What the two ends of a body tell each other.
#[derive(Default)]
struct Flow {
    sent: AtomicU64,
    moved: Notify,
    fault: Mutex<Option<Fault>>,
}

enum Fault {
    Short { got: u64 },
    Read(io::Error),
}

impl Flow {
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

/// Exactly `length` bytes of the reader, piece by piece. An early end or a read error ends the body with an error,
/// which breaks the connection off: a chunk is never padded.
fn pieces<R: AsyncRead + Send + Unpin + 'static>(
    body: R,
    length: u64,
    flow: Arc<Flow>,
    progress: impl Fn(u64) + Send + Sync + 'static,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let start = Pieces {
        reader: ReaderStream::with_capacity(body.take(length), PIECE),
        length,
        flow,
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
    flow: Arc<Flow>,
    progress: P,
}

impl<R: AsyncRead + Unpin, P: Fn(u64)> Pieces<R, P> {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        let sent = self.flow.sent();
        if sent == self.length {
            return None;
        }
        let fault = match self.reader.next().await {
            Some(Ok(piece)) => {
                let sent = sent + piece.len() as u64;
                self.flow.sent.store(sent, Ordering::Release);
                self.flow.moved.notify_one();
                (self.progress)(sent);
                return Some(Ok(piece));
            }
            Some(Err(cause)) => Fault::Read(cause),
            None => Fault::Short { got: sent },
        };
        self.flow.fail(fault);
        Some(Err(io::Error::other(
            "the file could not be read to the end of the chunk",
        )))
    }
}

#[cfg(test)]
mod tests;
