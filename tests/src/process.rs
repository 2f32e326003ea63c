//! Programs that a test starts, which end with it whatever happens.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// A running program; dropped, it is killed.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
}

impl Process {
    /// Starts `command` with its output in the file `log`, or with standard output in reach when `read_output` is set.
    pub fn start(command: &Command, log: &Path, read_output: bool) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        // A test that is killed has no time to clean up: the kernel ends its programs then.
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

    /// The process id. `setpriv` becomes the program, so it is the program's own.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The child, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// How the program ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child
            .try_wait()
            .unwrap_or_else(|error| panic!("{} cannot be waited for: {error}", self.name))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only for a program that has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first line that a program prints; its output was asked for when it was started.
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

/// Ids of the programs that `parent` started and that still run.
pub fn children(parent: u32) -> Vec<u32> {
    std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"))
        .map(|text| {
            text.split_whitespace()
                .filter_map(|id| id.parse().ok())
                .collect()
        })
        .unwrap_or_default()
}

/// Kills a program as a power cut would: SIGKILL, no time to say goodbye.
pub fn kill(id: u32) {
    kill_process(pid(id), Signal::KILL)
        .unwrap_or_else(|error| panic!("process {id} cannot be killed: {error}"));
}

/// Ends a program as its own fault would: SIGABRT.
pub fn abort(id: u32) {
    kill_process(pid(id), Signal::ABORT)
        .unwrap_or_else(|error| panic!("process {id} cannot be aborted: {error}"));
}

/// Whether a program of that id runs. One that has ended and was not yet waited for does not.
pub fn runs(id: u32) -> bool {
    let zombie = std::fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| {
        stat.rsplit(") ")
            .next()
            .is_some_and(|rest| rest.starts_with('Z'))
    });
    !zombie && test_kill_process(pid(id)).is_ok()
}

/// A port that nobody listens on at the moment.
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
