//! The engine's one door: everything that the window, the tests and the benches may ask.

mod accounts;
mod audit;
mod connecting;
mod diagnostics;
mod duties;
mod fit;
mod folders;
mod planning;
mod posts;
mod vault;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
};

use audit::Verifier;
use secrecy::SecretString;
use tiktok_api::{AppCredentials, Endpoints, TikTok, Uploader};
use tokio::sync::{broadcast, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    accounts::{AccountStore, Tokens},
    breaker::Breaker,
    clock::{Clock, SystemClock},
    connect::Connector,
    credentials::Credentials,
    database::Database,
    error::{EngineError, OpenError},
    events::Events,
    fit::Fitter,
    folders::{Folders, Parts},
    network::{ManualNetwork, Network, SystemNetwork},
    planner::Planner,
    posts::PostStore,
    publisher::{Publisher, Throttle, Tools},
    quota::Limiter,
    schedule::SlotStore,
    settings::SettingsStore,
    standing::Board,
    texts::{Language, Texts},
    vault::KeyRequest,
    views::{Event, Settings},
};

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
    breaker: Breaker,
    connector: Arc<Connector>,
    posts: PostStore,
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
        let tiktok = TikTok::new(config.endpoints.clone())?;
        let uploader = Uploader::new()?;
        let clock = config.clock.clone();
        let database = Arc::new(
            Database::open(
                &config.data_dir,
                config.fernet_key.as_ref(),
                &config.key,
                clock.as_ref(),
            )
            .await?,
        );
        let unusable = |error| unusable(&config.data_dir, error);
        let credentials = Arc::new(
            Credentials::load(config.credentials, database.clone())
                .await
                .map_err(unusable)?,
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
            .map_err(|error| unusable(error.into()))?;
        let paused = settings_store
            .paused()
            .await
            .map_err(|error| unusable(error.into()))?;
        let limiter = Limiter::open(clock.clone(), pool.clone())
            .await
            .map_err(|error| unusable(error.into()))?;
        let (settings, paused) = (watch::Sender::new(settings), watch::Sender::new(paused));
        let network = config
            .network
            .unwrap_or_else(|| network_of(&config.endpoints));

        let events = Events::new();
        let texts = Arc::new(Texts::new(config.language));
        let breaker = Breaker::new(clock.clone());
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
        posts.settle_moments().await.map_err(unusable)?;
        let throttle = Throttle::new(clock.clone());
        let publisher = Arc::new(Publisher::new(Tools {
            posts: posts.clone(),
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
            publisher.clone(),
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
            publisher: publisher.clone(),
            settings: settings.subscribe(),
            clock: clock.clone(),
            turn: tokio::sync::Mutex::default(),
        });
        let folders = Arc::new(Folders::new(Parts {
            database: database.clone(),
            posts: posts.clone(),
            planner: planner.clone(),
            publisher: publisher.clone(),
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
        self.tokens.settled().await;
        self.database.close().await;
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

fn unusable(folder: &Path, error: EngineError) -> OpenError {
    OpenError::DatabaseUnusable {
        path: folder.to_owned(),
        source: error.into(),
    }
}
