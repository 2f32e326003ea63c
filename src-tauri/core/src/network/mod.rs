//! What is known of the computer's network: whether it is there, and whether what goes through it costs.

#[cfg(target_os = "linux")]
mod network_manager;

use std::fmt::Debug;

use tokio::sync::watch;
#[cfg(target_os = "linux")]
use tokio_util::sync::{CancellationToken, DropGuard};

pub use crate::views::NetworkState;

/// Tells how the network is. What it does not know stops nothing.
pub trait Network: Debug + Send + Sync + 'static {
    /// How the network is now.
    fn state(&self) -> NetworkState;

    /// Every change from now on. Its sender lives as long as this network does.
    fn changes(&self) -> watch::Receiver<NetworkState>;
}

/// The computer's network. On Linux `NetworkManager` tells; without it, and on other systems, nothing is known.
#[derive(Debug)]
pub struct SystemNetwork {
    state: watch::Sender<NetworkState>,
    #[cfg(target_os = "linux")]
    _follows: DropGuard,
}

impl SystemNetwork {
    /// Begins to listen, within a Tokio runtime. Nothing is known until the system has answered.
    #[cfg(target_os = "linux")]
    pub fn start() -> Self {
        Self::follow(zbus::connection::Builder::system())
    }

    /// Nothing is known on this system.
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
                network_manager::tell(&state, NetworkState::Unknown);
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

/// A network that is as it is set: for tests, and wherever the system must not be asked.
#[derive(Debug, Clone, Default)]
pub struct ManualNetwork(watch::Sender<NetworkState>);

impl ManualNetwork {
    /// A network in this state.
    pub fn new(state: NetworkState) -> Self {
        Self(watch::Sender::new(state))
    }

    /// Changes it, for all clones.
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
    async fn a_manual_network_is_as_it_was_set() {
        let network = ManualNetwork::default();
        assert_eq!(network.state(), NetworkState::Unknown);
        let mut changes = network.changes();
        network.clone().set(NetworkState::Offline);
        changes.changed().await.unwrap();
        assert_eq!(*changes.borrow_and_update(), NetworkState::Offline);
        assert_eq!(network.state(), NetworkState::Offline);
    }
}
