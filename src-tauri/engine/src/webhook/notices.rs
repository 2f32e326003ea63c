//! Notices about the port for TikTok's webhooks.

use std::io::ErrorKind;

use slipway_core::{io_fault::IoFault, notice::Explain, views::Notice};

use super::PortUnavailable;

pub(crate) mod text {
    //! The texts about the port.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice port_taken = "webhook.port_taken" (port: text);
        notice port_reserved = "webhook.port_reserved" (port: text);
        notice port = "webhook.port" (port: text, detail: message);
    }
}

impl Explain for PortUnavailable {
    fn explain(&self) -> Notice {
        let port = self.port.to_string();
        match self.kind {
            ErrorKind::AddrInUse => text::port_taken(port),
            ErrorKind::PermissionDenied => text::port_reserved(port),
            other => text::port(port, IoFault::from(other).message()),
        }
    }
}
