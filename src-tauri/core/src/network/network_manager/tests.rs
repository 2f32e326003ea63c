//! Tests with a fake `NetworkManager` on a private bus.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use zbus::{interface, object_server::InterfaceRef};

use super::*;
use crate::network::{Network as _, SystemNetwork};

/// A private message bus that would start a `NetworkManager` on activation.
struct Bus {
    daemon: Child,
    address: String,
    folder: TempDir,
}

impl Bus {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        std::fs::write(
            folder.path().join("nm.service"),
            format!("[D-BUS Service]\nName={SERVICE}\nExec=/usr/bin/touch {path}/activated\n"),
        )
        .unwrap();
        let config = folder.path().join("bus.conf");
        std::fs::write(
            &config,
            format!(
                "<busconfig><type>session</type><listen>unix:path={path}/bus</listen><auth>EXTERNAL</auth>
                 <servicedir>{path}</servicedir><policy context='default'><allow send_destination='*'/>
                 <allow receive_sender='*'/><allow own='*'/></policy></busconfig>"
            ),
        )
        .unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--nopidfile", "--print-address"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Self {
            daemon,
            address: address.trim().to_owned(),
            folder,
        }
    }

    fn network(&self) -> SystemNetwork {
        SystemNetwork::follow(Builder::address(self.address.as_str()))
    }

    fn activated(&self) -> bool {
        Path::new(self.folder.path()).join("activated").exists()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

struct FakeManager {
    state: u32,
    metered: u32,
    devices: Vec<OwnedObjectPath>,
}

#[interface(name = "org.freedesktop.NetworkManager")]
impl FakeManager {
    #[zbus(property)]
    fn state(&self) -> u32 {
        self.state
    }

    #[zbus(property)]
    fn metered(&self) -> u32 {
        self.metered
    }

    #[zbus(property)]
    fn devices(&self) -> Vec<OwnedObjectPath> {
        self.devices.clone()
    }
}

struct FakeDevice {
    kind: u32,
    managed: bool,
}

#[interface(name = "org.freedesktop.NetworkManager.Device")]
impl FakeDevice {
    #[zbus(property)]
    fn device_type(&self) -> u32 {
        self.kind
    }

    #[zbus(property)]
    fn managed(&self) -> bool {
        self.managed
    }
}

/// A fake `NetworkManager`, until dropped.
struct Fake(Connection);

impl Fake {
    async fn start(bus: &Bus, state: u32, metered: u32, devices: &[FakeDevice]) -> Self {
        let path =
            |index| OwnedObjectPath::try_from(format!("{MANAGER_PATH}/Devices/{index}")).unwrap();
        let manager = FakeManager {
            state,
            metered,
            devices: (0..devices.len()).map(path).collect(),
        };
        let connection = Builder::address(bus.address.as_str())
            .unwrap()
            .serve_at(MANAGER_PATH, manager)
            .unwrap()
            .build()
            .await
            .unwrap();
        for (index, device) in devices.iter().enumerate() {
            let FakeDevice { kind, managed } = *device;
            let device = FakeDevice { kind, managed };
            connection
                .object_server()
                .at(path(index), device)
                .await
                .unwrap();
        }
        // It takes its name once everything is in place.
        connection.request_name(SERVICE).await.unwrap();
        Self(connection)
    }

    async fn manager(&self) -> InterfaceRef<FakeManager> {
        self.0
            .object_server()
            .interface(MANAGER_PATH)
            .await
            .unwrap()
    }

    async fn set_state(&self, state: u32) {
        let manager = self.manager().await;
        manager.get_mut().await.state = state;
        let emitter = manager.signal_emitter();
        manager.get().await.state_changed(emitter).await.unwrap();
    }

    async fn set_metered(&self, metered: u32) {
        let manager = self.manager().await;
        manager.get_mut().await.metered = metered;
        let emitter = manager.signal_emitter();
        manager.get().await.metered_changed(emitter).await.unwrap();
    }
}

/// Waits until the network has this state.
async fn becomes(network: &SystemNetwork, state: NetworkState) {
    let mut changes = network.changes();
    let found = tokio::time::timeout(
        Duration::from_secs(20),
        changes.wait_for(|now| *now == state),
    )
    .await;
    assert!(found.is_ok(), "it is {:?}, not {state:?}", network.state());
}

#[tokio::test]
async fn states_are_read_as_documented() {
    let bus = Bus::start();
    for (state, metered, expected) in [
        (10, 4, NetworkState::Offline),
        (20, 4, NetworkState::Offline),
        (30, 1, NetworkState::Offline),
        (40, 0, NetworkState::Offline),
        (50, 4, NetworkState::Online),
        (60, 2, NetworkState::Online),
        (70, 0, NetworkState::Online),
        (70, 1, NetworkState::Metered),
        (70, 3, NetworkState::Metered),
        (70, 9, NetworkState::Online),
    ] {
        let network = bus.network();
        let fake = Fake::start(&bus, state, metered, &[]).await;
        becomes(&network, expected).await;
        fake.0.close().await.unwrap();
        becomes(&network, NetworkState::Unknown).await;
    }
}

#[tokio::test]
async fn an_unknown_state_is_not_offline() {
    let bus = Bus::start();
    let fake = Fake::start(&bus, 20, 1, &[]).await;
    let network = bus.network();
    becomes(&network, NetworkState::Offline).await;
    fake.set_state(0).await;
    becomes(&network, NetworkState::Unknown).await;
}

#[tokio::test]
async fn changes_are_followed() {
    let bus = Bus::start();
    let fake = Fake::start(&bus, 70, 4, &[]).await;
    let network = bus.network();
    becomes(&network, NetworkState::Online).await;
    for (state, expected) in [
        (20, NetworkState::Offline),
        (40, NetworkState::Offline),
        (70, NetworkState::Online),
    ] {
        fake.set_state(state).await;
        becomes(&network, expected).await;
    }
    fake.set_metered(3).await;
    becomes(&network, NetworkState::Metered).await;
    fake.set_metered(4).await;
    becomes(&network, NetworkState::Online).await;
}

#[tokio::test]
async fn subscribers_are_notified_of_changes_only() {
    let bus = Bus::start();
    let fake = Fake::start(&bus, 70, 4, &[]).await;
    let network = bus.network();
    becomes(&network, NetworkState::Online).await;
    let mut changes = network.changes();
    fake.set_state(60).await;
    fake.set_metered(2).await;
    fake.set_state(20).await;
    changes.changed().await.unwrap();
    assert_eq!(*changes.borrow_and_update(), NetworkState::Offline);
}

#[tokio::test]
async fn an_unmanaged_device_may_have_a_connection() {
    const ETHERNET: u32 = 1;
    const WIFI: u32 = 2;
    const BRIDGE: u32 = 13;
    let device = |kind, managed| FakeDevice { kind, managed };
    for (state, devices, expected) in [
        (
            20,
            vec![device(WIFI, true), device(ETHERNET, false)],
            NetworkState::Unknown,
        ),
        (
            20,
            vec![device(WIFI, true), device(BRIDGE, false)],
            NetworkState::Offline,
        ),
        (20, vec![device(ETHERNET, true)], NetworkState::Offline),
        // During sleep, all devices count as unmanaged.
        (10, vec![device(ETHERNET, false)], NetworkState::Offline),
    ] {
        let bus = Bus::start();
        let network = bus.network();
        let fake = Fake::start(&bus, 70, 4, &devices).await;
        becomes(&network, NetworkState::Online).await;
        fake.set_state(state).await;
        becomes(&network, expected).await;
    }
}

#[tokio::test]
async fn a_manager_may_start_and_stop_and_is_never_activated() {
    let bus = Bus::start();
    let network = bus.network();
    assert_eq!(network.state(), NetworkState::Unknown);
    for _ in 0..2 {
        let fake = Fake::start(&bus, 20, 4, &[]).await;
        becomes(&network, NetworkState::Offline).await;
        fake.0.close().await.unwrap();
        becomes(&network, NetworkState::Unknown).await;
    }
    assert!(!bus.activated());
}

#[tokio::test]
async fn without_a_bus_the_state_stays_unknown() {
    let bus = Bus::start();
    let fake = Fake::start(&bus, 20, 4, &[]).await;
    let network = bus.network();
    becomes(&network, NetworkState::Offline).await;
    let nowhere = SystemNetwork::follow(Builder::address("unix:path=/nonexistent/bus"));
    drop(fake);
    drop(bus);
    becomes(&network, NetworkState::Unknown).await;
    assert_eq!(nowhere.state(), NetworkState::Unknown);
    // Subscriptions stay open: subscribers would take their end for a change.
    assert!(!network.changes().has_changed().unwrap());
    assert!(!nowhere.changes().has_changed().unwrap());
}
