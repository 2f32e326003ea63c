//! Output on the terminal: the answers of the command line, and errors that no window can show.

use std::{
    fmt::Display,
    io::{self, Write},
    process::ExitCode,
};

use slipway_engine::redaction::redact;

/// Prints a text to standard output.
pub fn print(text: &str) -> ExitCode {
    match writeln!(io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Prints an error to standard error, without secrets. Errors of the terminal are ignored: there may be none.
pub fn print_error(text: impl Display) {
    let line = format!("slipway: {text}");
    let _ = writeln!(io::stderr(), "{}", redact(&line));
}
