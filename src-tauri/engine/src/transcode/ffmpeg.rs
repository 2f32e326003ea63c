//! [`Ffmpeg`]: finds the installed ffmpeg, queries its capabilities, and runs it.

use std::{
    env,
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use clip::repair::Plan;
use slipway_core::redaction;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::Command,
    sync::Mutex,
};
use tokio_util::sync::CancellationToken;

use super::{error::TranscodeError, progress::ProgressParser};

/// The timeout of a query for capabilities.
const QUERY_TIMEOUT: Duration = Duration::from_secs(20);
/// The length of the end of the error output that is kept, in bytes.
const STDERR_TAIL: usize = 4096;
/// The length of the detail in an error, in characters.
const DETAIL_MAX: usize = 240;
/// The environment variables that ffmpeg inherits. The others can contain secrets, or options for ffmpeg.
const ENVIRONMENT: [&str; 9] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SystemRoot",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "LANG",
];
/// Common folders of programs that are not on the `PATH` of desktop applications.
#[cfg(target_os = "macos")]
const EXTRA_FOLDERS: [&str; 2] = ["/opt/homebrew/bin", "/usr/local/bin"];
#[cfg(not(target_os = "macos"))]
const EXTRA_FOLDERS: [&str; 2] = ["/usr/local/bin", "/snap/bin"];

/// The capabilities of an ffmpeg that matter here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Capabilities {
    pub(crate) version: String,
    pub(crate) h264: bool,
    pub(crate) aac: bool,
    pub(crate) tone_mapping: bool,
}

impl Capabilities {
    /// Returns an error for the first encoder that re-encoding needs and that is missing.
    pub(super) fn missing(&self) -> Option<TranscodeError> {
        let encoder = match (self.h264, self.aac) {
            (false, _) => "libx264",
            (true, false) => "aac",
            (true, true) => return None,
        };
        Some(TranscodeError::NoEncoder { encoder })
    }
}

/// Finds and runs ffmpeg.
#[derive(Debug)]
pub(super) struct Ffmpeg {
    /// The search path for programs, instead of `PATH`.
    programs: Option<OsString>,
    /// The path and the capabilities of the program that was queried last.
    known: Mutex<Option<(PathBuf, Capabilities)>>,
}

impl Ffmpeg {
    pub(super) fn new(programs: Option<OsString>) -> Self {
        Self {
            programs,
            known: Mutex::default(),
        }
    }

    /// Returns the capabilities. Searches the program each time, because the creator may just have installed it.
    pub(super) async fn capabilities(&self) -> Result<Capabilities, TranscodeError> {
        let program = self.find()?;
        let mut known = self.known.lock().await;
        if let Some((at, capabilities)) = &*known
            && *at == program
        {
            return Ok(capabilities.clone());
        }
        let version = query(&program, "-version").await?;
        let encoders = query(&program, "-encoders").await?;
        let filters = query(&program, "-filters").await?;
        let lists = |list: &str, name: &str| {
            list.lines()
                .any(|line| line.split_whitespace().nth(1) == Some(name))
        };
        let capabilities = Capabilities {
            version: version_of(&version),
            h264: lists(&encoders, "libx264"),
            aac: lists(&encoders, "aac"),
            tone_mapping: lists(&filters, "zscale") && lists(&filters, "tonemap"),
        };
        *known = Some((program, capabilities.clone()));
        Ok(capabilities)
    }

    /// Runs a plan until it ends or is cancelled. Calls `on_progress` with the length of the output so far.
    pub(super) async fn run(
        &self,
        plan: &Plan,
        source: &Path,
        result: &Path,
        cancel: &CancellationToken,
        on_progress: impl Fn(Duration),
    ) -> Result<(), TranscodeError> {
        let mut command = command(&self.find()?);
        command
            .args(["-nostdin", "-hide_banner", "-loglevel", "error", "-n"])
            .args(["-progress", "pipe:1"])
            // ffmpeg opens only this file, and only in its detected format.
            .args(["-protocol_whitelist", "file", "-f", plan.source_format()])
            .args(plan.arguments(source, result));
        let mut child = command.spawn().map_err(TranscodeError::Start)?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let whole = async {
            let ((), words) = tokio::join!(follow(out, on_progress), stderr_tail(err));
            child.wait().await.map(|status| (status, words))
        };
        let ended = cancel.run_until_cancelled(whole).await;
        let Some(ended) = ended else {
            // Waits for the process to end, so that its output can be removed.
            if let Err(error) = child.kill().await {
                tracing::warn!(%error, "[Transcode] Kill failed");
            }
            return Err(TranscodeError::Cancelled);
        };
        let (status, words) = ended.map_err(TranscodeError::Start)?;
        if status.success() {
            return Ok(());
        }
        tracing::warn!(%status, words = %redaction::redact(&words), "[Transcode] ffmpeg failed");
        Err(TranscodeError::Refused {
            detail: detail(&words),
        })
    }

    fn find(&self) -> Result<PathBuf, TranscodeError> {
        let name = format!("ffmpeg{}", env::consts::EXE_SUFFIX);
        let (path, further) = match &self.programs {
            Some(path) => (path.clone(), &[][..]),
            None => (env::var_os("PATH").unwrap_or_default(), &EXTRA_FOLDERS[..]),
        };
        env::split_paths(&path)
            .chain(further.iter().map(PathBuf::from))
            // A program in the current folder is not one that the creator installed.
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(&name))
            .find(|program| program.is_file())
            .ok_or(TranscodeError::NoFfmpeg)
    }
}

/// Creates a command with a minimal environment, whose process is killed when it is dropped.
fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(
            ENVIRONMENT
                .iter()
                .filter_map(|name| Some((name, env::var_os(name)?))),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    // Prevents that a console window opens.
    #[cfg(windows)]
    command.creation_flags(0x0800_0000);
    command
}

/// Runs ffmpeg with one option and returns its output.
async fn query(program: &Path, question: &str) -> Result<String, TranscodeError> {
    let output = command(program)
        .args(["-hide_banner".as_ref(), OsStr::new(question)])
        .output();
    let late = || TranscodeError::Start(io::ErrorKind::TimedOut.into());
    let Output { status, stdout, .. } = tokio::time::timeout(QUERY_TIMEOUT, output)
        .await
        .map_err(|_| late())?
        .map_err(TranscodeError::Start)?;
    if status.success() {
        Ok(String::from_utf8_lossy(&stdout).into_owned())
    } else {
        Err(TranscodeError::Start(io::Error::other(status.to_string())))
    }
}

/// Returns the version in `ffmpeg version 5.1.9-0+deb12u1 Copyright…`.
fn version_of(said: &str) -> String {
    let word = said.split_whitespace().nth(2).unwrap_or_default();
    word.chars()
        .filter(|letter| !letter.is_control())
        .take(40)
        .collect()
}

async fn follow(out: Option<impl AsyncRead + Unpin>, on_progress: impl Fn(Duration)) {
    let Some(mut out) = out else { return };
    let mut progress = ProgressParser::default();
    let mut piece = [0; 1024];
    while let Ok(count @ 1..) = out.read(&mut piece).await {
        if let Some(done) = progress.feed(&piece[..count]) {
            on_progress(done);
        }
    }
}

/// Reads a stream and returns its end.
async fn stderr_tail(err: Option<impl AsyncRead + Unpin>) -> String {
    let mut words = Vec::new();
    let Some(mut err) = err else {
        return String::new();
    };
    let mut piece = [0; 1024];
    while let Ok(count @ 1..) = err.read(&mut piece).await {
        words.extend_from_slice(&piece[..count]);
        let over = words.len().saturating_sub(STDERR_TAIL);
        words.drain(..over);
    }
    String::from_utf8_lossy(&words).into_owned()
}

/// Returns the last line of the error output, redacted and without control characters.
fn detail(words: &str) -> String {
    let clean = redaction::redact(words);
    let line = clean
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    line.trim()
        .chars()
        .filter(|letter| !letter.is_control())
        .take(DETAIL_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_detail_is_the_last_line_shortened() {
        assert_eq!(detail("one\n  two\u{7} words \n\n"), "two words");
        assert_eq!(detail(""), "");
        assert_eq!(detail(&"x".repeat(10_000)).len(), DETAIL_MAX);
    }

    #[tokio::test]
    async fn the_error_output_is_bounded() {
        let words = stderr_tail(Some(&vec![b'x'; 1 << 20][..])).await;
        assert_eq!(words.len(), STDERR_TAIL);
    }

    #[test]
    fn parses_versions() {
        assert_eq!(version_of("ffmpeg version n7.1 Copyright (c)"), "n7.1");
        assert_eq!(version_of("what"), "");
    }

    #[tokio::test]
    async fn does_not_find_a_missing_ffmpeg() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = Ffmpeg::new(Some(folder.path().into()));
        assert!(matches!(
            nowhere.capabilities().await,
            Err(TranscodeError::NoFfmpeg)
        ));
        let here = Ffmpeg::new(Some(".".into()));
        assert!(matches!(
            here.capabilities().await,
            Err(TranscodeError::NoFfmpeg)
        ));
    }
}
