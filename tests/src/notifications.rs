//! A notification service on a desktop's bus, in place of the desktop's own.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    clippy::used_underscore_binding,
    missing_docs,
    reason = "the methods have the shape that the D-Bus interface prescribes"
)]

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use zbus::{Connection, connection, interface, object_server::SignalEmitter, zvariant::OwnedValue};

use crate::{
    desktop::Desktop,
    pseudo::reveal,
    wait::{UPLOAD, eventually_or},
};

const PATH: &str = "/org/freedesktop/Notifications";

/// A notification as a program sent it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The id that the service gave it.
    pub id: u32,
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// The keys and labels of the actions, in turn.
    pub actions: Vec<String>,
}

/// The notification service.
#[derive(Debug)]
pub struct Notifications {
    bus: Connection,
    shown: Arc<Mutex<Vec<Shown>>>,
}

struct Server(Arc<Mutex<Vec<Shown>>>);

#[interface(name = "org.freedesktop.Notifications")]
impl Server {
    #[allow(clippy::too_many_arguments, reason = "the interface prescribes them")]
    fn notify(
        &self,
        _app_name: String,
        replaces: u32,
        _icon: String,
        title: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let mut shown = self.0.lock();
        let id = match replaces {
            0 => u32::try_from(shown.len()).expect("few notifications") + 1,
            id => id,
        };
        shown.push(Shown {
            id,
            title,
            body,
            actions,
        });
        id
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<String> {
        ["body", "actions"].map(str::to_owned).into()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let text = |text: &str| text.to_owned();
        (text("tests"), text("Slipway"), text("1"), text("1.2"))
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str)
    -> zbus::Result<()>;
}

impl Notifications {
    /// Starts the service on this desktop.
    pub async fn start(desktop: &Desktop) -> Self {
        let shown = Arc::default();
        let bus = connection::Builder::address(desktop.bus())
            .and_then(|bus| bus.name("org.freedesktop.Notifications"))
            .and_then(|bus| bus.serve_at(PATH, Server(Arc::clone(&shown))))
            .expect("a connection to the bus")
            .build()
            .await
            .expect("a notification service");
        Self { bus, shown }
    }

    /// All notifications so far.
    pub fn shown(&self) -> Vec<Shown> {
        self.shown.lock().clone()
    }

    /// Waits for a notification with this title.
    pub async fn titled(&self, title: &str) -> Shown {
        eventually_or(&format!("a notification {title:?}"), UPLOAD, async || {
            let shown = self.shown();
            let found = shown.iter().find(|one| reveal(&one.title).contains(title));
            found.cloned().ok_or_else(|| format!("{shown:?}"))
        })
        .await
    }

    /// Clicks a notification.
    pub async fn click(&self, shown: &Shown) {
        let emitter = SignalEmitter::new(&self.bus, PATH).expect("an emitter");
        Server::action_invoked(&emitter, shown.id, "default")
            .await
            .expect("the action is sent");
    }
}
