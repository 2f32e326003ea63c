//! What to do with an upload in flight, decided from stored facts and TikTok's status alone.

use tiktok_api::{ChunkPlan, FailReason, PostStatus, PublishState};

use crate::posts::End;

/// What is stored about an upload in flight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) plan: ChunkPlan,
    /// Bytes that TikTok confirmed.
    pub(super) confirmed: u64,
    /// The address has expired, or TikTok said that it is dead.
    pub(super) address_dead: bool,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// Send from this chunk on.
    Send { index: u64 },
    /// TikTok has all bytes: watch.
    Watch,
    /// It is done.
    Finish(End),
    /// TikTok ended it.
    Ended(Option<FailReason>),
    /// This upload can never complete, and nothing of it can appear: a new one is safe.
    StartOver,
    /// TikTok does not know it, and it may have had everything: never send again.
    Unconfirmed,
}

impl Facts {
    /// Whether the last chunk may have reached TikTok without an answer.
    pub(super) fn may_be_whole(&self) -> bool {
        self.plan.next_chunk_after(self.confirmed) + 1 >= self.plan.count()
    }

    /// Decides with TikTok's answer.
    pub(super) fn next(&self, status: &PostStatus) -> Next {
        match &status.state {
            PublishState::Complete => Next::Finish(End::Published),
            PublishState::SentToInbox => Next::Finish(End::DeliveredToInbox),
            PublishState::Failed => Next::Ended(status.fail_reason.clone()),
            _ => self.in_progress(status.uploaded_bytes),
        }
    }

    fn in_progress(&self, uploaded: Option<u64>) -> Next {
        let index = self
            .plan
            .next_chunk_after(uploaded.unwrap_or(self.confirmed));
        if index >= self.plan.count() {
            return Next::Watch;
        }
        match (self.address_dead, uploaded) {
            (false, _) => Next::Send { index },
            // It does not say what it has. If that may be everything, only watching is safe.
            (true, None) if self.may_be_whole() => Next::Watch,
            // Bytes are missing, and no more can be sent to this address.
            (true, _) => Next::StartOver,
        }
    }

    /// Decides when TikTok no longer knows the publish id.
    pub(super) fn unknown(&self) -> Next {
        if self.may_be_whole() {
            Next::Unconfirmed
        } else {
            Next::StartOver
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIZE: u64 = 150_000_000;

    fn facts(confirmed: u64, address_dead: bool) -> Facts {
        Facts {
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
    fn it_goes_on_where_tiktok_says() {
        let going = |bytes| facts(0, false).next(&status(PublishState::ProcessingUpload, bytes));
        assert_eq!(going(Some(0)), Next::Send { index: 0 });
        assert_eq!(going(Some(20_000_000)), Next::Send { index: 2 });
        assert_eq!(going(Some(25_000_000)), Next::Send { index: 2 });
        assert_eq!(going(Some(SIZE)), Next::Watch);
        assert_eq!(going(None), Next::Send { index: 0 });
    }

    #[test]
    fn a_dead_address_starts_over_only_when_bytes_are_missing_for_sure() {
        let dead = |confirmed, bytes| {
            facts(confirmed, true).next(&status(PublishState::ProcessingUpload, bytes))
        };
        assert_eq!(dead(20_000_000, Some(20_000_000)), Next::StartOver);
        assert_eq!(dead(20_000_000, None), Next::StartOver);
        assert_eq!(dead(140_000_000, None), Next::Watch);
        assert_eq!(dead(140_000_000, Some(SIZE)), Next::Watch);
    }

    #[test]
    fn a_forgotten_publish_is_sent_again_only_when_it_cannot_have_been_whole() {
        assert_eq!(facts(0, false).unknown(), Next::StartOver);
        assert_eq!(facts(140_000_000, false).unknown(), Next::Unconfirmed);
        assert_eq!(facts(SIZE, false).unknown(), Next::Unconfirmed);
        let small = Facts {
            plan: ChunkPlan::new(5_000_000).unwrap(),
            confirmed: 0,
            address_dead: false,
        };
        assert_eq!(small.unknown(), Next::Unconfirmed);
    }

    proptest! {
        /// What may be whole at TikTok is never started anew on its silence.
        #[test]
        fn never_twice(size in 1_u64..2_000_000_000, confirmed in 0_u64..2_000_000_000, dead: bool) {
            let facts = Facts {
                plan: ChunkPlan::new(size).unwrap(),
                confirmed: confirmed.min(size),
                address_dead: dead,
            };
            if facts.may_be_whole() {
                prop_assert_eq!(facts.unknown(), Next::Unconfirmed);
                let silent = facts.next(&status(PublishState::ProcessingUpload, None));
                prop_assert!(silent != Next::StartOver);
            }
            let whole = facts.next(&status(PublishState::ProcessingUpload, Some(size)));
            prop_assert_eq!(whole, Next::Watch);
        }
    }
}
