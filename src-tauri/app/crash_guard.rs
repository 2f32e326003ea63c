//! Crash protection of the process: no core files, and no secrets in panic messages.
//!
//! `PR_SET_DUMPABLE` would also keep other programs of the same user from reading this memory, but it hands
//! `/proc/PID` to root. The desktop portal reads it to identify the caller of a file dialog, a notification or a page
//! request, and would then reject all of them. Hence the limit on core files.

use std::{
    io::{self, Write},
    panic::{self, PanicHookInfo},
};

#[cfg(unix)]
use slipway_engine::io_fault::IoFault;
use slipway_engine::redaction::redact;

#[cfg(unix)]
use crate::{
    terminal::print_error,
    texts::{self, texts},
};

/// Disables core files and installs a panic hook that redacts secrets. Call it first.
pub fn install() {
    panic::set_hook(Box::new(report));
    #[cfg(unix)]
    if let Err(error) = forbid_core_files() {
        let text = texts::core_file(IoFault::from(&error).message());
        print_error(texts().message(&text));
    }
}

/// Forbids core files of this process and of its children.
///
/// The limit is one byte. As with zero, the kernel writes no file. Unlike with zero, it also starts no program that
/// `core_pattern` names (`core(5)`; `fs/coredump.c`).
#[cfg(unix)]
fn forbid_core_files() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let most = getrlimit(Resource::Core)
        .maximum
        .map_or(1, |most| most.min(1));
    let limit = Rlimit {
        current: Some(most),
        maximum: Some(most),
    };
    Ok(setrlimit(Resource::Core, limit)?)
}

/// Reports a panic to the log and to the terminal, because the log may not exist yet. Prints no backtrace, because it
/// could contain values.
fn report(panic: &PanicHookInfo<'_>) {
    let text = describe(panic);
    let _ = writeln!(io::stderr(), "slipway: {text}");
    tracing::error!("[Shell] Slipway failed: {text}");
}

fn describe(panic: &PanicHookInfo<'_>) -> String {
    let message = panic.payload_as_str().unwrap_or("without a message");
    let place = panic.location().map(ToString::to_string);
    let place = place.as_deref().unwrap_or("an unknown place");
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("without a name");
    redact(&format!("panic at {place} (thread {thread}): {message}")).into_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use std::{
        fs,
        path::Path,
        process::{Command, Output},
    };

    use slipway_engine::redaction::register;

    use super::*;

    const CHILD: &str = "SLIPWAY_TEST_GUARDED";
    const SECRET: &str = "act.known-to-the-panic-hook";

    /// Runs the test below, which crashes, in a process of its own.
    fn crash(folder: &Path, guarded: bool) -> Output {
        let program = std::env::current_exe().unwrap();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "ulimit -c $(ulimit -H -c); exec \"$@\"", "sh"])
            .arg(program)
            .args([
                "--exact",
                "crash_guard::tests::a_crash",
                "--ignored",
                "--nocapture",
            ])
            .current_dir(folder)
            .env(CHILD, if guarded { "yes" } else { "no" });
        shell.output().unwrap()
    }

    #[test]
    #[ignore = "aborts its process; the tests below start it in a separate one"]
    fn a_crash() {
        if std::env::var(CHILD).as_deref() == Ok("yes") {
            install();
        }
        register(SECRET);
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        println!("{limits}");
        let failed = std::thread::spawn(|| panic!("no such token: {SECRET}")).join();
        assert!(failed.is_err());
        std::process::abort();
    }

    #[test]
    fn a_panic_message_has_its_place_and_no_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let output = crash(folder.path(), true);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("no such token: [redacted]"), "{said}");
        assert!(said.contains("crash_guard.rs:"), "{said}");
        assert!(
            !said.contains(SECRET) && !said.contains("backtrace"),
            "{said}"
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_crash_writes_no_core_file() {
        let folder = tempfile::tempdir().unwrap();
        let output = crash(folder.path(), true);
        let limits = String::from_utf8_lossy(&output.stdout);
        let core = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"));
        let words: Vec<&str> = core.unwrap().split_whitespace().collect();
        assert!(
            ["0", "1"].contains(&words[4]) && words[4] == words[5],
            "{words:?}"
        );
        assert!(fs::read_dir(folder.path()).unwrap().next().is_none());

        // Without the guard, the same crash writes a core file, unless the machine never does.
        let other = tempfile::tempdir().unwrap();
        crash(other.path(), false);
        if fs::read_dir(other.path()).unwrap().next().is_none() {
            println!(
                "this machine writes no core files beside programs: only the limit was checked"
            );
        }
    }
}
