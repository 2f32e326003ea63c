//! After a whole run with errors, no secret is found in the data folder or in what the engine said.

use std::path::Path;

use secrecy::ExposeSecret;
use tiktok_sandbox::{Fault, FaultKind, Operation};

use slipway_tests::stage::{Stage, inbox, public};

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_in_the_data_folder_or_the_events() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    for operation in [
        Operation::Init,
        Operation::Upload,
        Operation::Status,
        Operation::Token,
    ] {
        let down = FaultKind::Status {
            http: 500,
            code: None,
            message: None,
        };
        stage.sandbox.add_fault(Fault::once(operation, down));
        stage
            .sandbox
            .add_fault(Fault::once(operation, FaultKind::MalformedJson).after(1));
    }
    let direct = app
        .post(&ada, &stage.video("a.mp4", 70_000_000), public(""))
        .await;
    app.published(&direct).await;
    let draft = app.post(&ada, &stage.video("b.mp4", 0), inbox()).await;
    app.until(&draft, "delivered", |state| {
        *state == slipway_engine::views::PostState::DeliveredToInbox
    })
    .await;

    // While an upload is in flight its address is stored, too.
    let slow = tiktok_sandbox::Options {
        upload_bytes_per_sec: Some(10_000_000),
        ..stage.sandbox.options()
    };
    stage.sandbox.set_options(slow);
    let third = app
        .post(&ada, &stage.video("c.mp4", 70_000_000), public(""))
        .await;
    app.until(&third, "uploading", |state| {
        *state == slipway_engine::views::PostState::Uploading
    })
    .await;

    let heard = format!("{:?}", app.heard.lock().unwrap());
    let posts = app.engine.posts().await.unwrap();
    let history = app.history(&direct).await;
    let said = format!("{heard} {:?} {posts:?} {history}", app.engine);
    app.engine.close().await;

    // What the sandbox hands out is recognisable by its shape.
    let shapes = [
        "act.",
        "rft.",
        "upload_token",
        "/upload/",
        "sandbox-secret",
        stage.key.expose_secret(),
    ];
    for shape in shapes {
        assert!(!said.contains(shape), "{shape} in what the engine said");
        search(&stage.folder.path().join("data"), shape.as_bytes());
    }
}

fn search(folder: &Path, needle: &[u8]) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, needle);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(needle.len()).any(|window| window == needle);
            assert!(
                !found,
                "{} in {}",
                String::from_utf8_lossy(needle),
                path.display()
            );
        }
    }
}
