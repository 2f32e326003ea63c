//! Decides how to recover an upload in flight, from the stored state and TikTok's status alone.

use tiktok_api::{ChunkPlan, FailReason, PostStatus, PublishState};

use crate::posts::End;

/// The stored state of an upload in flight.
#[derive(Debug, Clone, Copy)]
pub(super) struct UploadState {
    pub(super) plan: ChunkPlan,
    /// Bytes that TikTok confirmed.
    pub(super) confirmed: u64,
    /// Whether the upload address has expired or TikTok refuses it.
    pub(super) address_dead: bool,
}

/// The next action for an upload in flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RecoveryAction {
    /// Send the chunks from this index on.
    Send { index: u64 },
    /// TikTok has all bytes: poll the status.
    Poll,
    /// Store that the post was published or delivered.
    Finish(End),
    /// Store that TikTok ended the post with this reason.
    Fail(Option<FailReason>),
    /// Start a new upload: this one can never complete, and nothing of it can appear on TikTok.
    StartOver,
    /// Send nothing more: TikTok no longer knows the upload and may have had all bytes.
    Unconfirmed,
}

impl UploadState {
    /// Whether the last chunk may have reached TikTok although no answer arrived.
    pub(super) fn may_be_fully_uploaded(&self) -> bool {
        self.plan.next_chunk_after(self.confirmed) + 1 >= self.plan.count()
    }

    /// The action for an upload with this status.
    pub(super) fn action(&self, status: &PostStatus) -> RecoveryAction {
        match &status.state {
            PublishState::Complete => RecoveryAction::Finish(End::Published),
            PublishState::SentToInbox => RecoveryAction::Finish(End::DeliveredToInbox),
            PublishState::Failed => RecoveryAction::Fail(status.fail_reason.clone()),
            _ => self.action_in_progress(status.uploaded_bytes),
        }
    }

    fn action_in_progress(&self, uploaded: Option<u64>) -> RecoveryAction {
        let index = self
            .plan
            .next_chunk_after(uploaded.unwrap_or(self.confirmed));
        if index >= self.plan.count() {
            return RecoveryAction::Poll;
        }
        match (self.address_dead, uploaded) {
            (false, _) => RecoveryAction::Send { index },
            // TikTok does not report the bytes. If it may have all of them, only polling is safe.
            (true, None) if self.may_be_fully_uploaded() => RecoveryAction::Poll,
            // Bytes are missing, and the address accepts no more.
            (true, _) => RecoveryAction::StartOver,
        }
    }

    /// The action for an upload whose publish id TikTok no longer knows.
    pub(super) fn action_if_unknown(&self) -> RecoveryAction {
        if self.may_be_fully_uploaded() {
            RecoveryAction::Unconfirmed
        } else {
            RecoveryAction::StartOver
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIZE: u64 = 150_000_000;

    fn upload(confirmed: u64, address_dead: bool) -> UploadState {
        UploadState {
            plan: ChunkPlan::new(SIZE).unwrap(),
            confirmed,
            address_dead,
        }
    }

    fn status(state: PublishState, uploaded_bytes: Option<u64>) -> PostStatus {
        PostStatus {
            state,
            fail_reason: None,
            post_ids: vec![],
            uploaded_bytes,
        }
    }

    #[test]
    fn resumes_at_the_byte_that_tiktok_reports() {
        let action =
            |bytes| upload(0, false).action(&status(PublishState::ProcessingUpload, bytes));
        assert_eq!(action(Some(0)), RecoveryAction::Send { index: 0 });
        assert_eq!(action(Some(20_000_000)), RecoveryAction::Send { index: 2 });
        assert_eq!(action(Some(25_000_000)), RecoveryAction::Send { index: 2 });
        assert_eq!(action(Some(SIZE)), RecoveryAction::Poll);
        assert_eq!(action(None), RecoveryAction::Send { index: 0 });
    }

    #[test]
    fn a_dead_address_starts_over_only_if_bytes_are_certainly_missing() {
        let dead = |confirmed, bytes| {
            upload(confirmed, true).action(&status(PublishState::ProcessingUpload, bytes))
        };
        assert_eq!(
            dead(20_000_000, Some(20_000_000)),
            RecoveryAction::StartOver
        );
        assert_eq!(dead(20_000_000, None), RecoveryAction::StartOver);
        assert_eq!(dead(140_000_000, None), RecoveryAction::Poll);
        assert_eq!(dead(140_000_000, Some(SIZE)), RecoveryAction::Poll);
    }

    #[test]
    fn an_unknown_publish_id_starts_over_only_if_tiktok_lacks_bytes() {
        assert_eq!(
            upload(0, false).action_if_unknown(),
            RecoveryAction::StartOver
        );
        assert_eq!(
            upload(140_000_000, false).action_if_unknown(),
            RecoveryAction::Unconfirmed
        );
        assert_eq!(
            upload(SIZE, false).action_if_unknown(),
            RecoveryAction::Unconfirmed
        );
        let small = UploadState {
            plan: ChunkPlan::new(5_000_000).unwrap(),
            confirmed: 0,
            address_dead: false,
        };
        assert_eq!(small.action_if_unknown(), RecoveryAction::Unconfirmed);
    }

    proptest! {
        /// An upload that TikTok may have whole is never started over while TikTok does not report its bytes.
        #[test]
        fn an_upload_that_may_be_whole_is_never_sent_again(size in 1_u64..2_000_000_000, confirmed in 0_u64..2_000_000_000, dead: bool) {
            let upload = UploadState {
                plan: ChunkPlan::new(size).unwrap(),
                confirmed: confirmed.min(size),
                address_dead: dead,
            };
            if upload.may_be_fully_uploaded() {
                prop_assert_eq!(upload.action_if_unknown(), RecoveryAction::Unconfirmed);
                let silent = upload.action(&status(PublishState::ProcessingUpload, None));
                prop_assert!(silent != RecoveryAction::StartOver);
            }
            let whole = upload.action(&status(PublishState::ProcessingUpload, Some(size)));
            prop_assert_eq!(whole, RecoveryAction::Poll);
        }
    }
}
