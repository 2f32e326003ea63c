//! The view of a post: all that the window shows of it.

use std::path::PathBuf;

use slipway_core::{
    clock,
    notice::Explain,
    views::{ClockChange, LocalMoment, Notice, Post, PostState, Progress, Schedule},
};

use super::{
    cause::Cause, context::PostContext, error::PostError, finding::StoredFinding, notices,
    row::PostRow, state::State,
};

impl PostRow {
    /// The post without its secrets. `progress` replaces the stored progress while the upload runs.
    pub(crate) fn view(
        &self,
        progress: Option<Progress>,
        context: &PostContext,
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
            // The remark of a post that has ended is in its history only.
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
}
