//! The bytes' way out, chunk by chunk; after any stop, TikTok is asked before anything is sent.

use std::io::SeekFrom;

use crate::posts::history;
use secrecy::ExposeSecret;
use slipway_accounts::{
    accounts::{WhenRateLimited, TokenError},
    circuit_breaker::Outcome,
    rate_limit::Call,
};
use slipway_core::{backoff::backoff, clock, fault_points::fault_point};
use tiktok_api::{
    Chunk, ChunkAnswer, ChunkPlan, Error as ApiError, ErrorCode, PostStatus, PublishId, UploadUrl,
    VideoType,
};
use tokio::{
    io::{AsyncReadExt, AsyncSeekExt},
    sync::Mutex,
};

use super::{
    Publisher,
    digest::{Digest, Part},
    failure::Halt,
    prepare::{Depth, check_file},
    recovery::{Facts, Next},
};
use crate::{
    posts::{Cause, PostRow},
    publisher::PublishError,
    videos,
};

/// How often in a row a chunk may go wrong before the post steps back and waits.
const TROUBLE_MAX: i64 = 4;

/// Whether there is something to send.
#[derive(Debug, PartialEq, Eq)]
enum Flow {
    Send,
    Done,
}

/// An upload in flight with all that sending needs.
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
    /// Moves a post from wherever it is until TikTok has all its bytes.
    /// A stop waits while `no_cancel` is locked.
    pub(super) async fn send(&self, row: &PostRow, no_cancel: &Mutex<()>) -> Result<(), Halt> {
        let flow = match row.publish_id() {
            None => {
                self.prepare(row, no_cancel).await?;
                Flow::Send
            }
            Some(publish_id) => self.recover(row, &publish_id).await?,
        };
        match flow {
            Flow::Send => self.upload(&row.id).await,
            Flow::Done => Ok(()),
        }
    }

    /// Asks TikTok how an upload stands of which it may have every byte, while none may run. What has bytes to send
    /// stays where it is.
    pub(super) async fn ask_only(&self, row: &PostRow) -> Result<(), Halt> {
        let Some(publish_id) = row.publish_id() else {
            return Ok(());
        };
        match (self.find_out(row, &publish_id).await?, self.closed()) {
            (Next::Send { .. } | Next::StartOver, Some(cause)) => {
                Ok(self.hold_back(row, &cause, None).await?)
            }
            // Uploads may run again: the next look takes it up.
            (Next::Send { .. } | Next::StartOver, None) => Ok(()),
            (next, _) => self.follow(row, next).await.map(|_| ()),
        }
    }

    /// Asks TikTok about an upload in flight and does what its answer allows.
    async fn recover(&self, row: &PostRow, publish_id: &PublishId) -> Result<Flow, Halt> {
        let next = self.find_out(row, publish_id).await?;
        let flow = self.follow(row, next).await?;
        fault_point!("recover.follow.after");
        Ok(flow)
    }

    /// What the stored facts and TikTok's answer allow.
    async fn find_out(&self, row: &PostRow, publish_id: &PublishId) -> Result<Next, Halt> {
        let account = row
            .account_id
            .clone()
            .ok_or(Halt::Fail(Cause::AccountGone))?;
        let expired = row.upload_expires_at.map(clock::from_millis) <= Some(self.clock.now());
        let facts = Facts {
            plan: plan(row)?,
            confirmed: row.bytes(),
            address_dead: expired || row.upload_url.is_none(),
        };
        fault_point!("recover.status.before");
        let next = self.ask(&account, publish_id, &facts, row.attempts).await?;
        fault_point!("recover.status.after");
        Ok(next)
    }

    /// The status of an upload in flight, turned into what to do.
    async fn ask(
        &self,
        account: &str,
        publish_id: &PublishId,
        facts: &Facts,
        tries: i64,
    ) -> Result<Next, Halt> {
        match self.status(account, publish_id).await {
            Ok(status) => Ok(facts.next(&status)),
            Err(TokenError::TikTok(error))
                if error.code() == Some(&ErrorCode::InvalidPublishId) =>
            {
                Ok(facts.unknown())
            }
            Err(error) => Err(Halt::from_call(error, tries)),
        }
    }

    pub(super) async fn status(
        &self,
        account: &str,
        publish_id: &PublishId,
    ) -> Result<PostStatus, TokenError> {
        self.status_with(account, publish_id, WhenRateLimited::Wait).await
    }

    /// The status, with the patience of whoever asks.
    pub(super) async fn status_with(
        &self,
        account: &str,
        publish_id: &PublishId,
        patience: WhenRateLimited,
    ) -> Result<PostStatus, TokenError> {
        self.tokens
            .call(account, Call::Status, patience, |tiktok, token| {
                let publish_id = publish_id.clone();
                async move { tiktok.status(&token, &publish_id).await }
            })
            .await
    }

    /// Stores what TikTok's answer means.
    async fn follow(&self, row: &PostRow, next: Next) -> Result<Flow, Halt> {
        let id = &row.id;
        match next {
            Next::Send { index } => {
                let from = index.saturating_mul(plan(row)?.chunk_size());
                self.posts.resume(id, from).await?;
                self.service.announce(id).await;
                return Ok(Flow::Send);
            }
            Next::Watch => self.all_sent(id).await?,
            Next::Finish(end) => self.finish(row, end, None).await?,
            Next::Ended(reason) => return Err(Halt::from_end(reason.as_ref(), row.inits)),
            Next::StartOver => {
                self.posts.start_over(id, &history::starting_over()).await?;
            }
            Next::Unconfirmed => return Err(Halt::Unconfirmed(Cause::Forgotten)),
        }
        Ok(Flow::Done)
    }

    /// Streams the chunks that are missing.
    async fn upload(&self, id: &str) -> Result<(), Halt> {
        let row = self.posts.get(id).await?;
        let upload = self.open_upload(&row)?;
        let plan = upload.plan;
        let mut confirmed = row.bytes();
        let mut index = plan.next_chunk_after(confirmed);
        let mut trouble = 0;
        let mut depth = Depth::Content;
        let mut digest = Digest::default();
        while let Some(chunk) = plan.chunk(index) {
            // TikTok publishes by itself once it has the last byte, so before that the content counts once more.
            if index + 1 == plan.count() {
                depth = Depth::Content;
            }
            check_file(&row, std::mem::replace(&mut depth, Depth::Outside)).await?;
            let part = digest.begin(&chunk);
            let expired = self.clock.now() >= upload.expires_at;
            let answer = if expired {
                Ok(ChunkAnswer::AddressDead)
            } else {
                fault_point!("send.chunk.before");
                let answer = self.put(&row, &upload, chunk, &part).await?;
                fault_point!("send.chunk.after");
                answer
            };
            let (address_dead, hint) = match answer {
                Ok(ChunkAnswer::Accepted { uploaded }) if fits(&plan, uploaded, index) => {
                    digest.arrived(&part, &chunk);
                    confirmed = chunk.last + 1;
                    index += 1;
                    trouble = 0;
                    fault_point!("send.bytes.before");
                    self.posts.bytes_sent(id, confirmed).await?;
                    fault_point!("send.bytes.after");
                    continue;
                }
                Ok(ChunkAnswer::Complete) if index + 1 == plan.count() => {
                    digest.arrived(&part, &chunk);
                    break;
                }
                Ok(ChunkAnswer::AddressDead) => (true, None),
                Ok(ChunkAnswer::OutOfStep { uploaded } | ChunkAnswer::Accepted { uploaded }) => {
                    (false, uploaded)
                }
                Ok(ChunkAnswer::Complete) => (false, None),
                Err(error) if passing(&error) => {
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
                    if trouble >= TROUBLE_MAX {
                        return Err(Halt::from_api(&error, row.attempts + trouble));
                    }
                    self.clock.sleep(backoff(trouble)).await;
                    (false, None)
                }
                Err(error) => return Err(Halt::from_api(&error, row.attempts)),
            };
            trouble += 1;
            if trouble > TROUBLE_MAX {
                return Err(Halt::wait(
                    Cause::AnswerUnreadable,
                    backoff(row.attempts + trouble),
                ));
            }
            let facts = Facts {
                plan,
                confirmed: hint.unwrap_or(confirmed),
                address_dead,
            };
            match self
                .ask(
                    &upload.account,
                    &upload.publish_id,
                    &facts,
                    row.attempts + trouble,
                )
                .await?
            {
                Next::Send { index: from } => {
                    index = from;
                    confirmed = from.saturating_mul(plan.chunk_size());
                    self.posts.resume(id, confirmed).await?;
                    self.service.announce(id).await;
                }
                next => {
                    let row = self.posts.get(id).await?;
                    self.follow(&row, next).await?;
                    return Ok(());
                }
            }
        }
        self.learn(&row, &digest).await?;
        self.all_sent(id).await
    }

    /// Keeps the hash of a video that went out whole.
    async fn learn(&self, row: &PostRow, digest: &Digest) -> Result<(), PublishError> {
        if let (Some(video), Some(content)) = (row.video_id, digest.whole(row.size())) {
            videos::learn(&self.database.pool, video, &content).await?;
        }
        Ok(())
    }

    async fn all_sent(&self, id: &str) -> Result<(), Halt> {
        fault_point!("send.all_sent.before");
        self.posts.all_sent(id).await?;
        fault_point!("send.all_sent.after");
        Ok(())
    }

    fn open_upload(&self, row: &PostRow) -> Result<Upload, Halt> {
        let account = row
            .account_id
            .clone()
            .ok_or(Halt::Fail(Cause::AccountGone))?;
        let (Some(publish_id), Some(sealed)) = (row.publish_id(), &row.upload_url) else {
            return Err(Halt::Fault(PublishError::SecretUnreadable));
        };
        let address = self
            .database
            .vault
            .decrypt(sealed)
            .map_err(|_| Halt::Fault(PublishError::SecretUnreadable))?;
        let host = self.upload_host(address.expose_secret());
        let address = UploadUrl::parse(address.expose_secret(), &self.endpoints)
            .map_err(|_| Halt::Fault(PublishError::SecretUnreadable))?;
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
            plan: plan(row)?,
            video_type,
        })
    }

    /// The name of an upload's host. The sandbox answers everything from one host; its uploads fail on their own all
    /// the same.
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

    /// Sends one chunk, unless the upload's host is left alone at present.
    async fn put(
        &self,
        row: &PostRow,
        upload: &Upload,
        chunk: Chunk,
        part: &Part,
    ) -> Result<Result<ChunkAnswer, ApiError>, Halt> {
        let pass = self
            .breaker
            .admit(&upload.host, Some(&upload.account))
            .map_err(|resting| Halt::resting(&resting))?;
        let answer = self.stream(row, upload, chunk, part).await;
        if let Some(outcome) = Outcome::of(&answer) {
            pass.ended(outcome);
        }
        Ok(answer)
    }

    async fn stream(
        &self,
        row: &PostRow,
        upload: &Upload,
        chunk: Chunk,
        part: &Part,
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
                self.throttle.wrap(part.tap(file.take(chunk.len()))),
                progress,
            )
            .await
    }
}

/// Whether the bytes that TikTok reports are those of chunk `index` being taken.
fn fits(plan: &ChunkPlan, uploaded: Option<u64>, index: u64) -> bool {
    uploaded.is_none_or(|bytes| plan.next_chunk_after(bytes) == index + 1)
}

/// Whether the same chunk may work in a moment.
fn passing(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::Network { .. } | ApiError::Server { .. } | ApiError::Malformed { .. }
    )
}

pub(super) fn plan(row: &PostRow) -> Result<ChunkPlan, Halt> {
    ChunkPlan::new(row.size()).map_err(|error| {
        Halt::Fail(Cause::Refused {
            code: "invalid_file_upload".into(),
            message: error.to_string(),
        })
    })
}
