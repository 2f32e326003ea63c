//! Test only: compares stored posts with a model of the legal state transitions, over random sequences of events.

use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use secrecy::SecretString;
use slipway_core::{
    clock::{self, SystemClock},
    views::{LocalMoment, Media, PostSettings},
};
use slipway_store::vault::{KeyOrigin, Vault};
use tiktok_api::PublishId;

use super::{
    cause::{Cause, CauseKind},
    error::PostError,
    history,
    new_post::NewPost,
    state::State,
    store::PostStore,
    transitions::{End, PostWait},
};

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

/// A store in memory with one draft.
pub(super) async fn store() -> (PostStore, String) {
    let pool = slipway_store::database::in_memory().await.unwrap();
    let key = SecretString::from("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=");
    let vault = Vault::new(&key, KeyOrigin::Environment);
    let posts = PostStore {
        pool,
        clock: Arc::new(SystemClock),
        vault: Arc::new(vault.unwrap()),
    };
    let post = NewPost {
        path: "/videos/a.mp4".into(),
        file_name: "a.mp4".into(),
        size: SIZE.cast_unsigned(),
        modified_ns: 1,
        fingerprint: "f".into(),
        media: Media {
            container: "MP4".into(),
            video_codec: "H.264".into(),
            audio_codec: None,
            width: 1080,
            height: 1920,
            fps: None,
            duration_ms: 1,
        },
        findings: vec![],
        settings: PostSettings::default(),
    };
    let id = posts.add(&post).await.unwrap();
    (posts, id)
}

async fn happen(posts: &PostStore, id: &str, action: Action) -> Result<(), PostError> {
    let long_ago = clock::from_millis(1_000_000_000_000);
    let (cause, text) = (Cause::AnswerUnreadable, history::draft());
    match action {
        Action::Submit => posts.submit(id, "Ada").await,
        Action::Schedule => {
            let moment = LocalMoment {
                date_time: "2001-09-09T01:46".into(),
                zone: "UTC".into(),
            };
            posts.schedule(id, &moment, long_ago, "Ada").await
        }
        Action::Due => posts.due(id).await,
        Action::Pause => posts.pause(id, Some(&cause), &text).await,
        Action::Unpause => posts.unpause(id).await,
        Action::Check => posts.check(id).await,
        Action::InitUnanswered => posts.init_unanswered(id).await,
        Action::Started => {
            let publish_id = PublishId::from("p".to_owned());
            posts
                .started(id, &publish_id, "sealed", Timestamp::MAX)
                .await
        }
        Action::Bytes(bytes) => posts.bytes_sent(id, bytes.cast_unsigned()).await,
        Action::Resume(bytes) => posts.resume(id, bytes.cast_unsigned()).await,
        Action::AllSent => posts.all_sent(id).await,
        Action::StartOver => posts.start_over(id, &text).await,
        Action::Wait { over } => {
            let pause = PostWait {
                until: Some(long_ago),
                counts: true,
                upload_over: over,
            };
            posts.wait(id, &cause, pause, &text).await
        }
        Action::Release => Ok(posts.release(&[CauseKind::AnswerUnreadable]).await?),
        Action::Publish => posts.finish(id, End::Published, None, None).await,
        Action::Deliver => posts.finish(id, End::DeliveredToInbox, None, None).await,
        Action::Fail => posts.fail(id, &cause, &text).await,
        Action::NeverSaid => posts.unconfirmed(id, &cause, &text).await,
        Action::Cancel => posts.cancelled(id).await,
        Action::Retry { over } => posts.retry(id, over).await,
        Action::AskAgain => posts.ask_again(id).await,
        Action::BackToDraft => posts.back_to_draft(id, &text).await,
    }
}

async fn stored(posts: &PostStore, id: &str) -> Model {
    let row = posts.get(id).await.unwrap();
    Model {
        state: row.state().unwrap(),
        in_flight: row.publish_id.is_some(),
        bytes: row.bytes_sent,
        whole: row.all_sent_at.is_some(),
        scheduled: row.due_at.is_some(),
        caused: row.cause.is_some(),
        inits: row.inits,
        lost_inits: row.lost_inits,
        attempts: row.attempts,
        ended: row.finished_at.is_some(),
        lines: i64::try_from(posts.history(id).await.unwrap().len()).unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// After every sequence of events, the stored post equals the model, and illegal events change nothing.
    #[test]
    fn stored_posts_follow_the_model(events in prop::collection::vec(any_action(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (posts, id) = store().await;
            let mut model = Model::new();
            for event in events {
                let done = happen(&posts, &id, event).await;
                match model.after(event) {
                    Some(next) => {
                        prop_assert!(done.is_ok(), "{event:?} in {model:?}: {done:?}");
                        model = next;
                    }
                    None => prop_assert!(
                        matches!(done, Err(PostError::WrongState { .. })),
                        "{event:?} in {model:?}: {done:?}"
                    ),
                }
                prop_assert_eq!(stored(&posts, &id).await, model.clone(), "after {:?}", event);
            }
            Ok(())
        })?;
    }
}
