//! Full and read-only disks: each refused change is reported, nothing stored is lost, and everything continues once
//! there is room.
//!
//! The kernel's limit on file sizes stands in for a full disk: each write fails in the same way. It applies to a whole
//! process, so each of these tests runs itself again in a process of its own.

use std::os::unix::fs::PermissionsExt;

use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit, setrlimit};
use slipway_engine::{
    texts::{Language, Texts},
    views::{Argument, PostSettings},
};

use super::*;

/// Set in the process of a single test.
const ALONE: &str = "SLIPWAY_TEST_ALONE";

/// Runs the test `name` of this program in a process of its own, through the command `through`. That process ignores
/// the signal of the limit, so that a write fails instead.
fn alone(name: &str, through: &[&str]) {
    let output = Command::new("sh")
        .args(["-c", r#"trap "" XFSZ; exec "$@""#, "sh"])
        .args(through)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

fn is_alone() -> bool {
    std::env::var_os(ALONE).is_some()
}

/// Lifts the limit of this process, or sets it so that each write fails.
fn room(there_is: bool) {
    let limit = getrlimit(Resource::Fsize);
    let current = if there_is { limit.maximum } else { Some(0) };
    setrlimit(Resource::Fsize, Rlimit { current, ..limit }).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_changes_and_loses_nothing() {
    if !is_alone() {
        return alone(
            "database::room::a_full_disk_refuses_changes_and_loses_nothing",
            &[],
        );
    }
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("clip.mp4", 0);
    let (id, other) = (
        app.draft(&path).await,
        app.draft(&stage.video("other.mp4", 0)).await,
    );
    let settings = PostSettings {
        account_id: Some(ada.id.clone()),
        ..public("stored")
    };
    app.engine.update_post(&id, &settings).await.unwrap();
    let third = stage.video("third.mp4", 0);
    let before = shown(&app.engine).await.unwrap();

    room(false);
    let full = |code: &str| matches!(code, "database.full" | "database.refused");
    let submit = app.engine.submit_post(&id).await.unwrap_err().explain();
    assert!(full(&submit.code), "{submit:?}");
    let change = app.engine.update_post(&id, &public("lost")).await;
    let change = change.unwrap_err().explain();
    assert!(full(&change.code), "{change:?}");
    let remove = app.engine.remove_post(&other).await.unwrap_err().explain();
    assert!(full(&remove.code), "{remove:?}");
    let added = app.engine.add_files(vec![third.clone()]).await;
    let add = added[0].notice.as_ref().unwrap();
    assert!(full(&add.code), "{add:?}");
    let texts = Texts::of(Language::English);
    for notice in [&submit, &change, &remove, add] {
        let words = texts.notice(notice);
        assert!(!words.slipway.is_empty() && !words.you.is_empty());
    }
    assert_eq!(shown(&app.engine).await.unwrap(), before);

    // The next start reports it as well, and changes nothing.
    app.engine.close().await;
    let start = refused(Engine::open(stage.config()).await).explain();
    assert_eq!(start.code, "storage.full", "{start:?}");

    room(true);
    let app = stage.engine().await;
    assert_eq!(shown(&app.engine).await.unwrap(), before);
    room(false);
    assert!(app.engine.submit_post(&id).await.is_err());
    room(true);
    // The same engine continues normally.
    app.draft(&third).await;
    app.engine.submit_post(&id).await.unwrap();
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_on_a_full_disk_is_published_once_there_is_room() {
    let stage = Stage::new().await;
    let path = stage.video("clip.mp4", 150_000_000);
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    stage.limit_uploads(Some(60_000_000));
    let id = app.post(&ada, &path, public("")).await;
    app.engine.close().await;

    let through = ["sh", "-c", r#"trap "" XFSZ; exec "$0""#];
    let mut process = engine_process(&stage, &through);
    let pid = Pid::from_child(&process);
    let uploaded = || {
        let publishes = stage.sandbox.publishes();
        publishes.iter().map(|publish| publish.uploaded).max()
    };
    eventually("some bytes", SOON, async || {
        uploaded().filter(|bytes| *bytes > 1_000_000)
    })
    .await;
    let limit = getrlimit(Resource::Fsize);
    let none = Rlimit {
        current: Some(0),
        ..limit
    };
    prlimit(Some(pid), Resource::Fsize, none).unwrap();
    // Its progress can no longer be stored, so the upload stops by itself.
    let (mut last, mut same) = (None, 0);
    eventually("the upload rests", SOON, async || {
        let now = uploaded();
        same = if now == last { same + 1 } else { 0 };
        last = now;
        (same > 30).then_some(())
    })
    .await;
    assert!(stage.sandbox.posts().is_empty());
    assert!(process.try_wait().unwrap().is_none(), "it lives on");
    prlimit(Some(pid), Resource::Fsize, limit).unwrap();
    eventually("published", Duration::from_secs(100), async || {
        (!stage.sandbox.posts().is_empty()).then_some(())
    })
    .await;
    process.kill().unwrap();
    process.wait().unwrap();

    let app = stage.engine().await;
    app.published(&id).await;
    let posts = stage.sandbox.posts();
    assert_eq!(posts.len(), 1, "published exactly once");
    assert_eq!(posts[0].sha256, sha256(&path));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_data_folder_is_reported_at_the_start() {
    if !is_alone() {
        // Root may write everywhere, unless its capability is dropped.
        let tamed: &[&str] = if rustix::process::geteuid().is_root() {
            &["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
        } else {
            &[]
        };
        return alone(
            "database::room::a_read_only_data_folder_is_reported_at_the_start",
            tamed,
        );
    }
    let stage = Stage::new().await;
    let app = stage.engine().await;
    app.draft(&stage.video("clip.mp4", 0)).await;
    let before = shown(&app.engine).await.unwrap();
    app.engine.close().await;

    let folder = stage.data();
    let may = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    for (path, locked, open) in [
        (folder.clone(), 0o500, 0o700),
        (folder.join("slipway.db"), 0o400, 0o600),
        (folder.join("slipway.lock"), 0o400, 0o600),
    ] {
        let bytes = fs::read(folder.join("slipway.db")).unwrap();
        may(&path, locked);
        let notice = refused(Engine::open(stage.config()).await).explain();
        may(&path, open);
        assert_eq!(notice.code, "storage.read_only", "{notice:?}");
        let Argument::Text(named) = &notice.args["path"] else {
            panic!("{notice:?}");
        };
        assert!(named.contains(&*folder.to_string_lossy()), "{named}");
        assert_eq!(fs::read(folder.join("slipway.db")).unwrap(), bytes);
    }
    let app = stage.engine().await;
    assert_eq!(shown(&app.engine).await.unwrap(), before);
}
