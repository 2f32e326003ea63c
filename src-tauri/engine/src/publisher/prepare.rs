//! Prepares an upload: checks the file and the creator once more, sends the init call and stores its answer.

use std::time::Duration;

use slipway_accounts::{
    accounts::{TokenError, WhenRateLimited},
    rate_limit::Call,
};
use slipway_core::{
    clock,
    fault_points::fault_point,
    views::{PostMode, PostSettings},
};
use tiktok_api::{
    Effect, Error as ApiError, FailureKind, PostInfo, PrivacyLevel, Scope, UploadTicket, limits,
};
use tokio::sync::Mutex;

use super::{
    context::Publisher,
    error::PublishError,
    failure::Failure,
    file_check::{CheckDepth, check_file, chunk_plan},
};
use crate::posts::{Cause, PostRow};

/// The number of times that an upload may start over before the post fails.
const INITS_MAX: i64 = 5;
/// The number of inits in a row that may stay unanswered before the post fails: about a day.
const LOST_INITS_MAX: i64 = 24;
/// The shortest pauses after unanswered inits, in seconds; the last one repeats. Nothing is published without bytes, but
/// TikTok may count each init against the daily cap or as a pending draft.
const LOST_INIT_PAUSES: [u64; 7] = [5, 15, 60, 5 * 60, 15 * 60, 30 * 60, 3600];

impl Publisher {
    /// Checks the file and the creator, and starts an upload.
    ///
    /// TikTok counts an upload from its init call on, so no cancellation may come between that call and storing its
    /// answer: `no_cancel` is locked meanwhile.
    pub(super) async fn prepare(
        &self,
        row: &PostRow,
        no_cancel: &Mutex<()>,
    ) -> Result<(), Failure> {
        let id = &row.id;
        fault_point!("prepare.check.before");
        self.posts.check(id).await?;
        fault_point!("prepare.check.after");
        self.service.announce(id).await;
        if row.inits >= INITS_MAX || row.lost_inits >= LOST_INITS_MAX {
            return Err(Failure::Fail(Cause::TooManyStarts));
        }
        if let Some(modified) = check_file(row, CheckDepth::Content).await? {
            self.posts.file_touched(id, modified).await?;
        }
        self.check_speed(row)?;
        let account = row
            .account_id
            .clone()
            .ok_or(Failure::Fail(Cause::AccountGone))?;
        let settings = row.settings();
        let plan = chunk_plan(row)?;
        let post = match settings.mode {
            PostMode::Direct => {
                fault_point!("prepare.creator.before");
                let post = self.query_creator(row, &account, &settings).await?;
                fault_point!("prepare.creator.after");
                Some(post)
            }
            PostMode::Inbox => {
                // After an unanswered init, a harmless call must succeed before the next init.
                if row.lost_inits > 0 {
                    let answer = self
                        .tokens
                        .call(
                            &account,
                            Call::UserInfo,
                            WhenRateLimited::Fail,
                            |tiktok, token| async move {
                                tiktok.user_info(&token, &[Scope::UserInfoBasic]).await
                            },
                        )
                        .await;
                    match answer {
                        Ok(_) => {}
                        // The account did not grant access to its profile: that is an answer, too.
                        Err(TokenError::TikTok(error)) if is_missing_scope(&error) => {}
                        Err(error) => return Err(Failure::from_call(error, row.attempts)),
                    }
                }
                None
            }
        };
        let _no_cancel = no_cancel.lock().await;
        fault_point!("prepare.init.before");
        let ticket = match post {
            None => {
                self.tokens
                    .call(
                        &account,
                        Call::InboxInit,
                        WhenRateLimited::Fail,
                        |tiktok, token| async move { tiktok.init_inbox(&token, &plan).await },
                    )
                    .await
            }
            Some(post) => {
                self.tokens
                    .call(
                        &account,
                        Call::DirectPostInit,
                        WhenRateLimited::Fail,
                        |tiktok, token| {
                            let post = post.clone();
                            async move { tiktok.init_direct_post(&token, &post, &plan).await }
                        },
                    )
                    .await
            }
        };
        fault_point!("prepare.init.after");
        let UploadTicket {
            publish_id,
            upload_url,
        } = match ticket {
            Ok(ticket) => ticket,
            Err(error) => {
                if may_have_started(&error) {
                    self.posts.init_unanswered(id).await?;
                    let least = pause_after_unanswered(row.lost_inits);
                    return Err(Failure::from_call(error, row.attempts).no_sooner(least));
                }
                return Err(Failure::from_call(error, row.attempts));
            }
        };
        let sealed = self.database.vault.encrypt(upload_url.expose());
        let expires_at = clock::after(self.clock.now(), limits::UPLOAD_URL_LIFE);
        fault_point!("prepare.started.before");
        self.posts
            .started(id, &publish_id, &sealed, expires_at)
            .await?;
        fault_point!("prepare.started.after");
        self.service.announce(id).await;
        Ok(())
    }

    /// Fails if the present upload limit is too low to complete the upload before its address expires.
    fn check_speed(&self, row: &PostRow) -> Result<(), Failure> {
        let Some(limit) = self.throttle.limit() else {
            return Ok(());
        };
        let takes = Duration::from_secs(row.size() / limit.max(1));
        if takes < limits::UPLOAD_URL_LIFE {
            return Ok(());
        }
        Err(Failure::Fail(Cause::TooSlow {
            minutes: takes.as_secs().div_ceil(60),
        }))
    }

    /// Queries the creator info right before a direct post, as TikTok requires, and adapts the settings to it.
    /// Source: `/doc/content-sharing-guidelines`.
    async fn query_creator(
        &self,
        row: &PostRow,
        account: &str,
        settings: &PostSettings,
    ) -> Result<PostInfo, Failure> {
        let creator = self
            .tokens
            .call(
                account,
                Call::CreatorInfo,
                WhenRateLimited::Fail,
                |tiktok, token| async move { tiktok.creator_info(&token).await },
            )
            .await
            .map_err(|error| Failure::from_call(error, row.attempts))?;
        self.accounts
            .learn_names(account, &creator.username, &creator.nickname)
            .await
            .map_err(PublishError::Database)?;
        let level = settings.privacy.clone().unwrap_or_default();
        let privacy_level = PrivacyLevel::from(level.as_str());
        if !creator.privacy_level_options.contains(&privacy_level) {
            return Err(Failure::Fail(Cause::PrivacyGone { level }));
        }
        let duration = Duration::from_millis(row.media()?.duration_ms);
        if duration > creator.max_video_post_duration {
            return Err(Failure::Fail(Cause::TooLong {
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
}

/// Whether TikTok refused because a scope is missing.
fn is_missing_scope(error: &ApiError) -> bool {
    error
        .code_meaning()
        .is_some_and(|meaning| meaning.kind == FailureKind::MissingScope)
}

/// The shortest pause after an unanswered init that follows `earlier` unanswered ones.
fn pause_after_unanswered(earlier: i64) -> Duration {
    let place = usize::try_from(earlier).unwrap_or(usize::MAX);
    let last = LOST_INIT_PAUSES.len() - 1;
    Duration::from_secs(LOST_INIT_PAUSES[place.min(last)])
}

/// Whether TikTok may have started an upload although it did not say so.
fn may_have_started(error: &TokenError) -> bool {
    matches!(error, TokenError::TikTok(error) if error.meaning().effect == Effect::Possible)
}
