//! What goes over the wire, byte for byte, against a server that this test controls.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod api;
mod network;
mod oauth;
mod secrets;
mod server;
mod stalled;
mod transfer;
