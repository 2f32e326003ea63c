//! A tray on a desktop's bus: it takes tray icons, and reads and clicks their menus.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    clippy::used_underscore_binding,
    missing_docs,
    reason = "the methods have the shape that the D-Bus interface prescribes"
)]

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;
use zbus::{
    Connection, Proxy, connection, interface,
    message::Header,
    object_server::SignalEmitter,
    proxy,
    zvariant::{OwnedObjectPath, OwnedValue, Structure, Value},
};

use crate::{
    desktop::Desktop,
    wait::{SOON, eventually, eventually_or},
};

const WATCHER: &str = "/StatusNotifierWatcher";
/// The longest time that a program takes to answer.
const ANSWER: Duration = Duration::from_secs(5);
const MENU: &str = "com.canonical.dbusmenu";

/// The bus name and object path of a tray icon.
type Item = (String, String);

/// The tray.
#[derive(Debug)]
pub struct TrayHost {
    bus: Connection,
    items: Arc<Mutex<Vec<Item>>>,
}

struct Watcher(Arc<Mutex<Vec<Item>>>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, #[zbus(header)] header: Header<'_>, service: &str) {
        let sender = header.sender().expect("a message on a bus has a sender");
        self.0.lock().push((sender.to_string(), service.to_owned()));
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        let items = self.0.lock();
        items
            .iter()
            .map(|(name, path)| format!("{name}{path}"))
            .collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(signal)]
    async fn status_notifier_host_registered(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

/// A node of a menu's layout: its id, its properties and its children.
type Node = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// An entry of a menu: its id and its label.
type Entry = (i32, String);

impl TrayHost {
    /// Starts a tray on this desktop.
    pub async fn start(desktop: &Desktop) -> Self {
        let items = Arc::default();
        let bus = connection::Builder::address(desktop.bus())
            .and_then(|bus| bus.serve_at(WATCHER, Watcher(Arc::clone(&items))))
            .and_then(|bus| bus.name("org.kde.StatusNotifierWatcher"))
            .expect("a connection to the bus")
            .build()
            .await
            .expect("a tray");
        let emitter = SignalEmitter::new(&bus, WATCHER).expect("an emitter");
        Watcher::status_notifier_host_registered(&emitter)
            .await
            .expect("the tray is announced");
        Self { bus, items }
    }

    /// The labels of the newest icon's menu, without separators.
    pub async fn labels(&self) -> Vec<String> {
        let entries = self.entries().await.unwrap_or_default();
        entries.into_iter().map(|(_, label)| label).collect()
    }

    /// Waits until the menu has an entry whose label contains `text`.
    pub async fn reads(&self, text: &str) {
        eventually_or(&format!("the tray says {text:?}"), SOON, async || {
            let labels = self.labels().await;
            let found = labels.iter().any(|label| label.contains(text));
            if found {
                Ok(())
            } else {
                Err(format!("{labels:?}"))
            }
        })
        .await;
    }

    /// Chooses an entry of the menu.
    pub async fn choose(&self, label: &str) {
        let id = eventually(&format!("the tray offers {label:?}"), SOON, async || {
            let entries = self.entries().await?;
            let found = entries.into_iter().find(|(_, text)| text == label);
            found.map(|(id, _)| id)
        })
        .await;
        let menu = self.menu().await.expect("the tray icon has a menu");
        let nothing = Value::from(0_i32);
        let click = (id, "clicked", nothing, 0_u32);
        let taken: Result<zbus::Result<()>, _> =
            tokio::time::timeout(ANSWER, menu.call("Event", &click)).await;
        // A choice that ends the program may end it before it answers.
        if let Err(error) = taken {
            eprintln!("the menu did not confirm the click on {label:?}: {error}");
        }
    }

    async fn menu(&self) -> Option<Proxy<'static>> {
        tokio::time::timeout(ANSWER, self.find_menu()).await.ok()?
    }

    async fn find_menu(&self) -> Option<Proxy<'static>> {
        let (name, path) = self.items.lock().last().cloned()?;
        let item = self
            .proxy(&name, &path, "org.kde.StatusNotifierItem")
            .await?;
        let menu: OwnedObjectPath = item.get_property("Menu").await.ok()?;
        self.proxy(&name, &menu, MENU).await
    }

    /// A proxy without a cache: one that is dropped while the icon changes all the time would stall the connection.
    async fn proxy(&self, name: &str, path: &str, interface: &str) -> Option<Proxy<'static>> {
        proxy::Builder::<Proxy<'static>>::new(&self.bus)
            .destination(name.to_owned())
            .and_then(|proxy| proxy.path(path.to_owned()))
            .and_then(|proxy| proxy.interface(interface.to_owned()))
            .ok()?
            .cache_properties(proxy::CacheProperties::No)
            .build()
            .await
            .ok()
    }

    async fn entries(&self) -> Option<Vec<Entry>> {
        let menu = self.menu().await?;
        let everything: (i32, i32, &[&str]) = (0, -1, &[]);
        let layout = menu.call("GetLayout", &everything);
        let layout = tokio::time::timeout(ANSWER, layout).await;
        let (_, (_, _, children)): (u32, Node) = layout.ok()?.ok()?;
        Some(children.iter().filter_map(entry).collect())
    }
}

/// The entry that a node of the layout describes, unless it is a separator.
fn entry(node: &OwnedValue) -> Option<Entry> {
    let node: &Structure<'_> = node.downcast_ref().ok()?;
    let [id, properties, ..] = node.fields() else {
        return None;
    };
    let Value::Dict(properties) = properties else {
        return None;
    };
    let label: Value<'_> = properties.get(&"label").ok()??;
    let label: &str = label.downcast_ref().ok()?;
    // An underscore marks the next letter as a shortcut.
    let label = label
        .replace("__", "\0")
        .replace('_', "")
        .replace('\0', "_");
    Some((id.downcast_ref().ok()?, label))
}
