//! Before the first byte: file and creator are checked once more, TikTok is asked for an upload, and what it gave is
//! stored.

use std::{path::Path, time::Duration};

use slipway_accounts::{
    accounts::{TokenError, WhenRateLimited},
    rate_limit::Call,
};
use slipway_core::{
    blocking::blocking,
    clock,
    fault_points::fault_point,
    views::{PostMode, PostSettings},
};
use tiktok_api::{
    Error as ApiError, ErrorCode, NetworkKind, PostInfo, PrivacyLevel, Scope, UploadTicket, limits,
};
use tokio::sync::Mutex;

use super::{Publisher, failure::Halt, upload::plan};
use crate::{
    posts::{Cause, PostRow},
    publisher::PublishError,
    videos::{fingerprint, modified_ns},
};

/// How often an upload may start anew before the creator is asked.
const INITS_MAX: i64 = 5;
/// How often in a row an init may stay unanswered before the creator is asked: about a day.
const LOST_INITS_MAX: i64 = 24;
/// The least pauses after unanswered inits, in seconds; the last one repeats. Nothing is published without bytes, but
/// TikTok may count each as one of the day's posts or as a pending draft.
const LOST_INIT_PAUSES: [u64; 7] = [5, 15, 60, 5 * 60, 15 * 60, 30 * 60, 3600];

/// How closely a file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Size and time.
    Outside,
    /// The content's fingerprint as well.
    Content,
}

impl Publisher {
    /// Checks file and creator, and asks TikTok for an upload.
    ///
    /// TikTok counts an upload from when it is asked for, so no stop comes between that and storing what it gave:
    /// `no_cancel` is locked meanwhile.
    pub(super) async fn prepare(&self, row: &PostRow, no_cancel: &Mutex<()>) -> Result<(), Halt> {
        let id = &row.id;
        fault_point!("prepare.check.before");
        self.posts.check(id).await?;
        fault_point!("prepare.check.after");
        self.service.announce(id).await;
        if row.inits >= INITS_MAX || row.lost_inits >= LOST_INITS_MAX {
            return Err(Halt::Fail(Cause::TooManyStarts));
        }
        check_file(row, Depth::Content).await?;
        self.check_speed(row)?;
        let account = row
            .account_id
            .clone()
            .ok_or(Halt::Fail(Cause::AccountGone))?;
        let settings = row.settings();
        let plan = plan(row)?;
        let post = match settings.mode {
            PostMode::Direct => {
                fault_point!("prepare.creator.before");
                let post = self.ask_creator(row, &account, &settings).await?;
                fault_point!("prepare.creator.after");
                Some(post)
            }
            PostMode::Inbox => {
                // An init that was not answered is not simply tried again: first something harmless must work.
                if row.lost_inits > 0 {
                    let asked = self
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
                    match asked {
                        Ok(_) => {}
                        // An account may keep its profile to itself: that is an answer too.
                        Err(TokenError::TikTok(error)) if lacks_scope(&error) => {}
                        Err(error) => return Err(Halt::from_call(error, row.attempts)),
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
                if may_have_begun(&error) {
                    self.posts.init_unanswered(id).await?;
                    let least = pause_after_lost(row.lost_inits);
                    return Err(Halt::from_call(error, row.attempts).no_sooner(least));
                }
                return Err(Halt::from_call(error, row.attempts));
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

    /// Whether the upload can be over before its address ends, at the upload limit of this moment.
    fn check_speed(&self, row: &PostRow) -> Result<(), Halt> {
        let Some(limit) = self.throttle.limit() else {
            return Ok(());
        };
        let takes = Duration::from_secs(row.size() / limit.max(1));
        if takes < limits::UPLOAD_URL_LIFE {
            return Ok(());
        }
        Err(Halt::Fail(Cause::TooSlow {
            minutes: takes.as_secs().div_ceil(60),
        }))
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
            .call(
                account,
                Call::CreatorInfo,
                WhenRateLimited::Fail,
                |tiktok, token| async move { tiktok.creator_info(&token).await },
            )
            .await
            .map_err(|error| Halt::from_call(error, row.attempts))?;
        self.accounts
            .learn_names(account, &creator.username, &creator.nickname)
            .await
            .map_err(PublishError::Database)?;
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
}

/// Whether TikTok refused for want of a scope.
fn lacks_scope(error: &ApiError) -> bool {
    matches!(
        error.code(),
        Some(ErrorCode::ScopeNotAuthorized | ErrorCode::ScopePermissionMissed)
    )
}

/// The least pause after an unanswered init, when `earlier` ones in a row were not answered either.
fn pause_after_lost(earlier: i64) -> Duration {
    let place = usize::try_from(earlier).unwrap_or(usize::MAX);
    let last = LOST_INIT_PAUSES.len() - 1;
    Duration::from_secs(LOST_INIT_PAUSES[place.min(last)])
}

/// Whether TikTok may have begun an upload although it did not say so.
fn may_have_begun(error: &TokenError) -> bool {
    let TokenError::TikTok(error) = error else {
        return false;
    };
    match error {
        ApiError::Network { kind, .. } => *kind != NetworkKind::Connect,
        ApiError::Server { http, .. } => *http >= 500,
        ApiError::Api { http, code, .. } => *http >= 500 || *code == ErrorCode::InternalError,
        ApiError::Malformed { .. } | ApiError::BadUploadUrl { .. } => true,
        _ => false,
    }
}

/// Whether the file is still the one that was added.
pub(super) async fn check_file(row: &PostRow, depth: Depth) -> Result<(), Halt> {
    let unreadable = |error: &std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Halt::Fail(Cause::FileMissing),
        _ => Halt::Fail(Cause::FileUnreadable {
            detail: error.to_string(),
        }),
    };
    let path = Path::new(&row.path);
    let metadata = tokio::fs::metadata(path)
        .await
        .map_err(|error| unreadable(&error))?;
    if metadata.len() != row.size() || modified_ns(&metadata) != row.modified_ns {
        return Err(Halt::Fail(Cause::FileChanged));
    }
    let (Depth::Content, Some(known)) = (depth, &row.fingerprint) else {
        return Ok(());
    };
    let path = path.to_owned();
    let found = blocking(move || fingerprint(&path))
        .await
        .map_err(|error| unreadable(&error))?;
    if found == *known {
        Ok(())
    } else {
        Err(Halt::Fail(Cause::FileChanged))
    }
}
