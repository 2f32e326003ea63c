//! The gate of all uploads: closed while the creator has paused them, the device is offline or the network is metered.

use jiff::Timestamp;
use slipway_core::views::NetworkState;

use super::{context::Publisher, error::PublishError, failure::waiting_text};
use crate::posts::{Cause, CauseKind, PostRow, PostWait};

/// The causes that end when TikTok answers again. A post that waits for [`Cause::TikTokDown`] waits until its own retry.
const OUTAGES: [CauseKind; 2] = [CauseKind::Offline, CauseKind::AnswerUnreadable];

impl Publisher {
    /// The reason why no upload may run; `None` while uploads may run.
    pub(super) fn blocked_by(&self) -> Option<Cause> {
        if *self.paused.borrow() {
            return Some(Cause::PausedAll);
        }
        match self.network.state() {
            NetworkState::Offline => Some(Cause::Offline),
            NetworkState::Metered if self.settings.borrow().wait_on_metered => Some(Cause::Metered),
            _ => None,
        }
    }

    /// Applies a change of the network, the settings or the creator's pause: stops the uploads if they may no longer
    /// run, and releases the posts that waited for another reason than the present one.
    pub(crate) async fn apply_gate(&self) {
        let blocked = self.blocked_by();
        if blocked.is_some() {
            self.service.stop_tasks(true);
        }
        let blocking = blocked.as_ref().and_then(Cause::kind);
        let mut over: Vec<CauseKind> = CauseKind::GATES
            .into_iter()
            .filter(|kind| Some(*kind) != blocking)
            .collect();
        // The new settings may have a shorter spacing.
        over.push(CauseKind::Spacing);
        self.release(&over).await;
    }

    /// Releases the posts that wait for TikTok, because TikTok answers again.
    pub(crate) async fn release_after_outage(&self) {
        self.release(&OUTAGES).await;
    }

    async fn release(&self, kinds: &[CauseKind]) {
        if let Err(error) = self.posts.release(kinds).await {
            tracing::error!(%error, "[Publisher] Release failed");
        }
        self.service.wake();
    }

    /// Moves a post to `waiting` for a reason that is not its own failure, and announces the change.
    pub(super) async fn hold_back(
        &self,
        row: &PostRow,
        cause: &Cause,
        until: Option<Timestamp>,
    ) -> Result<(), PublishError> {
        self.defer(&row.id, cause, until).await?;
        self.service.announce(&row.id).await;
        Ok(())
    }

    /// Stores that a post waits for `cause`, until `until` or until the cause ends. The wait does not count as an attempt.
    pub(super) async fn defer(
        &self,
        id: &str,
        cause: &Cause,
        until: Option<Timestamp>,
    ) -> Result<(), PublishError> {
        let pause = PostWait {
            until,
            counts: false,
            upload_over: false,
        };
        Ok(self
            .posts
            .wait(id, cause, pause, &waiting_text(cause))
            .await?)
    }
}
