//! What all endpoints share: the state, the rules, the time, the faults and the record.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};
use tokio_util::task::TaskTracker;

use crate::{
    config::{Clock, Options, SandboxConfig},
    creators::Creator,
    error::SandboxError,
    fault::FaultBook,
    publish::Stage,
    rate_limit::Rates,
    request_log::RequestLog,
    store::{State, Store, videos_of},
    time::later,
    transfers::Transfers,
};

/// The one behind all endpoints.
pub(crate) type Shared = Arc<Platform>;

#[derive(Debug)]
pub(crate) struct Platform {
    pub(crate) client_key: String,
    pub(crate) client_secret: String,
    /// `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
    pub(crate) port: u16,
    pub(crate) videos: PathBuf,
    pub(crate) faults: Mutex<FaultBook>,
    pub(crate) log: RequestLog,
    pub(crate) rates: Mutex<Rates>,
    pub(crate) transfers: Transfers,
    /// Changes that must end even when the client goes away.
    pub(crate) tasks: TaskTracker,
    clock: Clock,
    ahead: Mutex<Duration>,
    options: Mutex<Options>,
    store: Mutex<Store>,
}

impl Platform {
    pub(crate) fn new(
        config: SandboxConfig,
        mut store: Store,
        folder: &Path,
        port: u16,
    ) -> Result<Self, SandboxError> {
        store.state.port = port;
        store.save()?;
        Ok(Self {
            client_key: config.client_key,
            client_secret: config.client_secret,
            origin: format!("http://127.0.0.1:{port}"),
            port,
            videos: videos_of(folder),
            faults: Mutex::default(),
            log: RequestLog::default(),
            rates: Mutex::default(),
            transfers: Transfers::default(),
            tasks: TaskTracker::new(),
            clock: config.clock,
            ahead: Mutex::default(),
            options: Mutex::new(config.options),
            store: Mutex::new(store),
        })
    }

    /// The time, moved ahead by what a test asked for.
    pub(crate) fn now(&self) -> Timestamp {
        let now = Timestamp::try_from(self.clock.now()).unwrap_or(Timestamp::MAX);
        later(now, *self.ahead.lock())
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut ahead = self.ahead.lock();
        *ahead = ahead.saturating_add(by);
    }

    pub(crate) fn options(&self) -> Options {
        self.options.lock().clone()
    }

    pub(crate) fn set_options(&self, options: Options) {
        *self.options.lock() = options;
    }

    /// Looks at the state as it is now.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.settled().state)
    }

    /// Changes the state and saves it.
    pub(crate) fn change<T>(
        &self,
        change: impl FnOnce(&mut State) -> T,
    ) -> Result<T, SandboxError> {
        let mut store = self.settled();
        let answer = change(&mut store.state);
        store.state.prune(self.now());
        store
            .save()
            .inspect_err(|error| tracing::error!(%error, "state not saved"))?;
        Ok(answer)
    }

    /// The state with every publish moved on to where the clock says it is.
    fn settled(&self) -> MutexGuard<'_, Store> {
        let (now, options) = (self.now(), self.options());
        let mut store = self.store.lock();
        for publish in &mut store.state.publishes {
            publish.settle(now, &options);
        }
        store
    }

    pub(crate) fn video_path(&self, upload_id: &str) -> PathBuf {
        self.videos.join(upload_id)
    }

    pub(crate) fn set_creator(&self, creator: Creator) -> Result<(), SandboxError> {
        self.change(|state| {
            match state
                .creators
                .iter_mut()
                .find(|known| known.name == creator.name)
            {
                Some(known) => *known = creator,
                None => state.creators.push(creator),
            }
        })
    }

    /// The creators to whom the app has access.
    pub(crate) fn connected(&self) -> HashSet<String> {
        let now = self.now();
        self.read(|state| {
            let alive = state.grants.iter().filter(|grant| grant.is_alive(now));
            alive.map(|grant| grant.creator.clone()).collect()
        })
    }

    /// The creator takes the app's access back. Says whether it had any.
    pub(crate) fn remove_access(&self, creator: &str) -> Result<bool, SandboxError> {
        let now = self.now();
        self.change(|state| state.end_access(creator, now))
    }

    /// Removes the bytes of uploads that can never be completed.
    pub(crate) fn drop_dead_uploads(&self) {
        let now = self.now();
        let living: HashSet<String> = self.read(|state| {
            let alive = state
                .publishes
                .iter()
                .filter(|publish| match publish.stage {
                    Stage::Uploading => now < publish.expires_at,
                    _ => publish.sha256.is_some(),
                });
            alive.map(|publish| publish.upload_id.clone()).collect()
        });
        let Ok(files) = fs::read_dir(&self.videos) else {
            return;
        };
        for file in files.flatten() {
            if !file
                .file_name()
                .to_str()
                .is_some_and(|name| living.contains(name))
                && let Err(error) = fs::remove_file(file.path())
            {
                tracing::warn!(%error, "a dead upload stays on disk");
            }
        }
    }
}
