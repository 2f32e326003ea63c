//! The state transitions of posts. Each is one transaction that checks that the step is legal, changes the post and
//! writes its history. Nothing else changes a post's state.

mod audit;
mod by_creator;
mod by_publisher;
mod transcoded_file;
mod transition;

pub(crate) use audit::consent;
pub(crate) use by_publisher::{End, PostWait};
