//! Test only: a model of the legal state transitions of a post. `stored` compares stored posts with it.

mod stored;

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

pub(super) use self::stored::store;
use super::state::State;

const SIZE: i64 = 150_000_000;

/// An event of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Submit,
    Schedule,
    Due,
    Pause,
    Unpause,
    Check,
    InitUnanswered,
    Started,
    Bytes(i64),
    Resume(i64),
    AllSent,
    StartOver,
    Wait { over: bool },
    Release,
    Publish,
    Deliver,
    Fail,
    NeverSaid,
    Cancel,
    Retry { over: bool },
    AskAgain,
    BackToDraft,
}

/// The modelled part of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an independent column"
)]
struct Model {
    state: State,
    in_flight: bool,
    bytes: i64,
    whole: bool,
    scheduled: bool,
    caused: bool,
    inits: i64,
    lost_inits: i64,
    attempts: i64,
    ended: bool,
    lines: i64,
}

impl Model {
    fn new() -> Self {
        Self {
            state: State::Draft,
            in_flight: false,
            bytes: 0,
            whole: false,
            scheduled: false,
            caused: false,
            inits: 0,
            lost_inits: 0,
            attempts: 0,
            ended: false,
            lines: 1,
        }
    }

    /// The post after the event, or `None` if the event is illegal now.
    #[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
    fn after(&self, action: Action) -> Option<Self> {
        use State::{
            Cancelled, Checking, DeliveredToInbox, Draft, Failed, Paused, Processing, Published,
            Queued, Scheduled, Unconfirmed, Uploading, Waiting,
        };
        let mut next = self.clone();
        let from = |states: &[State]| states.contains(&self.state).then_some(());
        // One history line for each transition, except a repeated check or wait.
        next.lines += 1;
        let way_on = if self.in_flight { Waiting } else { Queued };
        match action {
            Action::Submit => {
                from(&[Draft, Scheduled])?;
                next = Self {
                    state: way_on,
                    scheduled: false,
                    caused: false,
                    inits: 0,
                    lost_inits: 0,
                    attempts: 0,
                    ..next
                };
            }
            Action::Schedule => {
                from(&[Draft, Scheduled, Queued, Paused])?;
                next = Self {
                    state: Scheduled,
                    scheduled: true,
                    caused: false,
                    inits: 0,
                    lost_inits: 0,
                    attempts: 0,
                    ..next
                };
            }
            Action::Due => {
                from(&[Scheduled])?;
                next.state = way_on;
            }
            Action::Pause => {
                from(&[Scheduled, Queued, Checking, Uploading, Waiting])?;
                next = Self {
                    state: Paused,
                    caused: true,
                    ..next
                };
            }
            Action::Unpause => {
                // A scheduled time is always in the past here.
                from(&[Paused])?;
                next = Self {
                    state: way_on,
                    scheduled: false,
                    caused: false,
                    inits: 0,
                    lost_inits: 0,
                    attempts: 0,
                    ..next
                };
            }
            Action::Check => {
                if self.state == Checking {
                    return Some(self.clone());
                }
                from(&[Queued, Waiting])?;
                if self.state == Waiting {
                    next.lines -= 1;
                }
                next.state = Checking;
            }
            Action::InitUnanswered => next.lost_inits += 1,
            Action::Started => {
                from(&[Checking])?;
                next = Self {
                    state: Uploading,
                    in_flight: true,
                    bytes: 0,
                    whole: false,
                    caused: false,
                    attempts: 0,
                    inits: self.inits + 1,
                    lost_inits: 0,
                    ..next
                };
            }
            Action::Bytes(bytes) => {
                return Some(Self {
                    bytes,
                    attempts: 0,
                    ..self.clone()
                });
            }
            Action::Resume(bytes) => {
                if self.state == Uploading {
                    return Some(Self {
                        bytes,
                        attempts: 0,
                        ..next
                    });
                }
                from(&[Waiting])?;
                next = Self {
                    state: Uploading,
                    bytes,
                    caused: false,
                    ..next
                };
            }
            Action::AllSent => {
                from(&[Uploading, Waiting])?;
                next = Self {
                    state: Processing,
                    bytes: SIZE,
                    whole: true,
                    caused: false,
                    ..next
                };
            }
            Action::StartOver => {
                from(&[Uploading, Waiting, Processing])?;
                next = Self {
                    state: Queued,
                    ..next.forgotten()
                };
            }
            Action::Wait { over } => {
                from(&[Queued, Checking, Uploading, Processing, Waiting])?;
                if self.caused {
                    next.lines -= 1;
                }
                next = Self {
                    state: Waiting,
                    caused: true,
                    attempts: self.attempts + 1,
                    ..next
                };
                if over {
                    next = next.forgotten();
                }
            }
            Action::Release => return Some(self.clone()),
            Action::Publish | Action::Deliver => {
                from(&[
                    Scheduled,
                    Uploading,
                    Processing,
                    Waiting,
                    Paused,
                    Unconfirmed,
                ])?;
                let state = if action == Action::Publish {
                    Published
                } else {
                    DeliveredToInbox
                };
                next = Self {
                    state,
                    bytes: SIZE,
                    caused: false,
                    ended: true,
                    ..next
                };
            }
            Action::Fail => {
                from(&[Queued, Checking, Uploading, Processing, Waiting])?;
                next = Self {
                    state: Failed,
                    caused: true,
                    ended: true,
                    ..next
                };
            }
            Action::NeverSaid => {
                from(&[Uploading, Processing, Waiting, Paused])?;
                next = Self {
                    state: Unconfirmed,
                    caused: true,
                    ended: true,
                    ..next
                };
            }
            Action::Cancel => {
                from(&[
                    Scheduled, Queued, Checking, Uploading, Processing, Waiting, Paused,
                ])?;
                next = Self {
                    state: Cancelled,
                    caused: false,
                    ended: true,
                    ..next
                };
            }
            Action::Retry { over } => {
                from(&[Failed])?;
                let to = if over { Queued } else { way_on };
                next = Self {
                    state: to,
                    scheduled: false,
                    caused: false,
                    inits: 0,
                    lost_inits: 0,
                    attempts: 0,
                    ended: false,
                    ..next
                };
                if over {
                    next = next.forgotten();
                }
            }
            Action::AskAgain => {
                from(&[Unconfirmed])?;
                next = Self {
                    state: Processing,
                    whole: true,
                    caused: false,
                    ended: false,
                    ..next
                };
            }
            Action::BackToDraft => {
                from(&[
                    Scheduled, Queued, Checking, Waiting, Paused, Failed, Cancelled,
                ])?;
                next = Self {
                    state: Draft,
                    scheduled: false,
                    caused: false,
                    inits: 0,
                    lost_inits: 0,
                    attempts: 0,
                    ended: false,
                    ..next.forgotten()
                };
            }
        }
        Some(next)
    }

    fn forgotten(self) -> Self {
        Self {
            in_flight: false,
            bytes: 0,
            whole: false,
            ..self
        }
    }
}

/// The model after an event.
#[derive(Debug, Clone)]
struct Reference {
    model: Model,
    /// The event was legal. An illegal one leaves the model as it was.
    legal: bool,
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Action;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self {
            model: Model::new(),
            legal: true,
        })
        .boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Action> {
        any_action().boxed()
    }

    fn apply(state: Self, action: &Action) -> Self {
        match state.model.after(*action) {
            Some(model) => Self { model, legal: true },
            None => Self {
                legal: false,
                ..state
            },
        }
    }
}

fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        3 => Just(Action::Submit),
        2 => Just(Action::Schedule),
        2 => Just(Action::Due),
        2 => Just(Action::Pause),
        2 => Just(Action::Unpause),
        4 => Just(Action::Check),
        1 => Just(Action::InitUnanswered),
        5 => Just(Action::Started),
        2 => (0..SIZE).prop_map(Action::Bytes),
        2 => (0..SIZE).prop_map(Action::Resume),
        3 => Just(Action::AllSent),
        1 => Just(Action::StartOver),
        3 => any::<bool>().prop_map(|over| Action::Wait { over }),
        1 => Just(Action::Release),
        1 => Just(Action::Publish),
        1 => Just(Action::Deliver),
        1 => Just(Action::Fail),
        2 => Just(Action::NeverSaid),
        1 => Just(Action::Cancel),
        2 => any::<bool>().prop_map(|over| Action::Retry { over }),
        2 => Just(Action::AskAgain),
        2 => Just(Action::BackToDraft),
    ]
}
