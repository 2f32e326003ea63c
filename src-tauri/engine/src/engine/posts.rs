//! The queue: adding files, settings, sending, pausing, cancelling and removing posts.

use std::path::PathBuf;

use slipway_accounts::{accounts::WhenRateLimited, rate_limit::Call};
use slipway_core::{
    notice::Explain,
    views::{AddedFile, Event, HistoryEntry, Notice, Post, PostSettings},
};
use tiktok_api::PublishId;

use super::Engine;
use crate::{
    engine::EngineError,
    posts::{self, AddError, State, history},
    status::Source,
};

impl Engine {
    /// Returns the queue, newest first. Leaves out posts that cannot be read, and shows a notice about them.
    pub async fn posts(&self) -> Result<Vec<Post>, EngineError> {
        let rows = self.posts.list().await?;
        let context = self.posts.contexts().await?;
        let views = rows.iter().filter_map(|row| {
            self.service
                .show(row, &context)
                .inspect_err(|error| tracing::error!(post = row.id, %error, "[Posts] Read failed"))
                .ok()
        });
        let views: Vec<Post> = views.collect();
        let missing = rows.len() - views.len();
        let notice = (missing > 0).then(|| posts::unreadable_posts(missing));
        self.status_board
            .show(Source::Queue, notice.into_iter().collect());
        Ok(views)
    }

    /// Returns one post.
    pub async fn post(&self, id: &str) -> Result<Post, EngineError> {
        Ok(self.service.view(id).await?)
    }

    /// Returns the history of a post, oldest first.
    pub async fn post_history(&self, id: &str) -> Result<Vec<HistoryEntry>, EngineError> {
        Ok(self.posts.history(id).await?)
    }

    /// Creates a draft for each file. A file that cannot be used has a notice instead.
    pub async fn add_files(&self, paths: Vec<PathBuf>) -> Vec<AddedFile> {
        let mut added = Vec::with_capacity(paths.len());
        for path in paths {
            let file_name = path
                .file_name()
                .map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy())
                .into_owned();
            let (post_id, notice) = match self.add_file(path).await {
                Ok(id) => (Some(id), None),
                Err(notice) => (None, Some(notice)),
            };
            added.push(AddedFile {
                file_name,
                post_id,
                notice,
            });
        }
        added
    }

    async fn add_file(&self, path: PathBuf) -> Result<String, Notice> {
        let examined = posts::examine_in_background(path).await;
        let mut post = examined.map_err(|error| error.explain())?;
        let duplicate = self.posts.draft_exists(&post.path).await;
        if duplicate.map_err(|error| EngineError::from(error).explain())? {
            return Err(AddError::Duplicate.explain());
        }
        // A single account needs no choice.
        if let Ok([only]) = self.accounts.list().await.as_deref() {
            post.settings.account_id = Some(only.id.clone());
        }
        let id = self
            .posts
            .add(&post)
            .await
            .map_err(|error| error.explain())?;
        self.service.announce(&id).await;
        Ok(id)
    }

    /// Stores the settings of a draft.
    pub async fn update_post(
        &self,
        id: &str,
        settings: &PostSettings,
    ) -> Result<Post, EngineError> {
        if let Some(account) = &settings.account_id
            && self.accounts.get(account).await?.is_none()
        {
            return Err(EngineError::NoSuchAccount);
        }
        self.posts.save_settings(id, settings).await?;
        self.service.announce(id).await;
        self.post(id).await
    }

    /// Queues a draft, or a scheduled post before its time.
    pub async fn submit_post(&self, id: &str) -> Result<Post, EngineError> {
        Ok(self.planner.submit(id).await?)
    }

    /// Pauses a post until [`Engine::resume_post`]. The part that TikTok has is kept.
    pub async fn pause_post(&self, id: &str) -> Result<Post, EngineError> {
        let _lock = self.service.lock(id).await;
        let row = self.posts.get(id).await?;
        // TikTok processes a complete upload by itself, so that it cannot be paused. If TikTok does not answer, the post is
        // paused, and the resume queries TikTok again.
        if row.all_sent_at.is_some()
            || self
                .publisher
                .is_fully_uploaded(&row)
                .await
                .unwrap_or(false)
        {
            return Err(EngineError::WrongState {
                operation: "Pause",
                state: State::Processing.as_str(),
            });
        }
        self.posts.pause(id, None, &history::paused()).await?;
        Ok(self.service.transitioned(id).await?)
    }

    /// Resumes a paused post: at its scheduled time if that is in the future, otherwise now.
    pub async fn resume_post(&self, id: &str) -> Result<Post, EngineError> {
        let row = self.posts.get(id).await?;
        if row.state()? != State::Paused {
            return Err(EngineError::WrongState {
                operation: "Resume",
                state: row.state()?.as_str(),
            });
        }
        self.planner.complete(&row).await?;
        self.posts.unpause(id).await?;
        Ok(self.service.transitioned(id).await?)
    }

    /// Turns a scheduled or paused post into a draft, unless TikTok may have its whole file.
    pub async fn unschedule_post(&self, id: &str) -> Result<Post, EngineError> {
        let _lock = self.service.lock(id).await;
        let row = self.posts.get(id).await?;
        let state = row.state()?;
        if !matches!(state, State::Scheduled | State::Paused) || row.may_be_fully_uploaded() {
            return Err(EngineError::WrongState {
                operation: "Unschedule",
                state: state.as_str(),
            });
        }
        self.posts.back_to_draft(id, &history::draft()).await?;
        Ok(self.service.transitioned(id).await?)
    }

    /// Accepts the present version of a file that changed since it was added. The post becomes a draft.
    pub async fn use_changed_file(&self, id: &str) -> Result<Post, EngineError> {
        let row = self.posts.get(id).await?;
        if row.state()? != State::Failed || row.cause() != Some(posts::Cause::FileChanged) {
            return Err(EngineError::WrongState {
                operation: "Use file",
                state: row.state()?.as_str(),
            });
        }
        let _lock = self.service.lock(id).await;
        if self.publisher.is_fully_uploaded(&row).await? {
            // TikTok has the whole old file after all: the publisher polls its status.
            self.posts.retry(id, false).await?;
            return Ok(self.service.transitioned(id).await?);
        }
        let path = PathBuf::from(&row.path);
        let file = posts::examine_in_background(path)
            .await
            .map_err(EngineError::File)?;
        self.posts.use_changed_file(id, &file).await?;
        Ok(self.service.transitioned(id).await?)
    }

    /// Cancels a post, unless TikTok has its whole file.
    pub async fn cancel_post(&self, id: &str) -> Result<Post, EngineError> {
        let row = self.posts.get(id).await?;
        let has_ended = |state: State| !state.is_active() && state != State::Paused;
        if has_ended(row.state()?) {
            return Err(EngineError::WrongState {
                operation: "Cancel",
                state: row.state()?.as_str(),
            });
        }
        let _lock = self.service.lock(id).await;
        let row = self.posts.get(id).await?;
        if has_ended(row.state()?) {
            // The post ended while this waited for the lock.
            return Ok(self.service.transitioned(id).await?);
        }
        if let (Some(publish_id), Some(account)) = (row.publish_id(), &row.account_id) {
            let cancelled = self.cancel_at_tiktok(account, &publish_id).await;
            if !cancelled && row.may_be_fully_uploaded() {
                return Err(EngineError::TooLateToCancel);
            }
        }
        self.posts.cancelled(id).await?;
        Ok(self.service.transitioned(id).await?)
    }

    async fn cancel_at_tiktok(&self, account: &str, publish_id: &PublishId) -> bool {
        let answer = self
            .tokens
            .call(
                account,
                Call::Cancel,
                WhenRateLimited::Fail,
                |tiktok, token| {
                    let publish_id = publish_id.clone();
                    async move { tiktok.cancel(&token, &publish_id).await }
                },
            )
            .await;
        if let Err(error) = &answer {
            tracing::info!(%error, "[Posts] TikTok did not cancel");
        }
        answer.is_ok()
    }

    /// Retries a failed post, or queries the status of an unconfirmed one. A post whose settings must change becomes a
    /// draft.
    pub async fn retry_post(&self, id: &str) -> Result<Post, EngineError> {
        let row = self.posts.get(id).await?;
        match (row.state()?, row.cause()) {
            (State::Failed, Some(cause)) if cause.needs_edit() => {
                self.posts
                    .back_to_draft(id, &history::draft_to_change())
                    .await?;
            }
            (State::Failed, cause) => {
                if cause.as_ref().is_some_and(|cause| !cause.can_retry()) {
                    return Err(EngineError::WrongState {
                        operation: "Retry",
                        state: "failed",
                    });
                }
                let upload_over = matches!(
                    cause,
                    Some(posts::Cause::Ended { .. } | posts::Cause::TooManyStarts)
                );
                self.posts.retry(id, upload_over).await?;
            }
            (State::Unconfirmed, _) => self.posts.ask_again(id).await?,
            (State::Cancelled, _) => {
                self.posts.back_to_draft(id, &history::draft()).await?;
            }
            (state, _) => {
                return Err(EngineError::WrongState {
                    operation: "Retry",
                    state: state.as_str(),
                });
            }
        }
        Ok(self.service.transitioned(id).await?)
    }

    /// Removes a post that is not active from the queue. The file stays.
    pub async fn remove_post(&self, id: &str) -> Result<(), EngineError> {
        let check_inactive = async || -> Result<(), EngineError> {
            let state = self.posts.get(id).await?.state()?;
            if state.is_active() {
                return Err(EngineError::WrongState {
                    operation: "Remove",
                    state: state.as_str(),
                });
            }
            Ok(())
        };
        check_inactive().await?;
        let _lock = self.service.lock(id).await;
        // The post may have changed while this waited for the lock.
        check_inactive().await?;
        self.posts.remove(id).await?;
        self.events.send(Event::PostRemoved { id: id.to_owned() });
        Ok(())
    }
}
