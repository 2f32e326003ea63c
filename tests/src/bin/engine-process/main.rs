//! An engine in a process of its own, for tests that kill it: with a queue and orders, or, with the argument `vault`, opened
//! once with a key request.
//!
//! `FAILPOINTS` arms its fault points: the action `panic` ends the process at once, as a power cut does.

mod orders;
mod vault;

use std::alloc::System;

use rustix::process::{Signal, getpid, kill_process};
use zeroizing_alloc::ZeroAlloc;

type Error = Box<dyn std::error::Error>;

/// The app uses the same allocator.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

#[tokio::main]
async fn main() -> Result<(), Error> {
    let _armed = armed();
    match std::env::args().nth(1).as_deref() {
        None => orders::run().await,
        Some("vault") => vault::run().await,
        Some(other) => Err(format!("{other} is no task of this program").into()),
    }
}

/// Arms the fault points of `FAILPOINTS`. A panic would end only a task, so it kills the process.
fn armed() -> Option<fail::FailScenario<'static>> {
    std::env::var_os("FAILPOINTS")?;
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let text = info.payload_as_str().unwrap_or_default();
        if text.starts_with("failpoint ") && kill_process(getpid(), Signal::KILL).is_ok() {
            // Nothing more is done: the signal ends the process before the next step.
            loop {
                std::thread::park();
            }
        }
        usual(info);
    }));
    Some(fail::FailScenario::setup())
}
