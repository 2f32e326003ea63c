//! Tests of restarts and of errors at start-up.

use std::time::Duration;

use tiktok_sandbox::{Options, Sandbox, SandboxConfig, SandboxError};

use crate::harness::{Harness, sha256, video};

#[tokio::test]
async fn tokens_posts_and_unfinished_uploads_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = Harness::start(Options::default(), Some(folder.path())).await;
    let (url, clock) = (first.sandbox.url(), first.clock());
    let ada = first.login("ada").await;
    let done = first.init(&ada.access, 1000).await;
    first.send_video(&done.url, &video(1000, 1)).await;
    first.advance(Duration::from_mins(1));
    let bytes = video(16_000_000, 1);
    let half = first.init(&ada.access, 16_000_000).await;
    let chunk = |harness: &Harness, from: usize, to: usize| {
        harness.chunk(&half.url, from as u64, 16_000_000, bytes[from..to].to_vec())
    };
    assert_eq!(first.send(chunk(&first, 0, 5_000_000)).await.status, 206);
    let posts = first.sandbox.posts();
    first.sandbox.stop().await;

    let state = std::fs::read_to_string(folder.path().join("state.json")).unwrap();
    let token = half.url.split_once("upload_token=").unwrap().1;
    for secret in [&ada.access, &ada.refresh, token] {
        assert!(
            !state.contains(secret),
            "secrets are stored as digests only"
        );
    }

    let second = Harness::at(clock.clone(), Options::default(), Some(folder.path())).await;
    assert_eq!(second.sandbox.url(), url, "the port is restored");
    assert_eq!(second.sandbox.posts(), posts);
    assert_eq!(
        second.status(&ada.access, &half.publish_id).await["uploaded_bytes"],
        5_000_000
    );
    assert_eq!(
        second
            .send(chunk(&second, 5_000_000, 10_000_000))
            .await
            .status,
        206
    );
    second.sandbox.stop().await;

    let third = Harness::at(clock, Options::default(), Some(folder.path())).await;
    assert_eq!(
        third
            .send(chunk(&third, 10_000_000, 16_000_000))
            .await
            .status,
        201
    );
    third.advance(Duration::from_mins(1));
    assert_eq!(third.sandbox.posts()[1].sha256, sha256(&bytes));
    assert_eq!(third.refresh(&ada.refresh).await.status, 200);
    let page = third
        .get(&format!("/sandbox/videos/{}", done.publish_id))
        .await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn files_of_expired_uploads_are_deleted_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let files = || {
        std::fs::read_dir(folder.path().join("videos"))
            .unwrap()
            .count()
    };
    let first = Harness::start(Options::default(), Some(folder.path())).await;
    let ada = first.login("ada").await.access;
    let done = first.init(&ada, 1000).await;
    first.send_video(&done.url, &video(1000, 1)).await;
    let half = first.init(&ada, 11_000_000).await;
    first
        .send(first.chunk(&half.url, 0, 11_000_000, video(5_000_000, 1)))
        .await;
    assert_eq!(files(), 2);
    first.advance(Duration::from_hours(1));
    let clock = first.clock();
    first.sandbox.stop().await;
    let second = Harness::at(clock, Options::default(), Some(folder.path())).await;
    assert_eq!(files(), 1);
    assert_eq!(second.sandbox.publishes().len(), 2);
}

#[tokio::test]
async fn a_data_folder_is_locked_by_one_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let config = || SandboxConfig {
        data_dir: Some(folder.path().to_owned()),
        ..SandboxConfig::default()
    };
    let first = Sandbox::start(config()).await.unwrap();
    assert!(matches!(
        Sandbox::start(config()).await.unwrap_err(),
        SandboxError::InUse { .. }
    ));
    first.stop().await;
    Sandbox::start(config()).await.unwrap().stop().await;
}

#[tokio::test]
async fn a_port_in_use_fails_if_requested_and_is_replaced_if_stored() {
    let folder = tempfile::tempdir().unwrap();
    let config = SandboxConfig {
        data_dir: Some(folder.path().to_owned()),
        ..SandboxConfig::default()
    };
    let first = Sandbox::start(config.clone()).await.unwrap();
    let port: u16 = first.url().rsplit_once(':').unwrap().1.parse().unwrap();
    first.stop().await;
    let squatter = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let asked = SandboxConfig {
        port,
        ..config.clone()
    };
    assert!(
        matches!(Sandbox::start(asked).await.unwrap_err(), SandboxError::Bind { port: taken, .. } if taken == port)
    );
    let second = Sandbox::start(config).await.unwrap();
    assert_ne!(second.url(), format!("http://127.0.0.1:{port}"));
    drop(squatter);
}

#[tokio::test]
async fn damaged_state_is_an_error_and_stays_unchanged() {
    for text in [
        "{",
        "{}",
        r#"{"version":99,"port":0,"creators":[],"codes":[],"grants":[],"publishes":[]}"#,
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.json");
        std::fs::write(&file, text).unwrap();
        let config = SandboxConfig {
            data_dir: Some(folder.path().to_owned()),
            ..SandboxConfig::default()
        };
        assert!(
            matches!(
                Sandbox::start(config).await.unwrap_err(),
                SandboxError::Damaged { .. }
            ),
            "{text}"
        );
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
}
