//! Receiving chunks: writes them to disk and commits them once they are complete.

use std::io::{self, Read, SeekFrom};
use std::path::Path;
use std::time::Duration;

use axum::body::Body;
use futures_util::StreamExt;
use sha2::Digest;
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

use super::{drain::drain, refusal::Refusal};
use crate::{
    hex::hex,
    platform::SharedPlatform,
    publish::{PlannedResult, PostMode, Publish, Stage},
    publishing::{chunk_plan::Range, media},
    request_log::{Outcome, Trace},
    transfers::RunningHash,
};

/// Maximum duration of a draft in seconds.
const MAX_DRAFT_SECONDS: u64 = 600;

/// Appends one chunk to the received bytes. Only a complete chunk is committed.
pub(super) async fn receive(
    platform: &SharedPlatform,
    trace: &Trace,
    publish: &Publish,
    range: Range,
    body: Body,
) -> Result<Box<Publish>, Refusal> {
    let transfer = platform.transfers.get_or_create(&publish.upload_id);
    // A client that restarts the chunk has abandoned its previous request, even if that connection still looks open.
    let superseded = CancellationToken::new();
    std::mem::replace(&mut *transfer.current.lock(), superseded.clone()).cancel();
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
    let mut hashed = hash_prefix(&progress, &path, range.first)
        .await
        .map_err(Refusal::Storage)?;
    let mut file = open_truncated(&path, range.first)
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
                return Err(Refusal::Disconnected);
            }
            None => return Err(Refusal::Disconnected),
        };
        trace.add_received(frame.len());
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

    let task = commit_chunk(platform.clone(), publish.clone(), range, progress, hashed);
    platform
        .tasks
        .spawn(task)
        .await
        .unwrap_or(Err(Refusal::Disconnected))
}

/// Returns the hash of everything before `first`: from the previous chunk, or read from the file after a restart.
async fn hash_prefix(progress: &RunningHash, path: &Path, first: u64) -> io::Result<RunningHash> {
    if progress.bytes == first {
        return Ok(progress.clone());
    }
    let path = path.to_owned();
    let read = move || {
        let mut file = std::fs::File::open(path)?.take(first);
        let mut hashed = RunningHash::default();
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

/// Opens the file, truncated to the committed bytes.
async fn open_truncated(path: &Path, first: u64) -> io::Result<File> {
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

/// Commits a complete chunk. Runs to completion even if the client disconnects.
async fn commit_chunk(
    platform: SharedPlatform,
    publish: Publish,
    range: Range,
    mut progress: OwnedMutexGuard<RunningHash>,
    hashed: RunningHash,
) -> Result<Box<Publish>, Refusal> {
    let complete = hashed.bytes == publish.plan.video_size;
    let media = if complete {
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
    let committed = platform.change(|state| {
        let max_seconds = match publish.mode {
            PostMode::Direct => state
                .creator(&publish.creator)
                .map_or(0, |creator| creator.max_video_seconds.into()),
            PostMode::Inbox => MAX_DRAFT_SECONDS,
        };
        let publish = state.publish_mut(&publish.publish_id)?;
        if publish.uploaded != range.first || publish.stage != Stage::Uploading {
            return None;
        }
        publish.uploaded = hashed.bytes;
        if complete {
            publish.sha256 = Some(hex(&hashed.hash.clone().finalize()));
            publish.media_type = media.map(|media| media.media_type.to_owned());
            publish.stage = Stage::Processing { since: now };
            let too_long = |media: media::Media| {
                media
                    .duration
                    .is_some_and(|time| time > Duration::from_secs(max_seconds))
            };
            if publish.planned_result == PlannedResult::Succeed {
                publish.planned_result = match media {
                    None => PlannedResult::Fail("file_format_check_failed".to_owned()),
                    Some(media) if too_long(media) => {
                        PlannedResult::Fail("duration_check_failed".to_owned())
                    }
                    Some(_) => PlannedResult::Succeed,
                };
            }
        }
        Some(Box::new(publish.clone()))
    });
    let committed = committed
        .map_err(|error| Refusal::Storage(io::Error::other(error)))?
        .ok_or(Refusal::NotFound)?;
    *progress = hashed;
    if complete {
        platform.transfers.remove(&publish.upload_id);
    }
    Ok(committed)
}
