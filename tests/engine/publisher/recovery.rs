//! Stops at any moment: what was under way goes on, once, with the right bytes.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use secrecy::ExposeSecret;
use slipway_engine::views::PostState;
use tiktok_sandbox::{Operation, Options, Sandbox};

use slipway_tests::stage::{Stage, public, sha256};

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_closed_while_uploading_goes_on_at_the_next_start() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("clip.mp4", 150_000_000);
    slow(&stage.sandbox, Some(50_000_000));
    let id = app.post(&ada, &path, public("")).await;
    uploaded(&stage.sandbox, 30_000_000).await;
    app.engine.close().await;

    slow(&stage.sandbox, None);
    let app = stage.engine().await;
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
    assert_eq!(
        stage.sandbox.publishes().len(),
        1,
        "the same upload went on"
    );

    // After the stop, TikTok was asked before anything was sent.
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
async fn killed_while_uploading_it_publishes_once_with_every_byte() {
    let stage = Stage::new().await;
    let path = stage.video("clip.mp4", 150_000_000);
    // Connected and queued, and stopped before the first byte.
    let id = {
        let app = stage.engine().await;
        let ada = app.connect("ada").await;
        slow(&stage.sandbox, Some(60_000_000));
        let id = app.post(&ada, &path, public("")).await;
        app.engine.close().await;
        id
    };
    for at in [10_000_000, 60_000_000, 110_000_000, 140_000_000] {
        let mut process = engine_process(&stage);
        uploaded(&stage.sandbox, at).await;
        process.kill().unwrap();
        process.wait().unwrap();
    }
    slow(&stage.sandbox, None);
    let app = stage.engine().await;
    let post = app.published(&id).await;
    assert_eq!(post.state, PostState::Published);
    let posts = stage.sandbox.posts();
    assert_eq!(posts.len(), 1, "published exactly once");
    assert_eq!(posts[0].sha256, sha256(&path));
}

fn slow(sandbox: &Sandbox, upload_bytes_per_sec: Option<u64>) {
    sandbox.set_options(Options {
        upload_bytes_per_sec,
        ..sandbox.options()
    });
}

/// Waits until the sandbox has that many bytes of any upload.
async fn uploaded(sandbox: &Sandbox, bytes: u64) {
    let began = Instant::now();
    while !sandbox
        .publishes()
        .iter()
        .any(|publish| publish.uploaded >= bytes)
    {
        assert!(
            began.elapsed() < Duration::from_mins(1),
            "the upload does not get to {bytes}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The engine in a process of its own, so that it can be killed.
fn engine_process(stage: &Stage) -> Child {
    let program = Path::new(env!("CARGO_BIN_EXE_engine-process"));
    Command::new(program)
        .env("SLIPWAY_DATA_DIR", stage.folder.path().join("data"))
        .env("SLIPWAY_TIKTOK_API_URL", stage.sandbox.url())
        .env("SLIPWAY_FERNET_KEY", stage.key.expose_secret())
        .stdin(Stdio::null())
        .spawn()
        .unwrap()
}
