//! Slipway's shell: window, tray, links, and the commands and events of the web UI, around the engine.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod application;
mod arguments;
mod arrivals;
mod bridge;
mod browser;
mod commands;
mod diagnostics;
mod environment;
mod error;
mod forward;
mod links;
mod logs;
mod media;
mod mode;
mod process;
mod save;
mod scrub;
mod session;
mod shell;
mod signals;
mod startup;
mod tray;
mod window;
mod words;

use std::{
    fmt::Display,
    io::{self, Write},
    process::ExitCode,
};

use arguments::Invocation;
use slipway_engine::redaction::redact;
use words::words;

/// Runs Slipway with the arguments and the environment of this process, until the creator quits.
///
/// The code is 0 after an orderly end, 1 when no window could be opened, and 2 for a command line that makes no sense.
pub fn run() -> ExitCode {
    process::guard();
    let folder = std::env::current_dir().unwrap_or_default();
    match arguments::parse(std::env::args_os().skip(1), &folder) {
        Ok(Invocation::Run(arguments)) => {
            #[cfg(unix)]
            scrub::scrub();
            application::run(&arguments)
        }
        Ok(Invocation::Help) => print(&words().message(&words::help())),
        Ok(Invocation::Version) => print(concat!("slipway ", env!("CARGO_PKG_VERSION"))),
        Err(error) => {
            complain(error.in_words(words()));
            ExitCode::from(2)
        }
    }
}

fn print(text: &str) -> ExitCode {
    match writeln!(io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// A line on the terminal, for what happens where there is no window. Nobody may be there to read it.
fn complain(text: impl Display) {
    let line = format!("slipway: {text}");
    let _ = writeln!(io::stderr(), "{}", redact(&line));
}
