//! Posts: the queue, what a post knows of itself, and what must hold before it is sent.

mod add;
mod cause;
mod compose;
mod context;
mod counts;
mod error;
mod file_notices;
pub(crate) mod history;
mod locks;
#[cfg(test)]
mod model;
mod notices;
mod progress;
mod row;
mod service;
mod state;
mod store;
mod tables;
mod transitions;

pub(crate) use add::{NewPost, examine, look_into};
pub(crate) use cause::Cause;
pub(crate) use compose::check_complete;
pub(crate) use context::Context;
pub use error::{AddError, Incomplete, PostError};
pub(crate) use file_notices::not_usable;
pub(crate) use locks::RunningGuard;
pub(crate) use notices::{credentials_refused, unreadable_posts};
/// The texts of this module.
pub(crate) const TEXTS: [&[slipway_core::texts::Spec]; 3] = [
    file_notices::text::TEXTS,
    history::TEXTS,
    notices::text::TEXTS,
];
pub(crate) use progress::UploadMeters;
pub(crate) use row::PostRow;
pub(crate) use service::PostService;
use slipway_core::{
    clock,
    notice::Explain,
    views::{
        ClockChange, Finding, LocalMoment, Media, Notice, Post, PostState, Progress, Schedule,
        Severity,
    },
};
pub(crate) use state::State;
use state::Step;
pub(crate) use store::{PostStore, insert};
pub(crate) use tables::TABLES;
pub(crate) use transitions::{End, Pause, consent};

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A finding as a fact; its text is made when it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredFinding {
    pub(crate) rule: String,
    pub(crate) severity: Severity,
    pub(crate) found: String,
    pub(crate) wanted: String,
}

impl PostRow {
    /// The post without its secrets. `progress` is what is known beyond the stored bytes.
    pub(crate) fn view(
        &self,
        progress: Option<Progress>,
        context: &Context,
    ) -> Result<Post, PostError> {
        let state = self.state()?;
        let notice = || {
            self.cause()
                .map_or_else(notices::no_reason, |cause| cause.explain())
        };
        let shown = match state {
            State::Draft => PostState::Draft,
            State::Scheduled => PostState::Scheduled,
            State::Queued => PostState::Queued,
            State::Checking => PostState::Checking,
            State::Uploading => PostState::Uploading,
            State::Processing => PostState::Processing,
            State::Published => PostState::Published,
            State::DeliveredToInbox => PostState::DeliveredToInbox,
            State::Waiting => PostState::Waiting {
                reason: self.cause().unwrap_or(Cause::Offline).wait_reason(),
                notice: notice(),
                until: self.wait_until.map(|at| clock::from_millis(at).to_string()),
            },
            State::Failed => PostState::Failed {
                notice: notice(),
                can_retry: self.cause().is_none_or(|cause| cause.can_retry()),
                file_changed: self.cause() == Some(Cause::FileChanged),
            },
            State::Paused => PostState::Paused {
                notice: self.cause().map(|cause| cause.explain()),
            },
            State::Unconfirmed => PostState::Unconfirmed { notice: notice() },
            State::Cancelled => PostState::Cancelled,
        };
        let uploading = matches!(state, State::Uploading)
            || matches!(state, State::Waiting) && self.publish_id.is_some();
        let stored = Progress {
            sent_bytes: self.bytes(),
            total_bytes: self.size(),
            bytes_per_second: None,
            seconds_left: None,
        };
        Ok(Post {
            id: self.id.clone(),
            file_name: self.file_name.clone(),
            path: PathBuf::from(&self.path),
            size_bytes: self.size(),
            media: self.media()?,
            findings: self.findings()?.iter().map(StoredFinding::view).collect(),
            settings: self.settings(),
            account_name: self.account_name.clone(),
            schedule: self.schedule(),
            state: shown,
            // Once it has ended, what TikTok said on the way is history.
            remark: self.remark().filter(|_| state.is_active()),
            progress: uploading.then(|| progress.unwrap_or(stored)),
            link: self.link.clone(),
            folder: context.folder(self, state),
            known: context.known(self),
            created_at: clock::from_millis(self.created_at).to_string(),
            finished_at: self
                .finished_at
                .map(|at| clock::from_millis(at).to_string()),
        })
    }

    fn schedule(&self) -> Option<Schedule> {
        let (local, zone, due) = (&self.schedule_local, &self.schedule_zone, self.due_at?);
        Some(Schedule {
            moment: LocalMoment {
                date_time: local.clone()?,
                zone: zone.clone()?,
            },
            at: clock::from_millis(due).to_string(),
            change: ClockChange::None,
        })
    }

    fn remark(&self) -> Option<Notice> {
        self.remark.as_deref().map(notices::remark)
    }

    pub(crate) fn media(&self) -> Result<Media, PostError> {
        decode(&self.media)
    }

    pub(crate) fn findings(&self) -> Result<Vec<StoredFinding>, PostError> {
        decode(&self.findings)
    }
}

impl StoredFinding {
    fn view(&self) -> Finding {
        Finding {
            rule: self.rule.clone(),
            severity: self.severity,
            notice: self.explain(),
        }
    }
}

fn decode<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, PostError> {
    serde_json::from_str(text)
        .map_err(|error| PostError::Database(sqlx::Error::Decode(Box::new(error))))
}
