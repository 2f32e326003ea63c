//! The shell without a window, with a real engine, a real sandbox and temporary folders.

use std::{
    ffi::OsString,
    fs,
    sync::mpsc::{Receiver, channel},
};

use secrecy::SecretString;
use slipway_engine::KeyRequest;
use tempfile::TempDir;

use super::*;
use crate::startup::ProblemKind;

const KEY: &str = "c2xpcHdheS10ZXN0cy1rZXktb2YtMzItYnl0ZXMhISE=";

struct Bench {
    shell: Shell,
    folder: TempDir,
    events: Receiver<UiEvent>,
}

fn bench(variables: &[(&str, &str)]) -> Bench {
    again(tempfile::tempdir().unwrap(), variables)
}

/// A shell on the folder of an earlier one.
fn again(folder: TempDir, variables: &[(&str, &str)]) -> Bench {
    let read = Environment::read(|name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| OsString::from(value))
    });
    let (send, events) = channel();
    let shell = Shell::new(read, folder.path().join("data"), move |events| {
        // A test may end before the last event.
        let _ = send.send(events);
    });
    Bench {
        shell,
        folder,
        events,
    }
}

fn problem_of(startup: &Startup) -> ProblemKind {
    match startup {
        Startup::Problem { problem, .. } => *problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_first_run_asks_for_the_mode_and_the_second_loads_it() {
    let first = bench(&[("SLIPWAY_FERNET_KEY", KEY)]);
    assert_eq!(first.shell.startup().await, Startup::Choose);
    assert!(first.shell.engine().await.is_err());
    let ready = first.shell.choose(Mode::Sandbox).await;
    let Startup::Ready {
        mode: Mode::Sandbox,
        control_url: Some(control),
    } = &ready
    else {
        panic!("{ready:?}");
    };
    assert!(
        control.starts_with("http://127.0.0.1:") && control.ends_with("/sandbox"),
        "{control}"
    );
    let setup = first.shell.engine().await.unwrap().setup();
    assert!(setup.has_secret && setup.sandbox);
    first.shell.close().await;
    assert!(first.shell.engine().await.is_err());

    let second = again(first.folder, &[("SLIPWAY_FERNET_KEY", KEY)]);
    assert!(matches!(
        second.shell.startup().await,
        Startup::Ready {
            mode: Mode::Sandbox,
            ..
        }
    ));
    second.shell.close().await;
}

#[tokio::test]
async fn the_modes_keep_their_data_apart() {
    let bench = bench(&[("SLIPWAY_FERNET_KEY", KEY)]);
    bench.shell.choose(Mode::TikTok).await;
    let data = bench.folder.path().join("data");
    assert!(data.join("slipway.db").exists());
    assert!(!data.join("sandbox").exists());
    let saved = bench.shell.engine().await.unwrap();
    saved
        .save_tiktok_app("mykey", &SecretString::from("mysecret"))
        .await
        .unwrap();
    drop(saved);

    let sandbox = bench.shell.choose(Mode::Sandbox).await;
    assert!(
        matches!(
            sandbox,
            Startup::Ready {
                mode: Mode::Sandbox,
                ..
            }
        ),
        "{sandbox:?}"
    );
    assert_ne!(
        bench
            .shell
            .engine()
            .await
            .unwrap()
            .setup()
            .client_key
            .as_deref(),
        Some("mykey")
    );
    bench.shell.choose(Mode::TikTok).await;
    assert_eq!(
        bench
            .shell
            .engine()
            .await
            .unwrap()
            .setup()
            .client_key
            .as_deref(),
        Some("mykey")
    );
    bench.shell.close().await;
}

#[tokio::test]
async fn origins_from_the_environment_override_the_mode() {
    let bench = bench(&[
        ("SLIPWAY_FERNET_KEY", KEY),
        ("SLIPWAY_TIKTOK_AUTH_URL", "http://127.0.0.1:9"),
        ("SLIPWAY_TIKTOK_API_URL", "http://127.0.0.1:9"),
    ]);
    assert_eq!(bench.shell.startup().await, Startup::Choose);
    let ready = bench.shell.choose(Mode::TikTok).await;
    let expected = Startup::Ready {
        mode: Mode::Sandbox,
        control_url: Some("http://127.0.0.1:9/sandbox".to_owned()),
    };
    assert_eq!(ready, expected);
    assert_eq!(bench.shell.choose(Mode::Sandbox).await, expected);
    assert!(!bench.shell.engine().await.unwrap().setup().has_secret);
    bench.shell.close().await;
}

#[tokio::test]
async fn a_malformed_key_is_reported_before_the_choice_and_changes_nothing() {
    let bench = bench(&[("SLIPWAY_FERNET_KEY", "no key")]);
    assert_eq!(
        problem_of(&bench.shell.startup().await),
        ProblemKind::KeyMalformed
    );
    assert_eq!(
        problem_of(&bench.shell.choose(Mode::TikTok).await),
        ProblemKind::KeyMalformed
    );
    assert_eq!(
        problem_of(&bench.shell.retry(&KeyRequest::Usual).await),
        ProblemKind::KeyMalformed
    );
    assert!(!bench.folder.path().join("data").exists());

    let hasty = again(bench.folder, &[("SLIPWAY_FERNET_KEY", "no key")]);
    let chosen = hasty.shell.choose(Mode::Sandbox).await;
    assert_eq!(problem_of(&chosen), ProblemKind::KeyMalformed);
}

#[tokio::test]
async fn an_unusable_folder_can_be_fixed_and_retried() {
    let bench = bench(&[("SLIPWAY_FERNET_KEY", KEY)]);
    let data = bench.folder.path().join("data");
    fs::write(&data, "a file where the folder should be").unwrap();
    assert_eq!(
        problem_of(&bench.shell.choose(Mode::TikTok).await),
        ProblemKind::Storage
    );
    fs::remove_file(&data).unwrap();
    assert!(matches!(
        bench.shell.retry(&KeyRequest::Usual).await,
        Startup::Ready { .. }
    ));
    bench.shell.close().await;
}

#[tokio::test]
async fn a_wrong_key_is_a_problem_and_the_right_one_still_opens() {
    let right = bench(&[("SLIPWAY_FERNET_KEY", KEY)]);
    right.shell.choose(Mode::TikTok).await;
    right.shell.close().await;
    let other = "b3RoZXItdmF1bHQta2V5LW9mLTMyLWJ5dGVzISEhISE=";
    let wrong = again(right.folder, &[("SLIPWAY_FERNET_KEY", other)]);
    assert_eq!(
        problem_of(&wrong.shell.startup().await),
        ProblemKind::KeyWrong
    );
    wrong.shell.close().await;
    let right = again(wrong.folder, &[("SLIPWAY_FERNET_KEY", KEY)]);
    assert!(matches!(right.shell.startup().await, Startup::Ready { .. }));
    right.shell.close().await;
}

#[tokio::test]
async fn the_start_waits_for_an_instance_that_closes() {
    let first = bench(&[("SLIPWAY_FERNET_KEY", KEY)]);
    first.shell.choose(Mode::TikTok).await;
    let read = Environment::read(|name| (name == "SLIPWAY_FERNET_KEY").then(|| KEY.into()));
    let second = Shell::new(read, first.folder.path().join("data"), |_| {});
    let (started, ()) = tokio::join!(second.startup(), first.shell.close());
    assert!(matches!(started, Startup::Ready { .. }), "{started:?}");
    second.close().await;
}

#[tokio::test]
async fn early_files_are_announced_once_the_window_listens() {
    let bench = bench(&[("SLIPWAY_FERNET_KEY", KEY)]);
    let missing = bench.folder.path().join("gone.mp4");
    bench.shell.add_incoming_files(vec![missing.clone()]).await;
    bench.shell.choose(Mode::TikTok).await;
    // The engine is open for the second file already; both results wait for the window.
    bench.shell.add_incoming_files(vec![missing]).await;
    bench.shell.window_listens();
    let mut arrived = Vec::new();
    while arrived.len() < 2 {
        // The first file is added concurrently; the window receives its result then.
        tokio::task::yield_now().await;
        if let Ok(UiEvent::Files(files)) = bench.events.try_recv() {
            arrived.extend(files);
        }
    }
    assert!(
        arrived
            .iter()
            .all(|file| file.file_name == "gone.mp4" && file.notice.is_some())
    );
    let workload = bench.shell.workload().await.unwrap();
    assert!(!workload.needs_slipway(), "{workload:?}");
    bench.shell.close().await;
}

#[tokio::test]
async fn a_closed_shell_opens_nothing() {
    let bench = bench(&[("SLIPWAY_FERNET_KEY", KEY)]);
    bench.shell.close().await;
    bench.shell.choose(Mode::TikTok).await;
    assert!(bench.shell.engine().await.is_err());
    assert!(!bench.folder.path().join("data").exists());
}
