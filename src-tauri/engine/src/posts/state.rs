//! The state machine of a post: its states, and the only steps by which they change.

use std::str::FromStr;

/// The state of a post, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum State {
    /// The creator composes the post.
    Draft,
    /// The post waits for its scheduled time.
    Scheduled,
    /// The post starts as soon as an upload slot is free.
    Queued,
    /// The file and the creator are checked. No call was sent that could publish the post.
    Checking,
    /// TikTok returned a publish id, and the upload is in flight.
    Uploading,
    /// TikTok has all bytes and processes them.
    Processing,
    /// The post is on the creator's profile.
    Published,
    /// The video is in the creator's inbox.
    DeliveredToInbox,
    /// The post resumes without the creator, at a time or after an event.
    Waiting,
    /// The post resumes when the creator resumes it.
    Paused,
    /// The post failed. Its cause is stored.
    Failed,
    /// TikTok has or may have all bytes and does not report the end.
    Unconfirmed,
    /// The creator cancelled the post.
    Cancelled,
}

impl State {
    /// All states.
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

    /// The name of the state in the database.
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

    /// Whether the publisher works on posts in this state, now or later.
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

/// The steps of a post from state to state. A step has the states that it may start in and those that it may lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// The creator submits the post.
    Submit,
    /// The creator schedules the post.
    Schedule,
    /// The scheduled time has come.
    Due,
    /// The creator pauses the post, or the post needs a decision of the creator.
    Pause,
    /// The creator resumes the post.
    Unpause,
    /// The check of the file and the creator starts.
    Check,
    /// TikTok returned a publish id and an upload address.
    Start,
    /// The upload in flight resumes.
    Resume,
    /// TikTok has all bytes.
    AllSent,
    /// The upload in flight can never complete.
    StartOver,
    /// The post waits for a time or an event.
    Wait,
    /// TikTok published or delivered the post.
    Finish,
    /// The post fails with a cause.
    Fail,
    /// TikTok does not report the end.
    GiveUp,
    /// The creator cancels the post.
    Cancel,
    /// The creator retries the post.
    Retry,
    /// The creator polls the status of an unconfirmed post again.
    AskAgain,
    /// The post becomes a draft again.
    Compose,
}

impl Step {
    /// The states in which the step may be taken, and the states to which it may lead.
    const fn states(self) -> (&'static [State], &'static [State]) {
        use State::{
            Cancelled, Checking, DeliveredToInbox, Draft, Failed, Paused, Processing, Published,
            Queued, Scheduled, Unconfirmed, Uploading, Waiting,
        };
        match self {
            // A post with an upload in flight goes to `waiting`, due at once: its status is queried first.
            Self::Submit => (&[Draft, Scheduled], &[Queued, Waiting]),
            Self::Schedule => (&[Draft, Scheduled, Queued, Paused], &[Scheduled]),
            Self::Due => (&[Scheduled], &[Queued, Waiting]),
            // Once TikTok has all bytes, nothing can be paused: TikTok processes them in any case.
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
            // A webhook may report the end of an unconfirmed post, or of one that was complete when it was paused.
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

    /// Whether the step may be taken in `from` and lead to `to`.
    pub(crate) fn allows(self, from: State, to: State) -> bool {
        let (may_start, may_lead) = self.states();
        may_start.contains(&from) && may_lead.contains(&to)
    }
}

/// A name that is not the name of a state.
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
    fn state_names_round_trip() {
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
    fn published_and_delivered_posts_have_no_steps() {
        for step in STEPS {
            for next in State::ALL {
                assert!(!step.allows(State::Published, next));
                assert!(!step.allows(State::DeliveredToInbox, next));
            }
        }
    }

    #[test]
    fn every_state_is_reachable_and_every_open_state_can_be_left() {
        for state in State::ALL {
            let reached = STEPS.iter().any(|step| step.states().1.contains(&state));
            assert!(reached, "{state:?} is never reached");
            let left = STEPS.iter().any(|step| step.states().0.contains(&state));
            let over = matches!(state, State::Published | State::DeliveredToInbox);
            assert_eq!(left, !over, "{state:?}");
        }
    }

    proptest! {
        /// On every walk, an upload starts only after a check, and an upload that may be whole is never sent again
        /// without a query.
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
                    // A wait keeps the upload that it interrupts.
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
