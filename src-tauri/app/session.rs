//! Everything that is open while Slipway works: the engine, and the sandbox where there is one.

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

/// How long a Slipway that is just closing may keep the data to itself: it closes within five seconds.
const HANDOVER: Duration = Duration::from_secs(6);
/// How often to look whether it has.
const LOOK: Duration = Duration::from_millis(150);
/// The built-in sandbox reads uploads this fast, in bytes a second, so that they can be watched.
const SANDBOX_RATE: u64 = 8_000_000;

/// An open engine with what belongs to it.
#[derive(Debug)]
pub struct Session {
    mode: Mode,
    control_url: Option<String>,
    engine: Engine,
    sandbox: Option<Sandbox>,
}

impl Session {
    /// Opens what `chosen` stands for, and does what `key` asks about the vault's key. Origins in the environment go
    /// before the choice.
    ///
    /// # Errors
    /// [`StartupError`] when the sandbox or the engine cannot be opened; neither is left open then.
    pub async fn open(
        environment: &Environment,
        data_dir: &Path,
        chosen: Mode,
        key: &KeyRequest,
    ) -> Result<Self, StartupError> {
        let deadline = Instant::now() + HANDOVER;
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
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

    /// Which TikTok this is.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The sandbox's control page, where there is a sandbox.
    pub fn control_url(&self) -> Option<&str> {
        self.control_url.as_deref()
    }

    /// What the window is told about it.
    pub fn view(&self) -> Startup {
        Startup::Ready {
            mode: self.mode,
            control_url: self.control_url.clone(),
        }
    }

    /// Closes the engine, then the sandbox that it speaks to.
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

/// Where a sandbox on this computer is controlled; TikTok itself has no such page.
fn control_page(endpoints: &Endpoints) -> Option<String> {
    let page = endpoints.api().join("/sandbox").ok()?;
    endpoints.api_is_loopback().then(|| page.to_string())
}
