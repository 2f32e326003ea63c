//! What holds posts back and lets them go on: pauses by hand, the network, limits, failing services, changed files.

use std::time::{Duration, Instant};

use slipway_engine::{
    Engine, EngineConfig,
    network::{ManualNetwork, NetworkState},
    views::{Event, PostState, Settings, UploadLimit, WaitReason},
};
use slipway_tests::stage::{Running, Stage, inbox, public, sha256, write_video};
use tiktok_sandbox::{Fault, FaultKind, Operation, Options};

fn slow(stage: &Stage, upload_bytes_per_sec: Option<u64>) {
    stage.sandbox.set_options(Options {
        upload_bytes_per_sec,
        ..stage.sandbox.options()
    });
}

/// Waits until TikTok has that many bytes of any upload.
async fn uploaded(stage: &Stage, bytes: u64) {
    let began = Instant::now();
    while !stage
        .sandbox
        .publishes()
        .iter()
        .any(|publish| publish.uploaded >= bytes)
    {
        assert!(began.elapsed() < Duration::from_mins(1), "not at {bytes}");
        tokio::task::yield_now().await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn waits(app: &Running, id: &str, wanted: WaitReason) {
    app.until(
        id,
        &format!("waiting for {wanted:?}"),
        |state| matches!(state, PostState::Waiting { reason, .. } if *reason == wanted),
    )
    .await;
}

fn count(stage: &Stage, operation: Operation) -> usize {
    let requests = stage.sandbox.requests();
    requests
        .iter()
        .filter(|seen| seen.operation == Some(operation))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_by_hand_keeps_what_is_sent_and_goes_on_there() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("big.mp4", 150_000_000);
    slow(&stage, Some(60_000_000));
    let id = app.post(&ada, &path, public("")).await;
    uploaded(&stage, 30_000_000).await;
    let paused = app.engine.pause_post(&id).await.unwrap();
    assert_eq!(paused.state, PostState::Paused { notice: None });
    let puts = count(&stage, Operation::Upload);
    // It stays so, also over a restart.
    app.engine.close().await;
    let app = stage.engine().await;
    assert_eq!(
        app.engine.post(&id).await.unwrap().state,
        PostState::Paused { notice: None }
    );
    assert_eq!(count(&stage, Operation::Upload), puts);

    slow(&stage, None);
    app.engine.resume_post(&id).await.unwrap();
    app.published(&id).await;
    assert_eq!(
        stage.sandbox.publishes().len(),
        1,
        "the same upload went on"
    );
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
}

#[tokio::test(flavor = "multi_thread")]
async fn pausing_everything_stops_uploads_keeps_the_line_and_survives_a_restart() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("big.mp4", 100_000_000);
    slow(&stage, Some(60_000_000));
    let first = app.post(&ada, &path, public("")).await;
    let second = app
        .post(&ada, &stage.video("small.mp4", 0), public(""))
        .await;
    uploaded(&stage, 10_000_000).await;
    app.engine.pause_all().await.unwrap();
    waits(&app, &first, WaitReason::Paused).await;
    assert_eq!(
        app.engine.post(&second).await.unwrap().state,
        PostState::Queued
    );
    assert!(app.engine.standing().paused);
    app.engine.close().await;

    let app = stage.engine().await;
    assert!(app.engine.standing().paused);
    assert!(stage.sandbox.posts().is_empty());
    slow(&stage, None);
    app.engine.resume_all().await.unwrap();
    app.published(&first).await;
    app.published(&second).await;
    assert_eq!(stage.sandbox.posts().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_or_metered_network_is_waited_out() {
    let stage = Stage::new().await;
    let network = ManualNetwork::new(NetworkState::Online);
    let config = EngineConfig {
        network: Some(std::sync::Arc::new(network.clone())),
        ..stage.config()
    };
    let app = Running::new(Engine::open(config).await.unwrap());
    let ada = app.connect("ada").await;
    let path = stage.video("big.mp4", 100_000_000);
    slow(&stage, Some(60_000_000));
    let id = app.post(&ada, &path, public("")).await;
    uploaded(&stage, 10_000_000).await;
    network.set(NetworkState::Offline);
    waits(&app, &id, WaitReason::Offline).await;
    network.set(NetworkState::Metered);
    waits(&app, &id, WaitReason::Metered).await;
    assert_eq!(app.engine.standing().network, NetworkState::Metered);
    slow(&stage, None);
    let settings = Settings {
        wait_on_metered: false,
        ..app.engine.settings()
    };
    app.engine.update_settings(&settings).await.unwrap();
    app.published(&id).await;
    assert_eq!(stage.sandbox.publishes().len(), 1);
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_minute_has_more_inits_than_tiktok_takes_and_the_order_is_kept() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (ada, ben) = (app.connect("ada").await, app.connect("ben").await);
    let mut ids = vec![];
    for n in 0..9 {
        let path = stage.video(&format!("{n}.mp4"), 0);
        ids.push(app.post(&ada, &path, public(&format!("{n}"))).await);
    }
    let other = app.post(&ben, &stage.video("b.mp4", 0), inbox()).await;
    for id in &ids {
        app.published(id).await;
    }
    app.until(&other, "delivered", |state| {
        *state == PostState::DeliveredToInbox
    })
    .await;
    let requests = stage.sandbox.requests();
    assert!(
        requests.iter().all(|seen| seen.status != Some(429)),
        "TikTok never had to say so"
    );
    let captions: Vec<_> = stage
        .sandbox
        .posts()
        .into_iter()
        .filter_map(|post| post.caption)
        .collect();
    assert_eq!(captions, ["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_cap_posts_wait_in_line_without_asking_each_and_other_accounts_go_on() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (finn, ada) = (app.connect("finn").await, app.connect("ada").await);
    let mut ids = vec![];
    for n in 0..4 {
        let path = stage.video(&format!("{n}.mp4"), 0);
        ids.push(app.post(&finn, &path, public(&format!("{n}"))).await);
    }
    waits(&app, &ids[0], WaitReason::Quota).await;
    let id = app.post(&ada, &stage.video("ada.mp4", 0), public("")).await;
    app.published(&id).await;
    for id in &ids[1..] {
        assert_eq!(app.engine.post(id).await.unwrap().state, PostState::Queued);
    }
    let mut free = stage
        .sandbox
        .creators()
        .into_iter()
        .find(|c| c.name == "finn")
        .unwrap();
    free.at_daily_cap = false;
    stage.sandbox.set_creator(free).unwrap();
    stage.clock.advance(Duration::from_hours(5));
    for id in &ids {
        app.published(id).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_keeps_failing_is_left_alone_and_the_window_hears_of_it() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (ada, ben) = (app.connect("ada").await, app.connect("ben").await);
    let down = FaultKind::Status {
        http: 503,
        code: None,
        message: None,
    };
    stage
        .sandbox
        .add_fault(Fault::forever(Operation::CreatorInfo, down));
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    let service = app
        .event("a service that is left alone", |event| match event {
            Event::StandingChanged { standing } => standing.services.first().cloned(),
            _ => None,
        })
        .await;
    assert_eq!(service.account_id.as_deref(), Some(ada.id.as_str()));
    assert!(service.notice.code.starts_with("service.") && !service.next_try.is_empty());
    // One account's failures stop nobody else.
    let other = app.post(&ben, &stage.video("b.mp4", 0), inbox()).await;
    app.until(&other, "delivered", |state| {
        *state == PostState::DeliveredToInbox
    })
    .await;
    stage.sandbox.clear_faults();
    app.published(&id).await;
    assert_eq!(app.engine.standing().services, []);
    assert_eq!(stage.sandbox.posts().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_limit_holds_for_the_whole_file() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let limit = |bytes_per_second| Settings {
        upload_limit: UploadLimit {
            bytes_per_second,
            only_during: None,
        },
        ..Settings::default()
    };
    app.engine
        .update_settings(&limit(Some(1_000_000)))
        .await
        .unwrap();
    let path = stage.video("a.mp4", 30_000_000);
    let began = jiff_now(&stage);
    let id = app.post(&ada, &path, public("")).await;
    app.published(&id).await;
    let took = jiff_now(&stage).duration_since(began).as_secs();
    assert!(took >= 29, "30 MB at 1 MB/s took {took} s");
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));

    // What cannot be out within the hour of an upload's address is not begun.
    app.engine
        .update_settings(&limit(Some(16_000)))
        .await
        .unwrap();
    let id = app
        .post(&ada, &stage.video("b.mp4", 70_000_000), public(""))
        .await;
    let post = app.failed(&id).await;
    let PostState::Failed {
        notice, can_retry, ..
    } = post.state
    else {
        unreachable!()
    };
    assert_eq!((notice.code.as_str(), can_retry), ("post.too_slow", true));
    app.engine.update_settings(&limit(None)).await.unwrap();
    app.engine.retry_post(&id).await.unwrap();
    app.published(&id).await;
}

fn jiff_now(stage: &Stage) -> jiff::Timestamp {
    use slipway_engine::clock::Clock;
    stage.clock.now()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_is_not_sent_and_the_new_one_only_on_demand() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("big.mp4", 100_000_000);
    slow(&stage, Some(60_000_000));
    let id = app.post(&ada, &path, public("the right one")).await;
    uploaded(&stage, 20_000_000).await;
    // Another export of the same length, with the old time: only the content tells.
    let time = std::fs::metadata(&path).unwrap().modified().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(7);
    std::fs::write(&path, &bytes).unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(time).unwrap();
    slow(&stage, None);

    let post = app.failed(&id).await;
    let PostState::Failed { file_changed, .. } = post.state else {
        unreachable!()
    };
    assert!(file_changed);
    assert!(
        stage.sandbox.posts().is_empty(),
        "TikTok never got the last byte"
    );

    let draft = app.engine.use_changed_file(&id).await.unwrap();
    assert_eq!(
        (draft.state, draft.settings.caption.as_str()),
        (PostState::Draft, "the right one")
    );
    app.engine.submit_post(&id).await.unwrap();
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changed_before_its_turn_is_caught_before_tiktok_is_asked() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    app.engine.pause_all().await.unwrap();
    let path = stage.video("a.mp4", 3_000_000);
    let id = app.post(&ada, &path, public("")).await;
    write_video(&path, 4_000_000);
    app.engine.resume_all().await.unwrap();
    app.failed(&id).await;
    assert_eq!(count(&stage, Operation::Init), 0);
}
