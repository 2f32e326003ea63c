//! The network's state from `NetworkManager`, over D-Bus.
//!
//! Numbers and their meaning: <https://networkmanager.dev/docs/api/latest/nm-dbus-types.html>.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use tokio::sync::watch;
use zbus::{
    Connection,
    connection::Builder,
    fdo::{DBusProxy, PropertiesProxy},
    proxy::{CacheProperties, MethodFlags},
    zvariant::{ObjectPath, OwnedObjectPath, OwnedValue},
};

use super::NetworkState;

const SERVICE: &str = "org.freedesktop.NetworkManager";
const MANAGER_PATH: &str = "/org/freedesktop/NetworkManager";
const MANAGER: &str = "org.freedesktop.NetworkManager";
const DEVICE: &str = "org.freedesktop.NetworkManager.Device";

/// Follows `NetworkManager` until the bus closes. The service may start and stop in this time.
pub(super) async fn follow(
    bus: zbus::Result<Builder<'static>>,
    state: &watch::Sender<NetworkState>,
) -> zbus::Result<()> {
    let connection = bus?.build().await?;
    let dbus = DBusProxy::new(&connection).await?;
    let mut owners = dbus
        .receive_name_owner_changed_with_args(&[(0, SERVICE)])
        .await?;
    let manager = properties(&connection, MANAGER_PATH.try_into()?).await?;
    // Subscribed before the first query, so that no change is lost in between.
    let mut changes = manager
        .receive_properties_changed_with_args(&[(0, MANAGER)])
        .await?;
    loop {
        set_state(state, look(&connection, &manager).await);
        let more = tokio::select! {
            owner = owners.next() => owner.is_some(),
            change = changes.next() => change.is_some(),
        };
        if !more {
            return Ok(());
        }
    }
}

/// Notifies subscribers only if the state changes.
pub(super) fn set_state(state: &watch::Sender<NetworkState>, now: NetworkState) {
    state.send_if_modified(|before| std::mem::replace(before, now) != now);
}

async fn properties<'a>(
    connection: &'a Connection,
    path: ObjectPath<'a>,
) -> zbus::Result<PropertiesProxy<'a>> {
    PropertiesProxy::builder(connection)
        .destination(SERVICE)?
        .path(path)?
        .cache_properties(CacheProperties::No)
        .build()
        .await
}

async fn look(connection: &Connection, manager: &PropertiesProxy<'_>) -> NetworkState {
    let Some(facts) = all(manager, MANAGER).await else {
        return NetworkState::Unknown;
    };
    match facts.number("State") {
        // Networking is disabled, or the computer is about to sleep.
        Some(10) => NetworkState::Offline,
        // Disconnected, disconnecting and connecting: applications "should not attempt to access the network". This
        // applies only to managed devices; an unmanaged device may have a connection.
        Some(11..=49) => {
            for path in facts.paths("Devices") {
                if is_unmanaged(connection, path.into()).await {
                    return NetworkState::Unknown;
                }
            }
            NetworkState::Offline
        }
        // Connected, even if only to the local network: a proxy there may have a connection. `Connectivity` is not
        // used: it tests the distribution's own page, not TikTok.
        Some(50..) => match facts.number("Metered") {
            // Yes, and "guess yes", which "most applications probably should treat like yes".
            Some(1 | 3) => NetworkState::Metered,
            _ => NetworkState::Online,
        },
        // 0 means unknown: applications "are expected to assume Internet connectivity might be present".
        Some(_) | None => NetworkState::Unknown,
    }
}

/// Whether this is an unmanaged hardware device that could have a connection.
async fn is_unmanaged(connection: &Connection, path: ObjectPath<'_>) -> bool {
    let Ok(device) = properties(connection, path).await else {
        return false;
    };
    all(&device, DEVICE).await.is_some_and(|facts| {
        // Ethernet, Wi-Fi, Bluetooth, modem. Bridges, tunnels and the like need one of these.
        matches!(facts.number("DeviceType"), Some(1 | 2 | 5 | 8))
            && facts.flag("Managed") == Some(false)
    })
}

/// All properties of an interface; `None` if the service does not run. It is not started.
async fn all(object: &PropertiesProxy<'_>, interface: &str) -> Option<Properties> {
    object
        .inner()
        .call_with_flags("GetAll", MethodFlags::NoAutoStart.into(), &(interface,))
        .await
        .ok()
        .flatten()
        .map(Properties)
}

/// Properties by name. A missing property or one of another type reads as `None`.
struct Properties(HashMap<String, OwnedValue>);

impl Properties {
    fn number(&self, name: &str) -> Option<u32> {
        self.0.get(name)?.downcast_ref().ok()
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name)?.downcast_ref().ok()
    }

    fn paths(&self, name: &str) -> Vec<OwnedObjectPath> {
        self.0
            .get(name)
            .and_then(|value| value.try_clone().ok())
            .and_then(|value| value.try_into().ok())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
