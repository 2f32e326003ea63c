//! Diagnostics of an engine with a history: what they contain, and what they leave out.

use slipway_engine::views::{DiagnosticsChoice, PostState};
use slipway_tests::stage::{Stage, inbox, public};
use tiktok_sandbox::{Fault, FaultKind, Operation, Options};

#[tokio::test(flavor = "multi_thread")]
#[expect(
    clippy::too_many_lines,
    reason = "one long look at one state of things"
)]
async fn diagnostics_contain_what_helps_and_no_private_data() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let direct = app
        .post(&ada, &stage.video("wedding.mp4", 0), public("our big day"))
        .await;
    app.published(&direct).await;
    let down = FaultKind::Status {
        http: 400,
        code: Some("invalid_params".into()),
        message: Some("no good for ada".into()),
    };
    stage
        .sandbox
        .add_fault(Fault::once(Operation::InboxInit, down));
    let failed = app.post(&ada, &stage.video("party.mp4", 0), inbox()).await;
    app.failed(&failed).await;
    // During an upload its address is stored as well.
    stage.sandbox.set_options(Options {
        upload_bytes_per_sec: Some(5_000_000),
        ..stage.sandbox.options()
    });
    let slow = stage.video("slow.mp4", 40_000_000);
    let slow = app.post(&ada, &slow, public("still on its way")).await;
    app.until(&slow, "uploading", |state| *state == PostState::Uploading)
        .await;

    let plain = app.engine.diagnostics(DiagnosticsChoice::default());
    let plain = plain.await.unwrap();
    let json = plain.json().unwrap();
    let folder = stage.folder.path().to_string_lossy().into_owned();
    for private in [
        "wedding",
        "party",
        "slow.mp4",
        "our big day",
        "still on its way",
        "act.",
        "rft.",
        "upload_token",
        "sandbox-secret",
        "gAAAAA",
        &*ada.display_name,
        "ada.makes",
        &*folder,
    ] {
        assert!(!json.contains(private), "{private} is in {json}");
    }
    let state: serde_json::Value = serde_json::from_str(&json).unwrap();
    let post = |id: &str| {
        let posts = state["queue"]["posts"].as_array().unwrap();
        posts.iter().find(|post| post["id"] == id).unwrap()
    };
    assert_eq!(state["queue"]["counts"]["published"], 1);
    assert_eq!(post(&direct)["state"], "published");
    assert_eq!(post(&failed)["state"], "failed");
    assert_eq!(post(&failed)["cause"]["code"], "invalid_param");
    assert!(post(&failed)["cause"].get("message").is_none());
    let size = std::fs::metadata(stage.folder.path().join("slow.mp4"));
    assert_eq!(post(&slow)["sizeBytes"], size.unwrap().len());
    assert!(!post(&slow)["history"].as_array().unwrap().is_empty());
    assert_eq!(state["accounts"][0]["id"], ada.id);
    assert_eq!(state["accounts"][0]["state"], "connected");
    assert!(
        state["accounts"][0]["scopes"]
            .as_str()
            .unwrap()
            .contains("video.upload")
    );
    assert_eq!(state["vault"], "environment");
    assert_eq!(state["tiktok"]["onThisComputer"], true);
    assert!(state["database"]["bytes"].as_u64().unwrap() > 0);
    assert!(state["audit"]["entries"].as_u64().unwrap() >= 5);
    assert_eq!(state["audit"]["brokenAt"], serde_json::Value::Null);

    // Logs of earlier days may contain secrets that are no longer known.
    let line = format!(
        "{} posted our big day from {folder}/wedding.mp4",
        ada.display_name
    );
    assert_eq!(plain.scrub(&line), "[account] posted [caption] from [file]");

    let all = DiagnosticsChoice {
        captions: true,
        file_names: true,
    };
    let ticked = app.engine.diagnostics(all).await.unwrap();
    let json = ticked.json().unwrap();
    assert!(
        json.contains("wedding.mp4") && json.contains("our big day"),
        "{json}"
    );
    for secret in [
        "act.",
        "rft.",
        "upload_token",
        "sandbox-secret",
        "gAAAAA",
        &*ada.display_name,
    ] {
        assert!(!json.contains(secret), "{secret} is in {json}");
    }
    let scrubbed = ticked.scrub(&line);
    assert!(
        scrubbed.starts_with("[account] posted our big day from ")
            && scrubbed.ends_with("/wedding.mp4")
    );
    app.engine.close().await;
}
