//! The engine's one door: everything that the window, the tests and the benches may ask.

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
use slipway_core::texts::Language;
use slipway_core::texts::Texts;
use slipway_core::{
    clock::{Clock, SystemClock},
    events::Events,
    network::{ManualNetwork, Network, SystemNetwork},
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
    folders::{Folders, Parts},
    planner::Planner,
    posts::{PostService, PostStore},
    publisher::{Publisher, PublisherServices, Throttle},
    schedule::SlotStore,
    settings::SettingsStore,
    status::Board,
    transcode::Fitter,
};

/// The tables of all modules that hold secrets or rows that a restored backup must not send by itself.
const TABLES: &[Tables] = &[
    slipway_accounts::accounts::TABLES,
    slipway_accounts::credentials::TABLES,
    crate::posts::TABLES,
    crate::folders::TABLES,
];

/// What the engine needs to know before it opens.
#[derive(Debug)]
pub struct EngineConfig {
    /// Database, avatars and keys lie here.
    pub data_dir: PathBuf,
    /// Where TikTok is.
    pub endpoints: Endpoints,
    /// Client key and secret from the environment, overriding the stored ones.
    pub credentials: Option<AppCredentials>,
    /// The vault's key from the environment, overriding keyring and passphrase.
    pub fernet_key: Option<SecretString>,
    /// What is to be done about the key while the engine opens.
    pub key: KeyRequest,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// What tells how the network is; the system when it is not set, unless TikTok is on this computer.
    pub network: Option<Arc<dyn Network>>,
    /// Where ffmpeg is looked for, as in `PATH`; on the path of this process when it is not set.
    pub programs: Option<OsString>,
    /// The language of the answer page in the browser and of exports.
    pub language: Language,
}

impl EngineConfig {
    /// An engine at `data_dir` that speaks to `endpoints`, with keyring, own clock and no overrides.
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

/// All that Slipway does, with no window.
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
    fitter: Arc<Fitter>,
    throttle: Throttle,
    slots: SlotStore,
    settings_store: SettingsStore,
    settings: watch::Sender<Settings>,
    paused: watch::Sender<bool>,
    planner: Arc<Planner>,
    folders: Arc<Folders>,
    board: Arc<Board>,
    verifier: Arc<Verifier>,
    texts: Arc<Texts>,
    events: Events,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Engine {
    /// Opens the engine and goes on with whatever was under way.
    ///
    /// # Errors
    /// [`OpenError`] when key, keyring, database or folder are not usable; nothing was changed then.
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
        let texts = Arc::new(Texts::new(config.language));
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
        let throttle = Throttle::new(clock.clone());
        let service = PostService::new(posts.clone(), events.clone());
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
        }));
        let fitter = Arc::new(Fitter::new(
            posts.clone(),
            service.clone(),
            clock.clone(),
            events.clone(),
            &config.data_dir,
            config.programs,
        ));
        fitter.sweep().await;
        let connector = Arc::new(Connector::new(
            tiktok.clone(),
            database.clone(),
            credentials.clone(),
            tokens.clone(),
            settings.subscribe(),
            clock.clone(),
            events.clone(),
            texts.clone(),
        ));
        let board = Arc::new(Board::new(events.clone()));
        let verifier = Arc::new(Verifier {
            database: database.clone(),
            clock: clock.clone(),
            board: board.clone(),
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
            board: board.clone(),
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
            fitter,
            throttle,
            settings_store,
            settings,
            paused,
            planner,
            folders,
            board,
            verifier,
            texts,
            events,
            stop,
            tasks,
        };
        engine.start();
        Ok(engine)
    }

    /// Stops all work and closes the database. What is under way goes on at the next [`Engine::open`].
    pub async fn close(self) {
        self.stop.cancel();
        self.connector.close().await;
        self.tasks.close();
        self.tasks.wait().await;
        // New tokens are stored before anything ends: TikTok has replaced the old ones already.
        self.tokens.finish_refreshes().await;
        self.database.close().await;
    }

    /// Waits until the publisher works on no post and next looks at its queue in more than `ahead`. For tests that must
    /// know that nothing more happens.
    #[doc(hidden)]
    pub async fn idle(&self, ahead: std::time::Duration) {
        self.publisher.idle(ahead).await;
    }

    /// News from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}

/// The network that leads to TikTok.
fn network_of(endpoints: &Endpoints) -> Arc<dyn Network> {
    // What is on this computer needs none.
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
