//! An engine in a process of its own that opens, reports and closes: for tests of the vault's key that need another
//! keyring or that end the process.

use std::{
    io::Write,
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Command, Stdio},
};

use serde::{Deserialize, Serialize};

/// The request about the key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Ask {
    /// No request.
    Usual,
    /// Opens with this passphrase.
    Passphrase(String),
    /// Restores the key from its recovery phrase; without a passphrase, to the keyring.
    Restore(String, Option<String>),
    /// Forgets the tokens.
    Forget(Option<String>),
    /// Changes the key: the current passphrase and the next one.
    Change(Option<String>, Option<String>),
}

/// The result of opening the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// The engine opened.
    Open(Opened),
    /// The engine did not open: the notice's code.
    Refused(String),
}

/// An engine that opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The source of the key.
    pub source: String,
    /// Whether there is a keyring.
    pub keyring: bool,
    /// The recovery phrase.
    pub phrase: String,
    /// Accounts whose token TikTok accepted.
    pub usable: Vec<String>,
    /// Accounts that must be connected again.
    pub lost: Vec<String>,
}

impl Answer {
    /// The engine that opened. Panics with the refusal otherwise.
    pub fn opened(self) -> Opened {
        match self {
            Self::Open(opened) => opened,
            Self::Refused(code) => panic!("it did not open: {code}"),
        }
    }
}

/// The launch of such a process.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program, which is `engine-process`.
    pub program: PathBuf,
    /// The data folder.
    pub data: PathBuf,
    /// TikTok's address.
    pub url: String,
}

impl Launch {
    /// Runs a process through `session`, which is `setpriv` with the environment of a desktop. Returns `None` when the
    /// process ended at the fault point that `fault_points` arms.
    pub fn run(&self, mut session: Command, ask: &Ask, fault_points: &str) -> Option<Answer> {
        session
            .args(["--pdeathsig", "KILL", "--"])
            .arg(&self.program)
            .arg("vault")
            .env("SLIPWAY_DATA_DIR", &self.data)
            .env("SLIPWAY_TIKTOK_API_URL", &self.url)
            .env("FAILPOINTS", fault_points)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = session.spawn().expect("the process starts");
        let text = serde_json::to_vec(ask).expect("an order");
        let mut input = child.stdin.take().expect("a pipe");
        input.write_all(&text).expect("it reads its order");
        drop(input);
        let ended = child.wait_with_output().expect("it ends");
        if ended.status.signal() == Some(9) {
            return None;
        }
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{ask:?}: {said}");
        Some(serde_json::from_slice(&ended.stdout).expect("an answer"))
    }
}
