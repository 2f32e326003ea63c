//! The state that all endpoints share: saved state, options, clock, faults and request log.

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
    fault::FaultRegistry,
    publish::Stage,
    rate_limit::RateLimiter,
    request_log::RequestLog,
    store::{SavedState, Store, videos_folder},
    time::saturating_add,
    transfers::Transfers,
};

/// The platform as the endpoints share it.
pub(crate) type SharedPlatform = Arc<Platform>;

/// The simulated platform.
#[derive(Debug)]
pub(crate) struct Platform {
    pub(crate) client_key: String,
    pub(crate) client_secret: String,
    /// `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
    pub(crate) port: u16,
    pub(crate) videos: PathBuf,
    pub(crate) faults: Mutex<FaultRegistry>,
    pub(crate) log: RequestLog,
    pub(crate) rate_limiter: Mutex<RateLimiter>,
    pub(crate) transfers: Transfers,
    /// State changes that must complete even if the client disconnects.
    pub(crate) tasks: TaskTracker,
    clock: Clock,
    clock_offset: Mutex<Duration>,
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
            videos: videos_folder(folder),
            faults: Mutex::default(),
            log: RequestLog::default(),
            rate_limiter: Mutex::default(),
            transfers: Transfers::default(),
            tasks: TaskTracker::new(),
            clock: config.clock,
            clock_offset: Mutex::default(),
            options: Mutex::new(config.options),
            store: Mutex::new(store),
        })
    }

    /// Returns the current time, including the offset that tests have added.
    pub(crate) fn now(&self) -> Timestamp {
        let now = Timestamp::try_from(self.clock.now()).unwrap_or(Timestamp::MAX);
        saturating_add(now, *self.clock_offset.lock())
    }

    /// Moves the time forward.
    pub(crate) fn advance(&self, by: Duration) {
        let mut clock_offset = self.clock_offset.lock();
        *clock_offset = clock_offset.saturating_add(by);
    }

    pub(crate) fn options(&self) -> Options {
        self.options.lock().clone()
    }

    pub(crate) fn set_options(&self, options: Options) {
        *self.options.lock() = options;
    }

    /// Reads the current state.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&SavedState) -> T) -> T {
        read(&self.current_store().state)
    }

    /// Changes the state and saves it.
    pub(crate) fn change<T>(
        &self,
        change: impl FnOnce(&mut SavedState) -> T,
    ) -> Result<T, SandboxError> {
        let mut store = self.current_store();
        let result = change(&mut store.state);
        store.state.prune(self.now());
        store
            .save()
            .inspect_err(|error| tracing::error!(%error, "saving the state failed"))?;
        Ok(result)
    }

    /// Locks the store after advancing every publish to the current time.
    fn current_store(&self) -> MutexGuard<'_, Store> {
        let (now, options) = (self.now(), self.options());
        let mut store = self.store.lock();
        for publish in &mut store.state.publishes {
            publish.advance_to(now, &options);
        }
        store
    }

    /// Returns the file of an upload.
    pub(crate) fn video_path(&self, upload_id: &str) -> PathBuf {
        self.videos.join(upload_id)
    }

    /// Replaces the creator with the same name, or adds the creator.
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

    /// Returns the short names of the creators to whose accounts the app has access.
    pub(crate) fn connected_creators(&self) -> HashSet<String> {
        let now = self.now();
        self.read(|state| {
            let active = state.grants.iter().filter(|grant| grant.is_active(now));
            active.map(|grant| grant.creator.clone()).collect()
        })
    }

    /// Removes the app's access to a creator's account. Returns whether the app had access.
    pub(crate) fn remove_access(&self, creator: &str) -> Result<bool, SandboxError> {
        let now = self.now();
        self.change(|state| state.remove_access(creator, now))
    }

    /// Deletes the files of uploads that can no longer be completed.
    pub(crate) fn remove_expired_uploads(&self) {
        let now = self.now();
        let active: HashSet<String> = self.read(|state| {
            let active_uploads = state
                .publishes
                .iter()
                .filter(|publish| match publish.stage {
                    Stage::Uploading => now < publish.expires_at,
                    _ => publish.sha256.is_some(),
                });
            active_uploads
                .map(|publish| publish.upload_id.clone())
                .collect()
        });
        let Ok(files) = fs::read_dir(&self.videos) else {
            return;
        };
        for file in files.flatten() {
            if !file
                .file_name()
                .to_str()
                .is_some_and(|name| active.contains(name))
                && let Err(error) = fs::remove_file(file.path())
            {
                tracing::warn!(%error, "deleting the file of an expired upload failed");
            }
        }
    }
}
