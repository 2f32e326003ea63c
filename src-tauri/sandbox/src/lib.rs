//! A strict local stand-in for TikTok's API on the loopback interface.
//!
//! The sandbox implements the consent page, tokens, publishing, quotas and fault injection, and serves profiles that
//! play the published videos. It shares no code with any client of TikTok's API, so that a shared mistake cannot hide
//! a bug. It refuses every request that TikTok's documentation forbids. Where the documentation is silent, [`Options`]
//! has a switch.
//!
//! # Without a browser
//! A test answers the consent page by sending its form: a `POST` to the authorize address, including the query, with
//! the fields `creator` (a short name such as `ada`), one `scope` for each granted scope, and `decision=authorize`.
//! Every other decision denies access. The response is 303 with the callback address in `Location`.
//!
//! # From another process
//! The control API at `/sandbox/api` uses JSON:
//!
//! | path | methods |
//! |---|---|
//! | `requests` | GET, DELETE |
//! | `posts`, `publishes` | GET |
//! | `creators` | GET |
//! | `creators/{name}` | POST a patch |
//! | `creators/{name}/access` | DELETE: the creator removes the app's access |
//! | `faults` | GET, POST, DELETE |
//! | `faults/{id}` | DELETE |
//! | `options` | GET, POST a patch, DELETE to restore the defaults |
//! | `clock` | GET, POST `{"advance_ms": 60000}` |
//!
//! The sandbox refuses requests whose `Origin` or `Host` header names another site.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod api;
mod config;
mod control;
mod creators;
mod error;
mod fault;
mod guard;
mod hang_up;
mod hex;
mod interceptor;
mod oauth;
mod operation;
mod pages;
mod platform;
mod profile;
mod publish;
mod publishing;
mod rate_limit;
mod redaction;
mod request_log;
mod sandbox;
mod server;
mod store;
mod time;
mod transfers;
mod user_info;

pub use config::{
    Clock, DEFAULT_CLIENT_KEY, DEFAULT_CLIENT_SECRET, Options, RepeatedChunk, SandboxConfig,
    UploadedRange,
};
pub use creators::{Creator, Cut, Portrait};
pub use error::SandboxError;
pub use fault::{ActiveFault, Fault, FaultId, FaultKind, Times};
pub use operation::Operation;
pub use publish::{PostMode, PostSettings, PostState, Publish, SandboxPost, Stage, UploadPlan};
pub use redaction::fingerprint;
pub use request_log::{Outcome, RecordedRequest};
pub use sandbox::Sandbox;
