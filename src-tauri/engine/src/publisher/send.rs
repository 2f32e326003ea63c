//! One post's way out: check, init, stream chunk by chunk; after any stop, ask before sending.

use std::{io::SeekFrom, path::Path, time::Duration};

use secrecy::ExposeSecret;
use tiktok_api::{
    Chunk, ChunkAnswer, ChunkPlan, Error as ApiError, ErrorCode, PostInfo, PostStatus,
    PrivacyLevel, PublishId, UploadTicket, UploadUrl, VideoType, limits,
};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::{
    Publisher,
    decide::{Facts, Next},
    halt::{Halt, backoff},
};
use crate::{
    accounts::TokenError,
    clock,
    error::EngineError,
    posts::{Cause, PostRow, megabytes, modified_ns},
    views::{PostMode, PostSettings},
};

/// How often an upload may start anew before the creator is asked.
const INITS_MAX: i64 = 5;
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
    expires_at: jiff::Timestamp,
    plan: ChunkPlan,
    video_type: VideoType,
}

impl Publisher {
    /// Moves a post from wherever it is until TikTok has all its bytes.
    pub(super) async fn send(&self, id: &str) -> Result<(), Halt> {
        let row = self.posts.get(id).await?;
        let flow = match row.publish_id() {
            None => {
                self.prepare(&row).await?;
                Flow::Send
            }
            Some(publish_id) => self.recover(&row, &publish_id).await?,
        };
        match flow {
            Flow::Send => self.upload(id).await,
            Flow::Done => Ok(()),
        }
    }

    /// Checks file and creator, and asks TikTok for an upload.
    async fn prepare(&self, row: &PostRow) -> Result<(), Halt> {
        let id = &row.id;
        self.posts.check(id).await?;
        self.changed(id).await;
        if row.inits >= INITS_MAX {
            return Err(Halt::Fail(Cause::TooManyStarts));
        }
        unchanged(row).await?;
        let account = row
            .account_id
            .clone()
            .ok_or(Halt::Fail(Cause::AccountGone))?;
        let settings = row.settings();
        let plan = plan(row)?;
        let ticket = match settings.mode {
            PostMode::Inbox => {
                self.tokens
                    .call(&account, |tiktok, token| async move {
                        tiktok.init_inbox(&token, &plan).await
                    })
                    .await
            }
            PostMode::Direct => {
                let post = self.ask_creator(row, &account, &settings).await?;
                self.tokens
                    .call(&account, |tiktok, token| {
                        let post = post.clone();
                        async move { tiktok.init_direct_post(&token, &post, &plan).await }
                    })
                    .await
            }
        };
        let UploadTicket {
            publish_id,
            upload_url,
        } = ticket.map_err(|error| Halt::from_call(error, row.attempts))?;
        let sealed = self.database.vault.encrypt(upload_url.expose());
        let expires_at = clock::after(self.clock.now(), limits::UPLOAD_URL_LIFE);
        self.posts
            .started(id, &publish_id, &sealed, expires_at)
            .await?;
        self.changed(id).await;
        Ok(())
    }

    /// Asks creator info afresh right before a direct post, as TikTok demands, and fits the
    /// choices to it. Source: `/doc/content-sharing-guidelines`.
    async fn ask_creator(
        &self,
        row: &PostRow,
        account: &str,
        settings: &PostSettings,
    ) -> Result<PostInfo, Halt> {
        let creator = self
            .tokens
            .call(account, |tiktok, token| async move {
                tiktok.creator_info(&token).await
            })
            .await
            .map_err(|error| Halt::from_call(error, row.attempts))?;
        self.accounts
            .learn_username(account, &creator.username)
            .await
            .map_err(EngineError::Database)?;
        let level = settings.privacy.clone().unwrap_or_default();
        let privacy_level = PrivacyLevel::from(level.as_str());
        if !creator.privacy_level_options.contains(&privacy_level) {
            return Err(Halt::Fail(Cause::PrivacyGone { level }));
        }
        let duration = Duration::from_millis(row.media()?.duration_ms);
        if duration > creator.max_video_post_duration {
            return Err(Halt::Fail(Cause::TooLong {
                found_sec: duration.as_secs(),
                max_sec: creator.max_video_post_duration.as_secs(),
            }));
        }
        let disclosed = settings.discloses_commercial;
        Ok(PostInfo {
            title: Some(settings.caption.clone()).filter(|caption| !caption.is_empty()),
            privacy_level,
            disable_comment: !settings.allow_comment || creator.comment_disabled,
            disable_duet: !settings.allow_duet || creator.duet_disabled,
            disable_stitch: !settings.allow_stitch || creator.stitch_disabled,
            video_cover_timestamp_ms: settings.cover_ms.and_then(|ms| i32::try_from(ms).ok()),
            brand_content_toggle: disclosed && settings.brand_content,
            brand_organic_toggle: disclosed && settings.brand_organic,
            is_aigc: settings.is_aigc,
        })
    }

    /// Asks TikTok about an upload in flight and does what its answer allows.
    async fn recover(&self, row: &PostRow, publish_id: &PublishId) -> Result<Flow, Halt> {
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
        let next = self.ask(&account, publish_id, &facts, row.attempts).await?;
        self.follow(row, next).await
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
        self.tokens
            .call(account, |tiktok, token| {
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
                self.changed(id).await;
                return Ok(Flow::Send);
            }
            Next::Watch => self.posts.all_sent(id).await?,
            Next::Finish(end) => self.finish(row, end, None).await?,
            Next::Ended(reason) => return Err(Halt::from_end(reason.as_ref(), row.inits)),
            Next::StartOver => {
                self.posts
                    .start_over(
                        id,
                        "The upload can no longer be completed, starting a new one",
                    )
                    .await?;
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
        while let Some(chunk) = plan.chunk(index) {
            unchanged(&row).await?;
            let expired = self.clock.now() >= upload.expires_at;
            let answer = if expired {
                Ok(ChunkAnswer::AddressDead)
            } else {
                self.put(&row, &upload, chunk).await
            };
            let (address_dead, hint) = match answer {
                Ok(ChunkAnswer::Accepted { uploaded }) if fits(&plan, uploaded, index) => {
                    confirmed = chunk.last + 1;
                    index += 1;
                    trouble = 0;
                    self.posts.bytes_sent(id, confirmed).await?;
                    continue;
                }
                Ok(ChunkAnswer::Complete) if index + 1 == plan.count() => break,
                Ok(ChunkAnswer::AddressDead) => (true, None),
                Ok(ChunkAnswer::OutOfStep { uploaded } | ChunkAnswer::Accepted { uploaded }) => {
                    (false, uploaded)
                }
                Ok(ChunkAnswer::Complete) => (false, None),
                Err(error) if passing(&error) => {
                    let at = megabytes(self.progress(id).map_or(confirmed, |p| p.sent_bytes));
                    let text = match &error {
                        ApiError::Network { .. } => format!("Connection lost at {at}"),
                        _ => format!("TikTok did not take a part at {at}"),
                    };
                    tracing::info!(post = id, %error, "[Publisher] {text}");
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
                    self.changed(id).await;
                }
                next => {
                    let row = self.posts.get(id).await?;
                    self.follow(&row, next).await?;
                    return Ok(());
                }
            }
        }
        self.posts.all_sent(id).await?;
        Ok(())
    }

    fn open_upload(&self, row: &PostRow) -> Result<Upload, Halt> {
        let account = row
            .account_id
            .clone()
            .ok_or(Halt::Fail(Cause::AccountGone))?;
        let (Some(publish_id), Some(sealed)) = (row.publish_id(), &row.upload_url) else {
            return Err(Halt::Fault(EngineError::Vault));
        };
        let address = self
            .database
            .vault
            .decrypt(sealed)
            .map_err(|_| Halt::Fault(EngineError::Vault))?;
        let address = UploadUrl::parse(address.expose_secret(), &self.endpoints)
            .map_err(|_| Halt::Fault(EngineError::Vault))?;
        let video_type = match row.media()?.container.as_str() {
            "WebM" | "Matroska" => VideoType::WebM,
            "MOV" => VideoType::QuickTime,
            _ => VideoType::Mp4,
        };
        Ok(Upload {
            account,
            publish_id,
            address,
            expires_at: row
                .upload_expires_at
                .map_or(jiff::Timestamp::MAX, clock::from_millis),
            plan: plan(row)?,
            video_type,
        })
    }

    async fn put(
        &self,
        row: &PostRow,
        upload: &Upload,
        chunk: Chunk,
    ) -> Result<ChunkAnswer, ApiError> {
        let mut file = tokio::fs::File::open(&row.path)
            .await
            .map_err(ApiError::Body)?;
        file.seek(SeekFrom::Start(chunk.first))
            .await
            .map_err(ApiError::Body)?;
        let (meters, events) = (self.meters.clone(), self.events.clone());
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
                file.take(chunk.len()),
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

fn plan(row: &PostRow) -> Result<ChunkPlan, Halt> {
    ChunkPlan::new(row.size()).map_err(|error| {
        Halt::Fail(Cause::Refused {
            code: "invalid_file_upload".into(),
            message: error.to_string(),
        })
    })
}

/// Whether the file is still the one that was added.
async fn unchanged(row: &PostRow) -> Result<(), Halt> {
    match tokio::fs::metadata(Path::new(&row.path)).await {
        Ok(metadata)
            if metadata.len() == row.size() && modified_ns(&metadata) == row.modified_ns =>
        {
            Ok(())
        }
        Ok(_) => Err(Halt::Fail(Cause::FileChanged)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Halt::Fail(Cause::FileMissing))
        }
        Err(error) => Err(Halt::Fail(Cause::FileUnreadable {
            detail: error.to_string(),
        })),
    }
}
