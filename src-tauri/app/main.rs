//! The desktop app around the engine: window, tray, links, and the commands and events of the web UI.

// No console window beside the app on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod application;
mod arguments;
mod background;
mod bridge;
mod browser;
mod commands;
mod crash_guard;
mod diagnostics;
mod environment;
mod error;
mod event_forwarder;
mod incoming_files;
mod links;
mod logs;
mod media;
mod mode;
#[cfg(unix)]
mod restart;
mod save_dialog;
mod secret_variables;
mod session;
mod shell;
mod signals;
mod startup;
mod terminal;
mod texts;
mod window;
mod workload;

use std::{alloc::System, process::ExitCode};

use arguments::Invocation;
use terminal::{print, print_error};
use texts::texts;
use zeroizing_alloc::ZeroAlloc;

/// Wipes all memory before it is freed, including headers, bodies and connection buffers of libraries.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// Runs Slipway with the arguments and the environment of this process, until the creator quits.
///
/// The exit code is 0 after an orderly shutdown, 1 if no window could be opened, and 2 for an invalid command line.
fn main() -> ExitCode {
    crash_guard::install();
    let folder = std::env::current_dir().unwrap_or_default();
    match arguments::parse(std::env::args_os().skip(1), &folder) {
        Ok(Invocation::Run(arguments)) => {
            #[cfg(unix)]
            restart::remove_secrets_from_environment();
            application::run(&arguments)
        }
        Ok(Invocation::Help) => print(&texts().message(&texts::help())),
        Ok(Invocation::Version) => print(concat!("slipway ", env!("CARGO_PKG_VERSION"))),
        Err(error) => {
            print_error(error.to_text(texts()));
            ExitCode::from(2)
        }
    }
}
