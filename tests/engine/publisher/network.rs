//! Uploads without a network, and on a metered one.

use std::sync::Arc;

use slipway_engine::{
    EngineConfig,
    network::{ManualNetwork, NetworkState},
    views::{Settings, WaitReason},
};
use slipway_tests::stage::{Running, Stage, public, sha256};

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_waits_for_a_usable_network() {
    let stage = Stage::new().await;
    let network = ManualNetwork::new(NetworkState::Online);
    let config = EngineConfig {
        network: Some(Arc::new(network.clone())),
        ..stage.config()
    };
    let app = Running::open(config).await;
    let ada = app.connect("ada").await;
    let path = stage.video("big.mp4", 100_000_000);
    stage.limit_uploads(Some(60_000_000));
    let id = app.post(&ada, &path, public("")).await;
    stage.uploaded(10_000_000).await;
    network.set(NetworkState::Offline);
    app.waits(&id, WaitReason::Offline).await;
    network.set(NetworkState::Metered);
    app.waits(&id, WaitReason::Metered).await;
    assert_eq!(app.engine.status().network, NetworkState::Metered);
    stage.limit_uploads(None);
    let settings = Settings {
        wait_on_metered: false,
        ..app.engine.settings()
    };
    app.engine.update_settings(&settings).await.unwrap();
    app.published(&id).await;
    assert_eq!(stage.sandbox.publishes().len(), 1);
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
}
