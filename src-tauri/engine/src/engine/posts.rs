//! The queue: files in, choices, sending, pausing, stopping, removing.

use std::path::PathBuf;

use crate::posts::history;
use slipway_accounts::{accounts::WhenRateLimited, rate_limit::Call};
use slipway_core::{
    notice::Explain,
    views::{AddedFile, Event, HistoryEntry, Notice, Post, PostSettings},
};
use tiktok_api::PublishId;

use super::Engine;
use crate::{
    engine::EngineError,
    posts::{self, AddError, State},
    status::Source,
};

impl Engine {
    /// The queue, newest first. A post that cannot be read does not hide the others; the standing tells of it.
    pub async fn posts(&self) -> Result<Vec<Post>, EngineError> {
        let rows = self.posts.list().await?;
        let context = self.posts.contexts().await?;
        let views = rows.iter().filter_map(|row| {
            row.view(self.service.progress(&row.id), &context)
                .inspect_err(|error| tracing::error!(post = row.id, %error, "[Posts] Read failed"))
                .ok()
        });
        let views: Vec<Post> = views.collect();
        let missing = rows.len() - views.len();
        let notice = (missing > 0).then(|| posts::unreadable_posts(missing));
        self.board.show(Source::Queue, notice.into_iter().collect());
        Ok(views)
    }

    /// One post.
    pub async fn post(&self, id: &str) -> Result<Post, EngineError> {
        Ok(self.service.view(id).await?)
    }

    /// A post's own history, oldest first.
    pub async fn post_history(&self, id: &str) -> Result<Vec<HistoryEntry>, EngineError> {
        Ok(self.posts.history(id).await?)
    }

    /// Makes a draft of each file that is a video, and says why of each that is not.
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
        // With one account there is nothing to choose.
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

    /// Stores what the creator chose for a draft.
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

    /// Puts a draft, or a scheduled post before its moment, in line to be sent.
    pub async fn submit_post(&self, id: &str) -> Result<Post, EngineError> {
        Ok(self.planner.submit(id).await?)
    }

    /// Lets a post rest until [`Engine::resume_post`]; what TikTok has of it is kept.
    pub async fn pause_post(&self, id: &str) -> Result<Post, EngineError> {
        let _lock = self.service.lock(id).await;
        let row = self.posts.get(id).await?;
        // Once TikTok has all bytes there is nothing left to pause: it works on by itself. Where TikTok does not say,
        // the pause stands, and going on asks again.
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

    /// Lets a paused post go on: at its moment if that is still to come, otherwise now.
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

    /// Makes a draft again of a scheduled or paused post of which TikTok has nothing.
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

    /// Takes a file that changed since it was added as it is now; the post becomes a draft again.
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
            // All of the old file reached TikTok after all: watch how that ends.
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

    /// Stops a post, as long as TikTok does not have it whole.
    pub async fn cancel_post(&self, id: &str) -> Result<Post, EngineError> {
        let row = self.posts.get(id).await?;
        let over = |state: State| !state.is_active() && state != State::Paused;
        if over(row.state()?) {
            return Err(EngineError::WrongState {
                operation: "Cancel",
                state: row.state()?.as_str(),
            });
        }
        let _lock = self.service.lock(id).await;
        let row = self.posts.get(id).await?;
        if over(row.state()?) {
            // It came to its end just now.
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

    /// Tries a failed post again, or asks TikTok once more about an unconfirmed one. A post whose
    /// choices must change becomes a draft.
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

    /// Takes a post that is not under way off the queue; the file stays.
    pub async fn remove_post(&self, id: &str) -> Result<(), EngineError> {
        let at_rest = async || -> Result<(), EngineError> {
            let state = self.posts.get(id).await?.state()?;
            if state.is_active() {
                return Err(EngineError::WrongState {
                    operation: "Remove",
                    state: state.as_str(),
                });
            }
            Ok(())
        };
        at_rest().await?;
        let _lock = self.service.lock(id).await;
        // It may have gone on until nobody else had it in hand.
        at_rest().await?;
        self.posts.remove(id).await?;
        self.events.send(Event::PostRemoved { id: id.to_owned() });
        Ok(())
    }
}
