//! What holds for the process as a whole: a crash leaves no memory behind, and its last words hold no secret.
//!
//! `PR_SET_DUMPABLE` would also keep other programs of the same user from reading this memory, but it hands
//! `/proc/PID` to root as well. The desktop portal looks there for who asks for a file dialog, a notification or the
//! opening of a page; it would refuse Slipway all of them. So the limit on core files it is.

use std::{
    io::{self, Write},
    panic::{self, PanicHookInfo},
};

use slipway_engine::redaction::redact;

/// Keeps the memory out of core files, and secrets out of what a panic says. Comes before anything else.
pub fn guard() {
    panic::set_hook(Box::new(tell));
    #[cfg(unix)]
    if let Err(error) = forbid_core_files() {
        let text = crate::words::core_file(error.to_string());
        crate::complain(crate::words::words().message(&text));
    }
}

/// Lets the kernel write no core file of this process and of those that it starts.
///
/// The limit is one byte. A file of that size is never written, as with zero; but only with one byte the kernel starts
/// no program for the dump either, where `core_pattern` names one (`core(5)`; `fs/coredump.c`).
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

/// The log hears of a panic, and so does the terminal, where there may be no log yet. There is no backtrace: it says
/// nothing that the place does not say, but for values.
fn tell(panic: &PanicHookInfo<'_>) {
    let text = words(panic);
    let _ = writeln!(io::stderr(), "slipway: {text}");
    tracing::error!("[Shell] Slipway failed: {text}");
}

fn words(panic: &PanicHookInfo<'_>) -> String {
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

    /// Runs the test below, which ends in a crash, in a process of its own.
    fn crash(folder: &Path, guarded: bool) -> Output {
        let program = std::env::current_exe().unwrap();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "ulimit -c $(ulimit -H -c); exec \"$@\"", "sh"])
            .arg(program)
            .args([
                "--exact",
                "process::tests::a_crash",
                "--ignored",
                "--nocapture",
            ])
            .current_dir(folder)
            .env(CHILD, if guarded { "yes" } else { "no" });
        shell.output().unwrap()
    }

    #[test]
    #[ignore = "ends its process; the tests below run it in one of its own"]
    fn a_crash() {
        if std::env::var(CHILD).as_deref() == Ok("yes") {
            guard();
        }
        register(SECRET);
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        println!("{limits}");
        let failed = std::thread::spawn(|| panic!("no such token: {SECRET}")).join();
        assert!(failed.is_err());
        std::process::abort();
    }

    #[test]
    fn a_panic_says_what_and_where_without_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let output = crash(folder.path(), true);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("no such token: [redacted]"), "{said}");
        assert!(said.contains("process.rs:"), "{said}");
        assert!(
            !said.contains(SECRET) && !said.contains("backtrace"),
            "{said}"
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_crash_leaves_no_core_file() {
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

        // The same crash without the guard shows that the test can fail, where the machine writes core files at all.
        let other = tempfile::tempdir().unwrap();
        crash(other.path(), false);
        if fs::read_dir(other.path()).unwrap().next().is_none() {
            println!(
                "this machine writes no core files beside programs: only the limit was checked"
            );
        }
    }
}
