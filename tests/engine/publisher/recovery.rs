//! Uploads that a stop or a kill interrupts resume at the next start: once, with every byte.

use std::process::{Child, Stdio};

use slipway_engine::views::PostState;
use slipway_tests::stage::{Stage, public, sha256};
use tiktok_sandbox::Operation;

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_resumes_after_the_engine_was_closed() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("clip.mp4", 150_000_000);
    stage.limit_uploads(Some(50_000_000));
    let id = app.post(&ada, &path, public("")).await;
    stage.uploaded(30_000_000).await;
    app.engine.close().await;

    stage.limit_uploads(None);
    let app = stage.engine().await;
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
    assert_eq!(
        stage.sandbox.publishes().len(),
        1,
        "the same upload went on"
    );

    // After the stop, Slipway queried the status before it sent anything.
    let requests = stage.sandbox.requests();
    let before = requests
        .iter()
        .rposition(|seen| seen.operation == Some(Operation::Upload) && seen.status.is_none());
    let after = requests[before.map_or(0, |at| at + 1)..]
        .iter()
        .find(|seen| matches!(seen.operation, Some(Operation::Upload | Operation::Status)));
    if before.is_some() {
        assert_eq!(after.unwrap().operation, Some(Operation::Status));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_resumes_after_each_kill_and_is_published_once() {
    let stage = Stage::new().await;
    let path = stage.video("clip.mp4", 150_000_000);
    // The engine closes before the first byte is sent.
    let id = {
        let app = stage.engine().await;
        let ada = app.connect("ada").await;
        stage.limit_uploads(Some(60_000_000));
        let id = app.post(&ada, &path, public("")).await;
        app.engine.close().await;
        id
    };
    for at in [10_000_000, 60_000_000, 110_000_000, 140_000_000] {
        let mut process = engine_process(&stage);
        stage.uploaded(at).await;
        process.kill().unwrap();
        process.wait().unwrap();
    }
    stage.limit_uploads(None);
    let app = stage.engine().await;
    let post = app.published(&id).await;
    assert_eq!(post.state, PostState::Published);
    let posts = stage.sandbox.posts();
    assert_eq!(posts.len(), 1, "published exactly once");
    assert_eq!(posts[0].sha256, sha256(&path));
}

/// Starts an engine in a process of its own, which can be killed.
fn engine_process(stage: &Stage) -> Child {
    stage
        .command(env!("CARGO_BIN_EXE_engine-process"))
        .stdin(Stdio::null())
        .spawn()
        .unwrap()
}
