//! Faults of TikTok and the network, and their results.

use std::time::Duration;

use slipway_engine::views::{PostState, WaitReason};
use slipway_tests::stage::{Stage, inbox, public, sha256};
use tiktok_sandbox::{Fault, FaultKind, Operation, Options};

const BIG: u64 = 150_000_001;

async fn one_post_despite(faults: Vec<Fault>, size: u64) -> (Stage, String) {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("clip.mp4", size);
    for fault in faults {
        stage.sandbox.add_fault(fault);
    }
    let id = app.post(&ada, &path, public("once")).await;
    app.published(&id).await;
    let posts = stage.sandbox.posts();
    assert_eq!(posts.len(), 1, "published exactly once");
    assert_eq!(posts[0].sha256, sha256(&path));
    let history = app.history(&id).await;
    app.engine.close().await;
    (stage, history)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_in_each_chunk_loses_and_repeats_nothing() {
    let cuts = (0..15)
        .map(|chunk| {
            Fault::once(Operation::Upload, FaultKind::CutAfter { bytes: 4_000_000 })
                .after(2 * chunk)
        })
        .collect();
    let (stage, history) = one_post_despite(cuts, BIG).await;
    assert_eq!(
        history.matches("Connection lost at").count(),
        15,
        "{history}"
    );
    assert_eq!(history.matches("Resuming at").count(), 15, "{history}");
    let uploads = stage.sandbox.requests();
    let uploads = uploads
        .iter()
        .filter(|seen| seen.operation == Some(Operation::Upload));
    assert_eq!(uploads.count(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_any_request_publishes_once() {
    for operation in [
        Operation::CreatorInfo,
        Operation::Init,
        Operation::Upload,
        Operation::Status,
    ] {
        for skip in [0, 1, 14] {
            let fault = Fault::once(operation, FaultKind::LostAnswer).after(skip);
            one_post_despite(vec![fault], BIG).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn server_errors_are_retried() {
    for operation in [
        Operation::CreatorInfo,
        Operation::Init,
        Operation::Upload,
        Operation::Status,
    ] {
        let down = FaultKind::Status {
            http: 503,
            code: None,
            message: None,
        };
        one_post_despite(vec![Fault::once(operation, down).times(3)], 3_000_000).await;
        let odd = Fault::once(operation, FaultKind::MalformedJson);
        one_post_despite(vec![odd], 3_000_000).await;
        let busy = FaultKind::RateLimit {
            retry_after: Some(7),
        };
        one_post_despite(vec![Fault::once(operation, busy)], 3_000_000).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_readings_of_undocumented_answers_work() {
    use tiktok_sandbox::{RepeatedChunk, UploadedRange};
    for repeated_chunk in [RepeatedChunk::OutOfStep, RepeatedChunk::Accepted] {
        for uploaded_range in [UploadedRange::Count, UploadedRange::LastIndex] {
            let options = Options {
                repeated_chunk,
                uploaded_range,
                ..Options::default()
            };
            let stage = Stage::with(options).await;
            let app = stage.engine().await;
            let ada = app.connect("ada").await;
            let path = stage.video("clip.mp4", 70_000_000);
            for skip in [1, 4, 9] {
                let lost = Fault::once(Operation::Upload, FaultKind::LostAnswer).after(skip);
                stage.sandbox.add_fault(lost);
            }
            let id = app.post(&ada, &path, public("")).await;
            app.published(&id).await;
            assert_eq!(stage.sandbox.posts().len(), 1);
            assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_internal_failure_is_retried_and_a_final_one_is_not() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let fail = |reason: &str| {
        Fault::once(
            Operation::Init,
            FaultKind::FailWith {
                reason: reason.into(),
            },
        )
    };
    stage.sandbox.add_fault(fail("internal"));
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);

    stage.sandbox.add_fault(fail("frame_rate_check_failed"));
    let id = app.post(&ada, &stage.video("b.mp4", 0), public("")).await;
    let post = app.failed(&id).await;
    let PostState::Failed {
        notice, can_retry, ..
    } = post.state
    else {
        unreachable!()
    };
    assert_eq!(notice.code, "ended.frame_rate_check_failed");
    assert!(!can_retry);
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_caption_can_be_edited_and_sent_again() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let kind = FaultKind::FailWith {
        reason: "spam_risk_text".into(),
    };
    stage.sandbox.add_fault(Fault::once(Operation::Init, kind));
    let id = app
        .post(&ada, &stage.video("a.mp4", 0), public("buy now"))
        .await;
    app.failed(&id).await;
    let draft = app.engine.retry_post(&id).await.unwrap();
    assert_eq!(draft.state, PostState::Draft);
    assert_eq!(draft.settings.caption, "buy now");
    let mut settings = draft.settings;
    settings.caption = "hello".into();
    app.engine.update_post(&id, &settings).await.unwrap();
    app.engine.submit_post(&id).await.unwrap();
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts()[0].caption.as_deref(), Some("hello"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_stuck_in_processing_is_unconfirmed_and_not_sent_again() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage
        .sandbox
        .add_fault(Fault::once(Operation::Init, FaultKind::StuckProcessing));
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.until(&id, "unconfirmed", |state| {
        matches!(state, PostState::Unconfirmed { .. })
    })
    .await;
    let inits = stage.sandbox.requests();
    let inits = inits
        .iter()
        .filter(|seen| seen.operation == Some(Operation::Init))
        .count();
    assert_eq!(inits, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_of_a_creator_has_its_own_notice() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (eve, finn) = (app.connect("eve").await, app.connect("finn").await);
    let creator = app.engine.creator(&eve.id).await.unwrap();
    assert_eq!(
        creator.cannot_post.unwrap().code,
        "tiktok.spam_risk_user_banned_from_posting"
    );
    let creator = app.engine.creator(&finn.id).await.unwrap();
    assert_eq!(
        creator.cannot_post.unwrap().code,
        "tiktok.spam_risk_too_many_posts"
    );

    let id = app.post(&eve, &stage.video("eve.mp4", 0), public("")).await;
    let PostState::Failed { can_retry, .. } = app.failed(&id).await.state else {
        unreachable!()
    };
    assert!(!can_retry);

    let id = app
        .post(&finn, &stage.video("finn.mp4", 0), public(""))
        .await;
    let post = app
        .until(&id, "waiting", |state| {
            matches!(state, PostState::Waiting { .. })
        })
        .await;
    let PostState::Waiting { reason, until, .. } = post.state else {
        unreachable!()
    };
    assert_eq!(reason, WaitReason::Quota);
    assert!(until.is_some());

    // The cap is lifted, hours pass, and the post is published.
    let mut unlimited = stage
        .sandbox
        .creators()
        .into_iter()
        .find(|c| c.name == "finn")
        .unwrap();
    unlimited.at_daily_cap = false;
    stage.sandbox.set_creator(unlimited).unwrap();
    stage.clock.advance(Duration::from_hours(5));
    app.published(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unaudited_app_reports_its_limits_and_offers_the_inbox() {
    let stage = Stage::with(Options {
        audited: false,
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    let PostState::Failed {
        notice, can_retry, ..
    } = app.failed(&id).await.state
    else {
        unreachable!()
    };
    assert_eq!(
        notice.code,
        "tiktok.unaudited_client_can_only_post_to_private_accounts"
    );
    assert!(can_retry);
    app.engine.retry_post(&id).await.unwrap();
    app.engine
        .update_post(
            &id,
            &slipway_engine::views::PostSettings {
                account_id: Some(ada.id),
                ..inbox()
            },
        )
        .await
        .unwrap();
    app.engine.submit_post(&id).await.unwrap();
    app.delivered(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_whose_address_expired_restarts_and_is_published_once() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("clip.mp4", 70_000_000);
    // TikTok is unreachable for longer than the upload address lives.
    let down = FaultKind::Status {
        http: 500,
        code: None,
        message: None,
    };
    stage
        .sandbox
        .add_fault(Fault::forever(Operation::Upload, down.clone()).after(3));
    stage
        .sandbox
        .add_fault(Fault::forever(Operation::Status, down));
    let id = app.post(&ada, &path, public("")).await;
    app.until(&id, "waiting", |state| {
        matches!(state, PostState::Waiting { .. })
    })
    .await;
    stage.clock.advance(Duration::from_mins(62));
    stage.sandbox.clear_faults();
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
    assert_eq!(stage.sandbox.publishes().len(), 2);
}
