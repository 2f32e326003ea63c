//! The `tiktok-sandbox` program: starts a sandbox, prints its address as one line of JSON, and serves until a signal.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;
use tiktok_sandbox::{Sandbox, SandboxConfig};
use tracing_subscriber::EnvFilter;

const HELP: &str = "\
A strict local stand-in for TikTok's API on the loopback interface.

Usage: tiktok-sandbox [OPTIONS]

  --port PORT           port on 127.0.0.1 (default: the port last used with this data folder, else a free port)
  --data-dir FOLDER     folder for state and videos (default: a temporary folder)
  --client-key KEY      client key of the app (default: sbslipwaydemo)
  --client-secret TEXT  client secret of the app (default: a public constant)
  --unaudited           treat the app as one that has not passed TikTok's audit
  --upload-rate BYTES   limit uploads to this many bytes per second
  -h, --help            print this text

When the sandbox is ready, it prints one line of JSON: url, control, client_key, client_secret.
";

enum Command {
    Help,
    Serve(Box<SandboxConfig>),
}

/// Parses the command line.
fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
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
    let config = match parse(std::env::args_os().skip(1)) {
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
    // Installed before the line is printed: its reader may send a signal immediately.
    let shutdown_signal = shutdown_signal()?;
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
    shutdown_signal.await;
    tracing::info!("shutting down");
    sandbox.stop().await;
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM. The handlers are installed when the function is called.
#[cfg(unix)]
fn shutdown_signal() -> std::io::Result<impl Future<Output = ()>> {
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

/// Waits for Ctrl-C. The handler is installed when the function is called.
#[cfg(not(unix))]
fn shutdown_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// Writes to stdout. The server keeps running even if nobody reads stdout.
fn print(text: &str) -> ExitCode {
    let mut out = std::io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
