//! Test only: compares stored posts with the model, over random sequences of events.

use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest_state_machine::{StateMachineTest, prop_state_machine};
use secrecy::SecretString;
use slipway_core::{
    clock::{self, SystemClock},
    views::{LocalMoment, Media, PostSettings},
};
use slipway_store::vault::{KeyOrigin, Vault};
use tiktok_api::PublishId;
use tokio::runtime::Runtime;

use super::{Action, Model, Reference, SIZE};
use crate::posts::{
    cause::{Cause, CauseKind},
    error::PostError,
    history,
    new_post::NewPost,
    store::PostStore,
    transitions::{End, PostWait},
};

/// A store in memory with one draft.
pub(in crate::posts) async fn store() -> (PostStore, String) {
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

struct StoredPost {
    posts: PostStore,
    id: String,
    runtime: Runtime,
}

impl StateMachineTest for StoredPost {
    type SystemUnderTest = Self;
    type Reference = Reference;

    fn init_test(_: &Reference) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let (posts, id) = runtime.block_on(store());
        Self { posts, id, runtime }
    }

    fn apply(stored: Self, reference: &Reference, action: Action) -> Self {
        let done = stored
            .runtime
            .block_on(happen(&stored.posts, &stored.id, action));
        if reference.legal {
            assert!(done.is_ok(), "{done:?}");
        } else {
            assert!(
                matches!(done, Err(PostError::WrongState { .. })),
                "{done:?}"
            );
        }
        stored
    }

    fn check_invariants(this: &Self, reference: &Reference) {
        let post = this.runtime.block_on(stored(&this.posts, &this.id));
        assert_eq!(post, reference.model);
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// After every sequence of events, the stored post equals the model, and illegal events change nothing.
    #[test]
    fn stored_posts_follow_the_model(sequential 1..60 => StoredPost);
}
