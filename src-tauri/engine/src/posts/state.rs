//! The states of a post and the moves between them: the one place that says what is legal.

use std::str::FromStr;

/// Where a post stands, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum State {
    /// Being composed.
    Draft,
    /// Goes out at its moment.
    Scheduled,
    /// Next in line.
    Queued,
    /// File and creator are checked once more; nothing was asked of TikTok that could publish.
    Checking,
    /// TikTok gave a publish id, and bytes are on their way.
    Uploading,
    /// TikTok has all bytes.
    Processing,
    /// On the profile.
    Published,
    /// In the creator's inbox.
    DeliveredToInbox,
    /// Goes on by itself.
    Waiting,
    /// Goes on when the creator says so.
    Paused,
    /// Over, with a reason.
    Failed,
    /// TikTok has all bytes and never said how it ended.
    Unconfirmed,
    /// Stopped by the creator.
    Cancelled,
}

impl State {
    /// Every state, for tests and for reading.
    pub(crate) const ALL: [Self; 13] = [
        Self::Draft,
        Self::Scheduled,
        Self::Queued,
        Self::Checking,
        Self::Uploading,
        Self::Processing,
        Self::Published,
        Self::DeliveredToInbox,
        Self::Waiting,
        Self::Paused,
        Self::Failed,
        Self::Unconfirmed,
        Self::Cancelled,
    ];

    /// The name under which the database knows it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Queued => "queued",
            Self::Checking => "checking",
            Self::Uploading => "uploading",
            Self::Processing => "processing",
            Self::Published => "published",
            Self::DeliveredToInbox => "delivered_to_inbox",
            Self::Waiting => "waiting",
            Self::Paused => "paused",
            Self::Failed => "failed",
            Self::Unconfirmed => "unconfirmed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether a post may move from here to `next`.
    pub(crate) const fn may_become(self, next: Self) -> bool {
        use State::{
            Cancelled, Checking, DeliveredToInbox, Draft, Failed, Paused, Processing, Published,
            Queued, Scheduled, Unconfirmed, Uploading, Waiting,
        };
        match self {
            Draft => matches!(next, Queued | Scheduled),
            Scheduled => matches!(
                next,
                Queued | Waiting | Draft | Paused | Cancelled | Scheduled
            ),
            Queued => matches!(
                next,
                Checking | Waiting | Failed | Cancelled | Draft | Paused | Scheduled
            ),
            Checking => matches!(
                next,
                Uploading | Waiting | Failed | Cancelled | Queued | Draft | Paused
            ),
            // Back to the queue only when TikTok said that this upload can never complete.
            Uploading => matches!(
                next,
                Processing
                    | Published
                    | DeliveredToInbox
                    | Waiting
                    | Failed
                    | Unconfirmed
                    | Cancelled
                    | Queued
                    | Paused
            ),
            // There is nothing left to pause: TikTok works on by itself.
            Processing => matches!(
                next,
                Published | DeliveredToInbox | Waiting | Failed | Unconfirmed | Cancelled | Queued
            ),
            // What it waits for decides where it goes on, another wait included.
            Waiting => !matches!(next, Scheduled),
            // Waiting: an upload that is still in flight is asked about first.
            Paused => matches!(
                next,
                Queued | Waiting | Scheduled | Draft | Cancelled | Unconfirmed
            ),
            Failed => matches!(next, Queued | Waiting | Draft),
            // On the creator's wish, or because TikTok tells by itself after all.
            Unconfirmed => matches!(next, Processing | Published | DeliveredToInbox),
            Cancelled => matches!(next, Draft),
            Published | DeliveredToInbox => false,
        }
    }

    /// Whether the publisher has work with it (a waiting one: once its time has come).
    pub(crate) const fn is_active(self) -> bool {
        matches!(
            self,
            Self::Scheduled
                | Self::Queued
                | Self::Checking
                | Self::Uploading
                | Self::Processing
                | Self::Waiting
        )
    }
}

/// A name that is not a state's.
#[derive(Debug, thiserror::Error)]
#[error("no state of a post is called {0:?}")]
pub(crate) struct UnknownState(String);

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == name)
            .ok_or_else(|| UnknownState(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_read_back() {
        for state in State::ALL {
            assert_eq!(state.as_str().parse::<State>().unwrap(), state);
        }
        assert!("publishing".parse::<State>().is_err());
    }

    #[test]
    fn what_is_on_tiktok_never_moves_again() {
        for next in State::ALL {
            assert!(!State::Published.may_become(next));
            assert!(!State::DeliveredToInbox.may_become(next));
        }
    }

    fn any_state() -> impl Strategy<Value = State> {
        prop::sample::select(State::ALL.to_vec())
    }

    proptest! {
        /// However a walk goes, bytes are only ever sent after a check, and a finished upload
        /// is never simply sent again.
        #[test]
        fn no_walk_skips_the_check(steps in prop::collection::vec(any_state(), 1..60)) {
            let mut state = State::Draft;
            let mut checked = false;
            for next in steps {
                if !state.may_become(next) {
                    continue;
                }
                match next {
                    State::Checking => checked = true,
                    State::Queued | State::Draft => checked = false,
                    // A wait keeps what it interrupted; where it goes on is decided by stored facts.
                    State::Uploading => prop_assert!(checked || state == State::Waiting),
                    _ => {}
                }
                if matches!(state, State::Processing | State::Unconfirmed) {
                    prop_assert!(next != State::Uploading && next != State::Checking);
                }
                state = next;
            }
        }
    }
}
