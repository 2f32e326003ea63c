//! After a whole run, errors included and every log switched on, no secret is found in what Slipway leaves behind.

use std::time::Duration;

use serde_json::json;
use slipway_tests::browser::BrowserCall;
use slipway_tests::desktop::{Desktop, Setting};
use slipway_tests::journey::{
    Choices, VAULT_KEY, compose, connect, first_run, launch_against, stands, the_one_post,
};
use slipway_tests::leaks::{Secret, in_bytes, in_folder};
use slipway_tests::messages;
use slipway_tests::video;
use slipway_tests::window::Window;
use slipway_tests::wiretap::Wiretap;
use tiktok_sandbox::{Fault, FaultKind, Operation, Options, Sandbox, SandboxConfig};

const CLIENT_SECRET: &str = "S3cret+of/the=creator's~own%app";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_in_the_data_the_logs_or_the_messages_to_the_ui() {
    let small = video::small();
    // Tokens are old within seconds, so that they are renewed, too.
    let options = Options {
        access_token_life: Duration::from_secs(20),
        processing: Duration::from_secs(1),
        ..Options::default()
    };
    let config = SandboxConfig {
        client_secret: CLIENT_SECRET.to_owned(),
        options,
        ..SandboxConfig::default()
    };
    let sandbox = Sandbox::start(config).await.unwrap();
    let wiretap = Wiretap::before(&sandbox.url()).await;
    let desktop = Desktop::start("leaks", Setting::default()).await;
    let browser = BrowserCall::prepare(&desktop);
    let launch = launch_against(&sandbox, wiretap.url(), CLIENT_SECRET, &browser)
        .with("SLIPWAY_FERNET_KEY", VAULT_KEY)
        .with("RUST_LOG", "trace");
    let window = Window::open(&desktop, &launch).await;
    first_run(&window).await;
    messages::listen(&window).await;

    let address = connect(&desktop, &window, &browser, "Ada Lindqvist").await;
    // Each of these writes an error about an address or a token.
    let gone = FaultKind::Status {
        http: 503,
        code: None,
        message: None,
    };
    sandbox.add_fault(Fault::once(Operation::Init, FaultKind::MalformedJson));
    sandbox.add_fault(Fault::once(
        Operation::Upload,
        FaultKind::CutAfter { bytes: 10_000 },
    ));
    sandbox.add_fault(Fault::once(Operation::Upload, gone.clone()).after(1));
    sandbox.add_fault(Fault::once(Operation::Status, gone));
    sandbox.add_fault(Fault::once(Operation::Status, FaultKind::MalformedJson).after(1));
    window.drop_files(&desktop, &[&small]).await;
    compose(
        window.page(),
        "Ada Lindqvist",
        Choices {
            caption: "nothing to see",
            privacy: "Everyone",
        },
    )
    .await;
    window.page().click("button", "Post").await;
    stands(&window, &small, "Published").await;
    the_one_post(&sandbox);

    let mut secrets = wiretap.secrets();
    let consent = url::Url::parse(&address).unwrap();
    let state = consent
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned();
    secrets.push(Secret::new("state", state));
    secrets.push(Secret::new("client secret", CLIENT_SECRET));
    secrets.push(Secret::new("vault key", VAULT_KEY));
    for expected in [
        "access_token",
        "refresh_token",
        "code",
        "code_verifier",
        "upload_url",
    ] {
        assert!(
            secrets.iter().any(|secret| secret.name() == expected),
            "no {expected} passed: {secrets:?}"
        );
    }

    let told = messages::collected(&window).await;
    assert!(
        told.iter().any(|text| text.contains("postChanged")),
        "events were heard"
    );
    assert!(
        told.iter().any(|text| text.contains("nothing to see")),
        "answers were heard"
    );
    // What TikTok shows of an account is still asked for and still without secrets.
    let creators = window.invoke("accounts", json!({})).await;
    window.close().await;

    let mut leaks = in_bytes("an answer", creators.to_string().as_bytes(), &secrets);
    for text in &told {
        leaks.extend(in_bytes("a message to the UI", text.as_bytes(), &secrets));
    }
    let (files, found) = in_folder(desktop.results(), &secrets);
    assert!(files > 3, "data and logs were searched");
    leaks.extend(found);
    assert!(leaks.is_empty(), "{leaks:#?}");
}
