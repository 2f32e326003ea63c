//! The program `slipway`; all of it is in the library.

// A console window beside the app would only confuse on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    slipway::run()
}
