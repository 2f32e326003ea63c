//! Conversion of a file that TikTok refuses into one that it accepts. Nothing else changes.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use slipway_engine::{
    EngineError, TranscodeError,
    texts::{Language, Texts},
    views::{
        Argument, Event, Message, PostSettings, PostState, Severity, TranscodeChoice,
        TranscodeOutcome,
    },
};
use slipway_tests::stage::{Running, Stage, public, sha256};

/// A short upright video at twelve frames a second. TikTok requires at least 23.
fn slow_video(stage: &Stage, name: &str) -> PathBuf {
    made(stage, name, "testsrc2=size=360x640:rate=12:duration=4")
}

fn made(stage: &Stage, name: &str, picture: &str) -> PathBuf {
    let path = stage.folder.path().join(name);
    let status = Command::new("ffmpeg")
        .args([
            "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", picture,
        ])
        .args(["-f", "lavfi", "-i", "sine=duration=4", "-shortest"])
        .args([
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac",
        ])
        .arg(format!("file:{}", path.display()))
        .status();
    assert!(status.unwrap().success());
    path
}

/// Waits for the end of a post's conversion.
async fn ended(app: &Running, id: &str) -> TranscodeOutcome {
    app.event("the end of making it fit", |event| match event {
        Event::TranscodeEnded { post_id, outcome } if post_id == id => Some(outcome.clone()),
        _ => None,
    })
    .await
}

/// Waits until the conversion runs.
async fn wait_for_start(app: &Running, id: &str) {
    app.event("making it fit", |event| match event {
        Event::TranscodeProgress { post_id, progress } if post_id == id => {
            progress.fraction.map(|_| ())
        }
        _ => None,
    })
    .await;
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name != "data" && name != "programs")
        .collect();
    names.sort();
    names
}

/// A program in place of ffmpeg that answers like it and then does `work`.
#[cfg(unix)]
fn pretend(stage: &Stage, work: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let folder = stage.folder.path().join("programs");
    fs::create_dir_all(&folder).unwrap();
    let program = folder.join("ffmpeg");
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in\n\
         *-version*) echo 'ffmpeg version 9.9 made up';;\n\
         *-encoders*) echo ' V..... libx264 x'; echo ' A..... aac x';;\n\
         *-filters*) echo ' ... zscale V->V x';;\n\
         *) {work};;\nesac\n"
    );
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_that_tiktok_refuses_is_converted_and_published() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = slow_video(&stage, "-my 'clip'.mp4");
    let before = sha256(&path);
    let id = app.draft(&path).await;
    let settings = PostSettings {
        account_id: Some(ada.id),
        cover_ms: Some(2000),
        ..public("slow")
    };
    let draft = app.engine.update_post(&id, &settings).await.unwrap();
    assert_eq!(draft.findings[0].severity, Severity::Blocks);
    assert!(app.engine.submit_post(&id).await.is_err());

    let options = app
        .engine
        .transcode_options(&id, &TranscodeChoice::default())
        .await
        .unwrap();
    assert!(options.support.ffmpeg.is_some() && options.support.notice.is_none());
    assert_eq!(options.repairs.len(), 1);
    assert_eq!(
        (
            options.repairs[0].rule.as_str(),
            &options.repairs[0].question
        ),
        ("frame_rate_low", &None)
    );
    let plan = options.plan.unwrap();
    assert!(
        plan.steps
            .iter()
            .any(|step| step.code == "fit.step_frame_rate"
                && step.args["fps"] == Argument::text("30")),
        "{plan:?}"
    );
    assert_eq!(plan.command, options.repairs[0].command);

    app.engine
        .transcode(&id, &TranscodeChoice::default())
        .await
        .unwrap();
    let again = app.engine.transcode(&id, &TranscodeChoice::default()).await;
    assert!(
        matches!(again, Err(EngineError::Transcode(TranscodeError::UnderWay))),
        "{again:?}"
    );
    let outcome = ended(&app, &id).await;
    let file_name = "-my 'clip' (fits).mp4".to_owned();
    assert_eq!(
        outcome,
        TranscodeOutcome::Fits {
            file_name: file_name.clone()
        }
    );

    let post = app.engine.post(&id).await.unwrap();
    assert_eq!(
        (post.state, post.file_name, post.findings),
        (PostState::Draft, file_name.clone(), vec![])
    );
    assert_eq!(
        (post.settings.cover_ms, post.settings.caption),
        (Some(2000), "slow".into())
    );
    assert!(app.history(&id).await.contains("made to fit"));
    assert_eq!(sha256(&path), before, "the original is as it was");
    assert_eq!(
        names(stage.folder.path()),
        [file_name.as_str(), "-my 'clip'.mp4"]
    );
    app.engine.submit_post(&id).await.unwrap();
    app.published(&id).await;
    let fitted = stage.folder.path().join(file_name);
    assert_eq!(stage.sandbox.posts()[0].sha256, sha256(&fitted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_is_cut_only_on_request() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let path = made(
        &stage,
        "long.mp4",
        "testsrc2=size=360x640:rate=24:duration=4",
    );
    let id = app.draft(&path).await;
    let limit = TranscodeChoice {
        max_duration_sec: Some(3),
        rules: None,
    };
    let options = app.engine.transcode_options(&id, &limit).await.unwrap();
    assert_eq!(options.plan, None);
    assert!(!options.repairs[0].chosen);
    let question = Message::new("fit.question_cut").with("keep", Argument::Seconds(2));
    assert_eq!(options.repairs[0].question, Some(question));
    let refused = app.engine.transcode(&id, &limit).await;
    assert!(
        matches!(
            refused,
            Err(EngineError::Transcode(TranscodeError::NothingToRepair))
        ),
        "{refused:?}"
    );
    let cut = TranscodeChoice {
        rules: Some(vec!["too_long_for_creator".into(), "no such rule".into()]),
        ..limit
    };
    app.engine.transcode(&id, &cut).await.unwrap();
    assert!(matches!(
        ended(&app, &id).await,
        TranscodeOutcome::Fits { .. }
    ));
    let post = app.engine.post(&id).await.unwrap();
    assert!(
        (1900..3000).contains(&post.media.duration_ms),
        "{:?}",
        post.media
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_ffmpeg_the_package_to_install_is_named() {
    let stage = Stage::new().await;
    let config = slipway_engine::EngineConfig {
        programs: Some(stage.folder.path().join("nothing here").into()),
        ..stage.config()
    };
    let app = Running::new(slipway_engine::Engine::open(config).await.unwrap());
    let id = app.draft(&slow_video(&stage, "a.mp4")).await;
    let options = app
        .engine
        .transcode_options(&id, &TranscodeChoice::default())
        .await
        .unwrap();
    assert_eq!(options.support.ffmpeg, None);
    let notice = options.support.notice.unwrap();
    assert_eq!(notice.code, "fit.no_ffmpeg");
    // The command is still shown, for use on another computer.
    assert!(options.plan.unwrap().command.starts_with("ffmpeg -i "));
    let refused = app.engine.transcode(&id, &TranscodeChoice::default()).await;
    assert!(
        matches!(
            refused,
            Err(EngineError::Transcode(TranscodeError::NoFfmpeg))
        ),
        "{refused:?}"
    );
}

/// A program that writes a part of the result and runs until it is killed.
#[cfg(unix)]
const ENDLESS: &str = "for last; do :; done; out=\"${last#file:}\"; echo half > \"$out\"; echo out_time_us=1000000; exec sleep 3600";

#[cfg(unix)]
async fn endless(stage: &Stage) -> Running {
    let config = slipway_engine::EngineConfig {
        programs: Some(pretend(stage, ENDLESS).into()),
        ..stage.config()
    };
    Running::new(slipway_engine::Engine::open(config).await.unwrap())
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn stopping_a_conversion_leaves_nothing_and_starts_the_next() {
    let stage = Stage::new().await;
    let app = endless(&stage).await;
    let first = app.draft(&slow_video(&stage, "a.mp4")).await;
    let second = app.draft(&slow_video(&stage, "b.mp4")).await;
    app.engine
        .transcode(&first, &TranscodeChoice::default())
        .await
        .unwrap();
    wait_for_start(&app, &first).await;
    app.engine
        .transcode(&second, &TranscodeChoice::default())
        .await
        .unwrap();
    let waits = app
        .engine
        .transcode_options(&second, &TranscodeChoice::default())
        .await
        .unwrap();
    assert_eq!(waits.progress.unwrap().fraction, None, "one at a time");
    app.engine.cancel_transcode(&first);
    assert_eq!(ended(&app, &first).await, TranscodeOutcome::Cancelled);
    wait_for_start(&app, &second).await;
    // A removed post needs no file.
    app.engine.remove_post(&second).await.unwrap();
    assert_eq!(ended(&app, &second).await, TranscodeOutcome::Cancelled);
    assert_eq!(names(stage.folder.path()), ["a.mp4", "b.mp4"]);
    let post = app.engine.post(&first).await.unwrap();
    assert_eq!(
        (post.state, post.file_name.as_str()),
        (PostState::Draft, "a.mp4")
    );
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn closing_slipway_ends_a_conversion_and_a_crash_is_cleaned_up() {
    let stage = Stage::new().await;
    let app = endless(&stage).await;
    let id = app.draft(&slow_video(&stage, "a.mp4")).await;
    app.engine
        .transcode(&id, &TranscodeChoice::default())
        .await
        .unwrap();
    wait_for_start(&app, &id).await;
    app.engine.close().await;
    assert_eq!(names(stage.folder.path()), ["a.mp4"]);

    // The files of a crash: a note, and the partial file that it names.
    let half = stage.folder.path().join(".slipway-fit-1.part");
    fs::write(&half, "half").unwrap();
    let notes = stage.folder.path().join("data/fitting");
    fs::write(notes.join("1"), half.to_str().unwrap()).unwrap();
    let app = stage.engine().await;
    assert_eq!(names(stage.folder.path()), ["a.mp4"]);
    let post = app.engine.post(&id).await.unwrap();
    assert_eq!(post.state, PostState::Draft);
}

/// Of ffmpeg's output, the end is shown without control characters, and ffmpeg inherits nothing of Slipway's
/// environment.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_creator_reads_ffmpeg_s_error() {
    let stage = Stage::new().await;
    let work = "env >&2; head -c 300000 /dev/zero | tr '\\0' x >&2; printf '\\nthe \\033[31mlast words\\n' >&2; exit 1";
    let config = slipway_engine::EngineConfig {
        programs: Some(pretend(&stage, work).into()),
        ..stage.config()
    };
    let app = Running::new(slipway_engine::Engine::open(config).await.unwrap());
    let id = app.draft(&slow_video(&stage, "a.mp4")).await;
    app.engine
        .transcode(&id, &TranscodeChoice::default())
        .await
        .unwrap();
    let TranscodeOutcome::Failed { notice } = ended(&app, &id).await else {
        panic!("it cannot have worked");
    };
    assert_eq!(notice.code, "fit.refused");
    let Argument::Text(detail) = &notice.args["detail"] else {
        panic!("{notice:?}");
    };
    assert!(detail.ends_with("the [31mlast words"), "{detail}");
    assert_eq!(names(stage.folder.path()), ["a.mp4"]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_unsuitable_result_is_not_used() {
    let stage = Stage::new().await;
    // It prints its environment.
    let work = "for last; do :; done; while [ \"$1\" != -i ]; do shift; done; cp \"${2#file:}\" \"${last#file:}\"; env > \"$(dirname \"$0\")/seen\"";
    let programs = pretend(&stage, work);
    let config = slipway_engine::EngineConfig {
        programs: Some(programs.clone().into()),
        ..stage.config()
    };
    let app = Running::new(slipway_engine::Engine::open(config).await.unwrap());
    let id = app.draft(&slow_video(&stage, "a.mp4")).await;
    app.engine
        .transcode(&id, &TranscodeChoice::default())
        .await
        .unwrap();
    let TranscodeOutcome::Failed { notice } = ended(&app, &id).await else {
        panic!("it cannot have worked");
    };
    assert_eq!(notice.code, "fit.still_unfit");
    let words = Texts::of(Language::English).notice(&notice);
    assert!(words.happened.ends_with(": 12\u{a0}fps."), "{words:?}");
    assert_eq!(names(stage.folder.path()), ["a.mp4"]);
    let seen = fs::read_to_string(programs.join("seen")).unwrap();
    assert!(seen.contains("PATH=") && !seen.contains("CARGO"), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_is_being_sent_cannot_be_converted() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let path = stage.video("a.mp4", 0);
    let id = app.post(&ada, &path, public("a")).await;
    app.published(&id).await;
    let refused = app.engine.transcode(&id, &TranscodeChoice::default()).await;
    assert!(
        matches!(refused, Err(EngineError::WrongState { .. })),
        "{refused:?}"
    );
    let gone = app.draft(&slow_video(&stage, "gone.mp4")).await;
    fs::remove_file(stage.folder.path().join("gone.mp4")).unwrap();
    let refused = app
        .engine
        .transcode_options(&gone, &TranscodeChoice::default())
        .await;
    assert!(matches!(refused, Err(EngineError::File(_))), "{refused:?}");
}
