//! A strict TikTok of one's own on loopback: consent page, tokens, publishing, quotas, faults, and profiles that play what was posted.
//!
//! It shares no code with any client of TikTok's API, so that a shared mistake cannot hide a bug, and it refuses
//! what TikTok's pages refuse. Where those pages are silent, [`Options`] has a switch.
//!
//! # Without a browser
//! A test answers the consent page with a form: `POST` to the authorize address, query and all, with `creator` (a
//! short name such as `ada`), one `scope` for each scope granted and `decision=authorize` (anything else is a
//! refusal). The answer is 303 with the callback in `Location`.
//!
//! # From another process
//! `/sandbox/api` speaks JSON: `requests` (GET, DELETE), `posts` (GET), `publishes` (GET), `creators` (GET; POST a
//! patch to `creators/{name}`; DELETE `creators/{name}/access`, as a creator takes the app's access back), `faults` (GET, POST, DELETE; DELETE `faults/{id}`), `options` (GET, POST a patch,
//! DELETE for the defaults), `clock` (GET; POST `{"advance_ms": 60000}`). Requests with a foreign `Origin` or `Host`
//! are refused.

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
