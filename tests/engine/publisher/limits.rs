//! TikTok's rate limits and daily caps, and the creator's upload limit.

use std::time::Duration;

use slipway_engine::{
    clock::Clock,
    views::{PostState, Settings, UploadLimit, WaitReason},
};
use slipway_tests::stage::{Stage, inbox, public, sha256};

#[tokio::test(flavor = "multi_thread")]
async fn posts_start_in_order_within_the_rate_limit() {
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
    app.delivered(&other).await;
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
async fn posts_behind_a_daily_cap_stay_queued_and_other_accounts_continue() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (finn, ada) = (app.connect("finn").await, app.connect("ada").await);
    let mut ids = vec![];
    for n in 0..4 {
        let path = stage.video(&format!("{n}.mp4"), 0);
        ids.push(app.post(&finn, &path, public(&format!("{n}"))).await);
    }
    app.waits(&ids[0], WaitReason::Quota).await;
    let id = app.post(&ada, &stage.video("ada.mp4", 0), public("")).await;
    app.published(&id).await;
    for id in &ids[1..] {
        assert_eq!(app.state(id).await, PostState::Queued);
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
async fn the_upload_limit_applies_to_the_whole_file() {
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
    let began = stage.clock.now();
    let id = app.post(&ada, &path, public("")).await;
    app.published(&id).await;
    let took = stage.clock.now().duration_since(began).as_secs();
    assert!(took >= 29, "30 MB at 1 MB/s took {took} s");
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));

    // An upload that cannot end within an hour, the life of its address, does not begin.
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
