//! Tests of the sandbox through its public API and over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod authorize;
mod control;
mod creator_info;
mod faults;
mod harness;
mod init;
mod pages;
mod program;
mod restart;
mod status;
mod tokens;
mod uploads;
mod user_info;
