//! The part of logind that keeps a computer awake, on a desktop's bus.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    clippy::used_underscore_binding,
    missing_docs,
    reason = "the methods have the shape that the D-Bus interface prescribes"
)]

use std::{
    io::{ErrorKind, Read},
    os::{fd::OwnedFd, unix::net::UnixStream},
    sync::Arc,
};

use parking_lot::Mutex;
use zbus::{Connection, connection, interface, zvariant};

use crate::desktop::Desktop;

/// A request to stay awake. It holds until its program closes the other end of the stream.
#[derive(Debug)]
struct Lock {
    what: String,
    who: String,
    stream: UnixStream,
}

/// The service.
#[derive(Debug)]
pub struct LoginManager {
    _bus: Connection,
    locks: Arc<Mutex<Vec<Lock>>>,
}

struct Manager(Arc<Mutex<Vec<Lock>>>);

#[interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn inhibit(&self, what: String, who: String, _why: String, _mode: String) -> zvariant::OwnedFd {
        let (stream, theirs) = UnixStream::pair().expect("a pair of sockets");
        stream
            .set_nonblocking(true)
            .expect("a socket that does not block");
        self.0.lock().push(Lock { what, who, stream });
        OwnedFd::from(theirs).into()
    }
}

impl LoginManager {
    /// Starts the service on this desktop's bus, which a program must take for the system's.
    pub async fn start(desktop: &Desktop) -> Self {
        let locks = Arc::default();
        let bus = connection::Builder::address(desktop.bus())
            .and_then(|bus| bus.serve_at("/org/freedesktop/login1", Manager(Arc::clone(&locks))))
            .and_then(|bus| bus.name("org.freedesktop.login1"))
            .expect("a connection to the bus")
            .build()
            .await
            .expect("a login manager");
        Self { _bus: bus, locks }
    }

    /// What programs ask for at present, with their names.
    pub fn held(&self) -> Vec<(String, String)> {
        let mut locks = self.locks.lock();
        locks.retain_mut(|lock| {
            let open = lock.stream.read(&mut [0]);
            open.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
        });
        let held = locks
            .iter()
            .map(|lock| (lock.what.clone(), lock.who.clone()));
        held.collect()
    }
}
