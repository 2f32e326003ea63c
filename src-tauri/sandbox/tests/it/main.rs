//! The sandbox through its public door, over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod authorize;
mod control;
mod creator_info;
mod faults;
mod init;
mod pages;
mod program;
mod restart;
mod stage;
mod status;
mod tokens;
mod uploads;
mod user_info;
