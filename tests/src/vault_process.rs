//! An engine that opens, tells how, and closes, in a process of its own: for tests of a vault's key that need a keyring
//! which is not this computer's, or that end the process on its way.

use std::{
    io::Write,
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Command, Stdio},
};

use serde::{Deserialize, Serialize};

/// What is asked about the key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Ask {
    /// Nothing.
    Usual,
    /// The passphrase is given.
    Passphrase(String),
    /// The key is given back by its phrase; without a passphrase, to the keyring.
    Restore(String, Option<String>),
    /// The tokens are forgotten.
    Forget(Option<String>),
    /// The key is changed: the passphrase of now, and that of later.
    Change(Option<String>, Option<String>),
}

/// How an engine opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// It did.
    Open(Opened),
    /// It did not: the notice's code.
    Refused(String),
}

/// An engine that opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Where the key comes from.
    pub source: String,
    /// Whether there is a keyring.
    pub keyring: bool,
    /// The recovery phrase.
    pub phrase: String,
    /// Accounts whose token TikTok took.
    pub usable: Vec<String>,
    /// Accounts that must be connected again.
    pub lost: Vec<String>,
}

impl Answer {
    /// The engine that opened; panics with the refusal otherwise.
    pub fn opened(self) -> Opened {
        match self {
            Self::Open(opened) => opened,
            Self::Refused(code) => panic!("it did not open: {code}"),
        }
    }
}

/// What such a process starts with.
#[derive(Debug, Clone)]
pub struct Launch {
    /// `vault-process`.
    pub program: PathBuf,
    /// Its data folder.
    pub data: PathBuf,
    /// Where TikTok is.
    pub url: String,
}

impl Launch {
    /// Runs one by `session`, which is `setpriv` with the environment of a desktop; `None` when it ended at the fault point that `fault_points` arms.
    pub fn run(&self, mut session: Command, ask: &Ask, fault_points: &str) -> Option<Answer> {
        session
            .args(["--pdeathsig", "KILL", "--"])
            .arg(&self.program)
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
