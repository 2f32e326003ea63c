//! Sends videos chunk by chunk. After every interruption, the upload's status is queried before more bytes are sent.

use std::io::SeekFrom;

use secrecy::ExposeSecret;
use slipway_accounts::circuit_breaker::Outcome;
use slipway_core::{backoff::backoff, clock, fault_points::fault_point};
use tiktok_api::{
    Chunk, ChunkAnswer, ChunkPlan, Error as ApiError, PublishId, UploadUrl, VideoType,
};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::{
    context::Publisher,
    digest::{ChunkDigest, FileDigest},
    error::PublishError,
    failure::Failure,
    file_check::{CheckDepth, check_file, chunk_plan},
    recovery::{RecoveryAction, UploadState},
};
use crate::{
    posts::{Cause, PostRow, history},
    videos,
};

/// The number of failures in a row of one chunk before the post waits.
const CHUNK_FAILURES_MAX: i64 = 4;

/// An upload in flight, with everything needed to send its chunks.
struct Upload {
    account: String,
    publish_id: PublishId,
    address: UploadUrl,
    host: String,
    expires_at: jiff::Timestamp,
    plan: ChunkPlan,
    video_type: VideoType,
}

impl Publisher {
    /// Sends the missing chunks.
    pub(super) async fn send_chunks(&self, id: &str) -> Result<(), Failure> {
        let mut row = self.posts.get(id).await?;
        let upload = self.open_upload(&row)?;
        let plan = upload.plan;
        let mut confirmed = row.bytes();
        let mut index = plan.next_chunk_after(confirmed);
        let mut failures = 0;
        let mut depth = CheckDepth::Content;
        let mut digest = FileDigest::default();
        while let Some(chunk) = plan.chunk(index) {
            // TikTok publishes as soon as it has the last byte, so the content is checked once more before that.
            if index + 1 == plan.count() {
                depth = CheckDepth::Content;
            }
            let depth = std::mem::replace(&mut depth, CheckDepth::Metadata);
            if let Some(modified) = check_file(&row, depth).await? {
                self.posts.file_touched(id, modified).await?;
                row.modified_ns = modified;
            }
            let chunk_digest = digest.begin(&chunk);
            let answer = self.put(&row, &upload, chunk, &chunk_digest).await?;
            let (address_dead, hint) = match answer {
                Ok(ChunkAnswer::Accepted { uploaded }) if fits(&plan, uploaded, index) => {
                    digest.add(&chunk_digest, &chunk);
                    confirmed = chunk.last + 1;
                    index += 1;
                    failures = 0;
                    fault_point!("send.bytes.before");
                    self.posts.bytes_sent(id, confirmed).await?;
                    fault_point!("send.bytes.after");
                    continue;
                }
                Ok(ChunkAnswer::Complete) if index + 1 == plan.count() => {
                    digest.add(&chunk_digest, &chunk);
                    break;
                }
                Ok(ChunkAnswer::AddressDead) => (true, None),
                Ok(ChunkAnswer::OutOfStep { uploaded } | ChunkAnswer::Accepted { uploaded }) => {
                    (false, uploaded)
                }
                Ok(ChunkAnswer::Complete) => (false, None),
                Err(error) if error.meaning().is_transient() => {
                    let at = self
                        .service
                        .progress(id)
                        .map_or(confirmed, |p| p.sent_bytes);
                    let text = match &error {
                        ApiError::Network { .. } => history::connection_lost(at),
                        _ => history::part_refused(at),
                    };
                    tracing::info!(post = id, at, %error, "[Publisher] {}", text.code);
                    self.posts.note(id, &text).await?;
                    if failures >= CHUNK_FAILURES_MAX {
                        return Err(Failure::from_api(&error, row.attempts + failures));
                    }
                    self.clock.sleep(backoff(failures)).await;
                    (false, None)
                }
                Err(error) => return Err(Failure::from_api(&error, row.attempts)),
            };
            failures += 1;
            if failures > CHUNK_FAILURES_MAX {
                return Err(Failure::wait(
                    Cause::AnswerUnreadable,
                    backoff(row.attempts + failures),
                ));
            }
            let state = UploadState {
                plan,
                confirmed: hint.unwrap_or(confirmed),
                address_dead,
            };
            match self
                .query_action(
                    &upload.account,
                    &upload.publish_id,
                    &state,
                    row.attempts + failures,
                )
                .await?
            {
                RecoveryAction::Send { index: from } => {
                    index = from;
                    confirmed = from.saturating_mul(plan.chunk_size());
                    self.posts.resume(id, confirmed).await?;
                    self.service.announce(id).await;
                }
                action => {
                    let row = self.posts.get(id).await?;
                    self.follow(&row, action).await?;
                    return Ok(());
                }
            }
        }
        self.store_content_hash(&row, &digest).await?;
        self.all_sent(id).await
    }

    /// Stores the hash of a video, if this task sent all of it.
    async fn store_content_hash(
        &self,
        row: &PostRow,
        digest: &FileDigest,
    ) -> Result<(), PublishError> {
        if let (Some(video), Some(content)) = (row.video_id, digest.finish(row.size())) {
            videos::set_hash(&self.database.pool, video, &content).await?;
        }
        Ok(())
    }

    fn open_upload(&self, row: &PostRow) -> Result<Upload, Failure> {
        let account = row
            .account_id
            .clone()
            .ok_or(Failure::Fail(Cause::AccountGone))?;
        let (Some(publish_id), Some(sealed)) = (row.publish_id(), &row.upload_url) else {
            return Err(Failure::Internal(PublishError::SecretUnreadable));
        };
        let address = self
            .database
            .vault
            .decrypt(sealed)
            .map_err(|_| Failure::Internal(PublishError::SecretUnreadable))?;
        let host = self.upload_host(address.expose_secret());
        let address = UploadUrl::parse(address.expose_secret(), &self.endpoints)
            .map_err(|_| Failure::Internal(PublishError::SecretUnreadable))?;
        let video_type = match row.media()?.container.as_str() {
            "WebM" | "Matroska" => VideoType::WebM,
            "MOV" => VideoType::QuickTime,
            _ => VideoType::Mp4,
        };
        Ok(Upload {
            account,
            publish_id,
            address,
            host,
            expires_at: row
                .upload_expires_at
                .map_or(jiff::Timestamp::MAX, clock::from_millis),
            plan: chunk_plan(row)?,
            video_type,
        })
    }

    /// The host name of an upload, for the circuit breaker. The sandbox serves the API and uploads from one host, so its
    /// uploads get a name of their own.
    fn upload_host(&self, address: &str) -> String {
        let url = url::Url::parse(address).ok();
        let host = url
            .as_ref()
            .and_then(url::Url::host_str)
            .unwrap_or_default();
        if self.endpoints.api().host_str() == Some(host) {
            return format!("{host} (uploads)");
        }
        host.to_owned()
    }

    /// Sends one chunk, unless the upload address has expired or the circuit breaker blocks the host.
    async fn put(
        &self,
        row: &PostRow,
        upload: &Upload,
        chunk: Chunk,
        digest: &ChunkDigest,
    ) -> Result<Result<ChunkAnswer, ApiError>, Failure> {
        if self.clock.now() >= upload.expires_at {
            return Ok(Ok(ChunkAnswer::AddressDead));
        }
        fault_point!("send.chunk.before");
        let permit = self
            .breaker
            .admit(&upload.host, Some(&upload.account))
            .map_err(|open| Failure::circuit_open(&open))?;
        let answer = self.stream(row, upload, chunk, digest).await;
        if let Some(outcome) = Outcome::of(&answer) {
            permit.ended(outcome);
        }
        fault_point!("send.chunk.after");
        Ok(answer)
    }

    async fn stream(
        &self,
        row: &PostRow,
        upload: &Upload,
        chunk: Chunk,
        digest: &ChunkDigest,
    ) -> Result<ChunkAnswer, ApiError> {
        let mut file = tokio::fs::File::open(&row.path)
            .await
            .map_err(ApiError::Body)?;
        file.seek(SeekFrom::Start(chunk.first))
            .await
            .map_err(ApiError::Body)?;
        let (meters, events) = (self.service.meters(), self.events.clone());
        let (id, total) = (row.id.clone(), row.size());
        let progress = move |bytes: u64| {
            meters.sent(
                &id,
                chunk.first.saturating_add(bytes).min(total),
                total,
                &events,
            );
        };
        self.uploader
            .put_chunk(
                &upload.address,
                &upload.plan,
                &chunk,
                upload.video_type,
                self.throttle.wrap(digest.tap(file.take(chunk.len()))),
                progress,
            )
            .await
    }
}

/// Whether the bytes that TikTok reports end with chunk `index`.
fn fits(plan: &ChunkPlan, uploaded: Option<u64>, index: u64) -> bool {
    uploaded.is_none_or(|bytes| plan.next_chunk_after(bytes) == index + 1)
}
