//! The stage of a test: a sandbox, a data folder and a clock, and the engines that a test opens on them.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
pub use slipway_engine::clock::test_clock::{SKIPPED, TestClock};
use slipway_engine::{
    AppCredentials, Endpoints, EngineConfig,
    clock::Clock,
    views::{LocalMoment, PostMode, PostSettings},
};
use tempfile::TempDir;
use tiktok_sandbox::{Operation, Options, RecordedRequest, Sandbox, SandboxConfig};

pub use crate::{
    fixture::{sha256, write_video},
    running::{ALL_SCOPES, Running, consent, try_consent},
};

use crate::{
    engine_process::{EngineProcess, Launch},
    fast_clock::FastClock,
    wait::{SOON, UPLOAD, eventually},
};

/// The vault's key on every stage.
const VAULT_KEY: &str = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";

/// A clock that the engine and the sandbox share.
pub trait StageClock: Clock + Clone {
    /// The time on TikTok's clocks: setting the computer's clock does not change it.
    fn true_time(&self) -> SystemTime;
}

impl StageClock for TestClock {
    fn true_time(&self) -> SystemTime {
        system_time(TestClock::true_time(self))
    }
}

impl StageClock for FastClock {
    fn true_time(&self) -> SystemTime {
        system_time(self.now())
    }
}

fn system_time(at: Timestamp) -> SystemTime {
    let since = Duration::try_from(at.duration_since(Timestamp::UNIX_EPOCH)).unwrap();
    SystemTime::UNIX_EPOCH + since
}

/// A sandbox, and a data folder on which engines are opened and closed.
#[derive(Debug)]
pub struct Stage<C = TestClock> {
    /// TikTok.
    pub sandbox: Sandbox,
    /// The clock of engine and sandbox.
    pub clock: C,
    /// The videos, and the engine's data in `data`.
    pub folder: TempDir,
    /// The vault's key.
    pub key: SecretString,
}

/// Sets a [`Stage`] up.
#[derive(Debug)]
pub struct Builder<C> {
    clock: C,
    config: SandboxConfig,
}

impl Stage {
    /// Sets a stage up with the sandbox's default rules.
    pub async fn new() -> Self {
        Self::builder().build().await
    }

    /// Sets a stage up with these rules.
    pub async fn with(options: Options) -> Self {
        Self::builder().options(options).build().await
    }

    /// Begins a stage whose clock skips short waits and starts at the present time.
    pub fn builder() -> Builder<TestClock> {
        Builder {
            clock: TestClock::skipping(Timestamp::now()),
            config: SandboxConfig::default(),
        }
    }
}

impl<C: StageClock> Builder<C> {
    /// Takes another clock.
    pub fn clock<D: StageClock>(self, clock: D) -> Builder<D> {
        let config = self.config;
        Builder { clock, config }
    }

    /// Sets the sandbox's rules.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.config.options = options;
        self
    }

    /// Sets the app that the sandbox knows.
    #[must_use]
    pub fn app(mut self, client_key: &str, client_secret: &str) -> Self {
        client_key.clone_into(&mut self.config.client_key);
        client_secret.clone_into(&mut self.config.client_secret);
        self
    }

    /// Starts the sandbox.
    pub async fn build(self) -> Stage<C> {
        let time = self.clock.clone();
        let config = SandboxConfig {
            clock: tiktok_sandbox::Clock::new(move || time.true_time()),
            ..self.config
        };
        Stage {
            sandbox: Sandbox::start(config).await.unwrap(),
            clock: self.clock,
            folder: tempfile::tempdir().unwrap(),
            key: SecretString::from(VAULT_KEY),
        }
    }
}

impl<C: StageClock> Stage<C> {
    /// The engine's data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The configuration of an engine on this stage.
    pub fn config(&self) -> EngineConfig {
        let url = self.sandbox.url();
        EngineConfig {
            credentials: Some(sandbox_app()),
            fernet_key: Some(self.key.clone()),
            clock: Arc::new(self.clock.clone()),
            ..EngineConfig::new(self.data(), Endpoints::new(&url, &url).unwrap())
        }
    }

    /// Opens an engine.
    pub async fn engine(&self) -> Running {
        Running::open(self.config()).await
    }

    /// The command that starts `program`, an engine in a process of its own, on this stage.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("SLIPWAY_DATA_DIR", self.data())
            .env("SLIPWAY_TIKTOK_API_URL", self.sandbox.url())
            .env("SLIPWAY_FERNET_KEY", self.key.expose_secret());
        command
    }

    /// Writes a video of at least `size` bytes to the stage's folder.
    pub fn video(&self, name: &str, size: u64) -> PathBuf {
        let path = self.folder.path().join(name);
        write_video(&path, size);
        path
    }

    /// The moment `ahead` of now, in UTC.
    pub fn moment_in(&self, ahead: Duration) -> LocalMoment {
        let at = self.clock.now().checked_add(ahead).unwrap();
        LocalMoment {
            date_time: at.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            zone: "UTC".into(),
        }
    }

    /// Limits the speed at which TikTok takes uploads.
    pub fn limit_uploads(&self, bytes_per_second: Option<u64>) {
        self.sandbox.set_options(Options {
            upload_bytes_per_sec: bytes_per_second,
            ..self.sandbox.options()
        });
    }

    /// The requests that TikTok got for `operation`.
    pub fn requests(&self, operation: Operation) -> Vec<RecordedRequest> {
        let mut requests = self.sandbox.requests();
        requests.retain(|request| request.operation == Some(operation));
        requests
    }

    /// The number of requests that TikTok got for `operation`.
    pub fn count(&self, operation: Operation) -> usize {
        self.requests(operation).len()
    }

    /// The number of token refreshes that TikTok was asked for.
    pub fn refreshes(&self) -> usize {
        let requests = self.sandbox.requests().into_iter();
        let grants = requests.filter_map(|request| request.body);
        grants
            .filter(|body| body["grant_type"] == "refresh_token")
            .count()
    }

    /// Waits until TikTok got at least `times` requests for `operation`.
    pub async fn requested(&self, operation: Operation, times: usize) {
        eventually(&format!("{times} × {operation:?}"), SOON, async || {
            (self.count(operation) >= times).then_some(())
        })
        .await;
    }

    /// Waits until TikTok has at least `bytes` bytes of any upload.
    pub async fn uploaded(&self, bytes: u64) {
        eventually(&format!("{bytes} bytes at TikTok"), UPLOAD, async || {
            let publishes = self.sandbox.publishes();
            publishes
                .iter()
                .any(|publish| publish.uploaded >= bytes)
                .then_some(())
        })
        .await;
    }
}

impl Stage<FastClock> {
    /// The launch of `program`, which is `engine-process`, on this stage.
    pub fn launch(&self, program: impl AsRef<Path>, fault_points: Option<String>) -> Launch {
        Launch {
            program: program.as_ref().to_owned(),
            data: self.data(),
            url: self.sandbox.url(),
            key: self.key.clone(),
            clock: self.clock,
            fault_points,
            log: self.folder.path().join("engine.log"),
        }
    }

    /// Starts `program`, which is `engine-process`, on this stage.
    pub fn process(
        &self,
        program: impl AsRef<Path>,
        fault_points: Option<String>,
    ) -> EngineProcess {
        EngineProcess::start(&self.launch(program, fault_points))
    }
}

/// The app that a sandbox knows by default.
pub fn sandbox_app() -> AppCredentials {
    AppCredentials {
        client_key: tiktok_sandbox::DEFAULT_CLIENT_KEY.into(),
        client_secret: tiktok_sandbox::DEFAULT_CLIENT_SECRET.into(),
    }
}

/// A direct post that everyone can see.
pub fn public(caption: &str) -> PostSettings {
    PostSettings {
        caption: caption.into(),
        privacy: Some("PUBLIC_TO_EVERYONE".into()),
        ..PostSettings::default()
    }
}

/// A draft for the inbox.
pub fn inbox() -> PostSettings {
    PostSettings {
        mode: PostMode::Inbox,
        ..PostSettings::default()
    }
}
