//! The handle of a running sandbox.

use std::fmt;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    config::{Options, SandboxConfig},
    creators::Creator,
    error::SandboxError,
    fault::{ActiveFault, Fault, FaultId},
    platform::{Platform, SharedPlatform},
    publish::{Publish, SandboxPost},
    request_log::RecordedRequest,
    server,
    store::Store,
};

/// A running sandbox. It stops when it is dropped or [`stop`](Sandbox::stop) is called.
pub struct Sandbox {
    platform: SharedPlatform,
    server: JoinHandle<()>,
    shutdown: DropGuard,
}

impl Sandbox {
    /// Starts a sandbox on 127.0.0.1. With a `data_dir` it restores tokens, posts and port. If another program uses
    /// the stored port, it selects a free one.
    pub async fn start(config: SandboxConfig) -> Result<Self, SandboxError> {
        let (store, folder) = Store::open(config.data_dir.as_deref())?;
        let listener = match (config.port, store.state.port) {
            (0, 0) => bind(0).await?,
            (0, stored) => match bind(stored).await {
                Ok(listener) => listener,
                Err(error) => {
                    tracing::warn!(%error, "the stored port is in use, using another one");
                    bind(0).await?
                }
            },
            (port, _) => bind(port).await?,
        };
        let port = listener
            .local_addr()
            .map_err(|source| SandboxError::Bind {
                port: config.port,
                source,
            })?
            .port();
        let platform = Arc::new(Platform::new(config, store, &folder, port)?);
        platform.remove_expired_uploads();
        let shutdown = CancellationToken::new();
        let server = tokio::spawn(server::serve(listener, platform.clone(), shutdown.clone()));
        Ok(Self {
            platform,
            server,
            shutdown: shutdown.drop_guard(),
        })
    }

    /// Returns the origin of the consent page and the API: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.platform.origin.clone()
    }

    /// Returns the client key of the registered app.
    pub fn client_key(&self) -> &str {
        &self.platform.client_key
    }

    /// Returns the current options.
    pub fn options(&self) -> Options {
        self.platform.options()
    }

    /// Replaces the options.
    pub fn set_options(&self, options: Options) {
        self.platform.set_options(options);
    }

    /// Adds a fault. `FailWith` and `StuckProcessing` only have an effect on `Init` and `InboxInit`.
    pub fn add_fault(&self, fault: Fault) -> FaultId {
        self.platform.faults.lock().add(fault)
    }

    /// Returns all faults, including spent ones, with their hit counts.
    pub fn faults(&self) -> Vec<ActiveFault> {
        self.platform.faults.lock().list()
    }

    /// Removes all faults. Publishes that they already affected stay affected.
    pub fn clear_faults(&self) {
        self.platform.faults.lock().clear();
    }

    /// Returns the newest 50,000 requests in order of arrival, without those to `/sandbox`.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.platform.log.list()
    }

    /// Returns the posts and drafts that reached a profile or an inbox, in the order of their inits.
    pub fn posts(&self) -> Vec<SandboxPost> {
        self.platform.read(|state| {
            state
                .publishes
                .iter()
                .filter_map(Publish::as_post)
                .collect()
        })
    }

    /// Returns all publishes, finished or not, in the order of their inits.
    pub fn publishes(&self) -> Vec<Publish> {
        self.platform.read(|state| state.publishes.clone())
    }

    /// Returns the creators.
    pub fn creators(&self) -> Vec<Creator> {
        self.platform.read(|state| state.creators.clone())
    }

    /// Replaces the creator with the same name, or adds the creator.
    pub fn set_creator(&self, creator: Creator) -> Result<(), SandboxError> {
        self.platform.set_creator(creator)
    }

    /// Removes the app's access to a creator's account, as the creator can do in TikTok's settings. All tokens become
    /// invalid, and unfinished publishes fail with `auth_removed`. Returns whether the app had access.
    pub fn remove_access(&self, creator: &str) -> Result<bool, SandboxError> {
        self.platform.remove_access(creator)
    }

    /// Closes all connections and stops the server. The content of a `data_dir` is consistent at any time.
    pub async fn stop(self) {
        drop(self.shutdown);
        if let Err(error) = self.server.await {
            tracing::error!(%error, "the server did not stop cleanly");
        }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.platform.origin)
            .finish_non_exhaustive()
    }
}

async fn bind(port: u16) -> Result<TcpListener, SandboxError> {
    TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(|source| SandboxError::Bind { port, source })
}
