//! The sandbox as a program: prints where it is as one line of JSON, serves until told to end.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;
use tiktok_sandbox::{Sandbox, SandboxConfig};
use tracing_subscriber::EnvFilter;

const HELP: &str = "\
A strict TikTok of one's own on loopback.

Usage: tiktok-sandbox [OPTIONS]

  --port PORT           port on 127.0.0.1 (default: the last one with the same data folder, else any)
  --data-dir FOLDER     keep state and videos here (default: a temporary folder)
  --client-key KEY      client key of the one app (default: sbslipwaydemo)
  --client-secret TEXT  its secret (default: a constant that everyone knows)
  --unaudited           the app has not passed TikTok's audit
  --upload-rate BYTES   read uploads at so many bytes per second
  --help                this text

When ready it prints one line of JSON: url, control, client_key, client_secret.
";

enum Command {
    Help,
    Serve(Box<SandboxConfig>),
}

fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
    let mut config = SandboxConfig::default();
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => config.port = parser.value()?.parse()?,
            Long("data-dir") => config.data_dir = Some(PathBuf::from(parser.value()?)),
            Long("client-key") => config.client_key = parser.value()?.string()?,
            Long("client-secret") => config.client_secret = parser.value()?.string()?,
            Long("unaudited") => config.options.audited = false,
            Long("upload-rate") => {
                config.options.upload_bytes_per_sec = Some(parser.value()?.parse()?);
            }
            Short('h') | Long("help") => return Ok(Command::Help),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Command::Serve(Box::new(config)))
}

#[tokio::main]
async fn main() -> ExitCode {
    let config = match read(std::env::args_os().skip(1)) {
        Ok(Command::Serve(config)) => *config,
        Ok(Command::Help) => return print(HELP),
        Err(error) => {
            eprint!("tiktok-sandbox: {error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| EnvFilter::new("tiktok_sandbox=info")),
        )
        .init();
    match serve(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = error.to_string();
            let mut cause = error.source();
            while let Some(next) = cause {
                text = format!("{text}: {next}");
                cause = next.source();
            }
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: SandboxConfig) -> Result<(), Box<dyn std::error::Error>> {
    // Before anything is announced: whoever reads the line may send a signal at once.
    let ended = ended()?;
    let client_secret = config.client_secret.clone();
    let sandbox = Sandbox::start(config).await?;
    let ready = serde_json::json!({
        "url": sandbox.url(),
        "control": format!("{}/sandbox", sandbox.url()),
        "client_key": sandbox.client_key(),
        "client_secret": client_secret,
    });
    print(&format!("{ready}\n"));
    tracing::info!(url = sandbox.url(), "ready");
    ended.await;
    tracing::info!("ending");
    sandbox.stop().await;
    Ok(())
}

/// Waits for ctrl-c or SIGTERM; listens from the moment it is called.
#[cfg(unix)]
fn ended() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits for ctrl-c; listens from the moment it is called.
#[cfg(not(unix))]
fn ended() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// Writes to stdout; that nobody reads it is no reason to end.
fn print(text: &str) -> ExitCode {
    let mut out = std::io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
