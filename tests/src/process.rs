//! Programs that a test starts. They end with the test in all cases.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// A running program. Dropping it kills the program.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
}

impl Process {
    /// Starts `command` with its output in the file `log`, or with its standard output piped when `read_output` is set.
    pub fn start(command: &Command, log: &Path, read_output: bool) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        // A test that is killed cannot clean up, so the kernel ends its programs.
        let mut guarded = Command::new("setpriv");
        guarded
            .args(["--pdeathsig", "KILL", "--"])
            .arg(command.get_program())
            .args(command.get_args());
        guarded.env_clear();
        guarded.envs(
            command
                .get_envs()
                .filter_map(|(key, value)| Some((key, value?))),
        );
        let file = File::options()
            .create(true)
            .append(true)
            .open(log)
            .expect("a log file");
        guarded.stderr(file.try_clone().expect("a second handle of the log file"));
        guarded.stdout(if read_output {
            Stdio::piped()
        } else {
            file.into()
        });
        guarded.stdin(Stdio::piped());
        let child = guarded
            .spawn()
            .unwrap_or_else(|error| panic!("{name} could not be started: {error}"));
        Self { name, child }
    }

    /// The process id. `setpriv` becomes the program, so the id is the program's own.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The child, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// The exit status, if the program has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child
            .try_wait()
            .unwrap_or_else(|error| panic!("{} cannot be waited for: {error}", self.name))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only for a program that has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the first line that a program prints. It must have been started with `read_output`.
pub fn first_line(process: &mut Process) -> String {
    let output = process
        .child()
        .stdout
        .take()
        .expect("a pipe from the program");
    let mut line = String::new();
    BufReader::new(output)
        .read_line(&mut line)
        .expect("the program's first line");
    assert!(!line.is_empty(), "the program ended before it was ready");
    line.trim().to_owned()
}

/// The ids of the running programs that `parent` started.
pub fn children(parent: u32) -> Vec<u32> {
    std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"))
        .map(|text| {
            text.split_whitespace()
                .filter_map(|id| id.parse().ok())
                .collect()
        })
        .unwrap_or_default()
}

/// Kills a program as a power cut does: with SIGKILL.
pub fn kill(id: u32) {
    kill_process(pid(id), Signal::KILL)
        .unwrap_or_else(|error| panic!("process {id} cannot be killed: {error}"));
}

/// Ends a program as a fault of its own does: with SIGABRT.
pub fn abort(id: u32) {
    kill_process(pid(id), Signal::ABORT)
        .unwrap_or_else(|error| panic!("process {id} cannot be aborted: {error}"));
}

/// Returns whether the program runs. A program that ended and was not yet waited for does not.
pub fn runs(id: u32) -> bool {
    let zombie = std::fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| {
        stat.rsplit(") ")
            .next()
            .is_some_and(|rest| rest.starts_with('Z'))
    });
    !zombie && test_kill_process(pid(id)).is_ok()
}

/// A port on which nothing listens at the moment.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port()
}

fn pid(id: u32) -> Pid {
    i32::try_from(id)
        .ok()
        .and_then(Pid::from_raw)
        .expect("a process id")
}
