//! The publisher: uploads posts, one at a time for each account and two in all, and polls their status until they end.

mod completion;
mod context;
mod digest;
mod error;
mod failure;
mod file_check;
mod gate;
mod idle;
mod prepare;
mod public_id;
mod recover;
mod recovery;
mod run;
mod scheduler;
mod status;
mod status_poll;
mod store_failure;
mod task;
mod throttle;
mod upload;
mod webhook_events;

pub(crate) use context::{Publisher, PublisherServices};
pub use error::PublishError;
pub(crate) use throttle::Throttle;
