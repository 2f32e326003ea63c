//! [`Engine`]: the public API of the engine, for the app, the tests and the benchmarks.

mod accounts;
mod audit;
mod background_tasks;
mod connecting;
mod diagnostics;
mod error;
mod folders;
mod notices;
mod planning;
mod posts;
mod transcode;
mod vault;

pub use error::EngineError;
pub(crate) use notices::text::TEXTS;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
};

use audit::Verifier;
use secrecy::SecretString;
use slipway_accounts::{
    accounts::{AccountStore, Tokens},
    circuit_breaker::CircuitBreaker,
    connect::Connector,
    credentials::Credentials,
    rate_limit::RateLimiter,
};
use slipway_core::{
    clock::{Clock, SystemClock},
    events::Events,
    network::{ManualNetwork, Network, SystemNetwork},
    texts::{Language, Texts},
    views::{Event, Settings},
};
use slipway_store::{
    BoxError, OpenError,
    database::{Database, Tables},
    vault::KeyRequest,
};
use tiktok_api::{AppCredentials, Endpoints, TikTok, Uploader};
use tokio::sync::{broadcast, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    away::AwayLog,
    folders::{Folders, Parts},
    planner::Planner,
    posts::{PostService, PostStore},
    publisher::{Publisher, PublisherServices, Throttle},
    schedule::SlotStore,
    settings::SettingsStore,
    status::StatusBoard,
    transcode::Transcoder,
};

/// The tables that contain secrets, or rows that must not be sent automatically from a restored backup.
const TABLES: &[Tables] = &[
    slipway_accounts::accounts::TABLES,
    slipway_accounts::credentials::TABLES,
    crate::posts::TABLES,
    crate::folders::TABLES,
];

/// The configuration of an engine.
#[derive(Debug)]
pub struct EngineConfig {
    /// The folder of the database, avatars and keys.
    pub data_dir: PathBuf,
    /// The addresses of TikTok.
    pub endpoints: Endpoints,
    /// Client key and secret from the environment, overriding the stored ones.
    pub credentials: Option<AppCredentials>,
    /// The vault's key from the environment, overriding keyring and passphrase.
    pub fernet_key: Option<SecretString>,
    /// The action on the vault's key while the engine opens.
    pub key: KeyRequest,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of the network's state. `None` uses the system, unless TikTok is on this computer.
    pub network: Option<Arc<dyn Network>>,
    /// The search path for ffmpeg, in the format of `PATH`. `None` uses `PATH`.
    pub programs: Option<OsString>,
    /// The language of the answer page in the browser and of exports.
    pub language: Language,
}

impl EngineConfig {
    /// Creates a configuration with the system's clock, the usual key and no overrides.
    pub fn new(data_dir: impl Into<PathBuf>, endpoints: Endpoints) -> Self {
        Self {
            data_dir: data_dir.into(),
            endpoints,
            credentials: None,
            fernet_key: None,
            key: KeyRequest::Usual,
            clock: Arc::new(SystemClock),
            network: None,
            programs: None,
            language: Language::default(),
        }
    }
}

/// Everything that Slipway does, without its window.
#[derive(Debug)]
pub struct Engine {
    endpoints: Endpoints,
    clock: Arc<dyn Clock>,
    network: Arc<dyn Network>,
    database: Arc<Database>,
    credentials: Arc<Credentials>,
    accounts: AccountStore,
    tokens: Arc<Tokens>,
    breaker: CircuitBreaker,
    connector: Arc<Connector>,
    posts: PostStore,
    service: Arc<PostService>,
    publisher: Arc<Publisher>,
    transcoder: Arc<Transcoder>,
    throttle: Throttle,
    slots: SlotStore,
    settings_store: SettingsStore,
    settings: watch::Sender<Settings>,
    paused: watch::Sender<bool>,
    planner: Arc<Planner>,
    folders: Arc<Folders>,
    status_board: Arc<StatusBoard>,
    away: Arc<AwayLog>,
    verifier: Arc<Verifier>,
    texts: &'static Texts,
    events: Events,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Engine {
    /// Opens the engine and resumes the work of earlier runs.
    ///
    /// # Errors
    /// [`OpenError`] if the key, keyring, database or folder cannot be used. Nothing is changed then.
    #[expect(
        clippy::too_many_lines,
        reason = "one list of parts, each made from those above it"
    )]
    pub async fn open(config: EngineConfig) -> Result<Self, OpenError> {
        let tiktok = TikTok::new(config.endpoints.clone()).map_err(client)?;
        let uploader = Uploader::new().map_err(client)?;
        let clock = config.clock.clone();
        let database = Arc::new(
            Database::open(
                &config.data_dir,
                config.fernet_key.as_ref(),
                &config.key,
                TABLES,
                clock.as_ref(),
            )
            .await?,
        );

        let credentials = Arc::new(
            Credentials::load(config.credentials, database.clone())
                .await
                .map_err(|error| unusable(&config.data_dir, error))?,
        );
        let pool = database.pool.clone();
        let settings_store = SettingsStore {
            vault: database.vault.clone(),
            pool: pool.clone(),
            local: config.endpoints.api_is_loopback(),
        };
        let settings = settings_store
            .load()
            .await
            .map_err(|error| unusable(&config.data_dir, error))?;
        let paused = settings_store
            .paused()
            .await
            .map_err(|error| unusable(&config.data_dir, error))?;
        let limiter = RateLimiter::open(clock.clone(), pool.clone())
            .await
            .map_err(|error| unusable(&config.data_dir, error))?;
        let (settings, paused) = (watch::Sender::new(settings), watch::Sender::new(paused));
        let network = config
            .network
            .unwrap_or_else(|| network_of(&config.endpoints));

        let events = Events::new();
        let texts = Texts::of(config.language);
        let breaker = CircuitBreaker::new(clock.clone());
        let tokens = Arc::new(Tokens::new(
            tiktok.clone(),
            database.clone(),
            credentials.clone(),
            limiter,
            breaker.clone(),
            clock.clone(),
            events.clone(),
        ));
        let posts = PostStore {
            pool: pool.clone(),
            clock: clock.clone(),
            vault: database.vault.clone(),
        };
        posts
            .update_due_times()
            .await
            .map_err(|error| unusable(&config.data_dir, error))?;
        let active = posts
            .active()
            .await
            .map_err(|error| unusable(&config.data_dir, error))?;
        let away = Arc::new(AwayLog::new(events.clone(), clock.now(), &active));
        let throttle = Throttle::new(clock.clone());
        let service = PostService::new(posts.clone(), events.clone(), texts);
        let publisher = Arc::new(Publisher::new(PublisherServices {
            posts: posts.clone(),
            service: service.clone(),
            tokens: tokens.clone(),
            database: database.clone(),
            endpoints: config.endpoints.clone(),
            uploader,
            breaker: breaker.clone(),
            throttle: throttle.clone(),
            network: network.clone(),
            settings: settings.subscribe(),
            paused: paused.subscribe(),
            clock: clock.clone(),
            events: events.clone(),
            away: away.clone(),
        }));
        let transcoder = Arc::new(Transcoder::new(
            posts.clone(),
            service.clone(),
            clock.clone(),
            events.clone(),
            &config.data_dir,
            config.programs,
        ));
        transcoder.sweep().await;
        let connector = Arc::new(Connector::new(
            tiktok.clone(),
            database.clone(),
            credentials.clone(),
            tokens.clone(),
            settings.subscribe(),
            clock.clone(),
            events.clone(),
            texts,
        ));
        let status_board = Arc::new(StatusBoard::new(events.clone()));
        let verifier = Arc::new(Verifier {
            database: database.clone(),
            clock: clock.clone(),
            status_board: status_board.clone(),
            last: tokio::sync::Mutex::default(),
        });
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let slots = SlotStore { pool: pool.clone() };
        let planner = Arc::new(Planner {
            posts: posts.clone(),
            accounts: AccountStore { pool: pool.clone() },
            slots: slots.clone(),
            service: service.clone(),
            settings: settings.subscribe(),
            clock: clock.clone(),
            choosing: tokio::sync::Mutex::default(),
        });
        let folders = Arc::new(Folders::new(Parts {
            database: database.clone(),
            posts: posts.clone(),
            planner: planner.clone(),
            service: service.clone(),
            settings: settings.subscribe(),
            board: status_board.clone(),
            clock: clock.clone(),
            events: events.clone(),
            stop: stop.clone(),
            tasks: tasks.clone(),
        }));
        let engine = Self {
            endpoints: config.endpoints,
            clock,
            network,
            accounts: AccountStore { pool: pool.clone() },
            slots,
            database,
            credentials,
            tokens,
            breaker,
            connector,
            posts,
            service,
            publisher,
            transcoder,
            throttle,
            settings_store,
            settings,
            paused,
            planner,
            folders,
            status_board,
            away,
            verifier,
            texts,
            events,
            stop,
            tasks,
        };
        engine.start();
        Ok(engine)
    }

    /// Stops all work and closes the database. The next [`Engine::open`] resumes the work.
    pub async fn close(self) {
        self.stop.cancel();
        self.connector.close().await;
        self.tasks.close();
        self.tasks.wait().await;
        // Waits until new tokens are stored, because TikTok has already invalidated the old ones.
        self.tokens.finish_refreshes().await;
        self.database.close().await;
    }

    /// Waits until the publisher is idle and does not check its queue within `ahead`. For tests that prove that nothing
    /// more happens.
    #[doc(hidden)]
    pub async fn idle(&self, ahead: std::time::Duration) {
        self.publisher.idle(ahead).await;
    }

    /// Subscribes to the events from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}

/// Returns the network over which TikTok is reached.
fn network_of(endpoints: &Endpoints) -> Arc<dyn Network> {
    // A TikTok on this computer needs no network.
    if endpoints.api_is_loopback() {
        Arc::new(ManualNetwork::default())
    } else {
        Arc::new(SystemNetwork::start())
    }
}

fn client(error: tiktok_api::Error) -> OpenError {
    OpenError::Client(error.into())
}

fn unusable(folder: &Path, error: impl Into<BoxError>) -> OpenError {
    OpenError::DatabaseUnusable {
        path: folder.to_owned(),
        source: error.into(),
    }
}
