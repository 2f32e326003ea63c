//! After a whole run with errors and all logs, no secret is in what Slipway writes or passes on: files, logs, messages
//! to the UI, exported diagnostics, window titles, arguments and environments of programs, and crash files.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::time::Duration;

use serde_json::json;
use slipway_tests::browser::BrowserCall;
use slipway_tests::desktop::{Desktop, Setting};
use slipway_tests::journey::{
    Choices, VAULT_KEY, compose, connect, first_run, launch_against, stands, the_one_post,
};
use slipway_tests::leaks::{Leak, Secret, in_bytes, in_folder, in_processes};
use slipway_tests::messages;
use slipway_tests::video;
use slipway_tests::wait::{SOON, eventually};
use slipway_tests::window::Window;
use slipway_tests::wiretap::Wiretap;
use tiktok_sandbox::{Fault, FaultKind, Operation, Options, Sandbox, SandboxConfig};

const CLIENT_SECRET: &str = "S3cret+of/the=creator's~own%app";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_leaves_slipway() {
    let small = video::small();
    // Tokens expire within seconds, so that they are refreshed as well.
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
    // Each of these causes an error about an address or a token.
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

    let mut secrets = secrets(&wiretap, &address);
    let reported = messages::collected(&window).await;
    assert!(
        reported.iter().any(|text| text.contains("postChanged")),
        "events were heard"
    );
    assert!(
        reported.iter().any(|text| text.contains("nothing to see")),
        "answers were heard"
    );
    let mut leaks = Vec::new();
    for text in &reported {
        leaks.extend(in_bytes("a message to the UI", text.as_bytes(), &secrets));
    }
    // The public data of an account is still available and contains no secret.
    let creators = window.invoke("accounts", json!({})).await;
    leaks.extend(in_bytes(
        "an answer",
        creators.to_string().as_bytes(),
        &secrets,
    ));

    leaks.extend(in_programs(&desktop, &window, &secrets));
    leaks.extend(in_titles(&desktop, &secrets));
    // The recovery phrase is the one answer that is a secret, so it is requested last: it may be nowhere else.
    let phrase = window.invoke("recovery_phrase", json!({})).await;
    let phrase = phrase.as_str().expect("the recovery phrase");
    assert_eq!(phrase.split(' ').count(), 24);
    secrets.push(Secret::new("recovery phrase", phrase));
    leaks.extend(in_diagnostics(&desktop, &window, &secrets).await);

    // A crash leaves the database in the middle of its work, and a crash report.
    window.crash().await;
    let (files, found) = in_folder(desktop.results(), &secrets);
    assert!(files > 3, "data and logs were searched");
    leaks.extend(found);
    let again = Window::open(&desktop, &launch).await;
    again.page().reads("Published").await;
    again.close().await;
    leaks.extend(in_folder(desktop.results(), &secrets).1);
    assert!(leaks.is_empty(), "{leaks:#?}");
}

/// The secrets of this run.
fn secrets(wiretap: &Wiretap, consent: &str) -> Vec<Secret> {
    let mut secrets = wiretap.secrets();
    let consent = url::Url::parse(consent).unwrap();
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
    secrets
}

/// Searches the arguments and environments of Slipway, of `WebKit`'s processes and of the browser. Slipway itself got
/// two secrets in its environment.
fn in_programs(desktop: &Desktop, window: &Window, secrets: &[Secret]) -> Vec<Leak> {
    let folder = desktop.data().display().to_string();
    let (programs, known) = in_processes(
        window.process(),
        &[Secret::new("the folder of the data", folder)],
    );
    let places: BTreeSet<_> = known.into_iter().map(|leak| leak.place).collect();
    assert!(programs >= 3, "Slipway and two of WebKit's processes");
    for place in ["environ of slipway", "environ of WebKitWebProces"] {
        assert!(places.contains(place), "{place} was read: {places:?}");
    }
    let browser = fs::read(desktop.log("browser-environment")).expect("the browser's environment");
    assert!(
        String::from_utf8_lossy(&browser).contains("SLIPWAY_DATA_DIR"),
        "the browser was given an environment"
    );
    let (_, mut leaks) = in_processes(window.process(), secrets);
    leaks.extend(in_bytes("the browser's environment", &browser, secrets));
    leaks
}

/// The titles and other properties of all windows.
fn in_titles(desktop: &Desktop, secrets: &[Secret]) -> Vec<Leak> {
    let run = |program: &str, arguments: &[&str]| {
        let output = desktop.command(program).args(arguments).output();
        output
            .unwrap_or_else(|error| panic!("{program}: {error}"))
            .stdout
    };
    let mut shown = run("xwininfo", &["-root", "-tree"]);
    shown.extend(run("xprop", &["-name", "Slipway"]));
    let text = String::from_utf8_lossy(&shown);
    assert!(
        text.contains("\"Slipway\"") && text.contains("WM_CLASS"),
        "titles and properties were read: {text}"
    );
    in_bytes("titles of windows", &shown, secrets)
}

/// The diagnostics with all parts, as the creator's dialog saves them, and the archive itself.
async fn in_diagnostics(desktop: &Desktop, window: &Window, secrets: &[Secret]) -> Vec<Leak> {
    let path = desktop.home().join("diagnostics");
    let export = "window.__TAURI_INTERNALS__.invoke('export_diagnostics', {
        choice: { captions: true, fileNames: true } }); return null";
    window.page().run(export, vec![]).await;
    let mut dialog = desktop.command("xdotool");
    dialog.args([
        "search",
        "--sync",
        "--onlyvisible",
        "--name",
        "^Export diagnostics$",
        "windowactivate",
        "--sync",
        "key",
        "ctrl+a",
        "type",
        "--delay",
        "5",
    ]);
    dialog.arg(&path);
    assert!(
        dialog.status().is_ok_and(|status| status.success()),
        "the path could not be typed"
    );
    let enter = desktop.command("xdotool").args(["key", "Return"]).status();
    assert!(enter.is_ok_and(|status| status.success()));
    // The dialog keeps the file name's extension only with some selections.
    let saved = || {
        let mut files = fs::read_dir(desktop.home()).ok()?.filter_map(Result::ok);
        files.find(|file| {
            file.file_name()
                .to_string_lossy()
                .starts_with("diagnostics")
        })
    };
    let mut archive = eventually("the diagnostics are saved", SOON, async || {
        zip::ZipArchive::new(File::open(saved()?.path()).ok()?).ok()
    })
    .await;
    let mut leaks = Vec::new();
    let mut all = String::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut text = Vec::new();
        entry.read_to_end(&mut text).expect("the entry's text");
        leaks.extend(in_bytes(&name, &text, secrets));
        all.push_str(&String::from_utf8_lossy(&text));
    }
    assert!(
        all.contains("DEBUG") && all.contains("published"),
        "the log and the posts are in the diagnostics"
    );
    leaks
}
