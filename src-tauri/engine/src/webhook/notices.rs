//! What keeps TikTok's webhooks out.

use std::io::ErrorKind;

use slipway_core::{
    notice::{Explain, notice},
    views::Notice,
};

use crate::webhook::PortUnavailable;

impl Explain for PortUnavailable {
    fn explain(&self) -> Notice {
        const SLIPWAY: &str = "Slipway asks TikTok how your posts are doing instead, so nothing gets lost, and tries the port again every minute.";
        let port = self.port;
        match self.kind {
            ErrorKind::AddrInUse => notice(
                "webhook.port_taken",
                format!("Another program uses port {port}, so TikTok’s webhooks cannot come in."),
                SLIPWAY,
                "Close the other program, or choose another port in the settings and lead your tunnel there.",
            ),
            ErrorKind::PermissionDenied => notice(
                "webhook.port_reserved",
                format!(
                    "Your system keeps port {port} for itself, so TikTok’s webhooks cannot come in."
                ),
                SLIPWAY,
                "Choose a port from 1024 up in the settings and lead your tunnel there.",
            ),
            other => notice(
                "webhook.port",
                format!(
                    "Port {port} cannot be opened ({other}), so TikTok’s webhooks cannot come in."
                ),
                SLIPWAY,
                "Choose another port in the settings and lead your tunnel there.",
            ),
        }
    }
}
