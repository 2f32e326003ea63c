//! The state of the computer's network: connected or not, metered or not.

#[cfg(target_os = "linux")]
mod network_manager;

use std::fmt::Debug;

use tokio::sync::watch;
#[cfg(target_os = "linux")]
use tokio_util::sync::{CancellationToken, DropGuard};

pub use crate::views::NetworkState;

/// A source of the network's state. An unknown state blocks nothing.
pub trait Network: Debug + Send + Sync + 'static {
    /// The present state.
    fn state(&self) -> NetworkState;

    /// Subscribes to changes. The sender lives as long as this network.
    fn changes(&self) -> watch::Receiver<NetworkState>;
}

/// The computer's network, as reported by `NetworkManager` on Linux. Without it, and on other systems, the state is
/// unknown.
#[derive(Debug)]
pub struct SystemNetwork {
    state: watch::Sender<NetworkState>,
    #[cfg(target_os = "linux")]
    _follows: DropGuard,
}

impl SystemNetwork {
    /// Starts to follow the network, within a Tokio runtime. The state is unknown until the system has answered.
    #[cfg(target_os = "linux")]
    pub fn start() -> Self {
        Self::follow(zbus::connection::Builder::system())
    }

    /// The state is always unknown on this system.
    #[cfg(not(target_os = "linux"))]
    pub fn start() -> Self {
        Self {
            state: watch::Sender::default(),
        }
    }

    #[cfg(target_os = "linux")]
    fn follow(bus: zbus::Result<zbus::connection::Builder<'static>>) -> Self {
        let (state, stop) = (watch::Sender::default(), CancellationToken::new());
        tokio::spawn({
            let (state, stop) = (state.clone(), stop.clone());
            async move {
                let followed = network_manager::follow(bus, &state);
                if let Some(Err(error)) = stop.run_until_cancelled(followed).await {
                    tracing::debug!(%error, "[Network] Nobody tells how it is");
                }
                network_manager::set_state(&state, NetworkState::Unknown);
            }
        });
        Self {
            state,
            _follows: stop.drop_guard(),
        }
    }
}

impl Network for SystemNetwork {
    fn state(&self) -> NetworkState {
        *self.state.borrow()
    }

    fn changes(&self) -> watch::Receiver<NetworkState> {
        self.state.subscribe()
    }
}

/// A network with a fixed state, for tests and for runs that must not query the system.
#[derive(Debug, Clone, Default)]
pub struct ManualNetwork(watch::Sender<NetworkState>);

impl ManualNetwork {
    /// Creates a network with this state.
    pub fn new(state: NetworkState) -> Self {
        Self(watch::Sender::new(state))
    }

    /// Sets the state for all clones.
    pub fn set(&self, state: NetworkState) {
        self.0.send_replace(state);
    }
}

impl Network for ManualNetwork {
    fn state(&self) -> NetworkState {
        *self.0.borrow()
    }

    fn changes(&self) -> watch::Receiver<NetworkState> {
        self.0.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_manual_network_has_the_state_that_was_set() {
        let network = ManualNetwork::default();
        assert_eq!(network.state(), NetworkState::Unknown);
        let mut changes = network.changes();
        network.clone().set(NetworkState::Offline);
        changes.changed().await.unwrap();
        assert_eq!(*changes.borrow_and_update(), NetworkState::Offline);
        assert_eq!(network.state(), NetworkState::Offline);
    }
}
