//! The way in for fuzzing: what the engine reads from outside, without the engine around it.

pub use crate::folders::fuzzing as folders;
pub use crate::{
    connect::link::{Link, LinkError, parse as parse_link},
    vault::fuzzing as vault,
};
