//! A session: the open engine, and in sandbox mode the built-in sandbox.

use std::{path::Path, time::Duration};

use secrecy::SecretString;
use slipway_engine::{AppCredentials, Endpoints, Engine, EngineConfig, KeyRequest};
use tiktok_sandbox::{DEFAULT_CLIENT_KEY, DEFAULT_CLIENT_SECRET, Options, Sandbox, SandboxConfig};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::{
    environment::Environment,
    mode::Mode,
    startup::{ProblemKind, Startup, StartupError},
};

/// The time to wait for the data lock of an instance that is closing, which takes five seconds at most.
const LOCK_TIMEOUT: Duration = Duration::from_secs(6);
/// The interval between two attempts to take the lock.
const LOCK_INTERVAL: Duration = Duration::from_millis(150);
/// The upload speed of the built-in sandbox in bytes per second, slow enough to watch.
const SANDBOX_RATE: u64 = 8_000_000;

/// An open engine, its mode and its sandbox.
#[derive(Debug)]
pub struct Session {
    mode: Mode,
    control_url: Option<String>,
    engine: Engine,
    sandbox: Option<Sandbox>,
}

impl Session {
    /// Opens a session in the mode `chosen`, and carries out the request `key` about the vault's key. Origins in the
    /// environment override the mode.
    ///
    /// # Errors
    /// [`StartupError`] if the sandbox or the engine cannot be opened. Neither stays open then.
    pub async fn open(
        environment: &Environment,
        data_dir: &Path,
        chosen: Mode,
        key: &KeyRequest,
    ) -> Result<Self, StartupError> {
        let deadline = Instant::now() + LOCK_TIMEOUT;
        let mut attempts = interval(LOCK_INTERVAL);
        attempts.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            attempts.tick().await;
            match Self::try_open(environment, data_dir, chosen, key).await {
                Err(error)
                    if error.problem() == ProblemKind::AlreadyRunning
                        && Instant::now() < deadline => {}
                result => return result,
            }
        }
    }

    async fn try_open(
        environment: &Environment,
        data_dir: &Path,
        chosen: Mode,
        key: &KeyRequest,
    ) -> Result<Self, StartupError> {
        let config = |folder: &Path, endpoints, credentials| EngineConfig {
            credentials,
            fernet_key: environment.fernet_key.clone(),
            key: key.clone(),
            language: environment.language,
            ..EngineConfig::new(folder, endpoints)
        };
        let credentials = environment.credentials.clone();
        if let Some(endpoints) = environment.endpoints.clone() {
            let control_url = control_page(&endpoints);
            let mode = match control_url {
                Some(_) => Mode::Sandbox,
                None => Mode::TikTok,
            };
            let engine = Engine::open(config(data_dir, endpoints, credentials)).await?;
            return Ok(Self {
                mode,
                control_url,
                engine,
                sandbox: None,
            });
        }
        let folder = chosen.folder(data_dir);
        if chosen == Mode::TikTok {
            let engine = Engine::open(config(&folder, Endpoints::tiktok(), credentials)).await?;
            return Ok(Self {
                mode: chosen,
                control_url: None,
                engine,
                sandbox: None,
            });
        }
        let sandbox = start_sandbox(&folder).await?;
        let endpoints = Endpoints::new(&sandbox.url(), &sandbox.url())?;
        let control_url = control_page(&endpoints);
        let credentials = AppCredentials {
            client_key: DEFAULT_CLIENT_KEY.to_owned(),
            client_secret: SecretString::from(DEFAULT_CLIENT_SECRET),
        };
        match Engine::open(config(&folder, endpoints, Some(credentials))).await {
            Ok(engine) => Ok(Self {
                mode: chosen,
                control_url,
                engine,
                sandbox: Some(sandbox),
            }),
            Err(error) => {
                sandbox.stop().await;
                Err(error.into())
            }
        }
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The mode of the session.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The address of the sandbox's control page, in sandbox mode.
    pub fn control_url(&self) -> Option<&str> {
        self.control_url.as_deref()
    }

    /// The session as the window shows it.
    pub fn view(&self) -> Startup {
        Startup::Ready {
            mode: self.mode,
            control_url: self.control_url.clone(),
        }
    }

    /// Closes the engine, then its sandbox.
    pub async fn close(self) {
        self.engine.close().await;
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await;
        }
    }
}

async fn start_sandbox(folder: &Path) -> Result<Sandbox, StartupError> {
    let options = Options {
        upload_bytes_per_sec: Some(SANDBOX_RATE),
        ..Options::default()
    };
    let config = SandboxConfig {
        data_dir: Some(folder.join("tiktok")),
        options,
        ..SandboxConfig::default()
    };
    Ok(Sandbox::start(config).await?)
}

/// The control page of a sandbox on this computer. TikTok has none.
fn control_page(endpoints: &Endpoints) -> Option<String> {
    let page = endpoints.api().join("/sandbox").ok()?;
    endpoints.api_is_loopback().then(|| page.to_string())
}
