//! An engine in a process of its own, which can be killed, and the database that it leaves.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    sync::mpsc,
    time::{Duration, Instant},
};

use secrecy::{ExposeSecret, SecretString};
use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    fast_clock::{self, FastClock},
    orders::{Order, Told},
    process::{Process, kill},
};

/// The launch of an engine process.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program, which is `engine-process`.
    pub program: PathBuf,
    /// The data folder.
    pub data: PathBuf,
    /// TikTok's address.
    pub url: String,
    /// The vault's key.
    pub key: SecretString,
    /// The clock.
    pub clock: FastClock,
    /// The actions of its fault points, in the form of `FAILPOINTS`.
    pub fault_points: Option<String>,
    /// The log file.
    pub log: PathBuf,
}

/// A running engine process. Dropping it kills it.
#[derive(Debug)]
pub struct EngineProcess {
    process: Process,
    began: Instant,
    reported: mpsc::Receiver<Told>,
    log: PathBuf,
}

impl EngineProcess {
    /// Starts the process.
    pub fn start(launch: &Launch) -> Self {
        Self::start_with(launch, &[])
    }

    /// Starts the process with additional variables in its environment.
    pub fn start_with(launch: &Launch, variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(&launch.program);
        command
            .env("SLIPWAY_DATA_DIR", &launch.data)
            .env("SLIPWAY_TIKTOK_API_URL", &launch.url)
            .env("SLIPWAY_FERNET_KEY", launch.key.expose_secret())
            .env(fast_clock::VARIABLE, launch.clock.to_env())
            .envs(variables.iter().copied());
        if let Some(fault_points) = &launch.fault_points {
            command.env("FAILPOINTS", fault_points);
        }
        let mut process = Process::start(&command, &launch.log, true);
        let output = BufReader::new(process.child().stdout.take().unwrap());
        let (sender, reported) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // A kill may truncate the last line.
                if let Ok(line) = serde_json::from_str(&line)
                    && sender.send(line).is_err()
                {
                    return;
                }
            }
        });
        Self {
            process,
            began: Instant::now(),
            reported,
            log: launch.log.clone(),
        }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Waits until the process has run for `age`.
    pub async fn until(&self, age: Duration) {
        tokio::time::sleep(age.saturating_sub(self.began.elapsed())).await;
    }

    /// Sends an order.
    pub fn order(&mut self, order: &Order) {
        let mut line = serde_json::to_string(order).unwrap();
        line.push('\n');
        let input = self.process.child().stdin.as_mut().unwrap();
        // It fails only when the process has ended, and tests check for that.
        let _ = input.write_all(line.as_bytes());
    }

    /// The messages since the last call.
    pub fn reported(&self) -> Vec<Told> {
        self.reported.try_iter().collect()
    }

    /// The exit status, if the process has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.process.ended()
    }

    /// The log.
    pub fn last_words(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Kills the process and returns its remaining messages.
    pub fn kill(mut self) -> Vec<Told> {
        if self.ended().is_none() {
            kill(self.process.id());
        }
        self.process.child().wait().unwrap();
        // The channel closes once the process has ended and each line is read.
        self.reported.iter().collect()
    }
}

/// The stored state of each post, by file name. The engine may be running.
pub async fn stored_states(data: &Path) -> HashMap<String, String> {
    states(&data.join("slipway.db")).await
}

/// Asserts that the database of a killed process is valid, and returns the states of its posts. It reads a copy, so
/// that the engine finds the files unchanged.
pub async fn check_whole(data: &Path) -> HashMap<String, String> {
    let copy = tempfile::tempdir().unwrap();
    for name in ["slipway.db", "slipway.db-wal", "slipway.db-shm"] {
        let file = data.join(name);
        if file.exists() {
            std::fs::copy(file, copy.path().join(name)).unwrap();
        }
    }
    let file = copy.path().join("slipway.db");
    let mut database = open(&file, false).await;
    for check in ["PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
        let rows = sqlx::query(check).fetch_all(&mut database).await.unwrap();
        for row in rows {
            assert_eq!(row.get::<String, _>(0), "ok", "{check}");
        }
    }
    database.close().await.unwrap();
    states(&file).await
}

async fn states(file: &Path) -> HashMap<String, String> {
    let mut database = open(file, true).await;
    let rows = sqlx::query("SELECT file_name, state FROM posts")
        .fetch_all(&mut database)
        .await
        .unwrap();
    database.close().await.unwrap();
    let count = rows.len();
    let states: HashMap<String, String> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(states.len(), count, "a file has two posts");
    states
}

async fn open(file: &Path, read_only: bool) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .read_only(read_only);
    SqliteConnection::connect_with(&options).await.unwrap()
}
