//! Shared foundations of all Slipway crates: views, notices, clock, backoff, redaction, network state, events and fault
//! points.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod account_name;
pub mod backoff;
pub mod blocking;
pub mod clock;
pub mod events;
pub mod fault_points;
pub mod io_fault;
pub mod network;
pub mod notice;
pub mod redaction;
pub mod texts;
pub mod views;

/// The texts of this crate: the patterns of values, faults of files, and names of accounts.
pub const TEXTS: [&[texts::Spec]; 3] = [
    texts::TEXTS,
    io_fault::text::TEXTS,
    account_name::text::TEXTS,
];
