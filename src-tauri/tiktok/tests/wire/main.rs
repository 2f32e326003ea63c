//! Requests and answers on the wire, byte for byte, against a scripted server.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod api;
mod network;
mod oauth;
mod secrets;
mod server;
mod stalled;
mod transfer;
