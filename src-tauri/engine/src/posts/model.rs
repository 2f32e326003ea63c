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
    transitions::{End, Pause},
};

const SIZE: i64 = 150_000_000;

/// An event of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
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
    fn after(&self, event: Event) -> Option<Self> {
        use State::{
            Cancelled, Checking, DeliveredToInbox, Draft, Failed, Paused, Processing, Published,
            Queued, Scheduled, Unconfirmed, Uploading, Waiting,
        };
        let mut next = self.clone();
        let from = |states: &[State]| states.contains(&self.state).then_some(());
        // One history line for each transition, except a repeated check or wait.
        next.lines += 1;
        let way_on = if self.in_flight { Waiting } else { Queued };
        match event {
            Event::Submit => {
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
            Event::Schedule => {
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
            Event::Due => {
                from(&[Scheduled])?;
                next.state = way_on;
            }
            Event::Pause => {
                from(&[Scheduled, Queued, Checking, Uploading, Waiting])?;
                next = Self {
                    state: Paused,
                    caused: true,
                    ..next
                };
            }
            Event::Unpause => {
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
            Event::Check => {
                if self.state == Checking {
                    return Some(self.clone());
                }
                from(&[Queued, Waiting])?;
                if self.state == Waiting {
                    next.lines -= 1;
                }
                next.state = Checking;
            }
            Event::InitUnanswered => next.lost_inits += 1,
            Event::Started => {
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
            Event::Bytes(bytes) => {
                return Some(Self {
                    bytes,
                    attempts: 0,
                    ..self.clone()
                });
            }
            Event::Resume(bytes) => {
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
            Event::AllSent => {
                from(&[Uploading, Waiting])?;
                next = Self {
                    state: Processing,
                    bytes: SIZE,
                    whole: true,
                    caused: false,
                    ..next
                };
            }
            Event::StartOver => {
                from(&[Uploading, Waiting, Processing])?;
                next = Self {
                    state: Queued,
                    ..next.forgotten()
                };
            }
            Event::Wait { over } => {
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
            Event::Release => return Some(self.clone()),
            Event::Publish | Event::Deliver => {
                from(&[
                    Scheduled,
                    Uploading,
                    Processing,
                    Waiting,
                    Paused,
                    Unconfirmed,
                ])?;
                let state = if event == Event::Publish {
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
            Event::Fail => {
                from(&[Queued, Checking, Uploading, Processing, Waiting])?;
                next = Self {
                    state: Failed,
                    caused: true,
                    ended: true,
                    ..next
                };
            }
            Event::NeverSaid => {
                from(&[Uploading, Processing, Waiting, Paused])?;
                next = Self {
                    state: Unconfirmed,
                    caused: true,
                    ended: true,
                    ..next
                };
            }
            Event::Cancel => {
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
            Event::Retry { over } => {
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
            Event::AskAgain => {
                from(&[Unconfirmed])?;
                next = Self {
                    state: Processing,
                    whole: true,
                    caused: false,
                    ended: false,
                    ..next
                };
            }
            Event::BackToDraft => {
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

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => Just(Event::Submit),
        2 => Just(Event::Schedule),
        2 => Just(Event::Due),
        2 => Just(Event::Pause),
        2 => Just(Event::Unpause),
        4 => Just(Event::Check),
        1 => Just(Event::InitUnanswered),
        5 => Just(Event::Started),
        2 => (0..SIZE).prop_map(Event::Bytes),
        2 => (0..SIZE).prop_map(Event::Resume),
        3 => Just(Event::AllSent),
        1 => Just(Event::StartOver),
        3 => any::<bool>().prop_map(|over| Event::Wait { over }),
        1 => Just(Event::Release),
        1 => Just(Event::Publish),
        1 => Just(Event::Deliver),
        1 => Just(Event::Fail),
        2 => Just(Event::NeverSaid),
        1 => Just(Event::Cancel),
        2 => any::<bool>().prop_map(|over| Event::Retry { over }),
        2 => Just(Event::AskAgain),
        2 => Just(Event::BackToDraft),
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

async fn happen(posts: &PostStore, id: &str, event: Event) -> Result<(), PostError> {
    let long_ago = clock::from_millis(1_000_000_000_000);
    let (cause, text) = (Cause::AnswerUnreadable, history::draft());
    match event {
        Event::Submit => posts.submit(id, "Ada").await,
        Event::Schedule => {
            let moment = LocalMoment {
                date_time: "2001-09-09T01:46".into(),
                zone: "UTC".into(),
            };
            posts.schedule(id, &moment, long_ago, "Ada").await
        }
        Event::Due => posts.due(id).await,
        Event::Pause => posts.pause(id, Some(&cause), &text).await,
        Event::Unpause => posts.unpause(id).await,
        Event::Check => posts.check(id).await,
        Event::InitUnanswered => posts.init_unanswered(id).await,
        Event::Started => {
            let publish_id = PublishId::from("p".to_owned());
            posts
                .started(id, &publish_id, "sealed", Timestamp::MAX)
                .await
        }
        Event::Bytes(bytes) => posts.bytes_sent(id, bytes.cast_unsigned()).await,
        Event::Resume(bytes) => posts.resume(id, bytes.cast_unsigned()).await,
        Event::AllSent => posts.all_sent(id).await,
        Event::StartOver => posts.start_over(id, &text).await,
        Event::Wait { over } => {
            let pause = Pause {
                until: Some(long_ago),
                counts: true,
                upload_over: over,
            };
            posts.wait(id, &cause, pause, &text).await
        }
        Event::Release => Ok(posts.release(&[CauseKind::AnswerUnreadable]).await?),
        Event::Publish => posts.finish(id, End::Published, None, None).await,
        Event::Deliver => posts.finish(id, End::DeliveredToInbox, None, None).await,
        Event::Fail => posts.fail(id, &cause, &text).await,
        Event::NeverSaid => posts.unconfirmed(id, &cause, &text).await,
        Event::Cancel => posts.cancelled(id).await,
        Event::Retry { over } => posts.retry(id, over).await,
        Event::AskAgain => posts.ask_again(id).await,
        Event::BackToDraft => posts.back_to_draft(id, &text).await,
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
    fn stored_posts_follow_the_model(events in prop::collection::vec(any_event(), 1..60)) {
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
