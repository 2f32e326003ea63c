//! The program `slipway`; all of it is in the library.

// A console window beside the app would only confuse on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::{alloc::System, process::ExitCode};

use zeroizing_alloc::ZeroAlloc;

/// Wipes all memory that is given back: also what libraries held, such as headers, bodies and buffers of connections.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    slipway::run()
}
