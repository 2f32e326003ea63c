//! The states of a post and the steps between them: the one place that says what is legal.

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

/// What can happen to a post. No state changes but by a step, from where the step may be taken to where it may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// The creator sends it off.
    Submit,
    /// The creator gives it a moment.
    Schedule,
    /// Its moment has come.
    Due,
    /// It rests until the creator says otherwise.
    Pause,
    /// The creator lets it go on.
    Unpause,
    /// File and creator are checked.
    Check,
    /// TikTok gave a publish id and an address.
    Start,
    /// The upload in flight goes on.
    Resume,
    /// TikTok has all bytes.
    AllSent,
    /// TikTok said that the upload in flight can never complete.
    StartOver,
    /// Something is in the way for a while.
    Wait,
    /// It is out.
    Finish,
    /// It is over, with a reason.
    Fail,
    /// TikTok does not say how it ended.
    GiveUp,
    /// The creator stops it.
    Cancel,
    /// The creator tries it again.
    Retry,
    /// The creator asks TikTok again.
    AskAgain,
    /// It is composed anew.
    Compose,
}

impl Step {
    /// Where it may be taken, and where it may lead.
    const fn way(self) -> (&'static [State], &'static [State]) {
        use State::{
            Cancelled, Checking, DeliveredToInbox, Draft, Failed, Paused, Processing, Published,
            Queued, Scheduled, Unconfirmed, Uploading, Waiting,
        };
        match self {
            // Where an upload is in flight already, it is asked about first: that is a wait for no time.
            Self::Submit => (&[Draft, Scheduled], &[Queued, Waiting]),
            Self::Schedule => (&[Draft, Scheduled, Queued, Paused], &[Scheduled]),
            Self::Due => (&[Scheduled], &[Queued, Waiting]),
            // Once TikTok has all bytes there is nothing left to pause: it works on by itself.
            Self::Pause => (
                &[Scheduled, Queued, Checking, Uploading, Waiting],
                &[Paused],
            ),
            Self::Unpause => (&[Paused], &[Scheduled, Queued, Waiting]),
            Self::Check => (&[Queued, Waiting], &[Checking]),
            Self::Start => (&[Checking], &[Uploading]),
            Self::Resume => (&[Waiting], &[Uploading]),
            Self::AllSent => (&[Uploading, Waiting], &[Processing]),
            Self::StartOver => (&[Uploading, Waiting, Processing], &[Queued]),
            Self::Wait => (
                &[Queued, Checking, Uploading, Processing, Waiting],
                &[Waiting],
            ),
            // TikTok may tell by itself what was given up on, or what was whole before it was put off.
            Self::Finish => (
                &[
                    Scheduled,
                    Uploading,
                    Processing,
                    Waiting,
                    Paused,
                    Unconfirmed,
                ],
                &[Published, DeliveredToInbox],
            ),
            Self::Fail => (
                &[Queued, Checking, Uploading, Processing, Waiting],
                &[Failed],
            ),
            Self::GiveUp => (&[Uploading, Processing, Waiting, Paused], &[Unconfirmed]),
            Self::Cancel => (
                &[
                    Scheduled, Queued, Checking, Uploading, Processing, Waiting, Paused,
                ],
                &[Cancelled],
            ),
            Self::Retry => (&[Failed], &[Queued, Waiting]),
            Self::AskAgain => (&[Unconfirmed], &[Processing]),
            Self::Compose => (
                &[
                    Scheduled, Queued, Checking, Waiting, Paused, Failed, Cancelled,
                ],
                &[Draft],
            ),
        }
    }

    /// Whether it may be taken in `from` and lead to `to`.
    pub(crate) fn allows(self, from: State, to: State) -> bool {
        let (may_start, may_lead) = self.way();
        may_start.contains(&from) && may_lead.contains(&to)
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

    const STEPS: [Step; 18] = [
        Step::Submit,
        Step::Schedule,
        Step::Due,
        Step::Pause,
        Step::Unpause,
        Step::Check,
        Step::Start,
        Step::Resume,
        Step::AllSent,
        Step::StartOver,
        Step::Wait,
        Step::Finish,
        Step::Fail,
        Step::GiveUp,
        Step::Cancel,
        Step::Retry,
        Step::AskAgain,
        Step::Compose,
    ];

    #[test]
    fn what_is_on_tiktok_never_moves_again() {
        for step in STEPS {
            for next in State::ALL {
                assert!(!step.allows(State::Published, next));
                assert!(!step.allows(State::DeliveredToInbox, next));
            }
        }
    }

    #[test]
    fn every_state_can_be_reached_and_every_open_one_left() {
        for state in State::ALL {
            let reached = STEPS.iter().any(|step| step.way().1.contains(&state));
            assert!(reached, "{state:?} is never reached");
            let left = STEPS.iter().any(|step| step.way().0.contains(&state));
            let over = matches!(state, State::Published | State::DeliveredToInbox);
            assert_eq!(left, !over, "{state:?}");
        }
    }

    proptest! {
        /// However a walk goes, bytes are only ever sent after a check, and an upload that may be whole is never
        /// simply sent again.
        #[test]
        fn no_walk_skips_the_check(
            steps in prop::collection::vec(
                (prop::sample::select(STEPS.to_vec()), prop::sample::select(State::ALL.to_vec())),
                1..200,
            )
        ) {
            let mut state = State::Draft;
            let mut checked = false;
            for (step, next) in steps {
                if !step.allows(state, next) {
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
