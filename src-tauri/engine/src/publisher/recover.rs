//! Starts uploads, and recovers those in flight: queries their status and takes the action that it calls for.

use crate::posts::history;
use slipway_accounts::accounts::TokenError;
use slipway_core::{clock, fault_points::fault_point};
use tiktok_api::PublishId;
use tokio::sync::Mutex;

use super::{
    context::Publisher,
    failure::Failure,
    file_check::chunk_plan,
    recovery::{RecoveryAction, UploadState},
    status::is_unknown_publish_id,
};
use crate::posts::{Cause, PostRow};

/// Whether bytes remain to be sent after a recovery.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Remaining {
    Bytes,
    Nothing,
}

impl Publisher {
    /// Starts the upload of a post, or recovers the one in flight, and sends the missing bytes. Cancellation waits
    /// while `no_cancel` is locked.
    pub(super) async fn upload(&self, row: &PostRow, no_cancel: &Mutex<()>) -> Result<(), Failure> {
        let remaining = match row.publish_id() {
            None => {
                self.prepare(row, no_cancel).await?;
                Remaining::Bytes
            }
            Some(publish_id) => self.recover(row, &publish_id).await?,
        };
        match remaining {
            Remaining::Bytes => self.send_chunks(&row.id).await,
            Remaining::Nothing => Ok(()),
        }
    }

    /// Queries the status of an upload whose last chunk was sent, without sending more bytes (uploads are paused). An
    /// upload that lacks bytes waits.
    pub(super) async fn query_upload(&self, row: &PostRow) -> Result<(), Failure> {
        let Some(publish_id) = row.publish_id() else {
            return Ok(());
        };
        match (self.next_action(row, &publish_id).await?, self.blocked_by()) {
            (RecoveryAction::Send { .. } | RecoveryAction::StartOver, Some(cause)) => {
                Ok(self.hold_back(row, &cause, None).await?)
            }
            // Uploads may run again: the scheduler's next run starts a task.
            (RecoveryAction::Send { .. } | RecoveryAction::StartOver, None) => Ok(()),
            (action, _) => self.follow(row, action).await.map(|_| ()),
        }
    }

    /// Queries the status of an upload in flight and takes the action that it calls for.
    async fn recover(&self, row: &PostRow, publish_id: &PublishId) -> Result<Remaining, Failure> {
        let action = self.next_action(row, publish_id).await?;
        let remaining = self.follow(row, action).await?;
        fault_point!("recover.follow.after");
        Ok(remaining)
    }

    /// The action that the stored state and TikTok's status call for.
    async fn next_action(
        &self,
        row: &PostRow,
        publish_id: &PublishId,
    ) -> Result<RecoveryAction, Failure> {
        let account = row
            .account_id
            .clone()
            .ok_or(Failure::Fail(Cause::AccountGone))?;
        let expired = row.upload_expires_at.map(clock::from_millis) <= Some(self.clock.now());
        let upload = UploadState {
            plan: chunk_plan(row)?,
            confirmed: row.bytes(),
            address_dead: expired || row.upload_url.is_none(),
        };
        fault_point!("recover.status.before");
        let action = self
            .query_action(&account, publish_id, &upload, row.attempts)
            .await?;
        fault_point!("recover.status.after");
        Ok(action)
    }

    /// Queries the status of an upload and returns the action that it calls for.
    pub(super) async fn query_action(
        &self,
        account: &str,
        publish_id: &PublishId,
        upload: &UploadState,
        tries: i64,
    ) -> Result<RecoveryAction, Failure> {
        match self.status(account, publish_id).await {
            Ok(status) => Ok(upload.action(&status)),
            Err(TokenError::TikTok(error)) if is_unknown_publish_id(&error) => {
                Ok(upload.action_if_unknown())
            }
            Err(error) => Err(Failure::from_call(error, tries)),
        }
    }

    /// Stores the state transition that an action means. Returns whether bytes remain to be sent.
    pub(super) async fn follow(
        &self,
        row: &PostRow,
        action: RecoveryAction,
    ) -> Result<Remaining, Failure> {
        let id = &row.id;
        match action {
            RecoveryAction::Send { index } => {
                let from = index.saturating_mul(chunk_plan(row)?.chunk_size());
                self.posts.resume(id, from).await?;
                self.service.announce(id).await;
                return Ok(Remaining::Bytes);
            }
            RecoveryAction::Poll => self.all_sent(id).await?,
            RecoveryAction::Finish(end) => self.finish(row, end, None).await?,
            RecoveryAction::Fail(reason) => {
                return Err(Failure::from_end(reason.as_ref(), row.inits));
            }
            RecoveryAction::StartOver => {
                self.posts.start_over(id, &history::starting_over()).await?;
            }
            RecoveryAction::Unconfirmed => return Err(Failure::Unconfirmed(Cause::Forgotten)),
        }
        Ok(Remaining::Nothing)
    }

    /// Stores that TikTok has all bytes.
    pub(super) async fn all_sent(&self, id: &str) -> Result<(), Failure> {
        fault_point!("send.all_sent.before");
        self.posts.all_sent(id).await?;
        fault_point!("send.all_sent.after");
        Ok(())
    }
}
