//! The database under failure: a full disk, a read-only folder, damage, and two engines at once.

mod corruption;
mod room;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use secrecy::ExposeSecret;
use slipway_engine::{
    Engine, Explain, OpenError,
    views::{Post, PostState},
};
use slipway_tests::{
    stage::{Running, Stage, public, sha256},
    wait::{SOON, eventually},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_is_locked_out_until_the_first_has_ended() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    app.draft(&stage.video("clip.mp4", 0)).await;
    app.engine.close().await;

    let mut first = engine_process(&stage, &[]);
    let marker = stage.data().join("slipway.clean");
    eventually("the first engine is open", SOON, async || {
        (!marker.exists()).then_some(())
    })
    .await;
    let second = engine_process(&stage, &[]).wait_with_output().unwrap();
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("AlreadyRunning"), "{said}");
    let refused = Engine::open(stage.config()).await.unwrap_err();
    assert_eq!(refused.explain().code, "database.in_use");
    assert!(first.try_wait().unwrap().is_none(), "the first works on");

    first.kill().unwrap();
    first.wait().unwrap();
    let app = stage.engine().await;
    assert_eq!(app.engine.posts().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_never_posts_twice() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let draft = app.draft(&stage.video("draft.mp4", 0)).await;
    // A backup was made at the start. The next one is made during the upload, within the hour of its address, so it
    // does not contain the end of the post.
    stage.clock.advance(Duration::from_mins(23 * 60 + 10));
    stage.limit_uploads(Some(5_000_000));
    let path = stage.video("clip.mp4", 30_000_000);
    let id = app.post(&ada, &path, public("once")).await;
    let uploading = |state: &PostState| *state == PostState::Uploading;
    app.until(&id, "uploading", uploading).await;
    let before = backups(&stage.data()).len();
    stage.clock.advance(Duration::from_mins(55));
    eventually("a backup", SOON, async || {
        (backups(&stage.data()).len() > before).then_some(())
    })
    .await;
    stage.limit_uploads(None);
    app.published(&id).await;
    app.engine.close().await;
    assert_eq!(stage.sandbox.posts().len(), 1);

    fs::write(stage.data().join("slipway.db"), "noise ".repeat(5_000)).unwrap();
    let app = stage.engine().await;
    let post = app.engine.post(&id).await.unwrap();
    let PostState::Paused {
        notice: Some(notice),
    } = &post.state
    else {
        panic!("{:?}", post.state)
    };
    assert_eq!(notice.code, "post.restored");
    let history = app.history(&id).await;
    assert!(
        history.contains("may have been published since"),
        "{history}"
    );
    let draft = app.engine.post(&draft).await.unwrap();
    assert_eq!(draft.state, PostState::Draft);

    let restored = |app: &Running| {
        let notices = app.engine.status().notices;
        notices.iter().any(|it| it.code == "database.restored")
    };
    eventually("the notice", SOON, async || restored(&app).then_some(())).await;
    app.engine.close().await;
    assert_eq!(stage.sandbox.posts().len(), 1, "nothing went on by itself");

    let app = stage.engine().await;
    eventually("the notice stays", SOON, async || {
        restored(&app).then_some(())
    })
    .await;
    app.engine
        .dismiss_notice("database.restored")
        .await
        .unwrap();
    eventually("dismissed", SOON, async || (!restored(&app)).then_some(())).await;
    // A post that the creator resumes first queries TikTok, which already has it.
    app.engine.resume_post(&id).await.unwrap();
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&path));
}

/// The complete backups in a data folder.
fn backups(data: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(data.join("backups")) else {
        return Vec::new();
    };
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "db"))
        .collect()
}

/// Starts an engine in a process of its own, through the command `through`.
fn engine_process(stage: &Stage, through: &[&str]) -> Child {
    let mut line = through.to_vec();
    line.push(env!("CARGO_BIN_EXE_engine-process"));
    Command::new(line[0])
        .args(&line[1..])
        .env("SLIPWAY_DATA_DIR", stage.data())
        .env("SLIPWAY_TIKTOK_API_URL", stage.sandbox.url())
        .env("SLIPWAY_FERNET_KEY", stage.key.expose_secret())
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The posts as the engine shows them, ordered by id.
async fn shown(engine: &Engine) -> Result<Vec<Post>, String> {
    let mut posts = engine.posts().await.map_err(|error| error.to_string())?;
    posts.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(posts)
}

fn refused(opened: Result<Engine, OpenError>) -> OpenError {
    match opened {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}
