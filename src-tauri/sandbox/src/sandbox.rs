//! The sandbox as its owner holds it: start, look, disturb, stop.

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
    platform::{Platform, Shared},
    publish::{Publish, SandboxPost},
    request_log::RecordedRequest,
    server,
    store::Store,
};

/// A running sandbox. It ends when it is stopped or dropped.
pub struct Sandbox {
    platform: Shared,
    server: JoinHandle<()>,
    end: DropGuard,
}

impl Sandbox {
    /// Binds 127.0.0.1 and serves. Within a `data_dir` it finds its tokens, posts and port again; if another program
    /// took the remembered port meanwhile, it takes a free one.
    pub async fn start(config: SandboxConfig) -> Result<Self, SandboxError> {
        let (store, folder) = Store::open(config.data_dir.as_deref())?;
        let listener = match (config.port, store.state.port) {
            (0, 0) => bind(0).await?,
            (0, remembered) => match bind(remembered).await {
                Ok(listener) => listener,
                Err(error) => {
                    tracing::warn!(%error, "the remembered port is taken, using another one");
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
        platform.drop_dead_uploads();
        let end = CancellationToken::new();
        let server = tokio::spawn(server::serve(listener, platform.clone(), end.clone()));
        Ok(Self {
            platform,
            server,
            end: end.drop_guard(),
        })
    }

    /// Origin of the consent page and the API alike: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.platform.origin.clone()
    }

    /// The client key that it knows.
    pub fn client_key(&self) -> &str {
        &self.platform.client_key
    }

    /// The rules as they are now.
    pub fn options(&self) -> Options {
        self.platform.options()
    }

    /// Changes the rules from now on.
    pub fn set_options(&self, options: Options) {
        self.platform.set_options(options);
    }

    /// Asks for something to go wrong. `FailWith` and `StuckProcessing` work on `Init` and `InboxInit`; on other
    /// operations they wait in vain.
    pub fn add_fault(&self, fault: Fault) -> FaultId {
        self.platform.faults.lock().add(fault)
    }

    /// All faults, spent ones too, with how often they happened.
    pub fn faults(&self) -> Vec<ActiveFault> {
        self.platform.faults.lock().list()
    }

    /// Forgets all faults. Publishes that they doomed stay doomed.
    pub fn clear_faults(&self) {
        self.platform.faults.lock().clear();
    }

    /// Every request so far, in order of arrival (the newest 50,000), except those for the sandbox's own pages.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.platform.log.list()
    }

    /// What reached a profile or an inbox, in the order of the inits.
    pub fn posts(&self) -> Vec<SandboxPost> {
        self.platform.read(|state| {
            state
                .publishes
                .iter()
                .filter_map(Publish::as_post)
                .collect()
        })
    }

    /// Everything that was initialised, finished or not, in order.
    pub fn publishes(&self) -> Vec<Publish> {
        self.platform.read(|state| state.publishes.clone())
    }

    /// The creators as they are now.
    pub fn creators(&self) -> Vec<Creator> {
        self.platform.read(|state| state.creators.clone())
    }

    /// Changes the creator of that name (to private, barred, ...), or adds one.
    pub fn set_creator(&self, creator: Creator) -> Result<(), SandboxError> {
        self.platform.set_creator(creator)
    }

    /// The creator of that name takes the app's access back, as in TikTok's own settings: all tokens die, and what is on
    /// its way fails with `auth_removed`. Says whether there was any access.
    pub fn remove_access(&self, creator: &str) -> Result<bool, SandboxError> {
        self.platform.remove_access(creator)
    }

    /// Ends all connections and the server. What a `data_dir` holds is complete at any moment, this one included.
    pub async fn stop(self) {
        drop(self.end);
        if let Err(error) = self.server.await {
            tracing::error!(%error, "the server did not end cleanly");
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
