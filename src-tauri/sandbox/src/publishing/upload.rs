//! `PUT` of chunks to an upload address (`/doc/content-posting-api-media-transfer-guide`): in order, exact, streamed to disk.

use std::collections::HashMap;
use std::io::{self, Read, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{Extension, Path as UrlPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

use crate::config::{RepeatedChunk, UploadedRange};
use crate::oauth::grant::digest;
use crate::platform::{Platform, Shared, locked};
use crate::publish::{Fate, PostMode, Publish, Stage};
use crate::publishing::chunks::Range;
use crate::publishing::media;
use crate::record::{Outcome, Trace, hex};
use crate::server::hang_up;

/// The longest video that the API takes for a draft, in seconds.
const LONGEST_DRAFT: u64 = 600;

/// Uploads under way: who writes now, and the hash of what is there already.
#[derive(Debug, Default)]
pub(crate) struct Transfers(Mutex<HashMap<String, Arc<Transfer>>>);

#[derive(Debug, Default)]
struct Transfer {
    progress: Arc<tokio::sync::Mutex<Hashed>>,
    current: Mutex<CancellationToken>,
}

/// A running SHA-256 and how many bytes it has seen.
#[derive(Clone, Debug, Default)]
struct Hashed {
    bytes: u64,
    hash: Sha256,
}

impl Transfers {
    fn of(&self, upload_id: &str) -> Arc<Transfer> {
        locked(&self.0)
            .entry(upload_id.to_owned())
            .or_default()
            .clone()
    }

    fn forget(&self, upload_id: &str) {
        locked(&self.0).remove(upload_id);
    }

    /// Ends the request that writes to this upload just now, if one does.
    pub(crate) fn interrupt(&self, upload_id: &str) {
        let transfer = locked(&self.0).get(upload_id).cloned();
        if let Some(transfer) = transfer {
            locked(&transfer.current).cancel();
        }
    }
}

/// Why a chunk is not taken.
#[derive(Debug)]
enum Refusal {
    NotFound,
    Expired,
    LengthRequired,
    Malformed(&'static str),
    OutOfStep(Box<Publish>),
    /// The client went away, or a newer request took over.
    Broken,
    Storage(io::Error),
}

pub(crate) async fn chunk(
    State(platform): State<Shared>,
    Extension(trace): Extension<Trace>,
    UrlPath(upload_id): UrlPath<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default();
    match judge(&platform, &trace, &upload_id, query, &parts.headers, &body) {
        Err(refusal) => {
            // Read to the end: a client that is still sending would not see the answer.
            drain(&trace, body).await;
            refuse(&platform, refusal)
        }
        Ok(Judged::Repeated(publish)) => {
            drain(&trace, body).await;
            taken(&platform, &publish)
        }
        Ok(Judged::Next(publish, range)) => {
            match receive(&platform, &trace, &publish, range, body).await {
                Ok(publish) => taken(&platform, &publish),
                Err(refusal) => refuse(&platform, refusal),
            }
        }
    }
}

enum Judged {
    Next(Box<Publish>, Range),
    Repeated(Box<Publish>),
}

/// Everything that can be said about a chunk before its first byte is read.
fn judge(
    platform: &Platform,
    trace: &Trace,
    upload_id: &str,
    query: &str,
    headers: &HeaderMap,
    body: &Body,
) -> Result<Judged, Refusal> {
    let query = digest(query);
    let publish = platform
        .read(|state| {
            let mine = |publish: &&Publish| {
                publish.upload_id == upload_id && publish.upload_query == query
            };
            state.publishes.iter().find(mine).cloned()
        })
        .map(Box::new)
        .ok_or(Refusal::NotFound)?;
    trace.creator(&publish.creator);
    let (range, total) = read_headers(headers, body)?;
    if total != publish.plan.video_size {
        return Err(Refusal::Malformed(
            "Content-Range names another size than init did",
        ));
    }
    if platform.now() >= publish.expires_at {
        return Err(Refusal::Expired);
    }
    if publish.stage != Stage::Uploading && publish.uploaded < publish.plan.video_size {
        return Err(Refusal::NotFound);
    }
    place(platform, publish, range)
}

/// Whether a range is the next chunk, an old one, or neither.
fn place(platform: &Platform, publish: Box<Publish>, range: Range) -> Result<Judged, Refusal> {
    let due = publish.plan.chunk_at(range.first);
    if range.first == publish.uploaded {
        return if due == Some(range) {
            Ok(Judged::Next(publish, range))
        } else {
            Err(Refusal::Malformed(
                "the chunk is not as long as init announced",
            ))
        };
    }
    let repeated = range.first < publish.uploaded && due == Some(range);
    if repeated && platform.options().repeated_chunk == RepeatedChunk::Accepted {
        return Ok(Judged::Repeated(publish));
    }
    Err(Refusal::OutOfStep(publish))
}

fn read_headers(headers: &HeaderMap, body: &Body) -> Result<(Range, u64), Refusal> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    if headers.contains_key(header::AUTHORIZATION) {
        return Err(Refusal::Malformed(
            "an upload address takes no Authorization header",
        ));
    }
    if !matches!(
        text(header::CONTENT_TYPE),
        Some("video/mp4" | "video/quicktime" | "video/webm")
    ) {
        return Err(Refusal::Malformed(
            "Content-Type must be video/mp4, video/quicktime or video/webm",
        ));
    }
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(Refusal::LengthRequired);
    }
    let length = text(header::CONTENT_LENGTH)
        .and_then(number)
        .ok_or(Refusal::LengthRequired)?;
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Refusal::Malformed(
            "a chunk is sent as it is, without Content-Encoding",
        ));
    }
    let (range, total) =
        text(header::CONTENT_RANGE)
            .and_then(content_range)
            .ok_or(Refusal::Malformed(
                "Content-Range must be `bytes FIRST-LAST/TOTAL`",
            ))?;
    if length != range.len()
        || body
            .size_hint()
            .exact()
            .is_some_and(|exact| exact != length)
    {
        return Err(Refusal::Malformed(
            "Content-Length and Content-Range differ",
        ));
    }
    Ok((range, total))
}

/// `bytes FIRST-LAST/TOTAL`, both ends inclusive.
fn content_range(text: &str) -> Option<(Range, u64)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last, total) = (number(first)?, number(last)?, number(total)?);
    (first <= last && last < total).then_some((Range { first, last }, total))
}

fn number(digits: &str) -> Option<u64> {
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())?
}

async fn drain(trace: &Trace, body: Body) {
    let mut frames = body.into_data_stream();
    while let Some(Ok(frame)) = frames.next().await {
        trace.received(frame.len());
    }
}

/// Writes one chunk behind what is there. It counts once it is complete, and not at all before.
async fn receive(
    platform: &Shared,
    trace: &Trace,
    publish: &Publish,
    range: Range,
    body: Body,
) -> Result<Box<Publish>, Refusal> {
    let transfer = platform.transfers.of(&publish.upload_id);
    // A client that starts the chunk anew has given up the old request, even if its connection looks alive.
    let superseded = CancellationToken::new();
    std::mem::replace(&mut *locked(&transfer.current), superseded.clone()).cancel();
    let progress = transfer.progress.clone().lock_owned().await;
    let current = platform
        .read(|state| {
            state
                .publishes
                .iter()
                .find(|other| other.publish_id == publish.publish_id)
                .cloned()
        })
        .ok_or(Refusal::NotFound)?;
    if current.uploaded != range.first || current.stage != Stage::Uploading {
        drain(trace, body).await;
        return Err(Refusal::OutOfStep(Box::new(current)));
    }

    let path = platform.video_path(&publish.upload_id);
    let mut hashed = resume(&progress, &path, range.first)
        .await
        .map_err(Refusal::Storage)?;
    let mut file = open_at(&path, range.first)
        .await
        .map_err(Refusal::Storage)?;
    let mut frames = body.into_data_stream();
    while hashed.bytes <= range.last {
        let frame = tokio::select! {
            frame = frames.next() => frame,
            () = superseded.cancelled() => None,
        };
        let frame = match frame {
            Some(Ok(frame)) => frame,
            Some(Err(_)) => {
                trace.close(Outcome::ClientGone, None);
                return Err(Refusal::Broken);
            }
            None => return Err(Refusal::Broken),
        };
        trace.received(frame.len());
        file.write_all(&frame).await.map_err(Refusal::Storage)?;
        hashed.hash.update(&frame);
        hashed.bytes += frame.len() as u64;
        if let Some(rate) = platform
            .options()
            .upload_bytes_per_sec
            .filter(|rate| *rate > 0)
        {
            tokio::time::sleep(Duration::from_nanos(
                frame.len() as u64 * 1_000_000_000 / rate,
            ))
            .await;
        }
    }
    file.flush().await.map_err(Refusal::Storage)?;

    let task = finish(platform.clone(), publish.clone(), range, progress, hashed);
    platform
        .tasks
        .spawn(task)
        .await
        .unwrap_or(Err(Refusal::Broken))
}

/// The hash of everything before `first`: kept from the last chunk, or read again after a restart.
async fn resume(progress: &Hashed, path: &Path, first: u64) -> io::Result<Hashed> {
    if progress.bytes == first {
        return Ok(progress.clone());
    }
    let path = path.to_owned();
    let read = move || {
        let mut file = std::fs::File::open(path)?.take(first);
        let mut hashed = Hashed::default();
        let mut buffer = vec![0; 256 * 1024];
        while hashed.bytes < first {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            hashed.hash.update(&buffer[..read]);
            hashed.bytes += read as u64;
        }
        Ok(hashed)
    };
    tokio::task::spawn_blocking(read)
        .await
        .map_err(io::Error::other)?
}

/// The file, cut back to what counts.
async fn open_at(path: &Path, first: u64) -> io::Result<File> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .await?;
    file.set_len(first).await?;
    file.seek(SeekFrom::Start(first)).await?;
    Ok(file)
}

/// Makes a complete chunk count. Runs to its end even when the client goes away.
async fn finish(
    platform: Shared,
    publish: Publish,
    range: Range,
    mut progress: OwnedMutexGuard<Hashed>,
    hashed: Hashed,
) -> Result<Box<Publish>, Refusal> {
    let complete = hashed.bytes == publish.plan.video_size;
    let found = if complete {
        let path = platform.video_path(&publish.upload_id);
        let inspect = move || media::inspect(&path);
        tokio::task::spawn_blocking(inspect)
            .await
            .map_err(io::Error::other)
            .flatten()
            .map_err(Refusal::Storage)?
    } else {
        None
    };
    let now = platform.now();
    if now >= publish.expires_at {
        return Err(Refusal::Expired);
    }
    let done = platform.change(|state| {
        let longest = match publish.mode {
            PostMode::Direct => state
                .creator(&publish.creator)
                .map_or(0, |creator| creator.max_video_seconds.into()),
            PostMode::Inbox => LONGEST_DRAFT,
        };
        let publish = state.publish_mut(&publish.publish_id)?;
        if publish.uploaded != range.first || publish.stage != Stage::Uploading {
            return None;
        }
        publish.uploaded = hashed.bytes;
        if complete {
            publish.sha256 = Some(hex(&hashed.hash.clone().finalize()));
            publish.media_type = found.map(|media| media.media_type.to_owned());
            publish.stage = Stage::Processing { since: now };
            let too_long = |media: media::Media| {
                media
                    .duration
                    .is_some_and(|time| time > Duration::from_secs(longest))
            };
            if publish.fate == Fate::Succeed {
                publish.fate = match found {
                    None => Fate::Fail("file_format_check_failed".to_owned()),
                    Some(media) if too_long(media) => {
                        Fate::Fail("duration_check_failed".to_owned())
                    }
                    Some(_) => Fate::Succeed,
                };
            }
        }
        Some(Box::new(publish.clone()))
    });
    let done = done
        .map_err(|error| Refusal::Storage(io::Error::other(error)))?
        .ok_or(Refusal::NotFound)?;
    *progress = hashed;
    if complete {
        platform.transfers.forget(&publish.upload_id);
    }
    Ok(done)
}

fn taken(platform: &Platform, publish: &Publish) -> Response {
    let complete = publish.uploaded == publish.plan.video_size;
    let status = if complete {
        StatusCode::CREATED
    } else {
        StatusCode::PARTIAL_CONTENT
    };
    with_progress(platform, status.into_response(), publish)
}

fn refuse(platform: &Platform, refusal: Refusal) -> Response {
    match refusal {
        Refusal::NotFound => (StatusCode::NOT_FOUND, "no such upload task\n").into_response(),
        Refusal::Expired => {
            (StatusCode::FORBIDDEN, "the upload address has expired\n").into_response()
        }
        Refusal::LengthRequired => {
            (StatusCode::LENGTH_REQUIRED, "Content-Length is required\n").into_response()
        }
        Refusal::Malformed(why) => (StatusCode::BAD_REQUEST, format!("{why}\n")).into_response(),
        Refusal::OutOfStep(publish) => with_progress(
            platform,
            StatusCode::RANGE_NOT_SATISFIABLE.into_response(),
            &publish,
        ),
        Refusal::Broken => hang_up(),
        Refusal::Storage(error) => {
            tracing::error!(%error, "a chunk could not be stored");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Adds `Content-Range: bytes 0-{UPLOADED}/{TOTAL}` in the reading that is switched on.
fn with_progress(platform: &Platform, mut response: Response, publish: &Publish) -> Response {
    let total = publish.plan.video_size;
    let text = match (platform.options().uploaded_range, publish.uploaded) {
        (UploadedRange::Count, uploaded) => format!("bytes 0-{uploaded}/{total}"),
        (UploadedRange::LastIndex, 0) => format!("bytes */{total}"),
        (UploadedRange::LastIndex, uploaded) => format!("bytes 0-{}/{total}", uploaded - 1),
    };
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_range_is_read_strictly() {
        let range = |first, last, total| Some((Range { first, last }, total));
        assert_eq!(content_range("bytes 0-9/10"), range(0, 9, 10));
        assert_eq!(content_range("bytes 10-19/30"), range(10, 19, 30));
        for text in [
            "",
            "bytes",
            "bytes ",
            "bytes 0-9",
            "bytes 0-9/",
            "bytes 0-9/*",
            "bytes */10",
            "bytes 0-10/10",
            "bytes 9-0/10",
            "bytes=0-9/10",
            "0-9/10",
            "Bytes 0-9/10",
            "bytes  0-9/10",
            "bytes 0 - 9/10",
            "bytes +0-9/10",
            "bytes -9/10",
            "bytes 0-9/10 ",
            "bytes 0-18446744073709551616/18446744073709551617",
        ] {
            assert_eq!(content_range(text), None, "{text}");
        }
    }
}
