//! The vault's key: it is created, found, changed, restored, given up, and never lost by a stop.

mod change;
mod forget;
mod keyring;
mod phrase;
mod points;
mod python;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use fernet::Fernet;
use secrecy::ExposeSecret;
use slipway_engine::{Engine, EngineConfig, Explain, KeyRequest, OpenError, Protection};
use slipway_tests::{
    stage::{Running, Stage},
    vault_process::{Answer, Ask, Launch},
};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};

const FIRST: &str = "the first passphrase";
const SECOND: &str = "the second passphrase";
const ADA: &str = "Ada Lindqvist";

/// A stage on which the vault's key does not come from the environment.
struct VaultStage {
    stage: Stage,
}

impl VaultStage {
    async fn new() -> Self {
        Self {
            stage: Stage::new().await,
        }
    }

    /// A stage with an account, whose key is protected by the first passphrase.
    async fn connected() -> Self {
        let vault = Self::new().await;
        let app = vault.engine(with(FIRST)).await;
        app.connect("ada").await;
        app.engine.close().await;
        vault
    }

    fn data(&self) -> PathBuf {
        self.stage.data()
    }

    fn config(&self, key: KeyRequest) -> EngineConfig {
        EngineConfig {
            fernet_key: None,
            key,
            ..self.stage.config()
        }
    }

    async fn engine(&self, key: KeyRequest) -> Running {
        Running::open(self.config(key)).await
    }

    /// The code of the error with which the engine does not open.
    async fn refused(&self, key: KeyRequest) -> String {
        match Engine::open(self.config(key)).await {
            Ok(_) => panic!("it opened"),
            Err(error) => error.explain().code,
        }
    }

    /// Runs an engine in a process of its own, through `session`.
    fn run(&self, session: Command, ask: &Ask, fault_points: &str) -> Option<Answer> {
        let launch = Launch {
            program: env!("CARGO_BIN_EXE_engine-process").into(),
            data: self.data(),
            url: self.stage.sandbox.url(),
        };
        launch.run(session, ask, fault_points)
    }

    async fn database(&self) -> SqliteConnection {
        SqliteConnectOptions::new()
            .filename(self.data().join("slipway.db"))
            .connect()
            .await
            .unwrap()
    }

    async fn meta(&self, key: &str) -> String {
        let mut database = self.database().await;
        let row = sqlx::query("SELECT value FROM meta WHERE key = ?")
            .bind(key)
            .fetch_one(&mut database)
            .await
            .unwrap();
        database.close().await.unwrap();
        row.get(0)
    }

    /// Copies the current database to the backups.
    fn back_up(&self) {
        let backups = self.data().join("backups");
        fs::create_dir_all(&backups).unwrap();
        let copy = backups.join("000900-daily-20261124T131454Z.db");
        fs::copy(self.data().join("slipway.db"), copy).unwrap();
    }

    /// Asserts that no change of key is left unfinished.
    fn change_is_over(&self) {
        assert!(!self.data().join("key.next.json").exists());
    }

    /// The files in the data folder with Fernet tokens that this key opens, one entry for each token.
    fn opened_by(&self, key: &Fernet) -> Vec<PathBuf> {
        let mut found = Vec::new();
        walk(&self.data(), &mut |path, bytes| {
            for token in tokens(bytes) {
                // The bytes after a token may be letters of its alphabet as well.
                if (0..=token.len().min(200))
                    .any(|cut| key.decrypt(&token[..token.len() - cut]).is_ok())
                {
                    found.push(path.to_owned());
                }
            }
        });
        found
    }
}

fn with(passphrase: &str) -> KeyRequest {
    KeyRequest::Passphrase(passphrase.into())
}

fn behind(passphrase: &str) -> Protection {
    Protection::Passphrase(passphrase.into())
}

fn change(current: &str, next: &str) -> KeyRequest {
    KeyRequest::Change {
        current: Some(current.into()),
        protection: behind(next),
    }
}

/// The key of a recovery phrase, computed without the engine.
fn key_of(phrase: &str) -> String {
    let words = bip39::Mnemonic::parse_in_normalized(bip39::Language::English, phrase).unwrap();
    let (bytes, length) = words.to_entropy_array();
    URL_SAFE.encode(&bytes[..length])
}

async fn key_in_use(app: &Running) -> String {
    let phrase = app.engine.recovery_phrase().await.unwrap();
    key_of(phrase.expose_secret())
}

/// A command without a desktop session, and so without a keyring.
fn no_session() -> Command {
    let mut command = Command::new("setpriv");
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    command
}

fn walk(folder: &Path, see: &mut impl FnMut(&Path, &[u8])) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, see);
        } else {
            see(&path, &fs::read(&path).unwrap());
        }
    }
}

/// The texts that begin like Fernet tokens.
fn tokens(bytes: &[u8]) -> Vec<String> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=');
    let mut found = Vec::new();
    for (at, start) in bytes.windows(6).enumerate() {
        if start == b"gAAAAA" {
            let text = bytes[at..]
                .iter()
                .copied()
                .take_while(|byte| is_letter(*byte));
            found.push(text.map(char::from).collect());
        }
    }
    found
}
